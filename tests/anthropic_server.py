"""A real HTTP server that speaks Anthropic's messages, whole and streamed, and says the same each time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson


@dataclass
class AnthropicServer:
    base_url: str
    said: list[str]
    requests: list[dict[str, Any]] = field(default_factory=list)

    def whole(self) -> bytes:
        text = {"type": "text", "text": "".join(self.said)}
        return orjson.dumps({**self._message(), "content": [text], "stop_reason": "end_turn"})

    def streamed(self) -> bytes:
        events: list[dict[str, Any]] = [{"type": "message_start", "message": {**self._message(), "content": []}}]
        events.append({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
        for text in self.said:
            delta = {"type": "text_delta", "text": text}
            events.append({"type": "content_block_delta", "index": 0, "delta": delta})
        events.append({"type": "content_block_stop", "index": 0})
        ended = {"stop_reason": "end_turn", "stop_sequence": None}
        events.append({"type": "message_delta", "delta": ended, "usage": {"output_tokens": 5}})
        events.append({"type": "message_stop"})
        return b"".join(b"event: %b\ndata: %b\n\n" % (each["type"].encode(), orjson.dumps(each)) for each in events)

    def _message(self) -> dict[str, Any]:
        usage = {"input_tokens": 20, "output_tokens": 5}
        about = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-5-5"}
        return {**about, "stop_reason": None, "stop_sequence": None, "usage": usage}


@contextmanager
def anthropic_server(*said: str) -> Iterator[AnthropicServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.requests.append(body)
            stream = bool(body.get("stream"))
            payload = fake.streamed() if stream else fake.whole()
            self.send_response(200 if self.path.startswith("/v1/messages") else 404)
            self.send_header("Content-Type", "text/event-stream" if stream else "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake = AnthropicServer(f"http://127.0.0.1:{server.server_address[1]}", list(said))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
