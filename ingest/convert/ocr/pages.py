"""Has the text on pages recognised, in the sandbox: each in a call of its own, so that one page costs no other."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ingest.convert.sandbox import Sandbox
from ingest.convert.sandbox.call import Call, CalledOff, OutOfMemory, OutOfTime
from ingest.convert.sandbox.watch import WALL_PER_CPU_SECOND

logger = logging.getLogger(__name__)

PAGE_SECONDS = 60.0  # of processor time; a full page takes one to three
FILE_SECONDS = 3600.0  # of processor time, for all pages of a file

TELL_SECONDS = 30.0  # how often the log tells how far a file is


class PageText(NamedTuple):
    page: int  # counted from 0
    text: str
    reason: str | None  # why there is none, as in "2 of 5 pages have ..."


def recognised_pages(
    sandbox: Sandbox,
    file: tuple[Path, str, str],
    pages: Sequence[int],
    languages: Sequence[str],
    still_wanted: Callable[[], bool],
) -> list[PageText]:
    """`file` is its path, name and ending. Raises `CalledOff` when it is not wanted any more."""
    texts: list[PageText] = []
    used = 0.0
    started = told = time.monotonic()
    path, *named = file
    calls = [Call((*named, page, languages), PAGE_SECONDS, path) for page in pages]
    with closing(sandbox.call_each("ingest.convert.read:recognise", calls, still_wanted)) as answers:
        for page, answer in zip(pages, answers, strict=True):
            match answer:
                case [str(text), str() | None as reason, float(seconds)]:
                    texts.append(PageText(page, text, reason))
                    used += seconds
                case CalledOff():
                    raise answer
                case OutOfTime():
                    texts.append(PageText(page, "", f"no text recognised within {PAGE_SECONDS:.0f} seconds"))
                    used += PAGE_SECONDS
                case OutOfMemory():
                    texts.append(PageText(page, "", f"no text recognised within {sandbox.memory >> 20} MB of memory"))
                case _:
                    texts.append(PageText(page, "", "no text recognised: that failed"))
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                logger.info("'%s': text recognised on %d of %d pages.", file[1], len(texts), len(pages))
            used = max(used, (time.monotonic() - started) / WALL_PER_CPU_SECOND)  # whatever the worker says
            if used > FILE_SECONDS:
                break
    late = f"no text recognised yet: the pages before took all {FILE_SECONDS / 60:.0f} minutes that a file may take"
    return texts + [PageText(page, "", late) for page in pages[len(texts) :]]
