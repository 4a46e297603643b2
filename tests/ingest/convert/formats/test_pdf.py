import io
import random
from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import BinaryIO

import pypdf
import pypdfium2
import pytest

from ingest.convert import ocr
from ingest.convert.formats import pdf as converter
from ingest.convert.formats.pdf import pages, second_opinion
from ingest.convert.formats.pdf.forms import Filled
from ingest.convert.formats.pdf.hyphens import without_cuts
from ingest.convert.unsupported import ANY
from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import NASTY, Convert, needs_nasty
from tests.ingest.convert.growing.pdfs import doubling
from tests.ingest.convert.pdf_files import Body, drawn, lines, pdf, picture


def encrypted(password: str) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(pdf("A secret.")))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pages_are_separated_by_form_feeds(convert: Convert) -> None:
    document = convert("report.pdf", pdf("First page.", "", "Third page."))
    assert document.content == "First page.\f\fThird page."
    assert document.meta["paged"] is True
    assert document.meta["markup"] == "text"
    assert document.meta["converter"].startswith("pdf 16 (pypdfium2 ")
    assert "title" not in document.meta


def test_the_title_is_that_of_the_document(convert: Convert) -> None:
    assert convert("report.pdf", pdf("Text.", title="Annual Report")).meta["title"] == "Annual Report"


def test_a_header_after_some_junk_will_do(convert: Convert) -> None:
    assert convert("report.pdf", b"\n\n\n" + pdf("Text.")).content == "Text."


def test_a_pdf_without_text_may_be_a_scan(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match=r"No text was found in 'scan\.pdf'; it may be a scan"):
        convert("scan.pdf", pdf("", ""))


def test_a_password_is_asked_for_in_words(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="protected by a password"):
        convert("secret.pdf", encrypted("user"))


def test_a_pdf_that_only_forbids_printing_is_read(convert: Convert) -> None:
    assert convert("secret.pdf", encrypted("")).content == "A secret."


def test_a_damaged_pdf_is_called_so(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="damaged"):
        convert("cut.pdf", pdf("Text.")[:40])


def test_the_other_engine_reads_the_same() -> None:
    file = BytesIO(pdf("First page.", "Second page.", title="Annual Report"))
    first, second = converter.convert(file, "report.pdf"), converter.convert_with_pypdf(file, "report.pdf")
    assert first._replace(converter="") == second._replace(converter="")
    assert first.converter != second.converter


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("It is poten|tially wrong.", "It is potentially wrong."),
        ("A Peri|odic report, periodic.", "A Periodic report, periodic."),
        ("A hard cover|age of hard covers, by cover and age.", "A hard cover-age of hard covers, by cover and age."),
        ("No cover of any age has cover|age; coverage it is.", "No cover of any age has coverage; coverage it is."),
        ("A wet|land, as every wet-land.", "A wet-land, as every wet-land."),
        ("A well|known third|party of the Anglo|Saxon.", "A well-known third-party of the Anglo-Saxon."),
        ("State-of-the|art and 1914|18 and a|", "State-of-the-art and 1914-18 and a-"),
        (
            "An X|ray by a vice|president at example.org/long|path/.",
            "An X-ray by a vice-president at example.org/long-path/.",
        ),
        ("A cost|effective plan, though ineffi|cient.", "A cost-effective plan, though inefficient."),
        (
            "Hard covers of any age: a cover|age of the appen|dix, the agree|ment and the condi|tions.",
            "Hard covers of any age: a coverage of the appendix, the agreement and the conditions.",
        ),
    ],
)
def test_a_word_cut_at_the_end_of_a_line_is_whole_unless_its_parts_are_words(text: str, whole: str) -> None:
    assert without_cuts(text.replace("|", "\ufffe")) == whole


@pytest.mark.parametrize(
    "text",
    [
        "Die Heizungs|_und Warmwasserkosten im Haus|_und Gartenbereich nach der Abrech|nung.",
        "Vor|_bzw. Nachteile, Ein|_und/oder Ausfuhr.",
        "Of pre|_and post-war houses, short|_or long-term loans, first|_to third-class seats.",
        "El pre|_y posparto; los pre|_o postescolares; franco|_e italoparlante.",
        "Gouden en zilveren: de boeken|_en tijdschriftenlijst.",
        "Les textes et les avant|_et après-propos.",
        "Forsknings|_och innovation, forsknings|_og utvikling; og, och.",
        "Сельско|_и лесохозяйственный.",
        "Sie schau|en hin, ein Bau|en.",
        "A non|U.S. point of sale, a point|of-sale.",
    ],
)
def test_a_hyphen_before_a_conjunction_stands_for_the_end_of_the_next_word(text: str) -> None:
    expected = text.replace("|_", "- ").replace("schau|en", "schauen").replace("Bau|en", "Bauen")
    expected = expected.replace("Abrech|nung", "Abrechnung").replace("|", "-")
    assert without_cuts(text.replace("|_", "\ufffe").replace("|", "\ufffe")) == expected


