"""PDF: the text of PDFium, or that of pypdf on pages where the two differ and pypdf reads better.

Either engine is wrong on some real files: pypdf splits words at line breaks ("se llers"), PDFium gives some fonts one
letter per line. PDFium is some fifteen times faster, so it reads every page, and pypdf a sample; if pypdf wins there,
it reads the rest too, else only pages that look wrong.
"""

import logging
import re
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from types import FrameType
from typing import BinaryIO

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
from pypdf.errors import FileNotDecryptedError, LimitReachedError

from ingest.chunk.meta import PAGE_BREAK, on_one_page
from ingest.convert import Extracted
from ingest.errors import ConversionFailed

PDFIUM = f"pypdfium2 {version('pypdfium2')}"
PYPDF = f"pypdf {pypdf.__version__}"

SAMPLE = 5  # pages, spread evenly
AGREEMENT = 0.95  # share of words that both engines have; below, the better text is chosen
MARGIN = 0.05  # by which pypdf has to be better
MAX_ONE_LETTER_WORDS = 0.3  # of all words; a page with more looks wrong
SAMPLE_SECONDS = 2.0  # of processor time for pypdf to read the sample
REST_SECONDS = 10.0  # and the rest

WORD = re.compile(r"[^\W\d_]+")
LINE_END_HYPHEN = "\ufffe"  # what PDFium puts in a word that was hyphenated at the end of a line
HYPHENATED = re.compile(rf"([^\W\d_]+){LINE_END_HYPHEN}([^\W\d_]+)")

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every fault in a damaged file


def convert(file: BinaryIO, filename: str) -> Extracted:
    try:
        pages, title = _read_with_pdfium(file)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise _protected(filename) from error
        return convert_with_pypdf(file, filename)
    better = _second_opinion(file, pages)
    for number, text in better.items():
        pages[number] = text
    return Extracted(_joined(pages), f"{PDFIUM} and {PYPDF}" if better else PDFIUM, title=title, paged=True)


def convert_with_pypdf(file: BinaryIO, filename: str) -> Extracted:
    try:
        reader = pypdf.PdfReader(file)
        pages = [page.extract_text() for page in reader.pages]
        title = reader.metadata.title if reader.metadata else None
    except FileNotDecryptedError as error:
        raise _protected(filename) from error
    except MemoryError:
        raise
    except LimitReachedError as error:
        raise ConversionFailed(
            f"'{filename}' would unpack to more than a document needs. Open it, save it anew and try again."
        ) from error
    except Exception as error:  # pypdf meets damage with errors of any kind
        raise ConversionFailed(
            f"'{filename}' is damaged, or no PDF file. Open it, save it anew and try again."
        ) from error
    return Extracted(_joined(pages), PYPDF, title=title, paged=True)


def _protected(filename: str) -> ConversionFailed:
    return ConversionFailed(f"'{filename}' is protected by a password. Save it without one and upload that instead.")


def _read_with_pdfium(file: BinaryIO) -> tuple[list[str], str | None]:
    with pypdfium2.PdfDocument(file) as document:
        pages = [_page_text(document, number) for number in range(len(document))]
        return pages, document.get_metadata_value("Title") or None


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = document[number]
    except pypdfium2.PdfiumError:  # this page is damaged; the others may not be
        return ""
    text = page.get_textpage()
    try:
        return str(text.get_text_range())
    finally:
        text.close()
        page.close()


def _second_opinion(file: BinaryIO, pages: list[str]) -> dict[int, str]:
    """By page (from 0), the text of pypdf where it is better than `pages`, which are PDFium's."""
    theirs: dict[int, str] = {}

    def read(numbers: Iterable[int], seconds: float) -> None:
        # Whatever pypdf cannot read, PDFium has read already.
        try:
            with _processor_time(seconds):
                reader = pypdf.PdfReader(file)
                for number in numbers:
                    try:
                        theirs[number] = reader.pages[number].extract_text()
                    except Exception:
                        continue
        except (_TimeIsOver, Exception):
            return

    def better() -> list[int]:
        known = _recurring([*pages, *theirs.values()])
        return [n for n, text in theirs.items() if _is_better(text, pages[n], known)]

    last = len(pages) - 1
    read(dict.fromkeys(round(last * i / (SAMPLE - 1)) for i in range(SAMPLE)), SAMPLE_SECONDS)
    wanted = range(len(pages)) if better() else [n for n, text in enumerate(pages) if _looks_wrong(text)]
    if rest := [n for n in wanted if n not in theirs]:
        read(rest, REST_SECONDS)
    return {n: theirs[n] for n in better()}


def _looks_wrong(text: str) -> bool:
    """Whether it has mostly words of one letter."""
    words = WORD.findall(text)
    return sum(len(word) == 1 for word in words) > MAX_ONE_LETTER_WORDS * len(words)


def _recurring(pages: Iterable[str]) -> set[str]:
    """Long enough words that occur again: real words recur, while pieces of words are rarely broken alike."""
    counts = Counter(word for page in pages for word in WORD.findall(page))
    return {word for word, count in counts.items() if count > 1 and len(word) > 2}


def _is_better(text: str, than: str, known: set[str]) -> bool:
    ours, theirs = Counter(WORD.findall(than)), Counter(WORD.findall(text))
    shared, all_words = (ours & theirs).total(), ours.total() + theirs.total()
    if 2 * shared >= AGREEMENT * all_words:
        return False
    return _share(theirs, known) > _share(ours, known) + MARGIN


def _share(words: Counter[str], known: set[str]) -> float:
    """The share of letters that are in known words."""
    letters = sum(len(word) * count for word, count in words.items())
    return sum(len(word) * count for word, count in words.items() if word in known) / max(letters, 1)


def _joined(pages: list[str]) -> str:
    text = PAGE_BREAK.join(on_one_page(page).replace("\r\n", "\n").replace("\r", "\n") for page in pages)
    if LINE_END_HYPHEN in text:
        words = set(WORD.findall(text))
        # "peri-odic" if the text has no "periodic", and "third-party" unless it has "thirdparty"
        text = HYPHENATED.sub(lambda m: m[1] + ("" if m[1] + m[2] in words else "-") + m[2], text)
    return text.replace(LINE_END_HYPHEN, "-")


class _TimeIsOver(BaseException):
    """Not an `Exception`: pypdf catches those."""


@contextmanager
def _processor_time(seconds: float) -> Iterator[None]:
    def stop(signum: int, frame: FrameType | None) -> None:
        raise _TimeIsOver

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
