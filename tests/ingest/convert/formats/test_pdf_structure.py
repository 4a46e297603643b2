"""Headings, running lines, rows and columns of PDFs."""

from dataclasses import replace
from itertools import chain

import pypdfium2
import pytest

from ingest.chunk.split import TokenSplitter
from ingest.convert.formats.pdf.headings import Entry, headings
from ingest.convert.formats.pdf.layout import Line, LineReader, Style
from ingest.convert.formats.pdf.rows import rows
from ingest.convert.formats.pdf.running import running
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.pdf_files import Body, drawn, lines

PROSE = "Herons of the lake eat all the frogs that they can find in it, %s."
PAPER = 0, 842
TEXT, LARGE, BOLD = Style(10, False, b"Times"), Style(14, False, b"Times"), Style(10, True, b"Times-Bold")

Piece = tuple[float, float, float, str] | tuple[float, float, float, str, str]


def prose(top: float, count: int = 4, x: float = 72, size: float = 10) -> list[Piece]:
    numbers = "one two three four five six seven eight nine ten".split()
    return [(x, top - 12 * n, size, PROSE % numbers[n]) for n in range(count)]


def headings_in(content: str | None) -> list[str]:
    return [line for line in (content or "").split("\n") if line.startswith("#")]


def test_larger_and_bolder_lines_are_headings_the_larger_further_out(convert: Convert) -> None:
    title: Piece = (72, 740, 18, "Birds of the Lake")
    first = [title, (72, 700, 14, "Herons"), *prose(670), (72, 600, 10, "Nests", "F2"), *prose(580)]
    second = [(72, 740, 14, "Storks and"), (72, 724, 14, "other waders"), *prose(690), (72, 600, 10, "Food", "F2")]
    second += prose(580)
    document = convert("birds.pdf", drawn(Body(lines(*first)), Body(lines(*second))))
    assert headings_in(document.content) == [
        "# Birds of the Lake",
        "## Herons",
        "### Nests",
        "## Storks and other waders",
        "### Food",
    ]
    assert "\f\n## Storks and other waders\n\n" in (document.content or "")
    assert document.meta["markup"] == "markdown"


def test_chunks_are_cut_at_headings_and_know_them_and_their_page(convert: Convert) -> None:
    pages = [Body(lines((72, 740, 14, name), *prose(700, 10))) for name in ("Herons", "Storks")]
    document = convert("birds.pdf", drawn(*pages))
    kept = {"store_id": "s", "file_id": "f", "store_file_id": "sf"}
    chunks = TokenSplitter().run([replace(document, meta=document.meta | kept)])["documents"]
    assert [(chunk.meta["headings"], chunk.meta["page_start"], chunk.meta["page_end"]) for chunk in chunks] == [
        (["Herons"], 1, 1),
        (["Storks"], 2, 2),
    ]
    assert [(document.content or "")[c.meta["start"] : c.meta["end"]] for c in chunks] == [c.content for c in chunks]


def test_the_size_is_that_on_paper_even_if_it_stands_in_the_matrix(convert: Convert) -> None:
    scaled = "BT /F1 1 Tf 16 0 0 16 72 740 Tm (Herons) Tj ET\n"
    text = "\n".join(f"BT /F1 1 Tf 10 0 0 10 72 {y:g} Tm ({words}) Tj ET" for _, y, _, words, *_ in prose(700))
    assert headings_in(convert("matrix.pdf", drawn(Body(scaled + text))).content) == ["# Herons"]


def test_the_number_of_a_section_says_how_deep_it_is(convert: Convert) -> None:
    page = lines(
        (72, 740, 12, "1 Birds", "F2"),
        *prose(720),
        (72, 660, 12, "1.1 Herons", "F2"),
        *prose(640),
        (72, 580, 12, "1.1.1 Nests", "F2"),
        *prose(560),
        (72, 500, 12, "2 Fish", "F2"),
        *prose(480),
    )
    found = headings_in(convert("numbered.pdf", drawn(Body(page))).content)
    assert found == ["# 1 Birds", "## 1.1 Herons", "### 1.1.1 Nests", "# 2 Fish"]


