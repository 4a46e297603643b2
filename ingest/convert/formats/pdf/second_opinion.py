"""What pypdf reads where it reads better than PDFium: PDFium gives some fonts one letter per line."""

import io
import os
import re
import signal
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from types import FrameType
from typing import BinaryIO

import pypdf
import pypdfium2

SAMPLE = 5  # pages, spread evenly
TELLING = 1000  # letters of a page of the sample, if there is one; with more, pypdf takes longer and tells no more
AGREEMENT = 0.95  # share of words that both engines have; below, the better text is chosen
MARGIN = 0.05  # by which pypdf has to be better
MAX_ONE_LETTER_WORDS = 0.3  # of all words; a page with more looks wrong
SAMPLE_SECONDS = 1.0  # of processor time for pypdf to read the sample
REST_SECONDS = 10.0  # and the rest
LARGEST = 64 << 20  # bytes of a file of which pages are copied

WORD = re.compile(r"[^\W\d_]+")
# Arabic, Hebrew, the Indic scripts and their like: of these, pypdf gives the shapes in the order of drawing.
ARRANGED = re.compile(r"[\u0590-\u109f\u1780-\u17ff]")
MOSTLY = 0.2  # of the letters


def better_pages(file: BinaryIO, pages: Sequence[str], unmapped: Collection[int] = ()) -> dict[int, str]:
    """By page (from 0), the text of pypdf where it is better than `pages`, which are PDFium's. `unmapped` are those
    whose fonts do not say which letters they show: pypdf writes the names of their shapes."""
    theirs: dict[int, str] = {}

    def read(numbers: Collection[int], seconds: float) -> None:
        # Whatever pypdf cannot read, PDFium has read already.
        try:
            alone = _alone(file, numbers) if len(numbers) < len(pages) else None
            with processor_time(seconds):  # of pypdf's: PDFium calls back, and what is raised there goes nowhere
                reader = pypdf.PdfReader(alone or file)
                for place, number in enumerate(numbers):
                    try:
                        theirs[number] = reader.pages[place if alone else number].extract_text()
                    except Exception:
                        continue
        except (TimeIsOver, Exception):
            return

    counts = Counter(word for page in pages for word in WORD.findall(page))

    def better() -> list[int]:
        known = _recurring(counts + Counter(word for text in theirs.values() for word in WORD.findall(text)))
        return [n for n, text in theirs.items() if _is_better(text, pages[n], known)]

    asked = [n for n in range(len(pages)) if n not in unmapped and not _is_arranged(pages[n])]
    read(_sample(asked, pages), SAMPLE_SECONDS)
    wanted = asked if better() else [n for n in asked if _looks_wrong(pages[n])]
    if rest := [n for n in wanted if n not in theirs]:
        read(rest, REST_SECONDS)
    return {n: theirs[n] for n in better()}


def _sample(asked: Sequence[int], pages: Sequence[str]) -> Sequence[int]:
    """Of each part of the pages, the shortest that tells enough, else the longest."""
    ends = [len(asked) * part // SAMPLE for part in range(SAMPLE + 1)]
    parts = [asked[start:end] for start, end in pairwise(ends) if start < end]
    return [min(part, key=lambda n: (len(pages[n]) < TELLING, abs(len(pages[n]) - TELLING))) for part in parts]


def _alone(file: BinaryIO, numbers: Collection[int]) -> BinaryIO | None:
    """These pages as a document of their own: to find one, pypdf reads the objects of all pages, which can take longer
    than the pages themselves."""
    if file.seek(0, os.SEEK_END) > LARGEST:
        return None
    copy = io.BytesIO()
    try:
        with pypdfium2.PdfDocument(file) as whole, pypdfium2.PdfDocument.new() as some:
            some.import_pages(whole, list(numbers))
            some.save(copy)
    except pypdfium2.PdfiumError:
        return None
    return copy


def _is_arranged(text: str) -> bool:
    arranged = len(ARRANGED.findall(text))
    return arranged > 0 and arranged > MOSTLY * sum(map(len, WORD.findall(text)))


def _looks_wrong(text: str) -> bool:
    """Whether it has mostly words of one letter."""
    words = WORD.findall(text)
    return sum(len(word) == 1 for word in words) > MAX_ONE_LETTER_WORDS * len(words)


def _recurring(counts: Counter[str]) -> set[str]:
    """Long enough words that occur again: real words recur, while pieces of words are rarely broken alike."""
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


class TimeIsOver(BaseException):
    """Not an `Exception`: pypdf catches those."""


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    def stop(signum: int, frame: FrameType | None) -> None:
        raise TimeIsOver

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
