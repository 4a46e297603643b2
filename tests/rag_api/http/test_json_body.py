"""How much of a request's body is read, and when: not before its key, its path and its method are known."""

import orjson
import pytest
from fastapi.testclient import TestClient

from ingest.json_values import Values
from rag_api.http import room
from rag_api.http.json_body import MAX_VALUES, JsonRoute, LargeJsonRoute
from rag_api.http.room import FREE_BYTES, MAX_BYTES_TOGETHER
from tests.body_in_pieces import Sent, endless
from tests.official_client import MakeClient, http_of

KEY = "a-key-of-the-tests"
SEARCH = "/v1/vector_stores/vs_default/search"
CHAT = "/v1/chat/completions"


TINY = b'{"":0},' * 9000


@pytest.fixture
def keyed(new_client: MakeClient) -> TestClient:
    return http_of(new_client(api_keys=KEY))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/healthz", 405),
        ("POST", "/docs", 405),
        ("POST", "/openapi.json", 405),
        ("POST", "/nothing", 404),
        ("GET", "/healthz", 200),
        ("POST", "/v1/models", 401),
        ("POST", CHAT, 401),
        ("POST", "/v1/files", 401),
    ],
)
def test_a_body_that_no_route_wants_is_not_read(keyed: TestClient, method: str, path: str, status: int) -> None:
    sent = Sent(keyed, path, endless(TINY), method)
    assert (sent.status, sent.taken) == (status, 0)


def test_a_body_under_a_wrong_name_is_not_read_to_its_end(http: TestClient) -> None:
    sent = Sent(http, CHAT, endless(b"a" * 1000), headers={"content-type": "text/plain"})
    assert (sent.status, sent.taken) == (415, 1000)


@pytest.mark.parametrize(("path", "route"), [(SEARCH, JsonRoute), (CHAT, LargeJsonRoute)])
def test_a_body_that_says_that_it_is_too_long_is_not_read(http: TestClient, path: str, route: type[JsonRoute]) -> None:
    declared = {"content-length": str(route.max_body_bytes + 1)}
    sent = Sent(http, path, endless(b" " * 1000), headers=declared)
    assert (sent.status, sent.taken) == (413, 0)
    assert f"larger than {route.max_body_bytes >> 20} MB" in sent.error["message"]


@pytest.mark.parametrize(("path", "route"), [(SEARCH, JsonRoute), (CHAT, LargeJsonRoute)])
def test_a_body_of_unknown_length_is_read_up_to_the_limit_of_its_route(
    http: TestClient, path: str, route: type[JsonRoute]
) -> None:
    piece = 1 << 18
    sent = Sent(http, path, endless(b" " * piece))
    assert sent.status == 413
    assert sent.taken == route.max_body_bytes + piece


@pytest.mark.parametrize(
    "piece", [TINY, b"[" * 9000, b"0," * 9000, b'"\\\\",' * 9000], ids=["objects", "lists", "numbers", "texts"]
)
def test_the_values_of_a_body_are_counted_as_they_come(http: TestClient, piece: bytes) -> None:
    sent = Sent(http, CHAT, [b"[", *[piece] * 100])
    assert (sent.status, sent.error["type"]) == (413, "invalid_request_error")
    assert f"more than {MAX_VALUES:,} values" in sent.error["message"]
    assert sent.taken < 1_500_000


TEXTS = ["[{,", '"', "\\", '\\",[', '","', "\\\\", "ä", "\u2028{"]


@pytest.mark.parametrize("cut", [1, 2, 3, 7, 1000])
def test_what_stands_in_texts_is_no_value_wherever_the_pieces_are_cut(cut: int) -> None:
    value = {"texts": TEXTS, "in": [TEXTS, {}, [], {"{,[": 1, "\\": 2}], "z": None}
    body = orjson.dumps(value)
    counted = Values()
    for start in range(0, len(body), cut):
        counted.add(body[start : start + cut])
    assert counted.count == 20 + 7  # commas and brackets outside the texts
    assert counted.depth == 3


@pytest.mark.parametrize("deep", [128, 129, 900, 10_000])
@pytest.mark.parametrize(
    ("path", "around"),
    [
        (CHAT, '{"messages": [], "tools": [{"type": "function", "function": {"name": "f", "parameters": %s}}]}'),
        ("/v1/responses", '{"input": "Hello!", "tools": [{"type": "function", "name": "f", "parameters": %s}]}'),
    ],
    ids=["chat", "responses"],
)
def test_what_could_not_be_written_again_is_not_read(http: TestClient, path: str, around: str, deep: int) -> None:
    inner = deep - around.count("{") - 1
    body = around.replace("[]", '[{"role": "user", "content": "Hello!"}]') % ('{"a":' * inner + "1" + "}" * inner)
    answer = http.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == (200 if deep == 128 else 400)
    assert ("nested more than 128 deep" in answer.text) == (deep > 128)


def test_large_bodies_have_so_much_room_together(http: TestClient) -> None:
    with room.share() as taken:
        taken.add(FREE_BYTES + MAX_BYTES_TOGETHER)
        sent = Sent(http, CHAT, endless(b" " * 1000))
        assert (sent.status, sent.headers["retry-after"]) == (503, "2")
        assert sent.taken <= FREE_BYTES + 1000
        assert http.post(SEARCH, json={"query": "herons"}).status_code == 200  # small ones always have room
    assert http.post(SEARCH, json={"query": "herons " * 20_000}).status_code != 503
    assert room.TOGETHER.taken == 0


def test_the_room_is_free_again_after_a_client_that_left(http: TestClient) -> None:
    Sent(http, CHAT, [b" " * 1_000_000])
    assert room.TOGETHER.taken == 0


def test_the_openapi_document_has_the_limits(http: TestClient) -> None:
    paths = http.get("/openapi.json").json()["paths"]
    assert paths[CHAT]["post"]["requestBody"]["description"] == "At most 20 MB, and 100,000 values, 128 deep."
    assert paths["/v1/vector_stores"]["post"]["requestBody"]["description"].startswith("At most 1 MB")