def test_the_name_of_a_section_may_end_in_a_number(convert: Convert) -> None:
    page = lines(
        (72, 740, 14, "1. Results of 2023", "F2"),
        (72, 716, 12, "1.1 Revenue in 2023", "F2"),
        *prose(700),
        (72, 640, 14, "2. Exercise 4", "F2"),
        *prose(620),
        (72, 540, 12, "3. Net sales 1,234", "F2"),
        *prose(520),
    )
    found = headings_in(convert("years.pdf", drawn(Body(page))).content)
    assert found == ["# 1. Results of 2023", "## 1.1 Revenue in 2023", "# 2. Exercise 4"]


def test_a_title_ends_where_the_first_section_begins(convert: Convert) -> None:
    page = lines((72, 740, 18, "Handbook of the Mill"), (72, 716, 18, "1. Grain"), *prose(690))
    assert headings_in(convert("mill.pdf", drawn(Body(page))).content) == ["# Handbook of the Mill", "# 1. Grain"]


def test_what_the_outline_names_is_a_heading_whatever_it_looks_like(convert: Convert) -> None:
    page = lines((72, 740, 10, "1. Herons"), *prose(720), (72, 600, 10, "Their nests in spring"), *prose(580))
    # pages are objects 12 and 14: contents come first
    outline = [
        "<< /Type /Outlines /First 8 0 R /Last 8 0 R /Count 2 >>",
        "<< /Title (Herons) /Parent 7 0 R /Dest [11 0 R /Fit] /First 9 0 R /Last 9 0 R /Count 1 >>",
        "<< /Title (Their nests) /Parent 8 0 R /Dest [11 0 R /Fit] >>",
    ]
    content = convert("outline.pdf", drawn(Body(page), catalog="/Outlines 7 0 R", more=outline)).content
    assert headings_in(content) == ["# 1. Herons", "## Their nests in spring"]


def test_rows_and_heads_of_a_table_are_no_headings(convert: Convert) -> None:
    page = lines(
        *prose(740),
        (72, 660, 10, "Year ended December 31,", "F2"),
        (72, 648, 10, "2023 2022", "F2"),
        (72, 636, 10, "Net sales 1,234 5,678"),
        (72, 610, 10, "Operating expenses:", "F2"),
        (72, 598, 10, "Cost of sales 1,100 5,000"),
        (72, 586, 10, "Total 1,234 5,678", "F2"),
        (72, 560, 10, "Region", "F2"),
        (300, 560, 10, "Change", "F2"),
        (72, 548, 10, "North"),
        (300, 548, 10, "12 %"),
        *prose(500),
    )
    content = convert("table.pdf", drawn(Body(page))).content or ""
    assert headings_in(content) == []
    assert "\nNet sales 1,234 5,678\n" in content


def test_a_heading_may_have_something_at_the_other_end_of_its_line(convert: Convert) -> None:
    page = lines((72, 740, 10, "Armored Ogre", "F2"), (400, 740, 10, "Creatures", "F2"), *prose(720))
    assert headings_in(convert("codex.pdf", drawn(Body(page))).content) == ["# Armored Ogre Creatures"]


def test_a_paragraph_in_large_or_bold_letters_is_no_heading(convert: Convert) -> None:
    bold = [(*piece, "F2") for piece in prose(660)]
    page = lines(*prose(740), *bold, *prose(560, 10), *prose(400, 5, size=13))
    assert headings_in(convert("bold.pdf", drawn(Body(page))).content) == []


def test_the_end_of_a_reference_in_bold_letters_is_no_heading(convert: Convert) -> None:
    page = lines(
        *prose(740),
        (72, 692, 10, "Line Editing).", "F2"),
        *prose(680),
        (72, 600, 10, "Editing (of lines)", "F2"),
        *prose(580),
    )
    assert headings_in(convert("manual.pdf", drawn(Body(page))).content) == ["# Editing (of lines)"]


