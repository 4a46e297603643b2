"""What the tests of conversion share."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from haystack import Document

NASTY = Path(__file__).parents[3] / "../shared/nasty"
ARE_HERE = pytest.mark.skipif(not NASTY.exists(), reason="the files that broke other converters are not here")

Convert = Callable[[str, bytes | str], Document]
Test = TypeVar("Test", bound=Callable[..., None])


def needs_nasty(test: Test) -> Test:
    """They take a converter to its limits, which is slow."""
    marked: Test = ARE_HERE(pytest.mark.slow(test))
    return marked
