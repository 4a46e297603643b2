"""What the tests of conversion share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from haystack import Document

NASTY = Path(__file__).parents[3] / "../shared/nasty"
needs_nasty = pytest.mark.skipif(not NASTY.exists(), reason="the files that broke other converters are not here")

Convert = Callable[[str, bytes | str], Document]
