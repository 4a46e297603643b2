"""Files and stores in the console: dropped, tried again, found, deleted and had back, described, asked alone."""

from pathlib import Path
from typing import Any

from openai.types.vector_stores import VectorStoreFile

from tests.browser import Browser
from tests.official_client import put
from tests.rag_api.console.visitors import OTTER, ask, wait_until
from tests.server import Server


def drop(page: Any, place: Any, path: Path) -> None:
    """Drop a file or a folder there, as the system's file manager does."""
    box = place.bounding_box()
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})


def failed_files(server: Server) -> list[VectorStoreFile]:
    return list(server.client().vector_stores.files.list("vs_default", filter="failed"))


def test_of_a_dropped_folder_each_file_that_fails_says_why_and_can_be_tried_again_or_removed(
    fresh: Server, browser: Browser, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    (folder / "scans" / "old").mkdir(parents=True)
    (folder / "otter.txt").write_text(OTTER)
    (folder / ".DS_Store").write_text("x")
    (folder / "scans" / "broken.pdf").write_bytes(b"%PDF-1.4 nonsense")
    (folder / "scans" / "old" / "torn.pdf").write_bytes(b"%PDF-1.7 nonsense")
    other = fresh.client().vector_stores.create(name="other")
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go("#/files")
        page.get_by_role("heading", name="Begin with your documents").wait_for()
        page.get_by_role("button", name="sample documents").wait_for()  # nothing moves after that
        drop(page, page.get_by_role("region", name="Add files"), folder)
        page.locator(".progress label", has_text="1 of 3 read, 2 failed").wait_for()
        page.get_by_text("1 empty or hidden file left out.").wait_for()
        assert "damaged, or no PDF file" in page.locator(".progress li.failed").first.inner_text()

        tried: list[Any] = []
        page.on("response", lambda reply: tried.append(reply) if reply.request.method == "POST" else None)
        page.get_by_label("Show").select_option("failed")
        failures = page.get_by_role("list", name="Failed files by reason")
        group = failures.get_by_role("listitem")
        assert "2 files" in group.inner_text()
        assert visitor.findings() == []
        group.get_by_role("button", name="Try again").click()
        wait_until(page, lambda: len(tried) == 2 and len(failed_files(fresh)) == 2)
        page.reload()  # else the list goes and comes back while it is pointed at
        [torn] = [file for file in fresh.client().files.list() if file.filename.endswith("torn.pdf")]
        fresh.client().vector_stores.files.create_and_poll(torn.id, vector_store_id=other.id)
        group.filter(has_text="2 files").get_by_role("button", name="Remove").click()
        failures.wait_for(state="detached")
        page.get_by_label("Show").select_option("")
        page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 1")
        assert page.locator("tbody th").inner_text() == "otter.txt"
    assert [file.id for file in fresh.client().vector_stores.files.list(other.id)] == [torn.id]
    assert len(fresh.client().files.list().data) == 2


def test_a_deleted_file_can_be_had_back(fresh: Server, browser: Browser) -> None:
    client = fresh.client()
    put(client, "otter.txt", OTTER)
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go("#/files")
        page.get_by_role("button", name="Delete otter.txt").click()
        page.get_by_text("otter.txt is deleted.").wait_for()
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="Delete otter.txt").click()
        assert len(client.files.list().data) == 1
        page.goto("about:blank")  # who leaves has no second thoughts
        wait_until(page, lambda: client.files.list().data == [])


def test_a_file_is_found_by_its_name_and_deleted_where_one_says(fresh: Server, browser: Browser) -> None:
    client = fresh.client()
    file = put(client, "Äpfel.txt", OTTER)
    put(client, "heron.txt", "The heron sleeps on one leg on Mondays, says the warden.")
    other = client.vector_stores.create(name="Fruit", file_ids=[file.id])
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go("#/files")
        page.get_by_label("Name").fill("äpf")
        page.locator("tbody th", has_text="heron.txt").wait_for(state="detached")
        page.reload()
        page.get_by_role("button", name="Delete Äpfel.txt").click()
        page.get_by_text("It is also in Fruit.").wait_for()
        assert visitor.findings() == []
        page.get_by_role("button", name="Take it out of this store").click()
        page.get_by_text("Äpfel.txt is deleted.").wait_for()
        page.goto("about:blank")
        wait_until(page, lambda: len(client.vector_stores.files.list("vs_default").data) == 1)
        assert [each.id for each in client.vector_stores.files.list(other.id)] == [file.id]


def test_attributes_are_edited_and_a_file_is_downloaded_as_long_as_it_is_there(fresh: Server, browser: Browser) -> None:
    client = fresh.client()
    put(client, "otter.txt", OTTER)
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go("#/files")
        page.get_by_role("button", name="Attributes of otter.txt").click()
        page.get_by_role("button", name="Add an attribute").click()
        page.get_by_label("Key", exact=True).fill("year")
        page.get_by_label("Kind").select_option("number")
        page.get_by_label("Value").fill("1974")
        assert visitor.findings() == []
        page.get_by_role("button", name="Save").click()
        page.get_by_text("year: 1974").wait_for()
        [file] = client.vector_stores.files.list("vs_default")
        assert file.attributes == {"year": 1974}

        with page.expect_download() as download:
            page.get_by_role("button", name="Download otter.txt").click()
        assert download.value.path().read_text() == OTTER
        client.files.delete(file.id)
        visitor.expect("404")
        page.get_by_role("button", name="Download otter.txt").click()
        page.get_by_role("alert").filter(has_text=file.id).wait_for()


def test_another_store_is_made_filled_asked_alone_and_deleted(fresh: Server, browser: Browser, tmp_path: Path) -> None:
    client = fresh.client()
    put(client, "heron.txt", "The heron sleeps on one leg on Mondays, says the warden.")
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go("#/files")
        page.get_by_role("button", name="New store").click()
        page.get_by_role("dialog").get_by_label("Name").fill("Otters")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="Begin with your documents").wait_for()
        (tmp_path / "folder" / "of").mkdir(parents=True)
        (tmp_path / "folder" / "of" / "otter.txt").write_text(OTTER)
        page.get_by_label("Folder", exact=True).set_input_files(tmp_path / "folder")
        page.locator(".progress label", has_text="1 of 1 read").wait_for()
        page.get_by_role("link", name="Ask", exact=True).click()
        assert "river bed" in ask(page, "Where does the otter sleep on Tuesdays?").inner_text()
        assert "hold no answer" in ask(page, "On which leg does the heron sleep?").inner_text()
        stores = {store.name: store.file_counts.total for store in client.vector_stores.list()}
        assert stores == {"default": 1, "Otters": 1}

        page.get_by_role("link", name="Files").click()
        page.get_by_role("button", name="Store settings").click()
        page.get_by_role("dialog").get_by_label("Name").fill("Beavers")
        page.get_by_role("dialog").get_by_label("Expires").fill("7")
        page.get_by_role("button", name="Save").click()
        page.locator("header option", has_text="Beavers").wait_for(state="attached")
        [store] = [store for store in client.vector_stores.list() if store.name == "Beavers"]
        assert store.expires_after and store.expires_after.days == 7
        page.get_by_role("button", name="Store settings").click()
        page.get_by_role("button", name="Delete this store").click()
        page.get_by_text("The store “Beavers” is deleted.").wait_for()
        page.locator("tbody th", has_text="heron.txt").wait_for()
        page.goto("about:blank")
        wait_until(page, lambda: [store.name for store in client.vector_stores.list()] == ["default"])