def test_words_that_look_like_markup_are_none(convert: Convert) -> None:
    words = ["# define HERON", "```", "| a | b |", "#hash", "~~~ sh"]
    code: list[Piece] = [(72, 600 - 12 * n, 10, text) for n, text in enumerate(words)]
    page = Body(lines((72, 740, 14, "Herons"), *prose(700), *code))
    content = convert("code.pdf", drawn(page)).content or ""
    assert headings_in(content.replace("#hash", "hash")) == ["# Herons"]
    assert content.split("\n")[-5:] == [" # define HERON", "    ```", "| a | b |", "#hash", "    ~~~ sh"]
    plain = convert("code.pdf", drawn(Body(lines(*prose(700), *code))))
    assert (plain.content or "").split("\n")[-5:] == words
    assert plain.meta["markup"] == "text"


def test_code_keeps_its_indentation(convert: Convert) -> None:
    code = [
        (72, "def eats(self, what):"),
        (96, "if what is FROG:"),
        (120, "return True"),
        (96, "return False"),
        (72, "}"),
    ]
    drawn_code = lines(
        *((x, 640 - 12 * n, 10, text.replace("(", "\\(").replace(")", "\\)"), "F2") for n, (x, text) in enumerate(code))
    )
    file = drawn(Body(lines(*prose(740, 6)) + "\n" + drawn_code)).replace(b"/Helvetica-Bold", b"/Courier       ")
    content = convert("code.pdf", file).content or ""
    assert content.split("\n")[6:] == [
        "def eats(self, what):",
        "    if what is FROG:",
        "        return True",
        "    return False",
        "}",
    ]


def test_what_recurs_at_the_edge_of_each_page_is_said_once(convert: Convert) -> None:
    def page(n: int) -> Body:
        header, footer = (72.0, 770.0, 9.0, "Annual Report of the Lake", "F2"), (300.0, 30.0, 9.0, f"Page {n + 1} of 8")
        return Body(lines(header, *prose(720), (72, 640, 10, f"Of chapter {n} there is no more to say."), footer))

    content = convert("report.pdf", drawn(*map(page, range(8)))).content or ""
    assert content.count("Annual Report of the Lake") == 1
    assert [n for n in range(1, 9) if f"Page {n} of 8" in content] == [1]
    assert all(f"Of chapter {n} there" in text for n, text in enumerate(content.split("\f")))
    assert headings_in(content) == []


def test_the_head_of_a_table_on_each_page_stays(convert: Convert) -> None:
    def page(n: int) -> Body:
        accounts: list[Piece] = [(72, 740 - 12 * k, 10, f"Account {n}{k} 1,234 5,678") for k in range(1, 9)]
        return Body(lines((72, 740, 10, "Account Debit Credit"), *accounts))

    content = convert("ledger.pdf", drawn(*map(page, range(6)))).content or ""
    assert content.count("Account Debit Credit") == 6


def test_a_head_that_stands_off_stays_with_its_table_below_a_header_that_is_said_once(convert: Convert) -> None:
    def page(n: int) -> Body:
        if n % 3:
            return Body(lines((72, 770, 10, "Ledger of the Lake"), *prose(740)))
        cells = [(72, "Account"), (300, "Debit"), (500, "Credit")]
        head: list[Piece] = [(x, 740, 10, text) for x, text in cells]
        sums: list[Piece] = [(x, 710 - 12 * k, 10, f"{n}{k},{x}") for k in range(8) for x, _ in cells]
        return Body(lines((72, 770, 10, "Ledger of the Lake"), *head, *sums))

    content = convert("ledger.pdf", drawn(*map(page, range(18)))).content or ""
    assert content.count("Account Debit Credit") == 6
    assert content.count("Ledger of the Lake") == 1


def test_a_header_in_two_parts_is_said_once_though_some_pages_begin_with_a_table(convert: Convert) -> None:
    def page(n: int) -> Body:
        header: list[Piece] = [(72, 770, 10, "Ledger of"), (400, 770, 10, "the Lake")]
        sums: list[Piece] = [(x, 740 - 12 * k, 10, f"{n}{k},{x}") for k in range(8) for x in (72, 300)]
        return Body(lines(*header, *(sums if n % 2 else prose(740))))

    content = convert("ledger.pdf", drawn(*map(page, range(12)))).content or ""
    assert content.count("Ledger of the Lake") == 1


