"""Somebody else exchanges names in a folder just before they are opened: nothing is read that is not in the folder, and
nothing is waited for."""

import gc
import os
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.bulk.data_folder import DataFolder
from ingest.bulk.gather import Filter, Found, Gathering, Unfit
from ingest.bulk.target import Wanted
from ingest.bulk.tree import MAX_DEPTH, TOO_DEEP, Tree
from ingest.corpus import Corpus
from ingest.errors import Invalid

SECRET = "The secret of the bittern."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    for name in ("sub/deep", "other"):
        (folder / name).mkdir(parents=True)
    for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt"):
        (folder / name).write_text("Herons eat frogs.")
    (folder / "inside.txt").symlink_to("sub/b.txt")
    outside = tmp_path / "outside" / "deep"
    outside.mkdir(parents=True)
    for name in ("../a.txt", "../b.txt", "b.txt", "c.txt"):
        (outside / name).write_text(SECRET)
    return folder


@pytest.fixture
def before_open(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], None]], None]:
    """Have something happen once, just before a name is opened: `before_open(name, happen)`."""
    due: dict[str, Callable[[], None]] = {}
    opened = os.open

    def hooked(path: Any, *arguments: Any, **options: Any) -> int:
        if happen := due.pop(os.path.basename(path) if isinstance(path, str) else "", None):
            happen()
        return opened(path, *arguments, **options)

    monkeypatch.setattr(os, "open", hooked)
    return due.__setitem__


def link(path: Path, target: Path) -> Callable[[], None]:
    def happen() -> None:
        path.rename(path.with_name("away"))
        path.symlink_to(target)

    return happen


def pipe(path: Path) -> Callable[[], None]:
    def happen() -> None:
        path.unlink()
        os.mkfifo(path)

    return happen


def read(items: Iterator[Found | Unfit]) -> dict[str, str]:
    """What was read of each file, or why it was not, by name; gathered to the end first, as a run does."""
    texts = {}
    for item in list(items):
        if isinstance(item, Found):
            try:
                with item.open() as file:
                    texts[Path(item.path).name] = file.read().decode()
            except (OSError, Invalid) as error:
                texts[Path(item.path).name] = str(error)
        else:
            texts[Path(item.path).name] = item.reason
    return texts


@pytest.mark.parametrize("asked", ["", "/**/*.txt", "/su[b]"])
@pytest.mark.parametrize("exchanged", ["sub", "sub/deep", "sub/b.txt", "sub/deep/c.txt"])
def test_what_becomes_a_link_is_not_read(
    folder: Path, before_open: Callable[[str, Callable[[], None]], None], asked: str, exchanged: str
) -> None:
    at = folder / exchanged
    target = folder.parent / "outside"
    before_open(at.name, link(at, target / at.name if at.suffix else target))
    texts = read(Gathering(Filter()).all([str(folder) + asked]))
    assert at.is_symlink()
    assert SECRET not in texts.values()


def test_a_link_within_the_folder_that_comes_to_lead_out_is_not_read(
    folder: Path, before_open: Callable[[str, Callable[[], None]], None]
) -> None:
    (folder / "again.txt").symlink_to("inside.txt")
    items = {item.name: item for item in Gathering(Filter()).all([str(folder)]) if isinstance(item, Found)}
    link(folder / "inside.txt", folder.parent / "outside" / "a.txt")()  # where it leads was looked up
    assert read(iter([items["again.txt"]])) == {"again.txt": "Herons eat frogs."}
    before_open("b.txt", link(folder / "sub" / "b.txt", folder.parent / "outside" / "a.txt"))
    assert "symbolic links" in read(iter([items["inside.txt"]]))["inside.txt"]


def test_the_folder_itself_may_not_be_exchanged(folder: Path) -> None:
    items = list(Gathering(Filter()).all([str(folder)]))
    folder.rename(folder.with_name("away"))
    (folder.parent / "outside").rename(folder)
    assert "the folder was replaced while it was read: run this again" in read(iter(items))["a.txt"]


@pytest.mark.parametrize("follow_links", [False, True])
def test_what_becomes_a_pipe_is_not_waited_for(
    folder: Path, before_open: Callable[[str, Callable[[], None]], None], follow_links: bool
) -> None:
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        archive.writestr("in.txt", "Owls eat mice.")
    (folder / "out.txt").symlink_to(folder.parent / "outside" / "a.txt")
    before_open("z.zip", pipe(folder / "z.zip"))
    before_open("b.txt", pipe(folder / "sub" / "b.txt"))
    before_open("out.txt", pipe(folder.parent / "outside" / "a.txt"))
    texts = read(Gathering(Filter(), follow_links=follow_links).all([str(folder)]))
    assert (texts["z.zip"], texts["b.txt"]) == ("not a regular file",) * 2
    assert texts["out.txt"] == ("not a regular file" if follow_links else texts["out.txt"])
    os.mkfifo(folder / "named.txt")
    os.mkfifo(folder / "named.zip")
    for name in ("named.txt", "named.zip"):
        assert read(Gathering(Filter()).all([str(folder / name)])) == {name: "not a regular file"}


