"""Filters as conditions on the terms of the index."""

from pathlib import Path

import pytest

from ingest.index.embedded.fulltext import FullText
from ingest.index.filters import Filters


@pytest.mark.parametrize("operator", ["==", "!="])
def test_a_value_is_looked_up_and_not_made_an_automaton(tmp_path: Path, operator: str) -> None:
    """Which takes a third of a millisecond for each clause, of which a filter may have hundreds."""
    index = FullText(tmp_path / "fulltext")
    one: Filters = {"field": "meta.attributes.year", "operator": operator, "value": 1761}
    some: Filters = {"field": "meta.attributes.year", "operator": "in", "value": [1761, 1762]}
    assert "TermSetQuery" in repr(index.passing(some).conditions)
    assert "TermSetQuery" not in repr(index.passing(one).conditions)
    index.close()