def test_pages_are_counted_in_roman_numbers_and_from_anywhere() -> None:
    numbers = ["i", "ii", "iii", "iv", "v", "vi", "A-12", "A-13", "A-14", "A-15"]
    pages = [[Line(f"Words {numbers[-n]}.", TEXT, 400), Line(text, TEXT, 20)] for n, text in enumerate(numbers)]
    assert [sorted(each) for each in running(pages, [PAPER] * len(pages)).again] == [
        [],
        [1],
        [1],
        [1],
        [1],
        [1],
        [],
        [1],
        [1],
        [1],
    ]


def test_the_letterhead_of_four_lines_that_each_page_has_is_said_once(convert: Convert) -> None:
    head = ["Ann Heron, Consultants", "3 Lake Street", "London NW1", "heron.example - ann@heron.example"]
    letterhead = [(300, 770 - 12 * number, 10, line) for number, line in enumerate(head)]
    pages = [Body(lines(*letterhead, *prose(680 - n))) for n in range(6)]
    content = str(convert("report.pdf", drawn(*pages)).content)
    assert [content.count(line) for line in head] == [1] * 4
    assert content.count("Herons of the lake") == 24


def test_the_size_of_the_text_is_not_that_of_long_lines_in_small_print(convert: Convert) -> None:
    card = [(72, 740 - 20 * number, 10, "Owls, which see at night") for number in range(30)]
    small = (
        72,
        60,
        7,
        "Copyright of the friends of herons, owls, storks and all other birds of the lakes of this country",
    )
    content = convert("card.pdf", drawn(Body(lines((72, 770, 14, "Owls"), *card, small)))).content
    assert headings_in(content) == ["# Owls"]


def test_titles_that_count_like_pages_stay(convert: Convert) -> None:
    pages = [Body(lines((72, 740, 16, f"Step {n}"), *prose(680))) for n in range(1, 7)]
    content = convert("steps.pdf", drawn(*pages)).content
    assert headings_in(content) == [f"# Step {n}" for n in range(1, 7)]


@pytest.mark.parametrize(
    "title",
    [
        "Room {}",
        "Anlage {} zum Vertrag",
        "Kapitel {}:",
        "Question {} of the exam",
        "第 {} 章",
        "Invoice {}/2024",
        "{}/2024",
        "2024{}",
        "Lot no. {}",
    ],
)
@pytest.mark.parametrize("size", [8, 10])
def test_titles_that_count_like_pages_stay_in_the_print_of_the_text(title: str, size: float) -> None:
    def page(n: int) -> list[Line]:
        text = [Line(PROSE % n, TEXT, y) for y in (700, 688, 676)]
        return [Line(title.format(101 + n), Style(size, False, b"Times"), 800), *text]

    assert list(chain.from_iterable(running([page(n) for n in range(9)], [PAPER] * 9).lines)) == []


@pytest.mark.parametrize(
    "words",
    [
        "{}",
        "- {} -",
        "Page {}",
        "Page {} of 9",
        "Seite {} von 9",
        "{}/9",
        "P. {}",
        "стр. {}",
        "第 {} 页 共 9 页",
        "صفحة {} من 9",
    ],
)
def test_numbers_of_pages_are_said_once_in_any_language(words: str) -> None:
    pages = [[Line(f"Room {n} is green.", TEXT, 700), Line(words.format(n + 1), TEXT, 40)] for n in range(9)]
    assert [sorted(each) for each in running(pages, [PAPER] * 9).again] == [[], *[[1]] * 8]


def test_a_number_of_the_page_may_stand_beside_words_in_small_print() -> None:
    small = Style(8, False, b"Times")
    for words in ("Ledger of the Lake | {}", "Ledger of the Lake, page {}", "Ledger of the Lake {}/9"):
        pages = [[Line(PROSE % n, TEXT, 700), Line(words.format(n + 1), small, 40)] for n in range(9)]
        assert [sorted(each) for each in running(pages, [PAPER] * 9).again] == [[], *[[1]] * 8]


