"""A real HTTP server that speaks `/rerank` in either shape: a passage is worth the letters `z` in it; and faults."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson


@dataclass
class RerankServer:
    base_url: str
    shape: str = "documents"  # or `texts`, as Text Embeddings Inference has it
    status: int = 200
    answer: bytes | None = None  # in place of the scores
    questions: list[str] = field(default_factory=list)
    passages: list[int] = field(default_factory=list)
    keys: set[str | None] = field(default_factory=set)

    def respond(self, body: dict[str, Any]) -> tuple[int, bytes]:
        if self.status != 200:
            return self.status, b'{"message": "not now"}'
        if self.shape not in body:
            return 422, orjson.dumps({"error": f"missing field `{self.shape}`"})
        texts = body[self.shape]
        self.questions.append(body["query"])
        self.passages.append(len(texts))
        if self.answer is not None:
            return 200, self.answer
        best = sorted(enumerate(texts), key=lambda each: -each[1].count("z"))
        if self.shape == "texts":
            return 200, orjson.dumps([{"index": index, "score": text.count("z") / 10} for index, text in best])
        results = [{"index": index, "relevance_score": text.count("z") / 10} for index, text in best]
        return 200, orjson.dumps({"id": "r", "results": results, "meta": {}})


@contextmanager
def rerank_server() -> Iterator[RerankServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            fake.keys.add(self.headers.get("Authorization"))
            body = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, payload = fake.respond(body) if self.path == "/v1/rerank" else (404, b"{}")
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake = RerankServer(f"http://127.0.0.1:{server.server_address[1]}/v1")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
