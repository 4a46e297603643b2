"""Letters of PDFs that stand in another order than they are read, or that PDFium tears apart."""

import io

import pypdfium2
import pytest

from ingest.convert.formats.pdf import convert
from ingest.convert.formats.pdf.layout import LineReader
from ingest.convert.formats.pdf.right_to_left import Placed, by_place, in_order
from ingest.convert.formats.pdf.second_opinion import better_pages
from ingest.convert.formats.pdf.steep import with_steep_words
from tests.ingest.convert.pdf_files import Body, drawn, glyph_font, lines

WIDTHS = (
    dict.fromkeys("abdeghnopqu0123456789", 556) | dict.fromkeys("cks", 500) | dict.fromkeys("flt .", 278) | {"r": 333}
)
SIZE = 12


def letter_by_letter(x: float, y: float, text: str) -> str:
    """As Chromium draws some fonts."""
    moves = (f"({each}) Tj {WIDTHS[each] * SIZE / 1000:.3f} 0 Td" for each in text)
    return f"BT /F1 {SIZE} Tf {x} {y} Td {' '.join(moves)} ET"


def meant(x: float, y: float, text: str, shapes: str) -> str:
    """Shapes that are letters of another script, which the file says beside them."""
    meaning = text.encode("utf-16-be").hex()
    moves = " ".join(f"1 0 0 1 {x + 6 * n} {y} Tm ({shape}) Tj" for n, shape in enumerate(shapes))
    return f"/Span << /ActualText <FEFF{meaning}> >> BDC BT /F1 {SIZE} Tf {moves} ET EMC"


def read(*parts: str) -> str:
    return convert(io.BytesIO(drawn(Body("\n".join(parts)))), "menu.pdf").text


def raw(*parts: str) -> str:
    with pypdfium2.PdfDocument(drawn(Body("\n".join(parts)))) as document:
        return str(document[0].get_textpage().get_text_range())


def test_letters_that_pdfium_makes_lines_of_their_own_are_words_again() -> None:
    dishes = [("herons", "6.50"), ("frog nests", "10.2"), ("lakes and eggs", "3.10")] * 2
    parts = [
        letter_by_letter(x, 740 - 12 * row, text)
        for row, dish in enumerate(dishes)
        for x, text in zip((72, 500), dish, strict=True)
    ]
    assert "h\r\ne\r\nr\r\no\r\nn" in raw(*parts)
    assert read(*parts).split("\n") == [" ".join(dish) for dish in dishes]


def test_cells_of_one_letter_stay_apart() -> None:
    parts = [(72 + 40 * column, 740 - 12 * row, SIZE, "xoxox"[column]) for row in range(6) for column in range(5)]
    assert read(lines(*parts)).split("\n") == ["x o x o x"] * 6


def test_letters_of_which_the_file_says_the_meaning_are_not_torn_apart() -> None:
    syllables = [(72, "कि", "ab"), (84, "रा", "cd"), (96, "या", "ef"), (114, "है", "gh")]
    parts = [meant(x, 740, text, shapes) for x, text, shapes in syllables]
    assert read(*parts) == "किराया है"


def test_powers_beside_such_letters_are_raised() -> None:
    power = lines((72, 700, SIZE, "10"), (85.5, 704.5, 7, "-3"))
    assert (
        read(meant(72, 740, "कि", "ab"), meant(84, 740, "रा", "cd"), meant(96, 740, "या", "ef"), power)
        == "किराया\n10^-3"
    )


def test_letters_are_said_once_though_their_second_shape_stands_higher() -> None:
    high = meant(84, 740, "ช่", "ab").replace("90 740", "90 747")
    assert read(meant(72, 740, "ค่", "cd"), high, meant(96, 740, "า", "e")) == "ค่ช่า"


@pytest.mark.parametrize("word", ["עברית", "عقد"])
def test_words_that_run_from_left_to_right_are_turned(word: str) -> None:
    parts = [meant(72 + 6 * n, 740, letter, "a") for n, letter in enumerate(reversed(word))]
    assert word not in raw(*parts)
    assert read(*parts) == word