def test_what_many_letters_of_one_form_say_stays_in_each(convert: Convert) -> None:
    def letter(name: str, licence: str, french: str) -> Body:
        said = ["Application", f"Applicant: {name}", "The applicant has worked abroad.", "", licence, french]
        return Body(lines(*((72, 740 - 25 * n, 11, text) for n, text in enumerate(said) if text)))

    said = [("yes", "B2"), ("no", "B2"), ("yes", "C1"), ("yes", "B2"), ("yes", "B2"), ("yes", "B2"), ("yes", "B2")]
    answers = [(f"Driving licence: {licence}", f"French {french}") for licence, french in said]
    letters = [letter(f"Ann {n}", *each) for n, each in enumerate(answers)]
    content = convert("letters.pdf", drawn(*letters)).content or ""
    assert [tuple(page.split("\n")[-2:]) for page in content.split("\f")] == answers


def test_lines_at_the_usual_distance_stay_though_they_recur_at_the_edge(convert: Convert) -> None:
    def slip(n: int) -> Body:
        said = ["The Lake Company", "Pay slip", f"Employee: Ann {n}", f"No. {n}", "Holiday 12 days", "Net 1470.00"]
        return Body(lines(*((72, 760 - 30 * n, 11, text) for n, text in enumerate(said))))

    content = convert("slips.pdf", drawn(*map(slip, range(6)))).content or ""
    assert content.count("The Lake Company\nPay slip\n") == 6


def test_a_line_with_a_label_stays_in_the_print_of_the_text(convert: Convert) -> None:
    pages = [Body(lines(*prose(720), (72, 640, 10, f"Of {n}."), (72, 60, 10, "Result: passed"))) for n in range(6)]
    assert (convert("results.pdf", drawn(*pages)).content or "").count("Result: passed") == 6


@pytest.mark.parametrize(("y", "runs"), [(734, True), (702, False)])
def test_a_title_with_the_number_of_the_page_at_the_other_end_of_its_line_runs_though_it_looks_like_the_text(
    y: float, runs: bool
) -> None:
    def page(number: int) -> list[Line]:
        head = Line(f"Chapter 3: Herons {number}", TEXT, y, gaps=True, x=90, end=516)
        return [head, *(Line(PROSE % (number + row), TEXT, 690 - 12 * row) for row in range(3))]

    again = running([page(16 + n) for n in range(6)], [PAPER] * 6).again
    assert [sorted(each) for each in again] == ([[], *[[0]] * 5] if runs else [[]] * 6)


def test_running_lines_end_where_others_stand_in_their_place_and_are_said_when_they_come_again() -> None:
    def titles(pages: list[list[Line]]) -> list[int]:
        return [n for n, again in enumerate(running(pages, [PAPER] * len(pages)).again) if not again]

    def pages(words: str) -> list[list[Line]]:
        small = Style(8, False, b"Times")
        return [
            [Line(f"Chapter {title}", small, 800), *(Line(PROSE % title, TEXT, y) for y in (700, 688))]
            for title in words
        ]

    assert titles(pages("AAAAABBBBBAAAAA")) == [0, 5, 10]
    assert titles(pages("ABABABABAB")) == [0, 1]  # on the left, and on the right
    assert titles(pages("ABCABDAABEA")) == [*range(11)]


def test_a_line_with_a_label_runs_beside_the_number_of_the_page() -> None:
    small = Style(8, False, b"Times")

    def page(number: int, height: float) -> list[Line]:
        head = [Line("The Lake Company", small, 780), Line("Version: 2.1", small, 770)]
        text = [Line(PROSE % (number + row), TEXT, 690 - 12 * row) for row in range(3)]
        return [*head, Line(f"Page {number}", small, height), *text]

    for height, runs in ((760, [0, 1, 2]), (40, [2])):
        again = running([page(n, height) for n in range(6)], [PAPER] * 6).again
        assert [sorted(each) for each in again] == [[], *[runs] * 5]


def test_text_that_was_recognised_never_runs() -> None:
    pages = [[Line("Received at the court"), Line("Kiel")] for _ in range(6)]
    assert list(chain.from_iterable(running(pages, [PAPER] * 6).lines)) == []


def test_columns_are_read_one_after_the_other(convert: Convert) -> None:
    left, right = prose(700, 10, x=36, size=8), prose(700, 10, x=320, size=8)
    content = convert("columns.pdf", drawn(Body(lines(*left, *right)))).content or ""
    assert [line for line in content.split("\n") if line] == [piece[3] for piece in (*left, *right)]


