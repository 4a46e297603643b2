"""The fuzz targets, each with the inputs that a search begins with."""

import pytest

from fuzz.target import NAMES, load

DEMANDED = {"citations", "filters", "latex", "multipart", "outlook", "ranges", "rtf", "upstream"}


def test_there_is_a_target_for_each_parser_of_what_others_write() -> None:
    assert set(NAMES) >= DEMANDED


@pytest.mark.parametrize("name", NAMES)
def test_what_a_search_begins_with_keeps_what_its_target_says(name: str) -> None:
    target = load(name)
    assert target.seeds
    for seed in target.seeds:
        target.check(seed)
