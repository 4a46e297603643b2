"""What is recognised on pictures and scans; all but the last tests need the extra `ocr`."""

import io
import re
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from haystack import Document

from ingest.convert import PICTURES, ocr
from ingest.convert.file_converter import FileConverter
from ingest.convert.formats import pdf as pdf_converter
from ingest.convert.ocr import pages
from ingest.convert.ocr.reading_order import Box, written
from ingest.errors import ConversionFailed
from tests.ingest.convert import scans
from tests.ingest.convert.conversion import NASTY, Convert, needs_nasty
from tests.ingest.convert.pdf_files import Body, drawn, lines, pdf, picture
from tests.ingest.convert.scans import A4, MARGIN, as_pdf, character_errors, page, saved, scanned

needs_ocr = pytest.mark.skipif(not ocr.is_installed(), reason="text recognition is not installed")

GERMAN = """\
Die Prüfgebühr für Straßenfahrzeuge beträgt 417 Euro.
Sie wird fällig, sobald der Antrag eingegangen ist, und ist binnen
vierzehn Tagen zu überweisen. Für größere Fahrzeuge mit mehr als
drei Achsen erhöht sich die Gebühr um 58 Euro je weitere Achse.
Über Ausnahmen entscheidet die Behörde auf schriftlichen Antrag."""

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

LEFT = "\n".join(f"Herons of the western shore, line {number} of the first column." for number in range(1, 9))
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


ENGLISH = """\
The committee met for the first time on the ninth of April, in the
upper room of the Corn Exchange, and elected Mr. Halloran to
the chair. It was agreed that minutes should be kept and that any
member absent from three meetings in a row should be thought
to have resigned. The engineer's estimate for the repair of the
bridge was 12,450 pounds, of which the county had offered to
pay not more than a third. A toll would be charged on carts and
wagons until the sum had been raised."""

FRENCH = """\
L'ingénieur en chef craignait que les pierres, fragilisées par le gel,
ne s'effondrent dès août. Il exigea donc une enquête complète,
des relevés précis et un échéancier détaillé, ce qui déplut à
plusieurs conseillers. Malgré les grèves, les travaux commencèrent
à la fête de décembre. L'une des lettres, signée par Noël Aïssa,
évoquait un trésor enfoui là où la rivière rencontre le fleuve."""


@pytest.fixture(scope="module")
def english() -> Any:
    return page((MARGIN, MARGIN, ENGLISH), font=scans.font(34, "DejaVuSerif.ttf"))


@pytest.fixture(scope="module")
def german() -> Any:
    return page((MARGIN, MARGIN, GERMAN), font=scans.font(40))


def text_of(document: Document) -> str:
    return document.content or ""


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
def test_only_pages_that_are_pictures_are_recognised(convert: Convert, german: Any) -> None:
    typed = "The first page was typed, and says more than a stamp would."
    other = page((MARGIN, MARGIN, LEFT), font=scans.font(36))
    scan = as_pdf([german, page(font=scans.font(40)), other])
    document = convert("mixed.pdf", joined(pdf(typed), scan))
    first, second, third, fourth = text_of(document).split("\f")
    assert first == typed
    assert third == ""
    assert character_errors(second, GERMAN) <= 0.01
    assert character_errors(fourth, LEFT) <= 0.01
    assert "note" not in document.meta  # the page that is empty lacks nothing