def test_columns_written_line_by_line_are_read_one_after_the_other(convert: Convert) -> None:
    left, right = prose(700, 10, x=36, size=8), prose(700, 10, x=320, size=8)
    above: Piece = (36, 740, 8, "A title that stands across both of the columns of this page, and above them")
    for shift in (0, 5):  # on one height PDFium takes them for one line
        other = [(x, y - shift, size, text) for x, y, size, text, *_ in right]
        across = [piece for pair in zip(left, other, strict=True) for piece in pair]
        content = convert("columns.pdf", drawn(Body(lines(above, *across)))).content or ""
        assert [line for line in content.split("\n") if line] == [piece[3] for piece in (above, *left, *right)]


def test_rows_of_a_table_with_long_cells_are_no_columns(convert: Convert) -> None:
    sums = [(x, 700 - 12 * n, 8, f"Sum {n} of all the accounts, {x},000") for n in range(12) for x in (36, 320)]
    names = [(36, 700 - 12 * n, 8, "Frogs of the lake and the" + " wide" * (n % 4) + " river") for n in range(10)]
    texts = [piece for pair in zip(names, prose(700, 10, x=320, size=8), strict=True) for piece in pair]
    for cells in (sums, texts):
        content = convert("table.pdf", drawn(Body(lines(*cells)))).content or ""
        pairs = zip(cells[::2], cells[1::2], strict=True)
        assert content.split("\n") == [f"{one[3]} {other[3]}" for one, other in pairs]


def test_a_raised_mark_and_a_cell_of_several_lines_do_not_part_a_row(convert: Convert) -> None:
    page = lines(
        *prose(740),
        (72, 660, 10, "Markdowns"),
        (130, 665, 6, "\\(1\\)"),
        (300, 660, 10, "147 254"),
        (72, 640, 10, "Settlements"),
        (72, 628, 10, "of suits"),
        (300, 640, 10, "34 23"),
        (72, 600, 10, "Sales"),
        (300, 612, 10, "Change"),
        (300, 600, 10, "2022 on 2021"),
        *prose(560),
    )
    content = convert("marks.pdf", drawn(Body(page))).content or ""
    assert content.split("\n")[4:-4] == [
        "Markdowns (1) 147 254",
        "Settlements of suits 34 23",
        "Sales Change 2022 on 2021",
    ]


def test_raised_digits_are_no_part_of_the_number_before(convert: Convert) -> None:
    def raised(y: int, *parts: str) -> str:
        turns = ("0 Ts /F1 12 Tf", "4 Ts /F1 7 Tf")
        drawn = " ".join(f"{turns[n % 2]} ({part}) Tj" for n, part in enumerate(parts))
        return f"BT 1 0 0 1 72 {y} Tm {drawn} 0 Ts ET"

    written = [
        ("The mass is 3.10", "6", " kg at a rate of 10", "-3", "."),
        ("Of 25,000", "4", " people 1,310", "12", " came in 1648", "3"),
        ("2", "10", " is 1024."),
        ("It falls at 3 m s", "-1", " to A-4 and 10-3."),
        ("In 2023 each m", "2", " of 120-130 cost 1,234.50"),
    ]
    upright = "\nBT /F1 12 Tf 0 1 -1 0 500 300 Tm (2023 and 12) Tj ET"
    page = "\n".join(raised(720 - 20 * n, *parts) for n, parts in enumerate(written))
    content = convert("physics.pdf", drawn(Body(page + upright))).content or ""
    assert content.replace("  ", " ").split("\n") == [  # PDFium puts a space behind what is raised
        "The mass is 3.10^6 kg at a rate of 10^-3 .",
        "Of 25,000^4 people 1,310^12 came in 1648^3",
        "2^10 is 1024.",
        "It falls at 3 m s^-1 to A-4 and 10-3.",
        "In 2023 each m2 of 120-130 cost 1,234.50",
        "2023 and 12",
    ]


def test_a_row_may_go_on_with_a_raised_mark() -> None:
    name = Line("Restructuring charges", TEXT, 500, x=72, end=170, end_y=500)
    rest = Line("(4) 147 (34) 254", Style(6, False, b"Times"), 504, x=178, end=500, end_y=500)
    assert rows([name, rest, name._replace(y=488, end_y=488)], ()) == [1, 1, 2]


