"""What is recognised on a page: however it lies, in many languages, in tables; most tests need the extra `ocr`."""

import io
import re
from typing import Any

import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert import scans
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.scans import (
    A4,
    ENGLISH,
    GERMAN,
    LEFT,
    MARGIN,
    as_pdf,
    character_errors,
    needs_ocr,
    page,
    saved,
    scanned,
    text_of,
)

RUSSIAN = """\
Годовой отчёт за прошлый год был принят на собрании.
В нём сказано, что число посетителей музея выросло на треть,
а расходы на содержание здания остались прежними.
Следующее собрание состоится весной в большом зале."""

CHINESE = """\
年度报告在会议上获得通过。
报告指出，博物馆的参观人数增加了三分之一，
而建筑物的维护费用保持不变。
下一次会议将于春天在大厅举行。"""

HINDI = """\
बैठक 17 अप्रैल को 11 बजे शुरू हुई और 118 लोग आए।
पुल की मरम्मत का खर्च 12,150 रुपये है, जिसमें से 51 प्रतिशत
राज्य देगा। टीम ने 23-16 से जीत हासिल की और 1914 में बने
पुस्तकालय के 141 पाठक बढ़े। अगली बैठक 21 मई को होगी।"""

RIGHT = "\n".join(f"Otters of the eastern shore, line {number} of the second one." for number in range(1, 9))

ROWS = [
    ("Revenue by segment", "2019", "2018", "Change"),
    ("North America", "17,711", "14,706", "20.4%"),
    ("International", "8,371", "6,532", "28.1%"),
    ("Subscription services", "94,673", "80,084", "18.2%"),
    ("Cost of sales", "3,435", "2,237", "53.6%"),
    ("Operating income", "88,815", "68,776", "29.1%"),
    ("Net income", "73,035", "64,286", "13.6%"),
]

FRENCH = """\
L'ingénieur en chef craignait que les pierres, fragilisées par le gel,
ne s'effondrent dès août. Il exigea donc une enquête complète,
des relevés précis et un échéancier détaillé, ce qui déplut à
plusieurs conseillers. Malgré les grèves, les travaux commencèrent
à la fête de décembre. L'une des lettres, signée par Noël Aïssa,
évoquait un trésor enfoui là où la rivière rencontre le fleuve."""


@needs_ocr
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_scan_is_read_whichever_way_up(convert: Convert, german: Any, turn: int) -> None:
    document = convert("antrag.pdf", as_pdf([scanned(german).rotate(turn, expand=True)]))
    assert character_errors(text_of(document), GERMAN) <= 0.01
    assert "beträgt 417 Euro" in text_of(document)
    assert document.meta["paged"] is True
    assert "tesserocr" in document.meta["converter"]


@pytest.mark.parametrize(
    ("language", "font", "text", "most_errors"),
    [("rus", "DejaVuSans.ttf", RUSSIAN, 0.02), ("chi_sim", "wqy-microhei.ttc", CHINESE, 0.05)],
)
def test_languages_of_the_system_are_read(
    convert: Convert, language: str, font: str, text: str, most_errors: float
) -> None:
    scans.needs_language(language)
    document = convert("scan.pdf", as_pdf([scanned(page((MARGIN, MARGIN, text), font=scans.font(36, font)))]))
    assert character_errors(text_of(document), text) <= most_errors


@needs_ocr
def test_letters_of_no_language_that_is_installed_are_not_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.convert.ocr import languages, tesseract

    only = {name: path for name, path in languages.installed().items() if name in ("eng", "deu", "osd")}
    monkeypatch.setattr(languages, "installed", lambda: only)
    found = tesseract.recognised(page((MARGIN, MARGIN, RUSSIAN), font=scans.font(36)))
    assert found.text == ""
    assert found.reason == "letters of a script (Cyrillic) of which no language is installed for text recognition"


@needs_ocr
@pytest.mark.parametrize("larger", [True, False])
@pytest.mark.parametrize("askew", [-5, -3, 3, 5])
def test_a_page_that_lies_askew_is_read(convert: Convert, english: Any, askew: int, larger: bool) -> None:
    from PIL import Image

    laid = english.rotate(askew, Image.Resampling.BICUBIC, expand=larger, fillcolor=scans.WHITE)
    assert character_errors(text_of(convert("askew.png", saved(laid, "PNG"))), ENGLISH) <= 0.01


