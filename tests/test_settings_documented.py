"""`.env.example` is the documentation of the settings: complete, true to the defaults, and in the settings' words."""

import inspect
import re
from pathlib import Path

import pytest

import ingest.settings
import rag_api.settings
from ingest.settings import variable
from rag_api.settings import Settings

EXAMPLE = (Path(__file__).parents[1] / ".env.example").read_text()
LINES = dict(re.findall(r"^# ([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LINES:
        monkeypatch.delenv(name, raising=False)


def test_every_setting_stands_in_the_example_and_nothing_else() -> None:
    assert sorted(LINES) == sorted(variable(Settings, field) for field in Settings.model_fields)


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    copied = tmp_path / ".env"
    copied.write_text("\n".join(f"{name}={value}" for name, value in LINES.items()))

    assert Settings(_env_file=copied) == Settings(_env_file=None)


def test_a_line_of_the_example_takes_effect_once_it_is_uncommented(tmp_path: Path) -> None:
    copied = tmp_path / ".env"
    copied.write_text(EXAMPLE.replace("# RAG_PASSAGES=8", "RAG_PASSAGES=3"))

    assert Settings(_env_file=copied).passages == 3


def test_the_example_explains_each_setting_in_the_words_of_the_code() -> None:
    code = inspect.getsource(ingest.settings) + inspect.getsource(rag_api.settings)
    said_in_code = set(re.findall(r'^    """(.*)"""$', code, re.MULTILINE))
    said_in_example = re.findall(r"^# (.*)\n# [A-Z_]+=", EXAMPLE, re.MULTILINE)

    assert len(said_in_example) == len(LINES)
    assert set(said_in_example) <= said_in_code
