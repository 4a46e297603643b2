"""What a person sees of the file that an answer cites, in a real browser at the real server."""

from tests.browser import Browser
from tests.ingest.convert.scans import needs_ocr
from tests.official_client import put
from tests.rag_api.console.visitors import ask
from tests.server import Server

TYRES = "# Tyres\n\n| Wheel | Pressure |\n| --- | --- |\n| Front | 3.5 bar |\n| Rear | 4.0 bar |\n"
NUTS = "\n# Wheels\n\nA wheel has five nuts. Tighten them crosswise.\n"


def test_a_row_of_a_table_is_quoted_without_the_bars_of_its_text(fresh: Server, browser: Browser) -> None:
    put(fresh.client(), "tyres.md", TYRES)
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go("#/ask")
        answer = ask(page, "What is the pressure of the rear wheel?")
        answer.locator(".marker").first.click()
        quote = page.get_by_role("complementary", name="Source").locator("blockquote")
        assert quote.inner_text() == "Rear · 4.0 bar"

        texts = ["so\nit is\n| a | b\\|c |\n|---|:-:|\n| d |  |\nand", "cut | of | a row |", "x = a | b"]
        said = page.evaluate(
            """async texts => {
                const { quoted } = await import("./console/words.js");
                return texts.map(quoted);
            }""",
            texts,
        )
        assert said == ["so it is\na · b|c\nd\nand", "cut · of · a row", "x = a | b"]


def test_a_table_that_is_cited_is_a_table_and_its_row_is_marked(fresh: Server, browser: Browser) -> None:
    put(fresh.client(), "tyres.md", TYRES + "| a\\|b | |\n\nMeasure when they are *cold*: `a | b` or a\\|b.\n" + NUTS)
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go("#/ask")
        answer = ask(page, "What is the pressure of the rear wheel?")
        answer.locator(".marker").first.click()
        passage = page.get_by_role("complementary", name="Source").locator(".passage")
        passage.locator("mark").first.wait_for()
        assert passage.locator("th").all_inner_texts() == ["Wheel", "Pressure"]
        assert passage.locator("td").all_inner_texts() == ["Front", "3.5 bar", "Rear", "4.0 bar", "a|b", ""]
        assert passage.locator("mark").all_inner_texts() == ["Rear", "4.0 bar"]
        assert passage.locator(".heading").all_inner_texts() == ["Tyres", "Wheels"]
        assert passage.locator("p").nth(1).inner_text() == "Measure when they are *cold*: `a | b` or a\\|b."
        assert visitor.findings() == []

        page.get_by_role("link", name="Search", exact=True).click()
        page.get_by_role("heading", name="Search").wait_for()
        page.get_by_label("Words or a question").fill("rear pressure")
        page.get_by_role("button", name="Search").click()
        found = page.locator(".results .passage").first
        found.locator("mark").first.wait_for()
        assert found.locator("mark").all_inner_texts() == ["Pressure", "Rear"]


def test_what_is_no_markup_is_shown_as_it_is(fresh: Server, browser: Browser) -> None:
    script = "#!/bin/sh\n\n# Nightly backup\n\ncat prices.txt \\\n  | sort -n \\\n  | head -5\n"
    put(fresh.client(), "backup.sh", script)
    put(fresh.client(), "library.txt", "图书馆每天早上九点开门。")
    with browser.visit(f"{fresh.url}/") as visitor:
        page = visitor.go("#/search?q=Nightly+backup")
        found = page.locator(".results .passage")
        found.locator("mark").first.wait_for()
        assert found.inner_text() == script.strip()
        page = visitor.go("#/search?q=图书馆")
        page.locator("mark", has_text="图书馆").wait_for()
        page.get_by_role("button", name="library.txt").click()
        page.get_by_role("complementary", name="Source").locator("mark").wait_for()
        assert page.get_by_text("The words that are cited").count() == 0


@needs_ocr
def test_a_picture_that_is_cited_is_shown_with_its_words_marked(fresh: Server, browser: Browser) -> None:
    from tests.ingest.convert.scans import font, page, saved

    sentence = "Herons eat frogs in the marsh."
    put(fresh.client(), "herons.png", saved(page((100, 100, sentence), font=font(40), size=(900, 300)), "PNG"))
    with browser.visit(f"{fresh.url}/") as visitor:
        screen = visitor.go("#/ask")
        ask(screen, "What do herons eat?").locator(".marker").first.click()
        source = screen.get_by_role("complementary", name="Source")
        source.get_by_text("The quoted words are marked.").wait_for()
        source.get_by_role("img", name="Page 1 of herons.png").wait_for()
        source.locator("rect").first.wait_for()
        image, over = (source.locator(f".sheet > {each}").bounding_box() for each in ("img", "svg"))
        assert image == over
        assert source.get_by_role("heading").inner_text() == "herons.png"
        assert visitor.findings() == []
