"""Traces: what was done and how long it took, within whose trace, and not a word of it."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient
from haystack.tracing.tracer import is_tracing_enabled, tracer
from openai import OpenAI

from rag_api import tracing
from tests.corpora import wait_until
from tests.official_client import MakeClient, http_of, put
from tests.server import Server

PLANTED = "quagga"
TRACE = "0af7651916cd43dd8448eb211c80319c"


class Collector(ThreadingHTTPServer):
    """Takes what OpenTelemetry sends."""

    def __init__(self) -> None:
        received: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                received.append(self.path.encode() + self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.received = received

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        serving = threading.Thread(target=collector.serve_forever)
        serving.start()
        yield collector
        collector.shutdown()
        serving.join()


@pytest.fixture
def spans() -> Iterator[Any]:
    """The spans that have ended, after `flush`."""
    exporter = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    from rag_api.tracing.spans import exporting

    with exporting(exporter) as opened:
        exporter.tracer = opened
        exporter.flush = opened.span_processor.force_flush
        yield exporter


def traced(client: OpenAI, tracer: Any) -> TestClient:
    """The server that the client is in front of, as `serve` has it where traces are wanted."""
    from rag_api.tracing.spans import Traced

    http = http_of(client)
    http.app = Traced(http.app, tracer)
    http._transport.app = http.app  # type: ignore[attr-defined]
    return http


def test_what_is_done_has_spans_and_they_hold_no_words(
    new_client: MakeClient, spans: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracer, "is_content_tracing_enabled", True)  # as HAYSTACK_CONTENT_TRACING_ENABLED=true does
    client = new_client(openai_base_url="http://127.0.0.1:9/v1")  # where nothing listens
    http = traced(client, spans.tracer)
    file = put(client, f"{PLANTED}.txt", f"The {PLANTED} eats grass.")
    put(client, "a.pdf", f"%PDF-1.4 {PLANTED}")
    spans.flush()
    spans.clear()
    question: Any = [{"role": "user", "content": f"What does the {PLANTED} eat?"}]
    ids = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    client.chat.completions.create(model="extractive", messages=question, extra_headers=ids)
    for stream in (False, True):
        with suppress(openai.APIStatusError):
            client.chat.completions.create(model="other", messages=question, stream=stream)
    http.get(f"/v1/files/{PLANTED}?{PLANTED}=1")
    spans.flush()
    told = spans.get_finished_spans()

    mine = {span.name: span for span in told if f"{span.context.trace_id:032x}" == TRACE}
    request = mine["POST /v1/chat/completions"]
    assert request.attributes["http.response.status_code"] == 200
    assert request.attributes["rag.request_id"].startswith("req_")
    assert mine["retrieval"].parent.span_id == mine["generation"].parent.span_id == request.context.span_id
    components = {
        span.attributes["haystack.component.name"]: span.parent.span_id
        for span in told
        if span.name == "haystack.component.run" and f"{span.context.trace_id:032x}" == TRACE
    }
    assert components["retriever"] == mine["retrieval"].context.span_id
    assert components["generator"] == mine["generation"].context.span_id
    failed = [span for span in told if span.name == "generation" and span.status.status_code.name == "ERROR"]
    assert len(failed) == 2
    assert {span.attributes["error.type"] for span in failed} == {"PipelineRuntimeError"}
    assert [span.name for span in told if span.status.status_code.name == "ERROR" and "POST" in span.name]
    assert PLANTED not in "".join(span.to_json() for span in told).lower()
    assert file.id not in "".join(span.to_json() for span in told)


def test_odd_headers_of_a_client_are_left_out_and_not_in_the_log(
    client: OpenAI, spans: Any, caplog: pytest.LogCaptureFixture
) -> None:
    http = traced(client, spans.tracer)
    good = f"00-{TRACE}-b7ad6b7169203331-01"
    odd: list[dict[str, str]] = [
        {"traceparent": PLANTED * 4000},
        {"traceparent": f"00-{'0' * 32}-{PLANTED}-01"},
        {"traceparent": good, "tracestate": f"{PLANTED}," * 3000},
        {"traceparent": good, "tracestate": f"a={PLANTED}\t=,,="},
        {"baggage": f"{PLANTED}=1," * 3000},
        {"baggage": f"a b={PLANTED}%00%0a, =, {PLANTED}"},
    ]
    for headers in odd:
        assert http.get("/v1/models", headers=headers).status_code == 200
    spans.flush()
    assert sum(span.name == "GET /v1/models" for span in spans.get_finished_spans()) == len(odd)
    assert PLANTED not in caplog.text


def test_ingestion_has_spans(client: OpenAI, spans: Any) -> None:
    file = put(client, f"{PLANTED}.txt", f"The {PLANTED} eats grass.")
    put(client, "a.pdf", f"%PDF-1.4 {PLANTED}")
    spans.flush()
    told = spans.get_finished_spans()
    (jobs,) = [span for span in told if span.name == "ingestion jobs" and file.id in span.attributes["rag.file_ids"]]
    (pipeline,) = [span for span in told if span.name == "ingestion" and span.parent.span_id == jobs.context.span_id]
    names = [
        span.attributes["haystack.component.name"]
        for span in told
        if span.parent and span.parent.span_id == pipeline.context.span_id
    ]
    assert sorted(names) == ["converter", "writer"]
    assert PLANTED not in "".join(span.to_json() for span in told).lower()


def test_of_an_exception_its_type_is_told_and_not_what_it_says(spans: Any) -> None:
    with pytest.raises(ValueError, match=PLANTED), tracer.trace("a part", {"rag.file_ids": ["file-1"]}):
        raise ValueError(f"no number: the {PLANTED}")
    spans.flush()
    (span,) = spans.get_finished_spans()
    assert dict(span.attributes) == {"rag.file_ids": ("file-1",), "error.type": "ValueError"}
    assert PLANTED not in span.to_json()


def test_a_server_sends_its_traces_where_the_variables_say(tmp_path: Any, collector: Collector) -> None:
    pytest.importorskip(tracing.SPOKEN)
    environment = {"SERVICE_NAME": "birds", "BSP_SCHEDULE_DELAY": "100", "EXPORTER_OTLP_ENDPOINT": collector.url}
    with Server(tmp_path, {f"OTEL_{name}": value for name, value in environment.items()}) as server:
        client = server.client()
        put(client, "a.txt", f"The {PLANTED} eats grass.")
        question = f"What does the {PLANTED} eat?"
        client.chat.completions.create(model="extractive", messages=[{"role": "user", "content": question}])
        wait_until(lambda: any(b"POST /v1/chat/completions" in sent for sent in collector.received))
        collector.shutdown()
        collector.server_close()
        client.models.list()
        assert server.stop() == 0  # though what is left cannot be sent
    sent = b"".join(collector.received)
    assert collector.received[0].startswith(b"/v1/traces")
    for word in (b"birds", b"POST /v1/chat/completions", b"retrieval", b"generation", b"ingestion jobs"):
        assert word in sent
    assert PLANTED.encode() not in sent.lower()
    assert "traces are sent" in server.said()


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_SERVICE_NAME": "birds", "OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_where_no_traces_are_wanted_nothing_is_loaded(
    environment: dict[str, str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "rag_api.tracing.spans", raising=False)
    with tracing.exported(environment) as opened:
        assert opened is None
        assert not is_tracing_enabled()
    assert "rag_api.tracing.spans" not in sys.modules
    assert caplog.text == ""


def test_traces_that_cannot_be_sent_are_told_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    with caplog.at_level(logging.WARNING), tracing.exported({**endpoint, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}) as no:
        assert no is None
    assert "is 'grpc', and may be 'http/protobuf'" in caplog.text
    monkeypatch.setattr(tracing, "SPOKEN", "not_installed.at_all")
    with caplog.at_level(logging.WARNING), tracing.exported(endpoint) as no:
        assert no is None
    assert "install rag-api with its extra 'otel'" in caplog.text
