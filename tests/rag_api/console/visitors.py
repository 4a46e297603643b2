"""What a visitor of the console asks, and what an administrator does beside it."""

import json
from collections.abc import Callable
from typing import Any

import httpx2

from tests.server import ROOT, Server

SAMPLES = ROOT / "data" / "samples"
QUESTION = "How accurate was Harrison's watch on the voyage to Jamaica?"
NO_ANSWER = "Who won the football world cup in 1974?"
ADMIN = "the-key-of-the-administrator"
OTTER = "The otter sleeps in the river bed on Tuesdays, says the ranger."


def ask(page: Any, question: str) -> Any:
    """Type a question, and wait for the end of its answer."""
    before = page.locator("article").count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    answer = page.locator("article").nth(before)
    answer.locator("footer").wait_for()
    return answer


def wait_until(page: Any, holds: Callable[[], bool]) -> None:
    for _ in range(300):
        if holds():
            return
        page.wait_for_timeout(100)
    assert holds()


def administrate(server: Server, method: str, path: str, body: Any = None, key: str = ADMIN) -> Any:
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    content = json.dumps(body) if body is not None else None
    url = f"{server.base_url}/admin/{path}"
    reply = httpx2.request(method, url, content=content, headers=headers, trust_env=False)
    return reply.raise_for_status().json()
