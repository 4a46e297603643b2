"""Pages are shown by processes that may do little, and what those say is not believed."""

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from ingest import cancellation
from ingest.convert.page_view import Marked, MarkedPage
from ingest.convert.parts.boxes import Box
from ingest.corpus import Corpus
from ingest.errors import ConversionFailed, Damaged, NotFound
from ingest.records.files import StoredFile
from ingest.search import pages
from tests.corpora import damage, put
from tests.ingest.convert.growing.pdfs import doubling
from tests.ingest.convert.pdf_files import pdf

BOMB = doubling(40)  # a page that takes years to draw


@pytest.fixture
def herons(corpus: Corpus) -> StoredFile:
    return put(corpus, "herons.pdf", pdf("Herons eat frogs."), None)


def both(corpus: Corpus, file: StoredFile) -> list[partial[Any]]:
    return [partial(corpus.pages.picture, file, 1, 200), partial(corpus.pages.marks, file, "frogs", 1, 1)]


def test_a_page_that_takes_too_long_ends_with_a_sentence(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "SECONDS", {"draw": 0.5, "marks": 0.5})
    for asked in both(corpus, put(corpus, "bomb.pdf", BOMB, None)):
        with pytest.raises(ConversionFailed, match=r"Page 1 of 'bomb\.pdf' needs more than 0 seconds of the processor"):
            asked()


def test_a_page_that_nobody_waits_for_any_more_ends(corpus: Corpus) -> None:
    bomb = put(corpus, "bomb.pdf", BOMB, None)
    ended: list[BaseException] = []

    def draw() -> None:
        try:
            corpus.pages.picture(bomb, 1, 200)
        except BaseException as error:
            ended.append(error)

    async def leave() -> None:
        drawing = asyncio.ensure_future(cancellation.run_in(threads, draw))
        await asyncio.sleep(0.1)
        drawing.cancel()

    with ThreadPoolExecutor(1) as threads:
        asyncio.run(leave())
    assert [type(error) for error in ended] == [cancellation.Cancelled]


def test_bytes_that_are_gone_or_damaged_are_told(corpus: Corpus, herons: StoredFile) -> None:
    damage(corpus, herons.sha256)
    for asked in both(corpus, herons):
        with pytest.raises(Damaged, match="not those"):
            asked()
    corpus.blobs.delete(herons.sha256)
    for asked in both(corpus, herons):
        with pytest.raises(Damaged, match="missing"):
            asked()
    corpus.files.delete(herons.id)
    for asked in both(corpus, herons):
        with pytest.raises(NotFound, match=herons.id):
            asked()


PICTURE = base64.b64encode(bytes(100)).decode()


@pytest.mark.parametrize(
    "pieces",
    [["x"], [-1], [True], [1.5], [1 << 40], [1, 1], [1, "no base64"], [1, None], [1, *[PICTURE] * 3]],
    ids=str,
)
def test_a_picture_that_is_none_is_not_taken(pieces: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 250)
    drawn = pages._Drawn()
    with pytest.raises((TypeError, ValueError)):
        for piece in pieces:
            drawn.take(piece)


SOUND = [3, "exact", None, [[2, 612.0, 792, [[0, 0.5, 1, 0.1]]]]]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "text",
        [],
        [*SOUND, 1],
        ["3", *SOUND[1:]],
        [3, "sure", *SOUND[2:]],
        [3, "none", "a" * 1001, SOUND[3]],
        [3, "none", None, [[1, 612.0, 792, []]]],
        [3, "none", None, [[2, 612.0, 792, []], [4, 612.0, 792, []]]],
        [3, "none", None, [[2, 612.0, 792, []], [3, 612.0, 792, []], [4, 612.0, 792, []]]],
        [3, "none", None, [[2, 0, 792, []]]],
        [3, "none", None, [[2, 612.0, float("nan"), []]]],
        [3, "exact", None, [[2, 612.0, 792, [[0, 0, 1]]]]],
        [3, "exact", None, [[2, 612.0, 792, [[0, 0, 1, 1.1]]]]],
        [3, "exact", None, [[2, 612.0, 792, [[0, 0, 1, float("nan")]]]]],
        [3, "exact", None, [[2, 612.0, 792, [["0", 0, 1, 1]]]]],
    ],
    ids=str,
)
def test_marks_that_are_none_are_not_taken(answer: Any) -> None:
    assert pages._marked(SOUND, range(2, 4)) == Marked(
        3, "exact", None, [MarkedPage(2, 612, 792, [Box(0, 0.5, 1, 0.1)])]
    )
    with pytest.raises((LookupError, TypeError, ValueError)):
        pages._marked(answer, range(2, 4))