def test_one_compound_says_nothing_of_the_other_cut_words_of_a_file() -> None:
    cut = "Die Zustän|digkeit und die Geneh|migung der Verwal|tung in Land|wirtschaft, Land und Wirtschaft."
    whole = "Die Zuständigkeit und die Genehmigung der Verwaltung in Land-wirtschaft, Land und Wirtschaft."
    assert without_cuts(cut.replace("|", "\ufffe")) == whole


def test_cut_words_take_no_longer_in_a_text_without_spaces() -> None:
    assert len(without_cuts("a" * 500_000 + "\ufffeb" * 100_000)) >= 600_000


@pytest.fixture
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where text recognition is not installed, for what is converted in this process."""
    monkeypatch.setattr(ocr, "is_installed", lambda: False)


@pytest.mark.usefixtures("without_ocr")
def test_text_that_is_only_codes_of_fonts_is_no_text() -> None:
    codes = Body("BT /F3 12 Tf 72 720 Td (\\004\\005\\006 XFGHJKLMNP\\034) Tj ET")
    with pytest.raises(
        ConversionFailed, match=r"fonts of 'shapes\.pdf' do not say which letters .*To read it, run text recog.*ocr"
    ):
        converter.convert(BytesIO(drawn(codes, codes)), "shapes.pdf")
    found = converter.convert(BytesIO(drawn(Body(lines((72, 720, 12, "A heron."))), codes)), "shapes.pdf")
    assert found.text == "A heron.\f"
    assert (found.note or "").startswith("1 of 2 pages (2) has fonts that do not say which letters they show")


@pytest.mark.usefixtures("without_ocr")
def test_letters_that_are_the_numbers_of_shapes_are_no_text() -> None:
    sentence = "The harbour authority reviewed the dredging contract in March and found that the basin had silted up"
    shapes = "".join(f"\\{ord(letter) - 29:03o}" for letter in sentence)
    body = Body(f"BT /F1 12 Tf 72 720 Td ({shapes}) Tj ET")
    assert "KDUERXU" in str(pypdfium2.PdfDocument(drawn(body))[0].get_textpage().get_text_range())
    with pytest.raises(ConversionFailed, match="do not say which letters they show"):
        converter.convert(BytesIO(drawn(body)), "harbour.pdf")
    found = converter.convert(BytesIO(drawn(Body(lines((72, 720, 12, "A heron."))), body)), "harbour.pdf")
    assert found.text == "A heron.\f"


def test_what_has_few_vowels_is_text(convert: Convert) -> None:
    parts = "KHD-442 XRPQ BLCK 12 mm SHCS DIN 912 PCB RST CLK GND SDRAM CPLD TTL BGA PLL DSP FFT LCD PWR VSS BNC GPS"
    assert convert("parts.pdf", drawn(Body(f"BT /F1 12 Tf 72 720 Td ({parts}) Tj ET"))).content == parts


def test_old_fonts_that_use_ascii_without_saying_so_are_read(convert: Convert) -> None:
    sentence = "The herons of the lake are eating all the frogs that they can find there."
    assert convert("old.pdf", drawn(Body(f"BT /F3 12 Tf 72 720 Td ({sentence}) Tj ET"))).content == sentence


def test_characters_that_nobody_sees_are_no_text(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="No text was found"):
        convert("control.txt", "\u200b \ufeff\u00ad\n")


@pytest.mark.usefixtures("without_ocr")
def test_pages_without_text_among_others_are_told() -> None:
    text = Body(lines((72, 720, 12, "Cover sheet.")))
    found = converter.convert(BytesIO(drawn(text, picture(), picture(), text, picture())), "scans.pdf")
    assert found.note == (
        "3 of 5 pages (2 to 3, 5) have no text; if they are scans, run text recognition (OCR) on the file, or install "
        "it for ingestion: the extra 'rag-api[ocr]'."
    )


def test_empty_pages_are_not_told(convert: Convert) -> None:
    ruled = Body("72 72 m 500 72 l S")
    assert "note" not in convert("empty.pdf", drawn(Body(lines((72, 720, 12, "Text."))), Body(""), ruled)).meta


def test_a_form_of_adobe_is_told_from_its_placeholder(convert: Convert) -> None:
    form = "/AcroForm << /Fields [] /XFA 7 0 R >> /NeedsRendering true"
    xfa = "<< /Length 11 >>\nstream\n<xdp></xdp>\nendstream"
    placeholder = Body(lines((72, 720, 12, "Please wait... If this message is not replaced, get Adobe Reader.")))
    with pytest.raises(ConversionFailed, match=r"'form\.pdf' is a form that only Adobe Reader shows .* print it"):
        convert("form.pdf", drawn(placeholder, catalog=form, more=[xfa]))
    real = Body(lines((72, 720, 12, "Name of the insured:")))
    static = form.replace("/NeedsRendering true", "")
    assert convert("form.pdf", drawn(real, catalog=static, more=[xfa])).content == "Name of the insured:"


FIELD = (
    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Wilhelmina) /DA (/F1 12 Tf 0 g) "
    "/Rect [200 710 400 735] {} >>"
)
NOTE = (
    "<< /Type /Annot /Subtype /FreeText /Contents (Paid on Friday) /DA (/F1 12 Tf 0 g) /Rect [72 600 300 640] "
    "/AP << /N 8 0 R >> >>"
)
DRAWN = (
    "<< /Type /XObject /Subtype /Form /BBox [0 0 228 40] /Resources << /Font << /F1 3 0 R >> >> /Length 47 >>\n"
    "stream\nBT /F1 12 Tf 2 5 Td ({:<14}) Tj ET           \nendstream"
)


@pytest.mark.parametrize("appearance", ["", "/AP << /N 7 0 R >>"])
def test_what_was_filled_in_is_read(convert: Convert, appearance: str) -> None:
    page = Body(lines((72, 720, 12, "Name of the insured:")), [FIELD.format(appearance), NOTE])
    form = "/AcroForm << /Fields [9 0 R] /DR << /Font << /F1 3 0 R >> >> /DA (/F1 12 Tf 0 g) >>"
    streams = [DRAWN.format("Wilhelmina"), DRAWN.format("Paid on Friday")]
    document = convert("claim.pdf", drawn(page, catalog=form, more=streams))
    assert document.content == "Name of the insured: Wilhelmina\nPaid on Friday"


def field(place: str, value: str, kind: str = "/FT /Tx") -> str:
    return f"<< /Type /Annot /Subtype /Widget {kind} /T (f{place}) {value} /DA (/F1 12 Tf 0 g) /Rect [{place}] >>"


def box(place: str, state: str) -> str:
    return field(place, f"/V /{state} /AS /{state} /AP << /N << /Yes 7 0 R >> >>", "/FT /Btn")


def test_values_stand_where_a_reader_sees_them(convert: Convert) -> None:
    labels = lines(
        (72, 720, 12, "Surname"),
        (72, 690, 12, "Born in"),
        (300, 690, 12, "Year"),
        (72, 660, 12, "Insured"),
        (160, 660, 12, "yes"),
        (220, 660, 12, "no"),
        (72, 630, 12, "Remarks"),
        (72, 500, 12, "Signed"),
    )
    fields = [
        field("140 715 290 733", "/V (Achterberg)"),
        field("340 685 400 703", "/V (1964)"),
        field("140 685 290 703", "/V (Kil\\rrush)"),
        box("140 658 152 670", "Yes"),
        box("200 658 212 670", "Off"),
        field("72 540 400 620", "/V (Ring twice.)"),
        field("140 495 290 513", "/V ()"),
        field("310 715 330 733", "/V (secret)", "/FT /Sig"),
    ]
    frames = "\n140 658 12 12 re S 200 658 12 12 re S"  # of the boxes, as most programs draw them
    form = f"/AcroForm << /Fields [{' '.join(f'{number} 0 R' for number in range(8, 16))}] /DR << >> >>"
    document = convert("form.pdf", drawn(Body(labels + frames, fields), catalog=form, more=[DRAWN.format("x")]))
    assert (document.content or "").split("\n") == [
        "Surname Achterberg",
        "Born in Kil rush Year 1964",
        "Insured ☒ yes ☐ no",
        "Remarks",
        "Ring twice.",
        "Signed",
    ]


def test_flattened_text_is_taken_if_it_has_more_words_and_lost_none() -> None:
    name, known, more, garbled = (
        pages._Text(text) for text in ("Name: Ann", "Name: Ann 12", "Name: Ann 12 Lee", "Name: A nn 12 Lee")
    )
    assert (pages._fuller(name, known, more, []), pages._fuller(name, known, garbled, [])) == (more, known)
    assert pages._fuller(name, known, pages._Text("12 Name: Ann"), []) is known


def test_values_that_are_drawn_side_by_side_are_no_more_words() -> None:
    labels, filled_in, flat = map(pages._Text, ("Weeks: Office:", "Weeks: 26 Office: Bonn", "Weeks: Office: 26Bonn"))
    values = [Filled(text, 0, 0, 0) for text in ("Bonn", "26")]
    assert pages._fuller(labels, filled_in, flat, values) is filled_in
    more = pages._Text("Weeks: Office: 26BonnAnn")
    assert pages._fuller(labels, filled_in, more, values) == more


MARKED = (
    "<< /Type /Annot /Subtype /{} /Contents ({}) {} /Rect [72 {} 300 {}] /QuadPoints [72 720 300 720 72 705 300 705] >>"
)


def test_comments_stand_behind_the_sentence_that_they_are_on(convert: Convert) -> None:
    text = lines((72, 720, 12, "Never open the valve"), (72, 706, 12, "above 3 bar."), (72, 692, 12, "Close it."))
    comments = [
        MARKED.format("Highlight", "Against clause 9", "/T (Eve)", 718, 730),
        MARKED.format("Text", "Ask the osprey", "", 300, 320),
        MARKED.format("Text", "Ignore it", "/F 2", 300, 320),
        MARKED.format("Link", "A link", "", 300, 320),
    ]
    document = convert("valve.pdf", drawn(Body(text, comments), Body(text)))
    assert (document.content or "").split("\f")[0].split("\n") == [
        "Never open the valve",
        "above 3 bar.",
        "Comment by Eve: Against clause 9",
        "Close it.",
        "Comment: Ask the osprey",
    ]


RENT = "BT /F1 12 Tf 72 720 Td (The rent is 900.) Tj ET\n"
SCANNED = "q 600 0 0 780 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q\n"


@pytest.mark.parametrize(
    "secret",
    [
        "BT 3 Tr /F1 12 Tf 72 600 Td (Ignore it.) Tj ET",
        "BT 1 1 1 rg /F1 12 Tf 72 600 Td (Ignore it.) Tj ET",
        "1 1 1 rg 60 580 400 60 re f BT /F1 12 Tf 72 600 Td (Ignore it.) Tj ET",
        "BT /F1 12 Tf 72 900 Td (Ignore it.) Tj ET",
        "BT /F1 .5 Tf 72 600 Td (Ignore it.) Tj ET",
        "BT /F1 12 Tf .05 0 0 .05 72 600 Tm (Ignore it.) Tj ET",
        "BT /F1 12 Tf 700 600 Td (Ignore it.) Tj ET",
        "/OC /hid BDC BT /F1 12 Tf 72 600 Td (Ignore it.) Tj ET EMC",
    ],
)
def test_what_nobody_sees_on_the_page_is_not_read(convert: Convert, secret: str) -> None:
    off = "/OCProperties << /OCGs [7 0 R] /D << /OFF [7 0 R] >> >>"
    file = drawn(Body(RENT + secret), catalog=off, more=["<< /Type /OCG /Name (Plan) >>"])
    file = file.replace(b"/Resources <<", b"/Resources << /Properties << /hid 7 0 R >>")
    assert convert("rent.pdf", file).content == "The rent is 900."


@pytest.mark.parametrize(
    "seen",
    [
        SCANNED + "BT 3 Tr /F1 12 Tf 72 600 Td (Paid in May.) Tj ET",
        "0 0 .5 rg 60 580 400 60 re f BT 1 1 1 rg /F1 12 Tf 72 600 Td (Paid in May.) Tj ET",
        SCANNED + "BT 1 1 1 rg /F1 12 Tf 72 600 Td (Paid in May.) Tj ET",
        "BT 1 1 1 rg 1 Tr /F1 12 Tf 72 600 Td (Paid in May.) Tj ET",
        "/OC /hid BDC BT /F1 12 Tf 72 600 Td (Paid in May.) Tj ET EMC",
        "BT /F1 12 Tf 72 600 Td (Paid in ) Tj 1 1 1 rg (May.) Tj ET",
        "BT 1 1 1 rg /F1 12 Tf 72 600 Td (Paid in May.) Tj 0 g 0 0 Td (Paid in May.) Tj ET",
    ],
)
def test_what_is_seen_for_what_is_behind_it_is_read(convert: Convert, seen: str) -> None:
    on = "/OCProperties << /OCGs [7 0 R] /D << /OFF [] >> >>"
    file = drawn(Body(RENT + seen), catalog=on, more=["<< /Type /OCG /Name (Plan) >>"])
    file = file.replace(b"/Resources <<", b"/Resources << /Properties << /hid 7 0 R >>")
    assert convert("rent.pdf", file).content == "The rent is 900.\nPaid in May."


def embedded(text: str) -> str:
    return f"<< /Type /EmbeddedFile /Length {len(text)} >>\nstream\n{text}\nendstream"


def test_attached_files_are_read_below_the_last_page(convert: Convert) -> None:
    names = "/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (notes.md) /EF << /F 7 0 R >> >>] >> >>"
    specification = "<< /Type /Filespec /F (data.xyz) /EF << /F 8 0 R >> >>"
    pinned = f"<< /Type /Annot /Subtype /FileAttachment /Rect [9 9 19 19] /FS {specification} >>"
    first, last = Body(lines((72, 720, 12, "# 1 Letter")), [pinned]), Body(lines((72, 720, 12, "Last page.")))
    files = [embedded("# Owl\n\nEats mice."), embedded("x")]
    document = convert("letter.pdf", drawn(first, last, catalog=names, more=files))
    assert document.content == (
        " # 1 Letter\fLast page.\n\n# Attachment: notes.md\n\n## Owl\n\nEats mice.\n\n"
        f"# Attachment: data.xyz\n\nNot read: Files ending in '.xyz' are not supported: {ANY}."
    )
    assert document.meta["markup"] == "markdown"


@needs_nasty
def test_words_that_pypdf_splits_are_whole(convert: Convert) -> None:
    document = convert("AMAZON_2019_10K.pdf", (NASTY / "AMAZON_2019_10K.pdf").read_bytes())
    assert "se llers" not in (document.content or "")
    assert (document.content or "").count("sellers") > 40
    assert (document.content or "").count("\f") == 82


@needs_nasty
def test_a_page_that_pdfium_spells_out_is_put_together(convert: Convert) -> None:
    document = convert("LOCKHEEDMARTIN_2023Q2_10Q.pdf", (NASTY / "LOCKHEEDMARTIN_2023Q2_10Q.pdf").read_bytes())
    page = (document.content or "").split("\f")[7]
    assert "dependent on U.S. Government funding and can be\nterminated for convenience" in page
    assert "pypdf " not in document.meta["converter"]


@needs_nasty
def test_a_file_that_takes_pypdf_long_is_read(convert: Convert) -> None:
    document = convert("DA-619p.pdf", (NASTY / "DA-619p.pdf").read_bytes())
    assert (document.content or "").count("\f") == 618


PAGES = [f"Page {n}: the sellers offered several articles to all their customers" for n in range(12)]


def split_words(pages: list[str]) -> list[str]:
    """A blank in each word, nowhere alike."""
    choice = random.Random(0)
    places = ((word, choice.randint(1, len(word))) for page in pages for word in page.split())
    return [" ".join(f"{w[:i]} {w[i:]}" for w, i in islice(places, len(page.split()))) for page in pages]


def test_when_pypdf_is_right_it_reads_all_pages() -> None:
    assert second_opinion.better_pages(BytesIO(pdf(*PAGES)), split_words(PAGES)) == dict(enumerate(PAGES))


def test_when_pypdf_is_wrong_it_is_not_heard() -> None:
    assert second_opinion.better_pages(BytesIO(pdf(*split_words(PAGES))), PAGES) == {}


def test_when_both_agree_pdfium_is_kept() -> None:
    assert second_opinion.better_pages(BytesIO(pdf(*PAGES)), PAGES) == {}


def test_pypdf_is_given_the_pages_of_its_sample_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []

    def reader(file: BinaryIO) -> pypdf.PdfReader:
        opened = pypdf_reader(file)
        given.append(len(opened.pages))
        return opened

    pypdf_reader = pypdf.PdfReader
    monkeypatch.setattr(pypdf, "PdfReader", reader)
    assert second_opinion.better_pages(BytesIO(pdf(*PAGES)), PAGES) == {}
    assert given == [second_opinion.SAMPLE]


def test_pypdf_cannot_catch_the_end_of_its_time() -> None:
    with pytest.raises(second_opinion.TimeIsOver), second_opinion.processor_time(0.02):
        while True:
            with suppress(Exception):
                sum(range(1000))


def test_forms_that_draw_each_other_without_end_are_told_before_they_are_drawn(convert: Convert) -> None:
    assert convert("few.pdf", doubling(5)).content == "words"
    with pytest.raises(ConversionFailed, match="draws parts of its pages within each other"):
        convert("many.pdf", doubling(40))