@needs_ocr
def test_a_scan_in_a_pdf_may_lie_askew_upside_down(convert: Convert, english: Any) -> None:
    laid = scanned(english, askew=-4).rotate(180)
    assert character_errors(text_of(convert("askew.pdf", as_pdf([laid]))), ENGLISH) <= 0.01


@needs_ocr
@pytest.mark.parametrize("width", [744, 827, 909])
def test_a_page_of_few_pixels_is_read_the_right_way_up(convert: Convert, width: int) -> None:
    full = page((MARGIN, MARGIN, ENGLISH), (MARGIN, 900, ENGLISH), font=scans.font(28, "DejaVuSerif.ttf"))
    small = full.resize((width, round(width * full.height / full.width)))
    assert character_errors(text_of(convert("small.png", saved(small, "PNG"))), 2 * ENGLISH) <= 0.01


@needs_ocr
@pytest.mark.parametrize("darkest", [30, 110])
@pytest.mark.parametrize("turn", [0, 90])
def test_a_photo_in_uneven_light_is_read(convert: Convert, english: Any, darkest: int, turn: int) -> None:
    from PIL import Image, ImageChops

    light = Image.linear_gradient("L").rotate(turn).resize(english.size)
    lit = ImageChops.multiply(english, light.point(lambda shade: darkest + shade * (255 - darkest) / 255))
    assert character_errors(text_of(convert("photo.jpg", saved(lit, "JPEG", quality=80))), ENGLISH) <= 0.01


@needs_ocr
@pytest.mark.parametrize("text", ["Paid", "INVOICE 2024-117\nTotal 4,310.55 EUR"])
def test_a_page_of_few_words_is_not_taken_for_an_empty_one(convert: Convert, english: Any, text: str) -> None:
    few = page((MARGIN, MARGIN, text), font=scans.font(30))
    assert text_of(convert("few.png", saved(few, "PNG"))) == text
    assert text_of(convert("two.pdf", as_pdf([english, few]))).split("\f")[1] == text


@needs_ocr
def test_an_empty_page_with_dust_and_grain_has_nothing_on_it(convert: Convert) -> None:
    import random

    from PIL import ImageDraw

    dusty = scanned(page(font=scans.font(30)))
    chance = random.Random(1)
    for _ in range(300):
        x, y = chance.randrange(A4[0]), chance.randrange(A4[1])
        ImageDraw.Draw(dusty).rectangle((x, y, x + chance.randrange(3), y + chance.randrange(3)), fill=scans.BLACK)
    with pytest.raises(ConversionFailed, match=r"'dusty\.png' has nothing on it"):
        convert("dusty.png", saved(dusty, "PNG"))


@needs_ocr
def test_a_page_in_a_language_beside_others_keeps_its_accents(convert: Convert) -> None:
    scans.needs_language("fra")
    french = page((MARGIN, MARGIN, FRENCH), font=scans.font(34))
    assert character_errors(text_of(convert("lettre.png", saved(french, "PNG"))), FRENCH) <= 0.003


@needs_ocr
@pytest.mark.parametrize(
    "text",
    [
        f"KÜNDIGUNG DES MIETVERTRAGS ÜBER ÄPFEL UND ÖFEN\n{GERMAN}",
        "GEBÜHRENORDNUNG FÜR ÄRZTE\nÄrzte, Öfen, Übungen und Äpfel sind im Angebot.\nÄnne Öhler grüßt Familie Überall.",
    ],
)
def test_german_capitals_keep_their_umlauts(convert: Convert, text: str) -> None:
    notice = page((MARGIN, MARGIN, text), font=scans.font(34, "DejaVuSerif.ttf"))
    assert text_of(convert("kündigung.png", saved(notice, "PNG"))).split("\n")[0] == text.split("\n")[0]
    assert character_errors(text_of(convert("kündigung.png", saved(notice, "PNG"))), text) <= 0.005


