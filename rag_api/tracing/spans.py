"""Spans of requests, pipelines and ingestion, and in none of them a word of what goes through.

Haystack hands a tracer the data of each pipeline, which is the question, and an exception may quote a document. So only
the tags below are passed on, and of an exception its type. The tracer of `opentelemetry-haystack` passes on all.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from haystack.tracing.tracer import Span, Tracer, disable_tracing, enable_tracing
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from starlette.types import ASGIApp, Receive, Scope, Send

from rag_api.http.observed import FAULT, current

NAME = "rag-api"
END_S = 1.0  # for what is left to be sent: a collector that does not answer should hold up no end
PASSED_ON = {
    "haystack.component.name",
    "haystack.component.type",
    "haystack.component.visits",
    "haystack.pipeline.execution_mode",
    "rag.file_ids",
}
PIPELINE = "haystack.pipeline.run"
METADATA = "haystack.pipeline.metadata"
READ_HEADERS = "opentelemetry.baggage", "opentelemetry.trace"
"""Loggers that write out headers which are no good, 30 KB of whoever asks, before any key is looked at."""


@contextmanager
def exporting(exporter: SpanExporter | None = None) -> Iterator[trace.Tracer]:
    """Within the block, spans are sent: by default to where the environment says."""
    for name in READ_HEADERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    resource = Resource({SERVICE_NAME: NAME}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
    tracer = provider.get_tracer(NAME)
    enable_tracing(SilentTracer(tracer))
    try:
        yield tracer
    finally:
        disable_tracing()
        ending = threading.Thread(target=provider.shutdown, name="traces", daemon=True)
        ending.start()
        ending.join(END_S)


class SilentSpan(Span):
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def set_tag(self, key: str, value: Any) -> None:
        if key in PASSED_ON:
            self._span.set_attribute(key, value)

    def set_content_tag(self, key: str, value: Any) -> None:
        """Never, whatever HAYSTACK_CONTENT_TRACING_ENABLED says."""

    def raw_span(self) -> trace.Span:
        return self._span


class SilentTracer(Tracer):
    """A pipeline's span has the `name` in the pipeline's metadata, if it has one."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer

    @contextmanager
    def trace(
        self, operation_name: str, tags: dict[str, Any] | None = None, parent_span: Span | None = None
    ) -> Iterator[SilentSpan]:
        tags = tags or {}
        name = tags.get(METADATA, {}).get("name", operation_name) if operation_name == PIPELINE else operation_name
        context = trace.set_span_in_context(parent_span.raw_span()) if parent_span else None
        with _span(self._tracer, name, context=context) as opened:
            span = SilentSpan(opened)
            span.set_tags(tags)
            yield span

    def current_span(self) -> SilentSpan | None:
        span = trace.get_current_span()
        return SilentSpan(span) if span.is_recording() else None


class Traced:
    """ASGI middleware, outside all others: a span for each request, within the trace of a client that has one."""

    def __init__(self, app: ASGIApp, tracer: trace.Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with _span(self._tracer, "request", context=propagate.extract(headers), kind=SpanKind.SERVER) as span:
            try:
                await self._app(scope, receive, send)
            finally:
                if request := current.get():
                    span.update_name(f"{request.method} {request.route}")
                    span.set_attributes(
                        {
                            "http.request.method": request.method,
                            "http.route": request.route,
                            "http.response.status_code": request.status,
                            "rag.request_id": request.id,
                            "rag.project": request.project,
                            "rag.key": request.key,
                        }
                    )
                    if request.status >= FAULT:
                        span.set_status(StatusCode.ERROR)


@contextmanager
def _span(tracer: trace.Tracer, name: str, **options: Any) -> Iterator[trace.Span]:
    with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False, **options) as span:
        try:
            yield span
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(StatusCode.ERROR)
            raise