@needs_ocr
@pytest.mark.parametrize("gap", [150, 195])
def test_figures_of_a_single_digit_stay_in_their_rows(convert: Convert, gap: int) -> None:
    said = "Ties are decided by goals. The season ended in May and the cup\nwas given to the winners in the town hall."
    rows = [
        (team, "9", str(won), str(9 - won - lost), str(lost), str(2 * won + 9 - lost))
        for team, won, lost in (("Leeds", 6, 1), ("Derby", 5, 2), ("Luton", 4, 4), ("York", 2, 3), ("Bath", 1, 8))
    ]
    placed = [
        (MARGIN + (column and 170) + gap * column, 420 + 52 * row, cell)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    league = page((MARGIN, MARGIN, said), (MARGIN, 360, "Team"), *placed, font=scans.font(28))
    found = text_of(convert("league.png", saved(league, "PNG"))).split("\n")
    assert found[-len(rows) :] == list(map(" ".join, rows))


@needs_ocr
def test_a_page_of_which_a_part_is_not_read_says_so(convert: Convert, english: Any) -> None:
    """As of a second script, of which no language is installed; here the letters are none."""
    from PIL import ImageDraw

    strange = english.copy()
    draw = ImageDraw.Draw(strange)
    for place in range(24):
        x, y = MARGIN + place % 8 * 160, 900 + place // 8 * 90
        draw.line([(x, y), (x + 24, y + 34), (x + 30, y + 4), (x + 2, y + 30), (x + 40, y + 18)], fill=20, width=4)
    document = convert("strange.png", saved(strange, "PNG"))
    assert document.meta.get("note") == "It has a part that could not be read."
    assert character_errors(text_of(document)[: len(ENGLISH)], ENGLISH) <= 0.01
    assert "note" not in convert("plain.png", saved(english, "PNG")).meta


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
    found = text_of(convert("trees.png", saved(scanned(table, askew=0.4, noise=6), "PNG"))).split("\n")
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


def joined(*files: bytes) -> bytes:
    import pypdf

    writer = pypdf.PdfWriter()
    for file in files:
        writer.append(io.BytesIO(file))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@needs_ocr
def test_a_stamp_on_a_scan_is_not_all_its_text(convert: Convert, german: Any) -> None:
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(as_pdf([german])))
    writer.pages[0].merge_page(pypdf.PdfReader(io.BytesIO(drawn(Body(lines((400, 30, 8, "Seite 1 von 1")))))).pages[0])
    out = io.BytesIO()
    writer.write(out)
    assert "beträgt 417 Euro" in text_of(convert("stamped.pdf", out.getvalue()))


STAMP = "Downloaded from the archive of the harbour on 12 May 2024 by user 4471"


def stamped(image: Any, *printed: tuple[float, float, float, str], mode: int = 0) -> bytes:
    """A scan on which something was printed; in mode 3, it is not seen."""
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(as_pdf([image])))
    text = pypdf.PdfReader(io.BytesIO(drawn(Body(f"{mode} Tr\n{lines(*printed)}")))).pages[0]
    writer.pages[0].merge_page(text)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@needs_ocr
def test_a_long_stamp_on_a_scan_is_not_all_its_text(convert: Convert, english: Any) -> None:
    found = text_of(convert("stamped.pdf", stamped(english, (60, 20, 8, STAMP))))
    assert character_errors(found, f"{ENGLISH}\n{STAMP}") <= 0.01
    assert found.count("Downloaded") == 1


HEADING = "Exhibit A to the agreement between the parties, dated 3 March 2024"
BELOW = "The parties have read this exhibit, and have nothing to add to what it says."


def pasted(image: Any, box: tuple[float, float, float, float], *printed: tuple[float, float, float, str]) -> bytes:
    """A page of text with a picture in this box: left, bottom, width, height."""
    import pypdf

    scan = pypdf.PdfReader(io.BytesIO(as_pdf([image]))).pages[0]
    left, bottom, width, height = box
    scale = width / float(scan.mediabox.width), height / float(scan.mediabox.height)
    writer = pypdf.PdfWriter(io.BytesIO(drawn(Body(lines(*printed)))))
    place = pypdf.Transformation().scale(*scale).translate(left, bottom)
    writer.pages[0].merge_transformed_page(scan, place)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


AROUND = (60, 740, 12, HEADING), (60, 100, 12, BELOW)


@needs_ocr
def test_a_picture_of_text_on_a_page_of_text_is_read_at_its_place(convert: Convert, english: Any) -> None:
    exhibit = pasted(english.crop((100, 100, 1600, 700)), (60, 400, 480, 192), *AROUND)
    document = convert("exhibit.pdf", joined(exhibit, pdf("The second page has no picture, only these words.")))
    first, second = text_of(document).split("\f")
    above, *read, below = first.split("\n")
    assert (above, below) == (HEADING, BELOW)
    assert character_errors("\n".join(read), ENGLISH) <= 0.01
    assert second == "The second page has no picture, only these words."
    assert "note" not in document.meta


@needs_ocr
def test_a_picture_of_text_on_a_page_that_is_turned_is_read(convert: Convert, english: Any) -> None:
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(pasted(english.crop((100, 100, 1600, 700)), (60, 400, 480, 192), *AROUND)))
    writer.pages[0].rotate(90)
    out = io.BytesIO()
    writer.write(out)
    found = text_of(convert("exhibit.pdf", out.getvalue()))
    read = found[found.index("The committee") : found.index("been raised.")]
    assert character_errors(read, ENGLISH.removesuffix("been raised.")) <= 0.01


@needs_ocr
def test_a_photo_on_a_page_of_text_adds_nothing(convert: Convert) -> None:
    from PIL import Image

    leaves = Image.effect_noise((300, 200), 90).resize((1500, 1000))
    document = convert("report.pdf", pasted(leaves, (60, 300, 480, 320), *AROUND))
    assert text_of(document).split() == [*HEADING.split(), *BELOW.split()]
    assert "note" not in document.meta


