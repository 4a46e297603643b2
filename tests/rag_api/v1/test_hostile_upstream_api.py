"""A server that is no language model's is told of in our own words, whatever the route."""

from typing import Any

import orjson
from httpx2 import Response

from tests.hostile_server import HostileServer, head
from tests.official_client import MakeClient, http_of

CHAT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "What do herons eat?"}]}
PLAIN = {**CHAT, "model": "plain:m"}
RESPONSE: dict[str, Any] = {"model": "m", "input": "What do herons eat?"}
FOLLOW_UP = {**CHAT, "messages": [*CHAT["messages"], {"role": "assistant", "content": "Frogs."}, *CHAT["messages"]]}
ASKED = {
    "chat": ("chat/completions", CHAT),
    "chat, streamed": ("chat/completions", {**CHAT, "stream": True}),
    "chat, stored": ("chat/completions", {**CHAT, "stream": True, "store": True}),
    "chat without documents": ("chat/completions", PLAIN),
    "chat, rewritten": ("chat/completions", FOLLOW_UP),
    "response": ("responses", RESPONSE),
    "response, streamed": ("responses", {**RESPONSE, "stream": True}),
}
SECRET = "at 10.0.0.7 with sk-secret"
NONE = {
    "no HTTP": (b"<html>" + SECRET.encode(), "speaks no HTTP"),
    "nothing": (b"", "cannot be reached"),
    "broken off": (head("200 OK", "content-length: 500") + SECRET.encode(), "broke off"),
    "a page": (head(media="text/html") + SECRET.encode(), "no chat completion"),
    "compressed": (head("200 OK", "content-encoding: gzip") + b"\x1f\x8b", "compressed"),
    "a redirect": (head("307 X", "location: http://10.0.0.7/"), "another address"),
    "an error": (head("500 X") + orjson.dumps({"error": {"message": SECRET}}), "failed with status 500"),
}


def test_what_is_no_answer_is_a_502_on_each_route(new_client: MakeClient, hostile_server: HostileServer) -> None:
    settings: dict[str, Any] = {"openai_base_url": hostile_server.base_url, "openai_api_key": "sk-secret"}
    http = http_of(new_client(**settings, rewrite_query=True))
    wrong: dict[str, str] = {}

    def check(what: str, answer: Response, status: int, words: str) -> None:
        if answer.status_code != status or words not in answer.text or "10.0.0.7" in answer.text:
            wrong[what] = f"{answer.status_code} {answer.text}"

    for name, (answer, words) in NONE.items():
        hostile_server.say(answer)
        for route, (path, body) in ASKED.items():
            check(f"{name}: {route}", http.post(f"/v1/{path}", json=body), 502, words)
        in_background = http.post("/v1/responses", json={**RESPONSE, "background": True, "stream": True})
        check(f"{name}: in the background", in_background, 200, words)
        assert '"type":"response.failed"' in in_background.text
        check(f"{name}: models", http.get("/v1/models"), 200, '"gpt-5-mini"')
        check(f"{name}: a model", http.get("/v1/models/m"), 404, "does not exist")
    assert wrong == {}
