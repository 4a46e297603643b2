"""What a terminal may be sent: a name or a message of others may hold characters that move its cursor, end the line or
turn its direction; these are escaped."""

import json
import logging


def printable(text: str) -> str:
    return text if text.isprintable() else "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def printable_lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def printable_json(value: object) -> str:
    """In one line, with letters as they are."""
    line = json.dumps(value, ensure_ascii=False)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in line)


class LineFormatter(logging.Formatter):
    """Sets in all lines of a record but the first: what an endpoint or a file says cannot pass for a line of the
    log."""

    def format(self, record: logging.LogRecord) -> str:
        return printable_lines(super().format(record).replace("\n", "\n    "))