def test_lam_and_alef_in_one_shape_change_places() -> None:
    placed = [Placed("ا", 60, 60), Placed("إ", 40, 41), Placed("ل", 40, 41), Placed("ي", 30, 30), Placed("ج", 20, 20)]
    assert in_order(placed) == "الإيج"
    apart = [Placed("ا", 60, 60), Placed("ل", 50, 50), Placed("ب", 40, 40)]
    assert in_order(apart) == "الب"


def test_a_stop_before_a_line_from_right_to_left_is_at_its_end() -> None:
    def placed(text: str) -> list[Placed]:
        return [Placed(each, 100 - 5 * n, 100 - 5 * n) for n, each in enumerate(text)]

    assert in_order(placed(".שלום עולם")) == "שלום עולם."
    assert in_order(placed(".NET של")) == ".NET של"


def test_a_symbol_that_was_drawn_behind_the_words_stands_between_them() -> None:
    parts = [f"BT /F1 {SIZE} Tf 72 740 Td [(Press) -2500 (to go on.)] TJ ET", meant(112, 740, "→", "x")]
    assert "on. →" in raw(*parts)
    assert read(*parts) == "Press → to go on."


@pytest.mark.parametrize("turn", [(0, 1, -1, 0, 80, 80), (0, -1, 1, 0, 500, 700)])
def test_rows_of_a_page_that_is_turned_stay_apart(turn: tuple[int, ...]) -> None:
    table = [["Berth", "Length", "Tenant"], ["A1", "180", "Stena"], ["A2", "220", "Pilots"]]
    cells = [
        (140 * column, -24 * row, SIZE, cell) for row, each in enumerate(table) for column, cell in enumerate(each)
    ]
    content = f"q {' '.join(map(str, turn))} cm {lines(*cells)} Q"
    assert read(content).split("\n") == [" ".join(row) for row in table]


def test_a_torn_line_from_right_to_left_is_read_by_place() -> None:
    def placed(text: str, x: float) -> list[Placed]:
        return [Placed(each, x + 6 * n, x + 6 * n, x + 6 * n + 6) for n, each in enumerate(text)]

    drawn_order = [*placed(".50", 72), *placed("1", 66), *placed("םולש", 300), *placed("www.a-b.org", 200)]
    assert by_place(drawn_order, 3, False) == "שלום www.a-b.org 1.50"
    vowel = Placed("\u05b8", 302, 302, 304)
    assert by_place([vowel, *placed("אב", 300)], 3, False) == "בא\u05b8"


def test_pypdf_is_not_asked_about_scripts_that_it_gives_in_shapes() -> None:
    page = "किराया अनुबंध और महीने की तारीख"
    assert better_pages(io.BytesIO(drawn(Body(lines((72, 740, SIZE, "kiraya kiraya kiraya"))))), [page]) == {}


def test_lam_and_alef_that_begin_in_one_place_keep_their_order() -> None:
    shapes = [Placed("ا", 60, 60, 66), Placed("ل", 40, 40, 46), Placed("أ", 40, 40, 46), Placed("ح", 30, 30, 36)]
    assert by_place(shapes, 30, True) == "الأح"


def shapes(*parts: tuple[float, float, str]) -> str:
    """Letters of 12 points on the same line, each piece at its x and this much higher."""
    return "\n".join(f"BT /F1 {SIZE} Tf {x} {740 + rise} Td ({text}) Tj ET" for x, rise, text in parts)


def width(text: str) -> float:
    return sum(WIDTHS[each] for each in text) * SIZE / 1000


def test_an_accent_is_joined_with_the_letter_that_it_is_drawn_over() -> None:
    over = width("f") + (width("u") - 0.333 * SIZE) / 2
    accent, comma = (72 + over, 0, "\250"), (72 + width("fur a") - 0.5 * width("a") - 2, 0, "\264")
    assert read(shapes((72, 0, "fur a"), accent, comma)) == "für á"
    assert read(shapes(accent, (72, 0, "fur"))) == "für"
    assert read(shapes((72, 0, "f"), accent, (72 + width("f"), 0, "ur"))) == "für"
    assert read(shapes((72, 0, "for "), (72 + width("for "), 0, "\250 and 5\264"))) == "for ¨ and 5´"


