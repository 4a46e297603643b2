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
    from ingest.convert.ocr.tesseract import _Line, _without_dots, _Word

    dot, title, bar = (
        _Word("|", 89, (309, 405, 315, 411)),
        _Word("Untitled", 76, (1355, 357, 1583, 395)),
        (0, 350, 4, 400),
    )
    assert _without_dots(_Line([dot, title])).words == [title]
    assert _without_dots(_Line([title, _Word("|", 90, bar), title])).words == [title, _Word("|", 90, bar), title]


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
    from ingest.convert.ocr import languages, tesseract

    only = {name: path for name, path in languages.installed().items() if name in ("eng", "deu", "osd")}
    monkeypatch.setattr(languages, "installed", lambda: only)
    monkeypatch.setattr(tesseract, "_look", lambda image: tesseract._Look(180, "Greek", 0.9, 3.0))
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
def test_a_line_that_is_not_read_is_told(convert: Convert, english: Any) -> None:
    """As of handwriting, below what is printed."""
    from PIL import ImageDraw

    note = english.copy()
    waves = [(MARGIN + x * 12, 1000 + (0, 38, 9, 30, 4, 40)[x % 6]) for x in range(70)]
    ImageDraw.Draw(note).line(waves, fill=20, width=4)
    assert convert("note.png", saved(note, "PNG")).meta.get("note") == "It has a part that could not be read."


@needs_ocr
def test_figures_that_are_hard_to_tell_are_told_unless_two_readings_agree() -> None:
    from ingest.convert.ocr.tesseract import SURE_OF_FIGURE, _agreed, _Word

    def read(text: str, confidence: float) -> _Word:
        return _Word(text, confidence, (0, 0, 9, 9))

    agreed = _agreed(read("7119,33€", 33), [read("715,33 €", 70), read("715,33€", 75)])
    assert (agreed.text, agreed.confidence) == ("715,33 €", SURE_OF_FIGURE)
    assert _agreed(read("7119,33€", 33), [read("715,33", 95)]).confidence == 95
    told = _agreed(read("37,79", 70), [read("37,75", 85), read("31,79", 61)])
    assert told.confidence < SURE_OF_FIGURE


@needs_ocr
def test_only_digits_are_compared_with_how_they_are_read_in_small_print() -> None:
    from ingest.convert.ocr.tesseract import _differ_in_digits, _is_same_place

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
    from ingest.convert.ocr import tesseract

    scans.needs_language("rus")
    monkeypatch.setattr(tesseract, "_look", lambda image: tesseract._Look(0, "Cyrillic", 9.0, 9.0))
    assert not re.search("[Ѐ-ӿ]", tesseract.recognised(english).text)


@needs_ocr
def test_rows_of_a_table_are_no_language_and_units_no_words_of_one() -> None:
    from ingest.convert.ocr import languages

    rows = "Role Onshore day rate (GBP) Offshore day rate (GBP)\nPriority Response time Resolution time Service\n"
    assert not languages.is_unknown(rows * 4)
    assert languages.is_unknown(POLISH)
    assert languages.of_text("Gas (m3) Wasser (m2) Zahlen Sie bis zum 15. M", languages.SOME_WORDS) == "deu"
