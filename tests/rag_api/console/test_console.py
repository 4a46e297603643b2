"""The console as a person meets it, in a real browser at the real server: asking, searching, and finding the way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pypdfium2
import pytest

from tests.browser import Browser
from tests.official_client import put
from tests.rag_api.console.visitors import NO_ANSWER, OTTER, QUESTION, SAMPLES, ask, wait_until
from tests.scripted_upstream import Fail, Hang, ScriptedUpstream, Text
from tests.server import Server


def files(*named: tuple[str, bytes]) -> list[dict[str, Any]]:
    return [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in named]


def words_within(pdf: Path, page: int, boxes: list[list[float]]) -> str:
    """What PDFium reads in these boxes, given in fractions of the page."""
    with pypdfium2.PdfDocument(pdf) as document:
        sheet = document[page - 1]
        width, height = sheet.get_size()
        text = sheet.get_textpage()
        # A little larger, as letters that touch the edge may be left out.
        return " ".join(
            text.get_text_bounded(x * width - 1, (1 - y - h) * height - 1, (x + w) * width + 1, (1 - y) * height + 1)
            for x, y, w, h in boxes
        )


def test_a_first_visitor_adds_files_asks_and_sees_where_the_answer_stands(fresh: Server, browser: Browser) -> None:
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go()
        page.get_by_role("heading", name="Begin with your documents").wait_for()
        page.get_by_role("button", name="Try 6 sample documents").click()
        page.locator(".progress label", has_text="6 of 6 read").wait_for()
        page.get_by_text("All are read.").wait_for()
        assert page.locator("tbody tr").count() == 6

        page.get_by_role("link", name="Ask about them").click()
        answer = ask(page, QUESTION)
        assert "5.1 seconds slow" in answer.inner_text()
        assert "Answered by extractive" in answer.inner_text()
        answer.locator(".marker").first.click()
        source = page.get_by_role("complementary", name="Source")
        source.get_by_role("heading", name="longitude.pdf page 3 of 5").wait_for()
        source.get_by_text("The quoted words are marked.").wait_for()
        source.locator("rect").first.wait_for()
        boxes = [
            [float(box.get_attribute(name)) for name in ("x", "y", "width", "height")]
            for box in source.locator("rect").all()
        ]
        quote = source.locator("blockquote").last.inner_text()
        assert "5.1 seconds" in quote
        marked = words_within(SAMPLES / "longitude.pdf", 3, boxes)
        assert "".join(quote.split()) in "".join(marked.split())
        assert source.get_by_role("img").evaluate("image => image.naturalWidth") >= 600

        source.get_by_role("button", name="Next page").click()
        source.get_by_role("img", name="Page 4 of longitude.pdf").wait_for()
        page.keyboard.press("Escape")
        source.wait_for(state="detached")
        assert page.evaluate("document.activeElement.className") == "marker"

        # What was said is kept on the server, and comes back.
        page.reload()
        page.locator("article .marker").first.wait_for()
        assert page.locator("article h2").inner_text() == QUESTION


def test_a_conversation_is_renamed_and_deleted(server: Server, browser: Browser) -> None:
    with browser.visit(f"{server.url}/") as visitor:
        page = visitor.go("#/ask")
        ask(page, "What is a bimetallic strip?")
        page.get_by_role("button", name="Rename What is a bimetallic strip?").click()
        page.get_by_role("dialog").get_by_label("Name").fill("Strips")
        page.get_by_role("dialog").get_by_role("button", name="Rename").click()
        page.get_by_role("link", name="Strips").wait_for()
        page.get_by_role("button", name="Delete Strips").click()
        page.get_by_text("“Strips” is deleted.").wait_for()
        page.get_by_text("Ask anything that your documents may answer.").wait_for()
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("link", name="Strips").click()
        page.locator("article h2", has_text="What is a bimetallic strip?").wait_for()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_newest_question_stands_at_the_top_with_its_answer_below(
    server: Server, browser: Browser, width: int
) -> None:
    with browser.visit(server.url) as visitor:
        page = visitor.go()
        page.set_viewport_size({"width": width, "height": 700})
        shown = page.locator(".turns").bounding_box()
        for question in ("Summarize longitude.pdf", "Summarize kitchen-garden.docx", QUESTION):
            ask(page, question)
        newest = page.locator("article").last
        wait_until(page, lambda: abs(top(newest.locator("h2")) - shown["y"]) < 50)  # it scrolls smoothly
        assert top(newest.locator(".marker").first) < shown["y"] + shown["height"]


def top(element: Any) -> float:
    return float(element.bounding_box()["y"])


def test_no_answer_is_called_none_and_shows_the_nearest_passages(server: Server, browser: Browser) -> None:
    with browser.visit(f"{server.url}/") as visitor:
        answer = ask(visitor.go("#/ask"), NO_ANSWER)
        assert "Your documents hold no answer to this." in answer.inner_text()
        answer.locator(".nearest li").first.wait_for()
        assert answer.locator(".nearest li").count() == 3
        assert answer.locator(".marker").count() == 0


def test_a_server_that_goes_and_comes_back_costs_no_text(tmp_path: Path, browser: Browser) -> None:
    with Server(tmp_path) as server:
        put(server.client(), "otter.txt", OTTER)
        with browser.visit(f"{server.url}/") as visitor:
            visitor.expect("Failed to load resource")
            page = visitor.go("#/ask")
            page.get_by_label("Your question").fill("Where does the otter sleep on Tuesdays?")
            server.kill()
            page.keyboard.press("Enter")
            page.get_by_text("The server cannot be reached. What you typed is kept").wait_for()
            page.get_by_label("Your question").fill("And on which day?")
            with Server(tmp_path, port=server.port):
                page.get_by_text("What you typed is kept").wait_for(state="detached")
                page.get_by_role("button", name="Try again").click()
                page.locator("article footer").wait_for()
                assert "river bed" in page.locator("article").inner_text()
                assert page.get_by_label("Your question").input_value() == "And on which day?"


def test_an_answer_is_read_as_it_is_written_and_stopped(
    tmp_path: Path, browser: Browser, scripted_upstream: ScriptedUpstream
) -> None:
    # Characters that JavaScript counts twice stand before the marker.
    said = (
        "## In short\n\n🦦🦦 The **otter** sleeps in the river bed on Tuesdays [1].\n\n- *On Mondays* nobody knows.\n"
    )
    scripted_upstream.script = (Text(said),)
    with Server(tmp_path, {"OPENAI_BASE_URL": scripted_upstream.base_url, "RAG_MODEL": "tiny"}) as server:
        put(server.client(), "otter.txt", OTTER)
        with browser.visit(f"{server.url}/") as visitor:
            answer = ask(visitor.go("#/ask"), "Where does the otter sleep on Tuesdays?")
            assert answer.get_by_role("heading", name="In short").count() == 1
            assert answer.locator("strong").inner_text() == "otter"
            assert answer.locator("li").first.inner_text() == "*On Mondays* nobody knows."
            assert answer.locator("p").first.inner_text() == "🦦🦦 The otter sleeps in the river bed on Tuesdays 1."
            assert answer.locator(".marker").get_attribute("aria-label") == "Source [1]: otter.txt"
            assert "Answered by tiny" in answer.inner_text()

            page = visitor.page
            scripted_upstream.script = (Text("The otter, if one believes"), Hang())
            page.get_by_label("Your question").fill("And on Mondays?")
            page.keyboard.press("Enter")
            stopped = page.locator("article").nth(1)
            stopped.get_by_text("The otter, if one believes").wait_for()
            page.get_by_role("button", name="Stop").click()
            stopped.get_by_text("Stopped.").wait_for()
            assert "The otter, if one believes" in stopped.inner_text()
            assert scripted_upstream.requests[-1].left.wait(30)

            visitor.expect("Failed to load resource")
            scripted_upstream.script = (Fail(500),)
            stopped.get_by_role("button", name="Try again").click()
            stopped.get_by_role("alert").wait_for()
            scripted_upstream.script = (Text("Nobody knows."),)
            stopped.get_by_role("button", name="Try again").click()
            stopped.get_by_text("Nothing in your documents supports this.").wait_for()
            assert page.locator("article").count() == 2
            page.reload()  # and so it is kept
            page.get_by_text("Nobody knows.", exact=True).wait_for()
            assert page.locator("article").count() == 2

            # Who leaves an unfinished answer for another conversation finds only that one there.
            scripted_upstream.script = (Text("The otter, if one believes"), Hang())
            page.get_by_label("Your question").fill("And on Sundays?")
            page.keyboard.press("Enter")
            page.locator("article").nth(2).get_by_text("The otter, if one believes").wait_for()
            page.get_by_role("link", name="New conversation").click()
            page.get_by_text("Ask anything that your documents may answer.").wait_for()
            assert scripted_upstream.requests[-1].left.wait(30)
            scripted_upstream.script = (Text(said),)
            ask(page, "Where does the otter sleep on Tuesdays?")
            assert page.locator("article").count() == 1


def test_a_search_says_why_each_passage_was_found(server: Server, browser: Browser) -> None:
    client = server.client()
    [pdf] = [file for file in client.files.list() if file.filename == "longitude.pdf"]
    client.vector_stores.files.update(pdf.id, vector_store_id="vs_default", attributes={"year": 1761})
    with browser.visit(f"{server.url}/") as visitor:
        page = visitor.go("#/search")
        page.get_by_label("Only where").select_option("year")
        page.get_by_label("How it is compared").select_option("lt")
        page.get_by_label("Words or a question").fill("voyage to Jamaica")
        page.keyboard.press("Enter")
        page.get_by_text("Nothing was found.").wait_for()
        page.get_by_label("How it is compared").select_option("eq")
        page.get_by_role("button", name="Search").click()
        first = page.locator(".results > li").first
        first.wait_for()
        assert set(page.locator(".results h2 button").all_inner_texts()) == {"longitude.pdf"}
        assert {"voyage", "Jamaica"} & set(first.locator("mark").all_inner_texts())
        first.get_by_text("Why").click()
        assert "not compared: no embedding model is set" in first.inner_text()
        page.reload()  # the place is in the address
        first.get_by_role("button", name="longitude.pdf").click()
        page.locator(".sheet rect").first.wait_for()

        page.keyboard.press("Escape")
        page.get_by_role("link", name="Code").click()
        curl = page.get_by_role("region", name="The last request of this page, as curl").inner_text()
        assert f"curl {server.base_url}/vector_stores/vs_default/search" in curl


def test_the_keyboard_is_enough(server: Server, browser: Browser) -> None:
    with browser.visit(f"{server.url}/") as visitor:
        page = visitor.go("#/ask")
        page.get_by_label("Your question").wait_for()
        page.keyboard.press("/")
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        page.locator("article footer").wait_for()
        page.keyboard.press("Tab")  # out of the field
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.className") == "marker"
        page.keyboard.press("Enter")
        page.get_by_text("The quoted words are marked.").wait_for()
        first = page.locator(".source blockquote").inner_text()
        page.keyboard.press("]")
        page.wait_for_function("(first) => document.querySelector('.source blockquote').innerText !== first", arg=first)
        page.keyboard.press("[")
        page.wait_for_function("(first) => document.querySelector('.source blockquote').innerText === first", arg=first)
        page.keyboard.press("Escape")
        page.locator(".source").wait_for(state="detached")
        for letter, heading in {"f": "Files", "s": "Search", "c": "Code", "a": "Ask your documents"}.items():
            page.keyboard.press("g")
            page.keyboard.press(letter)
            page.wait_for_function("(name) => document.activeElement.textContent === name", arg=heading)
        page.keyboard.press("?")
        page.get_by_role("heading", name="Keyboard shortcuts").wait_for()
        assert visitor.findings() == []
        page.keyboard.press("Escape")


def test_names_and_texts_that_are_markup_stay_text(fresh: Server, browser: Browser) -> None:
    name = "<img src=x onerror=alert(1)>.txt"
    text = "<script>alert(2)</script> The **otter** <b>sleeps</b> in the <i>river</i> bed on Tuesdays, says the ranger."
    client = fresh.client()
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go("#/files")
        page.get_by_label("Files", exact=True).set_input_files(files((name, text.encode())))
        page.locator(".progress label", has_text="1 of 1 read").wait_for()
        [kept] = client.files.list()
        assert page.locator("tbody th").inner_text() == kept.filename
        page.get_by_role("link", name="Ask", exact=True).click()
        answer = ask(page, "Where does the otter sleep on Tuesdays? <img src=x>")
        assert "<b>sleeps</b>" in answer.inner_text()
        answer.locator(".marker").first.click()
        page.get_by_role("heading", name=kept.filename).wait_for()
        assert "<b>sleeps</b>" in page.locator(".passage mark").inner_text()
        assert page.locator("main img, main script, main b, main i").count() == 0
        with pytest.raises(Exception, match="TrustedHTML"):
            page.evaluate("document.body.innerHTML = '<b>x</b>'")
        visitor.complaints.clear()  # of this last line


def test_nothing_is_found_wrong_with_any_screen(server: Server, browser: Browser) -> None:
    """For those who cannot see, or not well; light, dark, and on a phone."""
    screens = {"files": "Files", "search?q=watch": "Search", "code": "Code", "keys": "Keys"}
    looks: dict[str, dict[str, Any]] = {
        "light": {},
        "dark": {"color_scheme": "dark"},
        "phone": {"viewport": {"width": 390, "height": 844}},
    }
    found: dict[str, list[str]] = {}
    for look, options in looks.items():
        with browser.visit(f"{server.url}/", **options) as visitor:
            for screen, heading in screens.items():
                page = visitor.go(f"#/{screen}")
                page.get_by_role("heading", name=heading).first.wait_for()
                page.wait_for_load_state("networkidle")
                found[f"{look} {screen}"] = visitor.findings() + ["it is too wide"] * visitor.too_wide()
            page = visitor.go("#/ask")
            ask(page, NO_ANSWER)
            ask(page, QUESTION).locator(".marker").first.click()
            page.locator(".sheet img").wait_for()
            found[f"{look} ask"] = visitor.findings() + ["it is too wide"] * visitor.too_wide()
    assert {place: faults for place, faults in found.items() if faults} == {}


@contextmanager
def proxy(server: Server, prefix: str) -> Iterator[str]:
    """What stands before the server and has it under a prefix."""

    class Handler(BaseHTTPRequestHandler):
        def forward(self) -> None:
            if not self.path.startswith(prefix):
                return self.send_error(404)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            path = self.path.removeprefix(prefix.rstrip("/"))
            reply = httpx2.request(self.command, server.url + path, content=body, headers=headers, trust_env=False)
            self.send_response(reply.status_code)
            for name, value in reply.headers.items():
                if name not in ("content-length", "transfer-encoding", "connection", "content-encoding"):
                    self.send_header(name, value)
            self.send_header("content-length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        do_GET = do_POST = do_DELETE = forward

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as front:
        threading.Thread(target=front.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{front.server_port}{prefix}"
        front.shutdown()


def test_it_works_under_a_prefix_behind_a_proxy(server: Server, browser: Browser) -> None:
    with proxy(server, "/documents/") as url, browser.visit(url) as visitor:
        page = visitor.go()
        answer = ask(page, QUESTION)
        answer.locator(".marker").first.click()
        page.locator(".sheet img").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Code").click()
        page.get_by_text(f'base_url="{url}v1"').first.wait_for()