def test_spaces_that_ghostscript_writes_as_distance_of_letters_are_seen() -> None:
    part = (
        f"BT /F1 {SIZE} Tf 72 740 Td (the heron) Tj 3.5 Tc {width('the heron'):.3f} 0 Td (sad) Tj "
        f"0 Tc {width('sad') + 10.5:.3f} 0 Td (descent) Tj ET"
    )
    assert raw(part) == "the heronsad descent"
    assert read(part) == "the herons a d descent"


def test_a_space_that_a_letter_stands_on_is_none() -> None:
    part = (
        f"BT /F1 {SIZE} Tf -0.7 Tc -3.2 Tw 72 740 Td (te s) Tj 3.5 Tc {width('te s') - 6:.3f} 0 Td (tb) Tj "
        f"0 Tc {width('tb') + 7:.3f} 0 Td (efore.) Tj ET"
    )
    assert raw(part) == "te stb efore."
    assert read(part) == "test b efore."


def set_wide(text: str, by: float) -> str:
    moves = (f"({each}) Tj {width(each) + by * (each != ' '):.3f} 0 Td" for each in text)
    return f"BT /F1 {SIZE} Tf 72 740 Td {' '.join(moves)} ET"


def test_letters_that_are_set_wide_are_words_where_spaces_are_wider() -> None:
    assert raw(set_wide("lakes on herons", 4)) == "l a k e s o n h e r o n s"
    assert read(set_wide("lakes on herons", 4)) == "lakes on herons"
    assert read(set_wide("underground", 3.5)) == "underground"
    assert read(set_wide("account 2023", 3.5)) == "account 2023"
    assert read(set_wide("20 234", 3.5)) == "2 0 2 3 4"
    assert read(set_wide("abcdef", 3.5)) == "a b c d e f"


def seen(*runs: str, arabic: bool = False) -> str:
    """What is read of these, which stand side by side from left to right; words of Hebrew and Arabic are turned."""
    letters = "".join(run[::-1] if any("א" <= each <= "ي" for each in run) else run for run in runs)
    placed = [Placed(each, 6 * n, 6 * n, 6 * n + 6) for n, each in enumerate(letters) if each != " "]
    return by_place(placed, 3, arabic)


def test_what_runs_from_left_to_right_among_hebrew_stays_whole() -> None:
    assert seen(".", "ronit@ortech.example", 'דוא"ל ') == 'דוא"ל ronit@ortech.example.'
    assert seen("17%", "מע ") == "מע 17%"
    assert seen("03-1234567", " ,", "Dell OptiPlex 7010", "דגם ") == "דגם Dell OptiPlex 7010, 03-1234567"
    assert seen("972-3-123", "+", "טל ") == "טל +972-3-123"
    assert seen(")", "P2723", "(דגם ") == "(דגם P2723)"
    assert seen("(", "P2723", ")דגם ") == "(דגם P2723)"
    assert seen(")", "P2723", ")דגם ") == "(דגם P2723)"
    assert seen(".", "Leumi") == "Leumi."


def test_the_parts_of_numbers_behind_arabic_change_places() -> None:
    assert seen("1234-555-02", "هاتف ", arabic=True) == "هاتف 02-555-1234"
    assert seen("%16", "نسبة ", arabic=True) == "نسبة 16%"
    assert seen("4567 123 6 962+", "هاتف ", arabic=True) == "هاتف +962 6 123 4567"
    assert seen("30/6/2024", " حتى ", "12,480.50", "هو ", arabic=True) == "هو 12,480.50 حتى 30/6/2024"


def test_the_heads_of_columns_that_run_up_the_page_are_a_row() -> None:
    def head(x: float, text: str) -> str:
        moves = (f"({each}) Tj {width(each):.3f} 0 Td" for each in text)
        return f"BT /F1 {SIZE} Tf 0 1 -1 0 {x} 600 Tm {' '.join(moves)} ET"

    rows = [(72, 610, SIZE, "pond"), (72, 580, SIZE, "deep and cold"), (160, 580, SIZE, "x"), (72, 560, SIZE, "flat")]
    parts = [lines(*rows), head(160, "herons"), head(190, "frog eggs"), head(220, "otters")]
    assert "herons\r\nfrog eggs\r\notters" in raw(*parts)
    assert read(*parts).split("\n") == ["pond herons frog eggs otters", "deep and cold x", "flat"]
    assert read(head(560, "frog eggs"), lines(*rows)).split("\n") == ["frog eggs", "pond", "deep and cold x", "flat"]


