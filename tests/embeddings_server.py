"""A real HTTP server that speaks OpenAI's embeddings: a dimension for each word it knows, and faults on request."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest

from ingest.embed import missing_packages

needs_vectors = pytest.mark.skipif(
    bool(missing_packages("")), reason="needs what compares vectors: make .venv/ready-embeddings"
)

MEANINGS = [{"car", "automobile", "vehicle"}, {"doctor", "physician"}, {"heron", "bird"}, {"cheese", "food"}]
MODEL = "meanings"


@dataclass
class EmbeddingsServer:
    base_url: str
    status: int = 200  # of all answers
    refused: str = "unreadable"  # a text with this word in it is answered with this status, or with no vector for 200
    refusal: int = 400
    inputs: list[list[str]] = field(default_factory=list)
    keys: set[str | None] = field(default_factory=set)

    def answer(self, body: dict[str, object]) -> tuple[int, object]:
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        assert isinstance(texts, list)
        self.inputs.append(texts)
        if self.status != 200:
            return self.status, {"error": {"message": "not now"}}
        if any(self.refused in text for text in texts):
            return self.refusal, {"error": {"message": "too long"}}
        data = [{"object": "embedding", "index": i, "embedding": vector(text)} for i, text in enumerate(texts)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return 200, {"object": "list", "model": MODEL, "data": data, "usage": usage}


def vector(text: str) -> list[float]:
    words = re.findall(r"\w+", text.lower())
    return [0.1, *(float(sum(word.rstrip("s") in meaning for word in words)) for meaning in MEANINGS)]


@contextmanager
def embeddings_server(port: int = 0) -> Iterator[EmbeddingsServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            fake.keys.add(self.headers.get("Authorization"))
            body = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = fake.answer(body) if self.path == "/v1/embeddings" else (404, {})
            payload = orjson.dumps(answer)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        fake = EmbeddingsServer(f"http://127.0.0.1:{server.server_address[1]}/v1")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