@needs_ocr
def test_a_german_page_with_english_on_it_is_read_in_both(convert: Convert) -> None:
    both = f"{GERMAN}\nThe rest of this notice is in English, and says the same."
    notice = page((MARGIN, MARGIN, both), font=scans.font(34, "DejaVuSerif.ttf"))
    assert character_errors(text_of(convert("both.png", saved(notice, "PNG"))), both) <= 0.005


def test_two_scripts_on_a_page_are_read_each_by_its_language(convert: Convert) -> None:
    scans.needs_language("rus")
    both = page((MARGIN, MARGIN, GERMAN), (MARGIN, 600, RUSSIAN), (MARGIN, 900, RUSSIAN), font=scans.font(36))
    found = text_of(convert("zwei.png", saved(both, "PNG")))
    assert character_errors(found, f"{GERMAN}{RUSSIAN}{RUSSIAN}") <= 0.01


POLISH = """\
OGŁOSZENIE
Zarząd spółdzielni zawiadamia, że w dniu 5 marca nastąpi
przerwa w dostawie wody. Prosimy mieszkańców o wyrozumiałość.
Łączna kwota opłat wynosi 1 250 złotych."""


@needs_ocr
def test_a_language_that_is_not_known_is_told(convert: Convert) -> None:
    document = convert("ogłoszenie.png", saved(page((MARGIN, MARGIN, POLISH), font=scans.font(34)), "PNG"))
    assert document.meta["note"].startswith("It has text in a language that was not recognised: letters with accents")


@needs_ocr
def test_a_page_full_of_grain_is_read(convert: Convert, english: Any) -> None:
    grainy = convert("grain.png", saved(scanned(english.crop((0, 0, A4[0], 800)), askew=0, noise=50), "PNG"))
    assert character_errors(text_of(grainy), ENGLISH) <= 0.01
    assert "note" not in grainy.meta


@needs_ocr
def test_the_dot_of_an_i_is_no_bar() -> None:
    from ingest.convert.ocr.words import Line, Word, _without_dots

    dot, title, bar = (
        Word("|", 89, (309, 405, 315, 411)),
        Word("Untitled", 76, (1355, 357, 1583, 395)),
        (0, 350, 4, 400),
    )
    assert _without_dots(Line([dot, title])).words == [title]
    assert _without_dots(Line([title, Word("|", 90, bar), title])).words == [title, Word("|", 90, bar), title]


@needs_ocr
def test_a_page_that_is_hard_to_read_says_so(monkeypatch: pytest.MonkeyPatch, english: Any) -> None:
    from ingest.convert.ocr import languages, tesseract

    assert tesseract.recognised(english).reason is None
    assert tesseract.recognised(english, within=True).reason is None
    monkeypatch.setattr(tesseract, "SURE", 99)
    assert (tesseract.recognised(english).reason or "").startswith("letters that are hard to tell")
    assert tesseract.recognised(english, within=True).text == ""  # as none of its lines is sure
    read = tesseract._best(english, languages.of_script("Latin"), [0])
    monkeypatch.setattr(tesseract, "SURE", read.sure + 0.001)  # some lines are surer than the page
    found = tesseract.recognised(english, within=True)
    assert 0 < len(found.text.split("\n")) < len(ENGLISH.split("\n"))
    assert (found.reason or "").startswith("letters that are hard to tell")


@needs_ocr
def test_a_language_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.convert.ocr import languages, tesseract

    only = {name: path for name, path in languages.installed().items() if name in ("eng", "deu", "osd")}
    monkeypatch.setattr(languages, "installed", lambda: only)
    french = tesseract.recognised(page((MARGIN, MARGIN, FRENCH), font=scans.font(34)))
    assert "ing" in french.text
    assert (french.reason or "").startswith("text in French, recognised without that language")
    assert "'fra'" in (french.reason or "")
    both = page((MARGIN, MARGIN, GERMAN), (MARGIN, 900, FRENCH), font=scans.font(34))
    assert tesseract.recognised(both).reason is None