def test_columns_of_a_few_long_lines_are_no_row(convert: Convert) -> None:
    left, right = prose(700, 3, x=36, size=7), prose(700, 3, x=320, size=7)
    content = convert("columns.pdf", drawn(Body(lines(*left, *right)))).content or ""
    assert content.split("\n") == [piece[3] for piece in (*left, *right)]


def test_structure_is_linear_in_pages_and_lines() -> None:
    def page(n: int) -> list[Line]:
        return [Line("Running", TEXT, 800), *(Line(f"Heading {n} {k}", BOLD, 780 - k * 7) for k in range(100))]

    pages = [page(n) for n in range(2000)]
    outline = [Entry(1, f"Heading {n} {n % 100}", n) for n in range(2000)]
    recurs = running(pages, [PAPER] * len(pages))
    found = headings(pages, recurs.lines, outline)
    assert len(found) >= 2000
    assert len(list(chain.from_iterable(recurs.again))) == 1999


def test_a_title_with_the_number_of_the_page_at_its_foot_is_no_heading() -> None:
    def found(foot: str) -> list[int]:
        page = [Line("Herons of the lake", TEXT, 700), Line(foot, TEXT, 40)]
        return [line for _, line in headings([[], [], page], [(), (), ()], [Entry(1, "Introduction", 2)])]

    assert found("Introduction 3") == found("Introduction iii") == found("Introduction - Page 1") == []
    assert found("Introduction to it") == [1]
    alone = [Line("Introduction 3", TEXT, 700)]
    assert list(headings([[], [], alone], [(), (), ()], [Entry(1, "Introduction", 2)])) == [(2, 0)]


def test_a_watermark_is_no_heading(convert: Convert) -> None:
    mark = "\nBT /F1 60 Tf .7 .7 -.7 .7 200 300 Tm (DRAFT) Tj ET"
    pages = [Body(lines((72, 740, 14, name), *prose(700, 10)) + mark) for name in ("Herons", "Storks")]
    document = convert("birds.pdf", drawn(*pages))
    assert headings_in(document.content) == ["# Herons", "# Storks"]
    assert "DRAFT" in (document.content or "")


def test_bold_rows_and_cells_of_a_table_are_no_headings(convert: Convert) -> None:
    heads = [(72 + 120 * n, 600, 12, head, "F2") for n, head in enumerate(("Age", "Weight", "Single dose"))]
    cells = [(72 + 120 * n, 580, 12, cell) for n, cell in enumerate(("Adults", "over 40 kg", "500 mg"))]
    cut = [(72, 560, 12, "Children", "F2"), (72, 546, 12, "and infants", "F2"), (192, 560, 12, "Ask", "F2")]
    document = convert("leaflet.pdf", drawn(Body(lines((72, 740, 18, "Dose"), *prose(700), *heads, *cells, *cut))))
    assert headings_in(document.content) == ["# Dose"]


def test_headings_beside_each_other_with_text_below_stay(convert: Convert) -> None:
    beside: list[Piece] = []
    for x, name in ((72, "Allowed"), (320, "Forbidden")):
        beside += [(x, 600, 14, name, "F2"), (x, 580, 10, "eat the frogs"), (x, 566, 10, "of the lake")]
    document = convert("rules.pdf", drawn(Body(lines((72, 740, 18, "Rules"), *prose(700), *beside))))
    assert headings_in(document.content) == ["# Rules", "## Allowed", "## Forbidden"]


def test_a_line_that_goes_on_in_another_row_is_cut() -> None:
    rows = (72, 740, 12, "S 49.00"), (80, 726, 12, "L 51.00")
    with pypdfium2.PdfDocument(drawn(Body(lines(*rows)))) as document:
        page = document[0].get_textpage()
        text = page.get_text_range().replace("\r\n", "  ")  # as PDFium has it in tables with merged cells
        assert [(line.text, line.x, line.y) for line in LineReader().lines(page, text)] == [
            ("S 49.00", 72, 740),
            ("L 51.00", 80, 726),
        ]
