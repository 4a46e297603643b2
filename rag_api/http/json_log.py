"""The log as JSON, one object a line, each with the request that it is about."""

import logging
from datetime import UTC, datetime
from typing import Any

import orjson

from rag_api.http.observed import current


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := current.get():
            line |= {"request_id": request.id, "project": request.project, "key": request.key}
        line |= record.__dict__.get("told", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # A half of a surrogate pair, as in the name of a file, is no text.
        return orjson.dumps(_whole(line)).decode()


def _whole(line: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.encode(errors="backslashreplace").decode()
        if isinstance(value, str) and not value.isascii()
        else value
        for key, value in line.items()
    }