def test_a_word_that_runs_up_the_page_is_one_though_each_letter_is_a_line() -> None:
    part = f"BT /F1 {SIZE} Tf 0 1 -1 0 160 600 Tm (frog eggs) Tj ET"
    with pypdfium2.PdfDocument(drawn(Body(f"{lines((72, 500, SIZE, 'ponds and lakes'))} {part}"))) as document:
        page, reader = document[0].get_textpage(), LineReader()
        text = str(page.get_text_range())
        prose = reader.placed(page.raw, "ponds and lakes", 0)
        torn = [prose, *(reader.placed(page.raw, each, text.index("f") + n) for n, each in enumerate("frog"))]
        assert [line.text for line in with_steep_words(torn, page, reader)] == ["ponds and lakes", "frog"]


def stroke(text: str, before: str = "", y: float = 743.4) -> str:
    left = 72 + width(before)
    return f"{left:.2f} {y} m {left + width(text):.2f} {y} l S"


def test_words_that_a_line_is_drawn_through_are_marked() -> None:
    assert read(lines((72, 740, SIZE, "the lake of 4055 frogs")), stroke("40", "the lake of ")) == (
        "the lake of ~~40~~ 55 frogs"
    )
    assert read(lines((72, 740, SIZE, "of frogs")), stroke("frogs", "of ")) == "of ~~frogs~~"
    under, over, rule = stroke("frogs", y=738.5), stroke("frogs", y=750), "60 743.4 m 400 743.4 l S"
    assert read(lines((72, 740, SIZE, "frogs")), under, over, rule) == "frogs"
    fraction = [(72, 744, 8, "3"), (72, 733, 8, "4"), (90, 740, SIZE, "of the lake")]
    assert "~~" not in read(lines(*fraction), "72 742.4 m 77 742.4 l S")


def test_a_large_initial_is_joined_with_its_word() -> None:
    said = ["egatta on the lake", "and the pond, of all", "boats that are here"]
    prose = [(110, 740 - 14 * row, SIZE, line) for row, line in enumerate(said)]
    initial = (72, 712, 46, "R")
    assert read(lines(initial, *prose)).split("\n") == ["Regatta on the lake", *said[1:]]
    assert "Regatta" not in read(lines((72, 712, SIZE, "R"), *prose))
    alone = [(110, 740, SIZE, "heron on the lake"), (110, 726, SIZE, "is a heron too.")]
    assert read(lines((72, 726, 46, "A"), *alone)).split("\n") == ["A heron on the lake", "is a heron too."]


def test_a_word_that_is_cut_before_a_footnote_does_not_go_on_in_it() -> None:
    prose = [(72, 740, SIZE, "they are bound to re-"), (72, 726, SIZE, "quire a net and to re-")]
    note = [(72, 640, 6, "1"), (76, 637, 9, "A note on nets.")]
    assert "re\ufffe1" in raw(lines(*prose, *note))
    assert read(lines(*prose, *note)).split("\n") == ["they are bound to require a net and to re-", "1A note on nets."]


def test_ligatures_and_accents_of_bitmap_fonts_that_do_not_say_them_are_read() -> None:
    def bitmaps(text: str, *more: str) -> str:
        return read(f"BT /F3 12 Tf 72 720 Td ({text}) Tj ET", *more)

    assert (
        bitmaps("The a\\033\\344ren of the o\\036ce, Grü\\377e").replace("ü", "u") == "The affären of the office, Gruße"
    )
    assert (
        bitmaps("The a\\013air of the o\\016ce and a gro\\031e Au\\015age")
        == "The affair of the office and a große Auflage"
    )


