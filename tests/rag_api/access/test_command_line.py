"""Commands for keys and projects that cannot be done: told in a sentence, and nothing is changed."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest import projects
from ingest.projects import Folders
from rag_api.access import command_line

Run = Callable[..., None]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(command: str, **options: Any) -> None:
        command_line.run(Namespace(command=command, data_dir=str(tmp_path), **options))

    return run


def test_a_key_with_a_bad_name_makes_no_project(run: Run, tmp_path: Path) -> None:
    options = {"scope": "read", "requests_per_minute": None, "tokens_per_minute": None}
    with pytest.raises(SystemExit, match="name of a key"):
        run("keys create", project="birds", name="two\nlines", **options)
    assert Folders(tmp_path).ids() == [projects.DEFAULT]
    run("keys create", project="birds", name="mine", **options)
    assert [projects.name_of(each) for each in Folders(tmp_path).ids()] == ["default", "birds"]


def test_what_cannot_be_deleted_is_not_asked_about(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []

    def nobody_answers(question: str) -> str:
        asked.append(question)
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody_answers)
    with pytest.raises(SystemExit, match="the data folder itself"):
        run("projects delete", project="default", yes=False)
    assert not asked
    Folders(tmp_path).make("birds")
    with pytest.raises(SystemExit, match="--yes"):
        run("projects delete", project="birds", yes=False)
    assert len(asked) == 1
    assert len(Folders(tmp_path).ids()) == 2
