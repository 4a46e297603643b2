"""What a person types into the console stays, whatever comes in meanwhile, in a real browser at the real server."""

from typing import Any

from tests.browser import Browser
from tests.official_client import put
from tests.rag_api.console.visitors import OTTER, wait_until
from tests.server import Server


def test_words_typed_before_the_attributes_of_the_store_have_come_are_searched(fresh: Server, browser: Browser) -> None:
    client = fresh.client()
    put(client, "otter.txt", OTTER)
    [file] = client.vector_stores.files.list("vs_default")
    client.vector_stores.files.update(file.id, vector_store_id="vs_default", attributes={"year": 1974})
    with browser.visit(f"{fresh.url}/") as visitor:
        held: list[Any] = []
        visitor.page.route("**/vs_default/files?*", lambda route: held.append(route))
        page = visitor.go("#/search")
        words = page.get_by_label("Words or a question")
        words.fill("otter")
        wait_until(page, lambda: bool(held))
        held[0].continue_()
        page.get_by_label("Only where").wait_for()
        assert words.input_value() == "otter"

        page.get_by_label("Only where").select_option("year")
        page.get_by_label("How it is compared").select_option("gte")
        page.get_by_role("button", name="Search", exact=True).click()
        page.locator(".results mark").first.wait_for()
        page.go_back()
        page.wait_for_function("() => document.getElementById('words').value === ''")
        page.go_forward()
        page.locator(".results mark").first.wait_for()
        assert (words.input_value(), page.get_by_label("How it is compared").input_value()) == ("otter", "gte")


def test_a_name_that_could_not_be_saved_is_still_there(fresh: Server, browser: Browser) -> None:
    put(fresh.client(), "otter.txt", OTTER)
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go("#/files")
        page.get_by_role("button", name="Store settings").click()
        name = page.get_by_role("dialog").get_by_label("Name")
        name.fill("Beavers")
        visitor.expect("ERR_FAILED")
        page.route("**/vector_stores/vs_default", lambda route: route.abort())
        page.get_by_role("button", name="Save").click()
        page.get_by_role("dialog").get_by_role("alert").wait_for()
        assert name.input_value() == "Beavers"
        page.unroute("**/vector_stores/vs_default")
        page.get_by_role("button", name="Save").click()
        page.locator("header option", has_text="Beavers").wait_for(state="attached")
