"""Twice as much of a structure costs at most some twice the work, and no small file makes a long text.

Work is counted in calls of functions. What libraries do within one call, `benchmarks/readers.py` shows by hand.
"""

import sys
from collections.abc import Callable
from io import BytesIO
from types import FrameType

import pytest

from benchmarks.readers import unpacked
from ingest.convert.extract import extract
from ingest.convert.file_converter import MAX_CHARACTERS
from ingest.errors import ConversionFailed
from tests.ingest.convert.growing import STRUCTURES

MOST = 2.6
FEW = 40  # of each structure, and twice as many
BOUNDED = {"rowspan of each": 1_000}  # from so many on
UNHEARD = 1_500  # calls: what is made once

MANY = 1_000  # of what might be said again
MOST_SAID = 10  # characters for each byte, unpacked
SHORT_VALUES = {".tex": 100, ".csv": 100, ".json": 100}  # with names before them
ANYHOW = 100_000

# What says more than it has letters.
SAID_AGAIN = {
    ".html": ("colspan", "rowspan", "rowspan of each"),
    ".epub": ("one chapter again and again", "the same chapter by other items"),
    ".odt": ("repeated rows", "repeated cells", "spread cells", "long numbers of items", "counted blanks"),
    ".ods": ("repeated rows", "repeated cells", "merged cells"),
    ".xlsx": (
        *("long names", "merged across", "merged downwards", "one sheet again and again", "shown by a long style"),
        *("one drawing again and again", "one shared string"),
    ),
    ".xls": ("one sheet again and again", "merged cells of XML"),
    ".docx": ("spread cells", "merged downwards", "long numbers of items", "header again and again"),
    ".pptx": ("one slide again and again", "notes again and again", "one chart again and again"),
    ".rtf": ("stand-ins", "bin beyond", "deep items", "depths of tables"),
    ".tex": ("used macros", "long macro"),
    ".csv": ("long names", "columns, a cell in each row"),
    ".json": ("lists within a long key",),
    ".xml": ("long name", "one entity"),
    ".pdf": ("one page again and again",),
}


def data_of(ending: str, structure: str, number: int) -> bytes:
    data = STRUCTURES[ending][structure](number)
    return data.encode() if isinstance(data, str) else data


def text_of(ending: str, data: bytes) -> str:
    try:
        return str(extract(BytesIO(data), f"a{ending}", ending, MAX_CHARACTERS)["text"])
    except ConversionFailed:
        return ""


def calls_of(work: Callable[[], object]) -> int:
    calls = 0

    def hear(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(hear)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("ending", STRUCTURES)
def test_twice_as_much_is_at_most_some_twice_the_work(ending: str) -> None:
    faults = []
    for structure in STRUCTURES[ending]:
        few = BOUNDED.get(structure, FEW)
        small, large = (data_of(ending, structure, number) for number in (few, 2 * few))
        text_of(ending, small)  # what is made once is not counted
        before, after = (calls_of(lambda data=data: text_of(ending, data)) for data in (small, large))  # type: ignore[misc]
        if after > MOST * before + UNHEARD:
            faults.append((structure, before, after))
    assert faults == []


@pytest.mark.parametrize("ending", SAID_AGAIN)
def test_no_small_file_makes_a_long_text(ending: str) -> None:
    for structure in SAID_AGAIN[ending]:
        data = data_of(ending, structure, MANY)
        assert len(text_of(ending, data)) < SHORT_VALUES.get(ending, MOST_SAID) * unpacked(data) + ANYHOW, structure