def test_nothing_of_what_was_exchanged_is_kept(
    folder: Path, corpus: Corpus, before_open: Callable[[str, Callable[[], None]], None]
) -> None:
    files = [item for item in Gathering(Filter()).all([str(folder)]) if isinstance(item, Found)]
    before_open("c.txt", link(folder / "sub" / "deep" / "c.txt", folder.parent / "outside" / "a.txt"))
    before_open("b.txt", pipe(folder / "sub" / "b.txt"))
    group = DataFolder(corpus, "vs_default", threading.Event()).add([Wanted(file, "added", {}) for file in files])
    kept = {file.filename for file in corpus.files.list(limit=10).items}
    assert "a.txt" in kept
    assert not {"b.txt", "c.txt"} & kept
    assert {"b.txt", "c.txt"} <= {wanted.found.name for wanted, _ in group.refused}


def test_a_file_that_was_replaced_before_it_is_read_is_kept_as_what_it_is_now(folder: Path, corpus: Corpus) -> None:
    [found] = [item for item in Gathering(Filter()).all([str(folder / "a.txt")]) if isinstance(item, Found)]
    (folder / "new").write_text("A longer text about storks.")
    os.utime(folder / "new", (1, 1))
    (folder / "new").replace(folder / "a.txt")
    group = DataFolder(corpus, "vs_default", threading.Event()).add([Wanted(found, "added", {})])
    [file_id] = group.waiting
    version = str(corpus.store_files.get("vs_default", file_id).attributes["source_version"])
    assert version.split()[:2] == ["27", "1000000000"]


def test_depth_has_an_end_which_is_told_and_paths_may_be_longer_than_the_kernel_takes(tmp_path: Path) -> None:
    name, depth = "d" * 60, MAX_DEPTH + 1
    (tmp_path / "top").mkdir()
    descriptor = os.open(tmp_path / "top", os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=descriptor)
        outer, descriptor = descriptor, os.open(name, os.O_RDONLY, dir_fd=descriptor)
        os.close(outer)
        os.close(os.open("a.txt", os.O_WRONLY | os.O_CREAT, dir_fd=descriptor))
        os.truncate(f"/proc/self/fd/{descriptor}/a.txt", 1)
    os.close(descriptor)
    items = list(Gathering(Filter()).all([str(tmp_path / "top")]))
    found = [item for item in items if isinstance(item, Found)]
    assert len(found) == MAX_DEPTH
    assert max(len(item.path) for item in found) > os.pathconf("/", "PC_PATH_MAX")
    for item in (found[0], found[-1]):
        with item.open() as file:
            assert file.read() == b"\0"
    [unfit] = [item for item in items if isinstance(item, Unfit)]
    assert (unfit.reason, unfit.failed) == (TOO_DEEP, True)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # glob leaves a folder open then
def test_a_pattern_for_folders_within_folders_ends_at_any_depth(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1200):  # more than Python calls itself
        os.mkdir("d", dir_fd=descriptor)
        outer, descriptor = descriptor, os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(outer)
    os.close(descriptor)
    (tmp_path / "a.txt").write_text("Herons eat frogs.")
    [found, unfit] = Gathering(Filter()).all([f"{tmp_path}/**/*.txt"])
    assert isinstance(found, Found)
    assert isinstance(unfit, Unfit)
    assert (unfit.reason, unfit.failed) == (TOO_DEEP, True)
    gc.collect()
    subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)  # which pytest cannot


def test_the_folder_that_holds_the_copies_is_known_by_any_name(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "copy.txt").write_text("text")
    besides = tmp_path / "store"
    gathering = Gathering(Filter(), besides=besides)
    besides.rename(tmp_path / "Store")
    besides.symlink_to(tmp_path / "Store")
    assert [Path(item.path).name for item in gathering.all([str(tmp_path)])] == ["store"]


def test_no_descriptor_stays_open(folder: Path) -> None:
    before = os.listdir("/proc/self/fd")
    tree = Tree(str(folder))
    for _ in range(3):
        with tree.open("sub/deep/c.txt") as file:
            assert file.read() == b"Herons eat frogs."
        for wrong in ("sub/none/c.txt", "sub/b.txt/c.txt", "sub/deep", "inside.txt"):
            with pytest.raises((OSError, Invalid)):
                tree.open(wrong)
    assert os.listdir("/proc/self/fd") == before


def test_an_archive_is_closed_once_its_files_were_taken(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("in.txt", "Owls eat mice.")
    before = os.listdir("/proc/self/fd")
    [wanted] = [
        Wanted(item, "added", {}) for item in Gathering(Filter()).all([str(tmp_path)]) if isinstance(item, Found)
    ]
    with wanted.found.open() as file:
        assert file.read() == b"Owls eat mice."
    wanted = wanted.taken()
    gc.collect()
    assert os.listdir("/proc/self/fd") == before
    assert wanted.found.name == "in.txt"
