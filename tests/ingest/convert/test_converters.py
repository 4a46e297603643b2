"""The table of converters agrees with their modules, which it saves others from importing."""

from importlib import import_module

import pytest

from ingest.convert import CONVERTERS, Format


@pytest.mark.parametrize(
    "format", {each.convert: each for each in CONVERTERS.values()}.values(), ids=lambda f: f.convert
)
def test_a_converter_has_the_same_version_in_the_table_as_in_its_module(format: Format) -> None:
    named = import_module(format.convert.partition(":")[0]).CONVERTER
    assert named.partition(" (")[0] == format.converter, "whoever changes one has to change the other"
