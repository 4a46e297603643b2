"""Makes the pictures of the console, by hand: `python docs/screenshots.py FOLDER`, with `make .venv/ready-browser`;
`ask-light.png`, made smaller, is the one in the README."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import CHROMIUM, FLAGS  # noqa: E402
from tests.server import Server  # noqa: E402

SIZE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
QUESTION = "How accurate was Harrison's watch on the voyage to Jamaica?"


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    data = Path(tempfile.mkdtemp())
    with (
        Server(data) as server,
        sync_playwright() as driver,
        driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as chromium,
    ):
        for scheme in ("light", "dark"):
            page = chromium.new_page(viewport=SIZE, color_scheme=scheme, device_scale_factor=2)
            take(page, server.url, folder, scheme)
    shutil.rmtree(data)


def take(page: Page, url: str, folder: Path, scheme: str) -> None:
    def keep(name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}-{scheme}.png", animations="disabled")

    page.goto(f"{url}/#/files")
    samples = page.get_by_role("button", name="sample documents")
    page.locator("h1").wait_for()
    page.wait_for_load_state("networkidle")
    if samples.count():  # else they are there from the time before
        keep("first-visit")
        samples.click()
        page.get_by_text("All are read.").wait_for()
    keep("files")
    page.goto(f"{url}/#/ask")
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".marker").first.click()
    page.locator(".sheet rect").first.wait_for()
    keep("ask")
    page.set_viewport_size(PHONE)
    keep("ask-phone")
    page.set_viewport_size(SIZE)
    page.goto(f"{url}/#/search?q=voyage to Jamaica")
    page.locator("summary").first.click()
    keep("search")
    for screen in ("code", "keys"):
        page.goto(f"{url}/#/{screen}")
        page.locator("h1").wait_for()
        keep(screen)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
