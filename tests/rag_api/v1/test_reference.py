"""The reference at `/docs` is true: its examples work as they stand, and nothing is missing from it."""

import asyncio
import json
import re
import threading
from typing import Any

import httpx2
import pytest
from openai import OpenAI

from rag_api.v1 import reference
from tests.official_client import MakeClient, http_of, put

METHODS = {"get", "post", "delete"}


def test_the_page_is_there_with_all_that_it_needs(http: httpx2.Client) -> None:
    page = http.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    needed = re.findall(r"""(?:src|href)="([^"]+)"|url: '([^']+)'""", page.text)
    addresses = [first or second for first, second in needed]
    assert len(addresses) == 4
    for address in addresses:
        assert not address.startswith(("http", "/"))
        assert len(http.get(f"/{address}").content) > 1000


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [(method, path, name) for (method, path), examples in reference.EXAMPLES.items() for name in examples],
)
def test_an_example_works_as_it_stands(client: OpenAI, http: httpx2.Client, method: str, path: str, name: str) -> None:
    document = http.get("/openapi.json").json()
    example = document["paths"][path][method]["requestBody"]["content"]["application/json"]["examples"][name]["value"]
    text = json.dumps(example).replace(reference.FILE_ID, put(client, "voyages.txt", "A voyage to Jamaica.").id)

    response = http.request(method, path.replace("{store_id}", "vs_default"), json=json.loads(text))
    assert response.status_code == 200, response.text


def operations(http: httpx2.Client) -> dict[str, dict[str, Any]]:
    paths = http.get("/openapi.json").json()["paths"]
    return {f"{method} {path}": each for path, own in paths.items() for method, each in own.items()}


def test_every_operation_stands_in_a_section_that_is_described(http: httpx2.Client) -> None:
    described = {tag["name"] for tag in reference.TAGS}
    assert {tag for each in operations(http).values() for tag in each["tags"]} == described


def test_every_operation_says_how_errors_look(http: httpx2.Client) -> None:
    assert [name for name, each in operations(http).items() if "4XX" not in each["responses"]] == []
    assert [name for name, each in operations(http).items() if "422" in each["responses"]] == []


def test_every_post_that_takes_something_says_what(http: httpx2.Client) -> None:
    bare = [name for name, each in operations(http).items() if name.startswith("post") and "requestBody" not in each]
    assert [name for name in bare if not name.endswith("/cancel")] == []


@pytest.mark.parametrize(("keys", "locked"), [("", False), ("one", True)])
def test_a_key_is_asked_for_where_one_is_needed(new_client: MakeClient, keys: str, locked: bool) -> None:
    http = http_of(new_client(api_keys=keys))
    assert ("security" in http.get("/openapi.json").json()) == locked


def test_its_document_holds_up_nobody_and_is_made_once() -> None:
    made_in = []

    class Noted(reference.Documented):
        def openapi(self) -> dict[str, Any]:
            made_in.append(threading.current_thread())
            return {}

    async def ask() -> None:
        transport = httpx2.ASGITransport(Noted(keys=False))
        async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
            for _ in range(2):
                assert (await client.get("/openapi.json")).json() == {}

    asyncio.run(ask())
    assert len(made_in) == 1
    assert made_in[0] is not threading.current_thread()
