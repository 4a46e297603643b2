"""Which files a pattern takes, and a file that is written to while it is read."""

import io
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from ingest.bulk.data_folder import DataFolder
from ingest.bulk.gather import Filter, Found, Gathering
from ingest.bulk.target import Wanted
from ingest.cli.bulk import attribute
from ingest.corpus import Corpus


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("*.md", ["a.md", "deep/er/c.md", "drafts/b.md"]),
        ("drafts/*", ["drafts/b.md", "drafts/x.txt"]),
        ("**/*.md", ["a.md", "deep/er/c.md", "drafts/b.md"]),
        ("deep/**/*.md", ["deep/er/c.md"]),
        ("deep/**/er/c.md", ["deep/er/c.md"]),
        ("?.txt", ["drafts/x.txt"]),
        ("deep/*.md", []),
        ("a*", ["a.md"]),
    ],
)
def test_patterns_are_those_of_the_shell(tmp_path: Path, pattern: str, taken: list[str]) -> None:
    for name in ("a.md", "drafts/b.md", "drafts/x.txt", "deep/er/c.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    everything = ["a.md", "deep/er/c.md", "drafts/b.md", "drafts/x.txt"]

    def found(filter: Filter) -> list[str]:
        paths = [item.path for item in Gathering(filter).all([str(tmp_path)])]
        return sorted(str(Path(path).relative_to(tmp_path)) for path in paths)

    assert found(Filter(include=[pattern])) == taken
    assert found(Filter(exclude=[pattern])) == [name for name in everything if name not in taken]


def test_the_folder_that_holds_the_copies_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "copy.txt").write_text("text")
    (tmp_path / "a.txt").write_text("text")
    found = Gathering(Filter(), besides=tmp_path / "store").all([str(tmp_path)])
    assert [Path(item.path).name for item in found] == ["a.txt"]


@pytest.mark.parametrize("asked", ["", "*.txt", "**/*.txt", "*", "./**/*"])
def test_links_that_lead_out_are_followed_only_when_that_is_asked_for(
    tmp_path: Path, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("outside", "folder/deep", "folder-2"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "outside" / "secret.txt").write_text("secret")
    (tmp_path / "folder-2" / "secret.txt").write_text("secret")
    folder = tmp_path / "folder"
    (folder / "a.txt").write_text("text")
    (folder / "inside.txt").symlink_to("a.txt")
    (folder / "secret.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (folder / "beside.txt").symlink_to("../folder-2/secret.txt")
    (folder / "twice.txt").symlink_to("secret.txt")
    (folder / "elsewhere").symlink_to(tmp_path / "outside")
    monkeypatch.chdir(folder)

    def found(*, follow_links: bool = False) -> set[str]:
        gathering = Gathering(Filter(), follow_links=follow_links)
        return {Path(item.path).name for item in gathering.all([asked or str(folder)]) if isinstance(item, Found)}

    assert found() == {"a.txt", "inside.txt"}
    assert found(follow_links=True) == {"a.txt", "inside.txt", "secret.txt", "beside.txt", "twice.txt"}
    [named] = Gathering(Filter()).all([str(folder / "twice.txt")])
    assert isinstance(named, Found)


def test_a_file_that_changes_or_goes_while_it_is_read_is_refused(tmp_path: Path, corpus: Corpus) -> None:
    for name in ("calm", "growing", "going"):
        (tmp_path / f"{name}.txt").write_text("Herons eat frogs.")
    gathered = Gathering(Filter(), besides=corpus.settings.data_dir).all([str(tmp_path)])
    files = {item.name: item for item in gathered if isinstance(item, Found)}

    class Growing(io.FileIO):  # without end
        def read(self, size: int | None = -1) -> bytes:
            with (tmp_path / "growing.txt").open("ab") as writer:
                writer.write(b" And more.")
            return super().read(size)

    growing = partial(Growing, tmp_path / "growing.txt")
    files["growing.txt"] = replace(files["growing.txt"], open=cast(Callable[[], BinaryIO], growing))
    (tmp_path / "going.txt").unlink()
    target = DataFolder(corpus, "vs_default", threading.Event())
    group = target.add([Wanted(found, "added", {}) for found in files.values()])
    assert [wanted.found.name for wanted in group.waiting.values()] == ["calm.txt"]
    assert {wanted.found.name: reason.split(":")[0] for wanted, reason in group.refused} == {
        "growing.txt": "it changed while it was read",
        "going.txt": "gone before it could be read",
    }
    assert [file.filename for file in corpus.files.list(limit=10).items] == ["calm.txt"]
    assert list((tmp_path / "store" / "blobs" / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x=7", 7),
        ("x=-1.5", -1.5),
        ("x=007", "007"),
        ("x=true", True),
        ("x=True", "True"),
        ("x=a=b", "a=b"),
        ("x=", ""),
    ],
)
def test_values_of_attributes_are_what_they_look_like(text: str, value: object) -> None:
    key, read = attribute(text)
    assert (key, read, type(read)) == ("x", value, type(value))
