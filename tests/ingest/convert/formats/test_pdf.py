import io
import random
from contextlib import suppress
from io import BytesIO
from itertools import islice

import pypdf
import pytest

from ingest.convert.formats import pdf as converter
from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import NASTY, Convert, needs_nasty
from tests.ingest.convert.pdf_files import pdf


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
    assert document.meta["converter"].startswith("pypdfium2 ")
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


def test_a_word_hyphenated_at_the_end_of_a_line_is_joined_if_it_is_a_word_elsewhere() -> None:
    text = converter._joined(["A peri\ufffeodic report by a third\ufffeparty.", "Periodic? periodic."])
    assert text == "A periodic report by a third-party.\fPeriodic? periodic."


@needs_nasty
def test_words_that_pypdf_splits_are_whole(convert: Convert) -> None:
    document = convert("AMAZON_2019_10K.pdf", (NASTY / "AMAZON_2019_10K.pdf").read_bytes())
    assert "se llers" not in (document.content or "")
    assert (document.content or "").count("sellers") > 40
    assert (document.content or "").count("\f") == 82


@needs_nasty
def test_a_page_that_pdfium_spells_out_is_read_by_pypdf(convert: Convert) -> None:
    document = convert("LOCKHEEDMARTIN_2023Q2_10Q.pdf", (NASTY / "LOCKHEEDMARTIN_2023Q2_10Q.pdf").read_bytes())
    page = (document.content or "").split("\f")[7]
    assert "dependent on U.S. Government funding" in " ".join(page.split())
    assert "pypdf " in document.meta["converter"]


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
    assert converter._second_opinion(BytesIO(pdf(*PAGES)), split_words(PAGES)) == dict(enumerate(PAGES))


def test_when_pypdf_is_wrong_it_is_not_heard() -> None:
    assert converter._second_opinion(BytesIO(pdf(*split_words(PAGES))), PAGES) == {}


def test_when_both_agree_pdfium_is_kept() -> None:
    assert converter._second_opinion(BytesIO(pdf(*PAGES)), PAGES) == {}


def test_pypdf_cannot_catch_the_end_of_its_time() -> None:
    with pytest.raises(converter._TimeIsOver), converter._processor_time(0.02):
        while True:
            with suppress(Exception):
                sum(range(1000))
