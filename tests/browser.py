"""A real browser, Chromium, and a person in front of it; what it complains about fails the test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from typing import Any

import pytest

CHROMIUM = os.environ.get("RAG_TESTS_CHROMIUM") or shutil.which("chromium")
FLAGS = [
    "--no-sandbox",  # which root cannot have; only pages of the server under test are opened
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WAIT_MS = 30_000  # on a busy machine
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visitor:
    """One tab of a browser of its own: `page` to act on, `complaints` that no test expected."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self.expected: list[str] = []
        page.set_default_timeout(WAIT_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"an error that nobody caught: {error}"))
        page.on("request", self._watch)

    def expect(self, complaint: str) -> None:
        """Say that the browser will complain with these words, as it does of each answer from 400 on."""
        self.expected.append(complaint)

    def go(self, place: str = "") -> Any:
        self.page.goto(self.url + place)
        return self.page

    def findings(self) -> list[str]:
        """What axe-core finds wrong with the page as it is shown."""
        self.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text())
        options = {"runOnly": {"type": "tag", "values": TAGS}}
        found = self.page.evaluate("(options) => axe.run(document, options)", options)["violations"]
        return [f"{each['id']}: {each['help']}: {node['html'][:200]}" for each in found for node in each["nodes"]]

    def too_wide(self) -> bool:
        wide: bool = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return wide

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(each in message.text for each in self.expected):
            self.complaints.append(message.text)

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self.url, "blob:")):
            self.complaints.append(f"a request for {request.url}")


class Browser:
    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium

    @contextmanager
    def visit(self, url: str, **options: Any) -> Iterator[Visitor]:
        """A visitor of `url`, with nothing remembered. With `options` of the browser: colour scheme, viewport ..."""
        with self._chromium.new_context(**{"viewport": {"width": 1360, "height": 860}, **options}) as context:
            visitor = Visitor(context.new_page(), url)
            yield visitor
        assert visitor.complaints == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # For one module: as long as it runs, no other event loop can.
    playwright = pytest.importorskip("playwright.sync_api", reason="what drives a browser is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no browser: install the package 'chromium' of Debian, or set RAG_TESTS_CHROMIUM")
    with ExitStack() as opened:
        driver = opened.enter_context(playwright.sync_playwright())
        yield Browser(opened.enter_context(driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)))