@needs_ocr
def test_a_small_picture_on_a_page_of_text_is_not_looked_at(convert: Convert, english: Any) -> None:
    document = convert("logo.pdf", pasted(english.crop((100, 100, 1600, 700)), (60, 400, 200, 80), *AROUND))
    assert "tesserocr" not in document.meta["converter"]
    assert "note" not in document.meta


def test_without_recognition_a_picture_on_a_page_of_text_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    page = picture()._replace(content=f"{picture().content}\n{lines(*AROUND)}")
    found = pdf_converter.convert(io.BytesIO(drawn(page, Body(lines(*AROUND)))), "exhibit.pdf")
    told = "1 of 2 pages (1) have a picture with no text read; if there is some on it, run text recognition"
    assert (found.note or "").startswith(told)


@needs_ocr
def test_a_scan_whose_text_lies_behind_it_is_not_read_again(convert: Convert, english: Any) -> None:
    behind = [(60, 780 - 15 * row, 12, line) for row, line in enumerate(ENGLISH.split("\n"))]
    document = convert("searchable.pdf", stamped(english, *behind, mode=3))
    assert "tesserocr" not in document.meta["converter"]
    assert text_of(document).count("committee") == 1


@needs_ocr
def test_a_page_of_text_on_a_picture_is_not_read_again(convert: Convert, german: Any) -> None:
    over = [(60, 780 - 15 * row, 12, line) for row, line in enumerate(ENGLISH.split("\n") * 2)]
    assert "tesserocr" not in convert("typed.pdf", stamped(german, *over)).meta["converter"]


def test_without_recognition_a_stamped_scan_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    whole = Body(picture().content.replace("400 0 0 400 72 200", "612 0 0 792 0 0"))
    scan = whole._replace(content=f"{whole.content}\n{lines((60, 20, 8, STAMP))}")
    found = pdf_converter.convert(io.BytesIO(drawn(scan, Body(lines((60, 700, 12, STAMP))))), "scan.pdf")
    assert (found.note or "").startswith("1 of 2 pages (1) have a picture behind a few words; if they are scans, run")


@needs_ocr
def test_a_page_of_few_words_without_a_picture_is_not_drawn(convert: Convert) -> None:
    document = convert("short.pdf", pdf("A title."))
    assert "tesserocr" not in document.meta["converter"]


@needs_ocr
def test_what_could_not_be_recognised_is_told(convert: Convert) -> None:
    document = convert("some.pdf", drawn(Body(lines((72, 720, 12, "Cover sheet."))), picture()))
    assert document.meta["note"] == "1 of 2 pages (2) have no text that can be recognised."


@needs_ocr
def test_a_file_that_shows_nothing_is_not_told_to_be_recognised(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match=r"No text was found in 'blank\.pdf'; .* nothing is to be seen\.$"):
        convert("blank.pdf", pdf("", ""))


@needs_ocr
@pytest.mark.parametrize(
    ("ending", "kind"), [(".png", "PNG"), (".jpg", "JPEG"), (".webp", "WEBP"), (".bmp", "BMP"), (".gif", "GIF")]
)
def test_pictures_are_read(convert: Convert, german: Any, ending: str, kind: str) -> None:
    document = convert(f"photo{ending}", saved(german, kind))
    assert character_errors(text_of(document), GERMAN) <= 0.01
    assert document.meta["paged"] is False


@needs_ocr
def test_a_tiff_may_have_pages(convert: Convert, german: Any) -> None:
    other = page((MARGIN, MARGIN, LEFT), font=scans.font(36))
    fax = saved(german.convert("1"), "TIFF", save_all=True, append_images=[other.convert("1")], compression="group4")
    document = convert("fax.tif", fax)
    first, second = text_of(document).split("\f")
    assert character_errors(first, GERMAN) <= 0.01
    assert character_errors(second, LEFT) <= 0.01
    assert document.meta["paged"] is True


@needs_ocr
def test_a_picture_is_seen_as_a_viewer_shows_it(convert: Convert, german: Any) -> None:
    from PIL import Image, ImageOps

    clear = Image.new("LA", german.size)
    clear.putalpha(ImageOps.invert(german))
    assert character_errors(text_of(convert("clear.png", saved(clear, "PNG"))), GERMAN) <= 0.01
    deep = saved(german.convert("I").point(lambda shade: shade * 200 + 5000).convert("I;16"), "PNG")
    assert character_errors(text_of(convert("deep.png", deep)), GERMAN) <= 0.01
    sideways = Image.Exif()
    sideways[0x0112] = 6  # the camera was turned
    photo = saved(german.rotate(90, expand=True), "JPEG", exif=sideways)
    assert character_errors(text_of(convert("photo.jpg", photo)), GERMAN) <= 0.01
    assert character_errors(text_of(convert("dark.png", saved(ImageOps.invert(german), "PNG"))), GERMAN) <= 0.01