@needs_ocr
def test_what_is_told_of_a_picture_stands_in_its_note(convert: Convert) -> None:
    from ingest.convert import Recognised
    from ingest.convert.formats import picture

    file = io.BytesIO(saved(page(font=scans.font(30)), "PNG"))
    found = picture.convert(file, "lettre.png", {0: Recognised("Chere amie", "text in French")})
    assert found.text == "Chere amie"
    assert found.note == "It has text in French."


@needs_ocr
def test_a_script_that_is_guessed_wrong_does_not_refuse_a_table(monkeypatch: pytest.MonkeyPatch, english: Any) -> None:
    from ingest.convert.ocr import languages, script, tesseract

    only = {name: path for name, path in languages.installed().items() if name in ("eng", "deu", "osd")}
    monkeypatch.setattr(languages, "installed", lambda: only)
    monkeypatch.setattr(script, "look", lambda image: script.Look(180, "Greek", 0.9, 3.0))
    assert character_errors(tesseract.recognised(english).text, ENGLISH) <= 0.01


@needs_ocr
@pytest.mark.parametrize("size", [18, 24, 30])
def test_figures_in_small_print_keep_their_columns_points_and_signs(convert: Convert, size: int) -> None:
    rows = [
        ("Net sales", "5,860", f"-{number}.{number % 10}%", f"{number % 7}.{number % 9}%", f"({number * 31})")
        for number in range(2, 30)
    ]
    placed = [
        (x, 150 + row * size * 3 // 2, cell)
        for row, cells in enumerate(rows)
        for x, cell in zip((150, 640, 920, 1200, 1480), cells, strict=True)
    ]
    table = page(*placed, font=scans.font(size))
    found = text_of(convert("figures.png", saved(table, "PNG"))).split("\n")
    whole = sum(" ".join(cells) in found for cells in rows)
    assert whole >= 0.9 * len(rows)


@needs_ocr
def test_columns_are_read_one_after_the_other(convert: Convert) -> None:
    image = page((MARGIN, MARGIN, LEFT), (A4[0] // 2 + 30, MARGIN, RIGHT), font=scans.font(22))
    assert character_errors(text_of(convert("columns.pdf", as_pdf([scanned(image)]))), LEFT + RIGHT) <= 0.01


@needs_ocr
def test_rows_of_a_table_are_lines(convert: Convert) -> None:
    placed = [
        (x, MARGIN + 70 * row, cell)
        for row, cells in enumerate(ROWS)
        for x, cell in zip((MARGIN, 800, 1050, 1300), cells, strict=True)
    ]
    found = text_of(convert("table.png", saved(scanned(page(*placed, font=scans.font(32))), "PNG")))
    rows = [line for line in found.split("\n") if line]
    for row, cells in zip(rows, ROWS, strict=True):
        assert character_errors(row, " ".join(cells)) <= 0.05


@needs_ocr
@pytest.mark.parametrize("ink", [20, 150])
def test_the_frame_of_a_table_is_no_figure(convert: Convert, ink: int) -> None:
    """Each cell has one of its own, close to its figures, as browsers print tables."""
    from PIL import ImageDraw

    rows = [("Voss", "140", "31"), ("Bergen", "411", "17"), ("Oslo", "272", "88"), ("Narvik", "114", "71")]
    table = page((MARGIN, MARGIN, "Trees by site, and how many of them are infested:"), font=scans.font(28))
    draw = ImageDraw.Draw(table)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            x, y = MARGIN + column * 170, 260 + row * 50
            draw.rectangle((x, y, x + 162, y + 42), outline=ink, width=3)
            draw.text((x + 6, y + 4), cell, font=scans.font(28), fill=20)
    found = text_of(convert("trees.png", saved(table.rotate(0.4, fillcolor=255, resample=2), "PNG"))).split("\n")
    assert [line for line in found if line][1:] == list(map(" ".join, rows))


@needs_ocr
@pytest.mark.parametrize("laid", ["straight", "scanned"])
def test_digits_that_stand_alone_are_read(convert: Convert, laid: str) -> None:
    """Though there are no words on the page: Tesseract by itself finds no line there."""
    rows = ["4 9 7 2 5", "9 3 4 8 6", "2 5 3 4 7", "6 8 9 2 3", "3 7 2 6 4"]
    placed = [
        (300 + 150 * at, 300 + 90 * row, each) for row, line in enumerate(rows) for at, each in enumerate(line[::2])
    ]
    grid = page(*placed, font=scans.font(30))
    found = text_of(convert("grid.png", saved(scanned(grid) if laid == "scanned" else grid, "PNG")))
    assert [line for line in found.split("\n") if line] == rows


@needs_ocr
@pytest.mark.parametrize(
    ("read", "boxes"),
    [
        (["[IX] Resident", "[_] Business", "[XI] Disabled"], ["☒ Resident", "☐ Business", "☒ Disabled"]),
        (["X] Resident", "[] Business", "X Disabled"], ["☒ Resident", "☐ Business", "☒ Disabled"]),
        (["X marks the spot", "[1] A note", "[X]"], ["X marks the spot", "[1] A note", "[X]"]),
    ],
)
def test_boxes_to_tick_are_told_from_how_tesseract_reads_them(read: list[str], boxes: list[str]) -> None:
    from ingest.convert.ocr.words import Line, Word, with_boxes

    lines = [Line([Word(word, 90, (0, 0, 9, 9)) for word in text.split()]) for text in read]
    assert [" ".join(word.text for word in line.words) for line in with_boxes(lines)] == boxes


@needs_ocr
@pytest.mark.parametrize("laid", ["straight", "scanned", "150 dpi"])
def test_digits_in_boxes_of_a_form_are_read(convert: Convert, laid: str) -> None:
    """Tesseract takes a digit in a box for a picture."""
    from PIL import Image, ImageDraw

    numbers = {"Customer number": "4071935", "Date of birth": "09041968", "Number of persons": "2"}
    form = page(font=scans.font(30))
    draw = ImageDraw.Draw(form)
    for at, (label, digits) in enumerate(numbers.items()):
        draw.text((MARGIN, 300 + 110 * at), label, scans.BLACK, scans.font(30))
        for place, digit in enumerate(digits):
            x, y = 600 + 62 * place, 290 + 110 * at
            draw.rectangle((x, y, x + 54, y + 56), outline=60, width=2)
            draw.text((x + 27, y + 8), digit, scans.BLACK, scans.font(30), anchor="ma")
    if laid == "150 dpi":
        form = form.resize((form.width * 3 // 4, form.height * 3 // 4), Image.Resampling.LANCZOS)
    document = convert("form.png", saved(scanned(form, askew=0.7) if laid == "scanned" else form, "PNG"))
    found = [line for line in text_of(document).split("\n") if line]
    assert found == [f"{label} {' '.join(digits)}" for label, digits in numbers.items()]


@needs_ocr
@pytest.mark.parametrize("font", ["DejaVuSans.ttf", "NimbusRoman-Regular.otf"])
@pytest.mark.parametrize("framed", [False, True])
def test_no_digit_of_a_grainy_table_is_lost(convert: Convert, font: str, framed: bool) -> None:
    """A 1 that stands alone, also where it is all that Tesseract left; nor does the grain become letters."""
    from PIL import ImageDraw

    rows = [("Harbour", "526", "01"), ("Church", "830", "16"), ("Market", "613", "18"), ("Quarry", "462", "81")]
    cells = [[name, *one, *two] for name, one, two in rows]
    columns = (150, 520, 720, 920, 1120, 1320)
    placed = [
        (x, 300 + 60 * row, cell) for row, each in enumerate(cells) for x, cell in zip(columns, each, strict=True)
    ]
    table = page(*placed, font=scans.font(30, font))
    if framed:
        draw = ImageDraw.Draw(table)
        for row in range(len(cells) + 1):
            draw.line((135, 285 + 60 * row, 1410, 285 + 60 * row), scans.BLACK, 3)
        for x in (*(column - 15 for column in columns), 1410):
            draw.line((x, 285, x, 285 + 60 * len(cells)), scans.BLACK, 3)
    found = text_of(convert("table.png", saved(scanned(table), "PNG")))
    assert [line for line in found.split("\n") if line] == list(map(" ".join, cells))


@needs_ocr
def test_bullets_and_specks_become_no_letters(convert: Convert, english: Any) -> None:
    import random

    from PIL import ImageDraw

    marked = english.copy()
    draw, chance = ImageDraw.Draw(marked), random.Random(5)
    for number in range(12):
        draw.ellipse((MARGIN, 900 + 60 * number, MARGIN + 14, 914 + 60 * number), fill=scans.BLACK)
    for _ in range(300):
        x, y = chance.randrange(A4[0]), chance.randrange(900, A4[1])
        draw.rectangle((x, y, x + chance.randrange(4), y + chance.randrange(4)), fill=scans.BLACK)
    assert character_errors(text_of(convert("bullets.png", saved(scanned(marked), "PNG"))), ENGLISH) <= 0.01


@needs_ocr
def test_a_line_that_is_not_read_is_told(convert: Convert, english: Any) -> None:
    """As of handwriting, below what is printed."""
    from PIL import ImageDraw

    note = english.copy()
    waves = [(MARGIN + x * 12, 1000 + (0, 38, 9, 30, 4, 40)[x % 6]) for x in range(70)]
    ImageDraw.Draw(note).line(waves, fill=20, width=4)
    assert convert("note.png", saved(note, "PNG")).meta.get("note") == "It has a part that could not be read."


@needs_ocr
def test_figures_that_are_hard_to_tell_are_told_unless_two_readings_agree() -> None:
    from ingest.convert.ocr.figures import SURE_OF_FIGURE, _agreed
    from ingest.convert.ocr.words import Word

    def read(text: str, confidence: float) -> Word:
        return Word(text, confidence, (0, 0, 9, 9))

    agreed = _agreed(read("7119,33€", 33), [read("715,33 €", 70), read("715,33€", 75)])
    assert (agreed.text, agreed.confidence) == ("715,33 €", SURE_OF_FIGURE)
    assert _agreed(read("7119,33€", 33), [read("715,33", 95)]).confidence == 95
    told = _agreed(read("37,79", 70), [read("37,75", 85), read("31,79", 61)])
    assert told.confidence < SURE_OF_FIGURE


@needs_ocr
def test_only_digits_are_compared_with_how_they_are_read_in_small_print() -> None:
    from ingest.convert.ocr.figures import _differ_in_digits, _is_same_place

    assert _differ_in_digits("187.24", "787.24")
    for other in ("187.24", "18724", "187,24", "-87.24", "7 87.24"):
        assert not _differ_in_digits("187.24", other)
    assert _is_same_place((100, 50, 180, 80), (104, 52, 176, 78))
    assert not _is_same_place((100, 50, 180, 80), (70, 50, 180, 80))
    assert not _is_same_place((100, 50, 180, 80), (100, 90, 180, 120))


@needs_ocr
def test_an_english_page_taken_for_another_script_has_no_letters_of_it(
    monkeypatch: pytest.MonkeyPatch, english: Any
) -> None:
    from ingest.convert.ocr import script, tesseract

    scans.needs_language("rus")
    monkeypatch.setattr(script, "look", lambda image: script.Look(0, "Cyrillic", 9.0, 9.0))
    assert not re.search("[Ѐ-ӿ]", tesseract.recognised(english).text)


@needs_ocr
def test_grain_is_given_up_after_its_first_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read once without finding a word, and once as text: each turn of a whole page of it takes ten seconds."""
    from ingest.convert.ocr import tesseract, words

    read, readings = words.read, []

    def counted(*given: Any) -> Any:
        readings.append(given)
        return read(*given)

    monkeypatch.setattr(words, "read", counted)
    assert tesseract.recognised(scans.grain((500, 400), 90), ["eng"]).text == ""
    assert len(readings) == 2


@needs_ocr
def test_a_few_letters_of_a_script_that_is_not_installed_are_told_and_grain_is_not() -> None:
    from ingest.convert.ocr import tesseract

    few = page((MARGIN, MARGIN, "השכירות היא תשע מאות\nבכל חודש, מהראשון במאי"), font=scans.font(36), size=(900, 300))
    assert "letters of a script (Hebrew) of which no language" in (tesseract.recognised(few).reason or "")
    assert "script" not in (tesseract.recognised(scans.grain((400, 300), 90)).reason or "")


@needs_ocr
@pytest.mark.parametrize("taken_for", ["Korean", "Japanese"])
def test_a_chinese_page_taken_for_another_script_like_it_is_read(
    monkeypatch: pytest.MonkeyPatch, taken_for: str
) -> None:
    """As the model of scripts does with one page in twelve: it is not sure of any that is Chinese."""
    from ingest.convert.ocr import placed, script, tesseract

    scans.needs_language("chi_sim")
    monkeypatch.setattr(script, "look", lambda image: script.Look(0, taken_for, 0.13, 9.0))
    image = page((MARGIN, MARGIN, CHINESE), font=scans.font(36, "wqy-microhei.ttc"))
    found = tesseract.recognised(image)
    assert character_errors(found.text, CHINESE) <= 0.05
    assert found.reason is None
    assert character_errors("".join(word.text for word in placed.placed_words(image)), CHINESE) <= 0.05


@needs_ocr
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_hindi_is_read_with_its_figures_whichever_way_up(turn: int) -> None:
    """Its model loses the 1s, and the model of scripts the letters, if the bar that they hang at is quite level."""
    from ingest.convert.ocr import tesseract

    scans.needs_language("hin")
    drawn = page((MARGIN, MARGIN, HINDI), font=scans.font(31, "NotoSansDevanagari-Regular.ttf"))
    found = tesseract.recognised(drawn.rotate(turn, expand=True)).text
    assert character_errors(found, HINDI) <= 0.02
    assert re.findall(r"\d\S*\d", found) == re.findall(r"\d\S*\d", HINDI)


@needs_ocr
def test_what_is_doubtful_in_another_script_is_read_again_where_its_ink_is() -> None:
    from ingest.convert.ocr import latin
    from ingest.convert.ocr.words import Line, Word

    font = scans.font(36)
    image = page((100, 100, "xx  17  xx"), font=font, size=(600, 240))
    x = [100 + round(font.getlength(text)) for text in ("", "xx", "xx  ", "xx  1", "xx  17", "xx  17  ", "xx  17  xx")]

    def again(text: str, confidence: float, left: int = 3) -> list[str]:
        words = [
            Word("\u0915\u094b", 95, (x[0], 104, x[1], 134)),
            Word(text, confidence, (x[left], 104, x[4], 134)),
            Word("\u0938\u0947", 95, (x[5], 104, x[6], 134)),
        ]
        return [word.text for [line] in [latin.read_again(image, [Line(words)])] for word in line.words][1:-1]

    assert again("7", 0) == ["17"]
    assert again("7", 90) == ["7"]  # it is sure
    assert again("\u0967\u096d", 0) == ["\u0967\u096d"]  # its own digits, of which English knows but some
    assert again("\u0964", 0) == ["\u0964"]  # its full stop
    assert again("7", 0, left=1) == ["17"]
    lost = Line([Word("\u0915\u094b", 95, (x[0], 104, x[1], 134)), Word("\u0938\u0947", 95, (x[5], 104, x[6], 134))])
    assert [word.text for word in latin.read_again(image, [lost])[0].words][1:-1] == ["17"]
    touching = page((100, 100, "xx17  xx"), font=font, size=(600, 240))
    image, x = touching, [x[0], x[1], x[1], x[3] - x[2] + x[1], x[4] - x[2] + x[1], x[5] - x[2] + x[1], x[6]]
    assert again("7", 0) == ["7"]  # where it begins is not clear


@needs_ocr
def test_rows_of_a_table_are_no_language_and_units_no_words_of_one() -> None:
    from ingest.convert.ocr import languages

    rows = "Role Onshore day rate (GBP) Offshore day rate (GBP)\nPriority Response time Resolution time Service\n"
    assert not languages.is_unknown(rows * 4)
    assert languages.is_unknown(POLISH)
    assert languages.of_text("Gas (m3) Wasser (m2) Zahlen Sie bis zum 15. M", languages.SOME_WORDS) == "deu"