def test_shapes_of_a_syllable_that_say_nothing_are_left_out() -> None:
    said = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def "
        "1 begincodespacerange <0000> <ffff> endcodespacerange 3 beginbfchar "
        "<0001> <0935> <0002> <093e> <0003> <0930094d0937093f> endbfchar endcmap end end"
    )
    font = [
        "<< /Type /Font /Subtype /Type0 /BaseFont /Lohit /Encoding /Identity-H /DescendantFonts [8 0 R] "
        "/ToUnicode 9 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Lohit /DW 600 /FontDescriptor 10 0 R "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        f"<< /Length {len(said)} >>\nstream\n{said}\nendstream",
        "<< /Type /FontDescriptor /FontName /Lohit /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 "
        "/Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
    page = Body("BT /F9 12 Tf 72 740 Td <00010002023A0003> Tj /F1 12 Tf ( a) Tj ET")
    content = drawn(page, more=font).replace(b"/F1 3 0 R", b"/F1 3 0 R /F9 7 0 R")
    with pypdfium2.PdfDocument(content) as document:
        assert str(document[0].get_textpage().get_text_range()) == "वाȺर्षि a"
    assert convert(io.BytesIO(content), "report.pdf").text == "वार्षि a"


def square(edge: int) -> list[tuple[int, int]]:
    return [(edge, edge), (edge, 900 - edge), (900 - edge, 900 - edge), (900 - edge, edge)]


GLYPHS = {
    "D": [square(0), square(90)],
    "T": [square(0), square(90), square(250)],
    "n": [square(0)],
    "b": [square(0), [(200, 90), (90, 400), (400, 700)]],
    "¨": [square(0), square(90)],
    "\xfe": [square(0), square(90), square(250)],
    "\xb7": [square(300)],
}


@pytest.mark.parametrize(
    ("font", "letters", "label", "said"),
    [
        ("FormPi", "D", "Married", "☐ Married"),
        ("FormPi", "T", "Married", "☒ Married"),
        ("FormPi", "n", "Married", "n Married"),
        ("FormPi", "b", "Married", "b Married"),
        ("ABCDEF+Wingdings-Regular", "n", "Married", "■ Married"),
        ("Wingdings", "¨", "Married", "◻ Married"),
        ("Wingdings", "\xfe", "Married", "☑ Married"),
        ("FormPi", "Dn", "Married", "Dn Married"),
    ],
)
def test_a_letter_that_is_drawn_as_a_picture_is_read_as_one(font: str, letters: str, label: str, said: str) -> None:
    page = Body(lines((60, 700, SIZE, letters, "F4"), (90, 700, SIZE, label)))
    data = drawn(page, more=glyph_font(font, GLYPHS), fonts="/F4 7 0 R")
    assert convert(io.BytesIO(data), "form.pdf").text == said


def test_boxes_within_a_line_are_read_and_letters_of_its_own_font_stay() -> None:
    boxes = lines(
        (60, 700, SIZE, "Married"), (120, 700, SIZE, "D", "F4"), (140, 700, SIZE, "yes"), (180, 700, SIZE, "D", "F4")
    )
    words = lines((200, 700, SIZE, "no"), (60, 680, SIZE, "D Married"))
    data = drawn(Body(f"{boxes}\n{words}"), more=glyph_font("FormPi", GLYPHS), fonts="/F4 7 0 R")
    assert convert(io.BytesIO(data), "form.pdf").text.split("\n") == ["Married ☐ yes ☐ no", "D Married"]


def test_bullets_that_unicode_leaves_to_programs_are_those_that_are_seen() -> None:
    to_unicode = "1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <B7> <F0B7> endbfchar"
    font, *parts = glyph_font("ABCDEF+SymbolMT", GLYPHS)
    font = font.replace(" /Encoding", " /ToUnicode 10 0 R /Encoding")
    mapped = f"<< /Length {len(to_unicode)} >>\nstream\n{to_unicode}\nendstream"
    page = Body(lines((60, 700, SIZE, "\\267", "F4"), (90, 700, SIZE, "Herons")))
    data = drawn(page, more=[font, *parts, mapped], fonts="/F4 7 0 R")
    assert convert(io.BytesIO(data), "list.pdf").text == "• Herons"