@needs_ocr
def test_a_small_screenshot_is_read(convert: Convert) -> None:
    image = page((20, 20, "The port is 8443.\nRestart the service."), font=scans.font(15), size=(400, 90))
    assert "The port is 8443." in text_of(convert("screen.png", saved(image, "PNG")))


@needs_ocr
def test_pictures_without_text_fail_in_words(convert: Convert, german: Any) -> None:
    from PIL import Image

    for name, content, sentence in (
        ("plain.png", saved(Image.new("RGB", (900, 700), (90, 120, 200)), "PNG"), "has nothing on it"),
        ("noise.png", saved(Image.effect_noise((900, 700), 90), "PNG"), "has no text that can be recognised"),
        ("cut.jpg", saved(german, "JPEG")[:20_000], "has a picture that is damaged"),
        ("words.png", b"no picture at all", "is not a PNG file, whatever its name says"),
    ):
        with pytest.raises(ConversionFailed, match=f"'{name}' {sentence}"):
            convert(name, content)


@needs_ocr
@needs_nasty
def test_a_picture_of_too_many_pixels_is_refused_undrawn(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="60,000 by 60,000 pixels; at most 100,000,000"):
        convert("pixelbomb.png", (NASTY / "pixelbomb.png").read_bytes())


@needs_ocr
def test_a_picture_under_another_name_is_read_as_one(convert: Convert, german: Any) -> None:
    document = convert("scan.pdf", saved(german, "PNG"))
    assert document.meta["read_as"] == ".png"


@needs_ocr
def test_a_page_that_takes_too_long_costs_no_other(
    converter: FileConverter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, german: Any
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(joined(pdf("The first page was typed, and says more than a stamp would."), as_pdf([german])))
    monkeypatch.setattr(pages, "PAGE_SECONDS", 0.01)
    [document] = converter.run([path])["documents"]
    assert document.content.startswith("The first page")
    assert document.meta["note"] == "1 of 2 pages (2) have no text recognised within 0 seconds."


@needs_ocr
def test_a_file_has_no_more_than_its_time(
    converter: FileConverter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, german: Any
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(as_pdf([german] * 2))
    monkeypatch.setattr(pages, "FILE_SECONDS", 0.01)
    [document] = converter.run([path])["documents"]
    assert document.meta["note"].startswith("1 of 2 pages (2) have no text recognised yet: the pages before took all")


@needs_ocr
def test_recognition_ends_when_the_file_is_no_longer_wanted(
    converter: FileConverter, tmp_path: Path, german: Any
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(as_pdf([german] * 20))
    asked = count()
    [failure] = converter.run([path], still_wanted=lambda: next(asked) < 2)["failures"]
    assert "cancelled" in failure.error.message


@needs_ocr
def test_what_takes_long_is_not_read_in_a_group(converter: FileConverter, tmp_path: Path, german: Any) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(as_pdf([german]))
    outputs = converter.run([path], quick=True)
    assert [meta["filename"] for meta in outputs["late"]] == ["scan.pdf"]
    assert outputs["documents"] == outputs["failures"] == []


def test_without_recognition_a_scan_fails_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    found = pdf_converter.convert(io.BytesIO(drawn(picture())), "scan.pdf")
    assert (found.note or "").endswith("install it for ingestion: the extra 'rag-api[ocr]'.")


@pytest.mark.slow
def test_without_recognition_pictures_are_refused_with_what_to_install() -> None:
    script = """if True:
        import sys
        sys.modules["tesserocr"] = None
        from ingest.convert import CONVERTERS, PICTURES
        from ingest.convert.unsupported import unsupported
        assert not PICTURES.keys() & CONVERTERS.keys()
        print(*map(unsupported, PICTURES), sep="\\n")
    """
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert len(told.splitlines()) == len(PICTURES)
    assert all("the extra 'rag-api[ocr]'" in line for line in told.splitlines())


def test_lines_from_right_to_left_are_joined_from_the_right() -> None:
    assert written([Box(0, 0, 40, 10, "عالم"), Box(60, 0, 100, 10, "مرحبا")]) == "مرحبا عالم"
