"""Pages of the files that are kept: as pictures, and where on them a quote stands."""

import logging
from base64 import b64decode
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

from ingest import cancellation
from ingest.convert.page_view import Marked, MarkedPage
from ingest.convert.parts.boxes import Box
from ingest.convert.parts.quote import Match
from ingest.convert.sandbox import Sandbox
from ingest.convert.sandbox.call import Call, CalledOff, Crashed, OutOfMemory, OutOfTime, no_pieces
from ingest.counted import counted
from ingest.errors import ConversionFailed, NotFound, Reason
from ingest.records.files import Files, StoredFile

logger = logging.getLogger(__name__)

# Of processor time; most pages take a tenth of one, but two on which text has to be recognised take ten.
SECONDS = {"draw": 20.0, "marks": 60.0}
MOST_BYTES = 64 << 20  # of a picture
MOST_PAGES = 1 << 31  # of a file
LONGEST_REASON = 1000


class Pages:
    """Each is drawn or read whenever it is asked for, in the sandbox. Methods raise `NotFound` if there is no such
    page, `ConversionFailed` if it cannot be shown, `StorageFailed`, and `Cancelled` if nobody waits for it any more;
    any thread may call them."""

    def __init__(self, files: Files, sandbox: Sandbox, ocr_languages: Sequence[str] = ()) -> None:
        self._files = files
        self._sandbox = sandbox
        self._ocr_languages = ocr_languages

    def picture(self, file: StoredFile, page: int, width: int) -> tuple[int, bytes]:
        """How many pages there are, and this one (from 1) as a PNG file: so many pixels wide, or fewer if it is very
        high."""
        drawn = _Drawn()
        self._asked(file, page, "draw", page, width, take=drawn.take)
        if not drawn.content:
            raise _no_page(file, page, drawn.count)
        return drawn.count, bytes(drawn.content)

    def marks(self, file: StoredFile, quote: str, first: int, last: int) -> Marked:
        """On the pages from `first` to `last`, as far as there are so many."""
        answer = self._asked(file, first, "marks", quote, first, last, self._ocr_languages)
        try:
            marked = _marked(answer, range(first, last + 1))
        except (LookupError, TypeError, ValueError) as error:  # the file may have taken over who reads it
            raise _damaged(file, first) from error
        if not marked.pages:
            raise _no_page(file, first, marked.page_count)
        return marked

    def _asked(
        self, file: StoredFile, page: int, function: str, *arguments: Any, take: Callable[[Any], None] = no_pieces
    ) -> Any:
        seconds = SECONDS[function]
        named = file.filename, Path(file.filename).suffix.lower()
        with self._files.local_path(file) as path:
            calls = [Call((*named, *arguments), seconds, path, take)]
            asked = self._sandbox.call_each(f"ingest.convert.page_view:{function}", calls, cancellation.still_wanted)
            with closing(asked) as answers:
                answer = next(answers)
        match answer:
            case CalledOff():
                raise cancellation.Cancelled
            case OutOfTime():
                raise _too_much(file, page, f"{counted(round(seconds), 'second')} of the processor's time")
            case OutOfMemory():
                raise _too_much(file, page, f"{self._sandbox.memory >> 20} MB of memory")
            case Crashed():
                logger.warning("no page of %s can be shown: %s", file.id, answer)
                raise _damaged(file, page)
            case Exception():
                raise answer
        return answer


class _Drawn:
    """What a worker sends of a picture: nothing of it is believed, and no more is kept than an honest one sends."""

    def __init__(self) -> None:
        self.count = -1
        self.content = bytearray()

    def take(self, piece: Any) -> None:
        """Raises `ValueError` or its like."""
        if self.count < 0:
            self.count = _number(piece, MOST_PAGES)
        else:
            self.content += b64decode(piece, validate=True)
        if len(self.content) > MOST_BYTES:
            raise ValueError("the picture is too large")


def _marked(answer: Any, asked: range) -> Marked:
    """Raises `ValueError` or its like for what is not sound."""
    count, match, reason, pages = answer
    if match not in get_args(Match) or not (reason is None or len(str(reason)) <= LONGEST_REASON):
        raise ValueError("no answer")
    marked = [
        MarkedPage(_number(number, MOST_PAGES), _size(width), _size(height), [Box(*map(_part, box)) for box in boxes])
        for number, width, height, boxes in pages
    ]
    if [page.number for page in marked] != list(asked)[: len(marked)]:
        raise ValueError("other pages")
    return Marked(_number(count, MOST_PAGES), match, reason and str(reason), marked)


def _number(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("no number")
    return value


def _size(value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value < MOST_PAGES:
        raise ValueError("no size")
    return float(value)


def _part(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise ValueError("no part of a page")
    return float(value)


def _no_page(file: StoredFile, page: int, count: int) -> NotFound:
    return NotFound(f"'{file.filename}' has {counted(count, 'page')}: there is no page {page}.")


def _too_much(file: StoredFile, page: int, what: str) -> ConversionFailed:
    return ConversionFailed(
        f"Page {page} of '{file.filename}' needs more than {what} to be shown: ask for the text of the file instead.",
        Reason.INTERNAL,
    )


def _damaged(file: StoredFile, page: int) -> ConversionFailed:
    return ConversionFailed(
        f"Page {page} of '{file.filename}' could not be shown: what reads it failed on it. It may be damaged: ask for "
        "the text of the file instead.",
        Reason.INTERNAL,
    )
