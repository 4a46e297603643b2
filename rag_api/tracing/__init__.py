"""Traces, sent to where OpenTelemetry's own variables say, with the extra `rag-api[otel]`; without either, nothing of
it is loaded."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

EXTRA = "otel"
ENDPOINTS = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"
PROTOCOLS = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"
PROTOCOL = "http/protobuf"
SPOKEN = "opentelemetry.exporter.otlp.proto.http"

logger = logging.getLogger(__name__)


@contextmanager
def exported(environment: Mapping[str, str]) -> Iterator["Tracer | None"]:
    """Within the block, what Haystack and the worker do is traced, if these variables want it; the tracer is for
    requests. At the end, what is left is sent."""
    if not _wanted(environment):
        yield None
        return
    from rag_api.tracing.spans import exporting

    with exporting() as tracer:
        logger.info("traces are sent by OpenTelemetry")
        yield tracer


def _wanted(environment: Mapping[str, str]) -> bool:
    """Whether traces can be sent as these variables, which other programs may share, say; if not, it is logged."""
    endpoint = _first(environment, ENDPOINTS)
    off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if not endpoint or off or environment.get("OTEL_TRACES_EXPORTER", "otlp") != "otlp":
        return False
    if (protocol := _first(environment, PROTOCOLS)) not in (None, PROTOCOL):
        logger.warning("No traces are sent: OTEL_EXPORTER_OTLP_PROTOCOL is %r, and may be %r.", protocol, PROTOCOL)
        return False
    if not _is_installed():
        logger.warning("No traces are sent to %s: install rag-api with its extra %r.", endpoint, EXTRA)
        return False
    return True


def _is_installed() -> bool:
    try:
        return find_spec(SPOKEN) is not None
    except ModuleNotFoundError:
        return False


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environment[name] for name in names if environment.get(name)), None)
