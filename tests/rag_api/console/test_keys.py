"""Keys in the console: asked for, read-only, made and revoked, too fast."""

from pathlib import Path

from ingest.version import installed_version
from tests.browser import Browser
from tests.official_client import put
from tests.rag_api.console.visitors import ADMIN, OTTER, administrate, ask
from tests.server import Server


def test_a_key_is_asked_for_and_one_that_was_revoked_costs_no_text(tmp_path: Path, browser: Browser) -> None:
    with Server(tmp_path, {"RAG_API_KEYS": ADMIN}) as server:
        client = server.client(ADMIN)
        put(client, "otter.txt", OTTER)
        made = administrate(server, "POST", "keys", {"scope": "write", "name": "Ada"})
        with browser.visit(f"{server.url}/") as visitor:
            visitor.expect("401")
            page = visitor.go("#/ask")
            field = page.get_by_role("textbox", name="API key")
            field.fill("not-this-one")
            page.get_by_role("button", name="Go on").click()
            page.get_by_text("This key is not valid here").wait_for()
            assert visitor.findings() == []
            field.fill(made["secret"])
            page.get_by_role("button", name="Go on").click()
            field.wait_for(state="detached")
            assert "river bed" in ask(page, "Where does the otter sleep on Tuesdays?").inner_text()

            administrate(server, "DELETE", f"keys/{made['id']}")
            page.wait_for_timeout(1200)  # for a second, a key is remembered
            page.get_by_label("Your question").fill("And on which day?")
            page.keyboard.press("Enter")
            field.fill(ADMIN)
            page.get_by_role("button", name="Go on").click()
            page.locator("article").nth(1).locator("footer").wait_for()
            assert page.locator("article h2").nth(1).inner_text() == "And on which day?"


def test_a_key_that_may_only_read_has_no_buttons_that_write(tmp_path: Path, browser: Browser) -> None:
    with Server(tmp_path, {"RAG_API_KEYS": ADMIN}) as server:
        put(server.client(ADMIN), "otter.txt", OTTER)
        secret = administrate(server, "POST", "keys", {"scope": "read", "name": "Ada"})["secret"]
        with browser.visit(f"{server.url}/") as visitor:
            visitor.expect("401")
            page = visitor.go("#/files")
            page.get_by_role("textbox", name="API key").fill(secret)
            page.get_by_role("button", name="Go on").click()
            page.get_by_role("button", name="Download otter.txt").wait_for()
            buttons = set(page.locator("main button").all_inner_texts())
            assert buttons == {"Text", "Download"}
            assert page.get_by_role("link", name="Keys").count() == 0


def test_an_administrator_makes_and_revokes_keys(fresh: Server, browser: Browser) -> None:
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go("#/keys")
        page.get_by_role("button", name="New key").click()
        page.get_by_label("Name").fill("Root")
        page.get_by_role("button", name="Make the key").click()
        secret = page.locator("dialog code").inner_text()
        page.get_by_role("button", name="Close").click()
        page.get_by_role("button", name="New key").click()
        page.get_by_label("Name").fill("Ada's laptop")
        page.get_by_label("May").select_option("read")
        page.get_by_role("button", name="Make the key").click()
        hers = page.locator("dialog code").inner_text()
        page.get_by_role("button", name="Close").click()
        assert fresh.client(hers).models.list().data
        page.get_by_role("button", name="Change Ada's laptop").click()
        page.get_by_role("dialog").get_by_label("Requests a minute").fill("90")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("90 requests").wait_for()
        page.get_by_role("button", name="New project").click()
        page.get_by_role("dialog").get_by_label("Name").fill("sales")
        page.get_by_role("dialog").get_by_label("so many files").fill("5")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("0 files of 5").wait_for()
        page.get_by_role("button", name="Change the project sales").click()
        page.get_by_role("dialog").get_by_label("so many files").fill("")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("0 files of 5").wait_for(state="detached")
        page.get_by_role("button", name="Delete the project sales").click()
        page.get_by_role("button", name="Delete", exact=True).click()
        page.get_by_role("row", name="sales").wait_for(state="detached")
        page.get_by_role("button", name="Revoke Ada's laptop").click()
        page.get_by_role("button", name="Revoke", exact=True).click()
        page.get_by_text("revoked").wait_for()
        changes = page.get_by_role("region", name="Who changed what")
        while changes.get_by_text("POST /v1/admin/keys").count() == 0:  # they are noted a moment later
            changes.get_by_role("button", name="Load again").click()
            page.wait_for_timeout(200)
        page.get_by_role("region", name="This server").get_by_text(installed_version()).wait_for()
        assert visitor.findings() == []
    assert [key["name"] for key in administrate(fresh, "GET", "keys", key=secret)["data"]] == ["Ada's laptop", "Root"]


def test_too_many_requests_are_told_with_the_seconds_to_wait(tmp_path: Path, browser: Browser) -> None:
    with Server(tmp_path, {"RAG_API_KEYS": ADMIN}) as server:
        put(server.client(ADMIN), "otter.txt", OTTER)
        secret = administrate(server, "POST", "keys", {"requests_per_minute": 8})["secret"]
        with browser.visit(f"{server.url}/") as visitor:
            visitor.expect("401")
            visitor.expect("429")
            page = visitor.go("#/ask")
            page.get_by_role("textbox", name="API key").fill(secret)
            page.get_by_role("button", name="Go on").click()
            page.get_by_role("link", name="New conversation").wait_for()
            while page.get_by_text("Try again in").count() == 0:
                page.get_by_label("Your question").fill("Where does the otter sleep on Tuesdays?")
                page.keyboard.press("Enter")
                page.locator("article").last.locator("footer, .fault").wait_for()
            assert page.get_by_role("button", name="Try again").count() == 1
