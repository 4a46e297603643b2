"""The room that is kept for deletions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.corpus import Corpus
from ingest.errors import DiskFull, StorageFailed
from ingest.records import reserve
from ingest.records.reserve import BYTES, Reserve
from ingest.settings import Settings
from tests.corpora import OpenCorpus, found, put


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "reserve"
    Reserve(path).open()
    return path


@pytest.fixture
def fill(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have the disk tell that it has only so many bytes left; that they cannot be written is for the test to say."""
    return lambda left: monkeypatch.setattr(reserve, "_free", lambda _: left)


def test_it_takes_room_on_the_disk(kept: Path) -> None:
    assert kept.stat().st_blocks * 512 >= BYTES


@pytest.mark.parametrize("content", [b"", b"cut short"])
def test_one_that_is_not_whole_is_made_anew(kept: Path, content: bytes) -> None:
    kept.write_bytes(content)
    Reserve(kept).open()
    assert kept.stat().st_blocks * 512 >= BYTES


def test_holes_that_a_copy_has_are_filled(kept: Path) -> None:
    kept.unlink()
    with kept.open("wb") as file:
        file.truncate(BYTES)
    assert kept.stat().st_blocks * 512 < BYTES
    Reserve(kept).open()
    assert kept.stat().st_blocks * 512 >= BYTES


def test_where_it_cannot_be_made_for_another_reason_nothing_is_refused(kept: Path) -> None:
    kept.unlink()
    kept.mkdir()
    Reserve(kept).check()
    assert Reserve(kept).free(lambda: "deleted") == "deleted"


def test_it_is_given_up_for_what_finds_the_disk_full_and_made_anew(kept: Path) -> None:
    seen = []

    def delete() -> str:
        seen.append(kept.exists())
        if kept.exists():
            raise DiskFull("The disk is full.")
        return "deleted"

    assert Reserve(kept).free(delete) == "deleted"
    assert seen == [True, False]
    assert kept.exists()


@pytest.mark.parametrize(("left", "tries"), [(0, 2), (1 << 30, 1)])
def test_another_fault_counts_only_if_there_is_no_room(
    kept: Path, fill: Callable[[int], None], left: int, tries: int
) -> None:
    fill(left)
    seen = []

    def delete() -> None:
        seen.append(kept.exists())
        raise StorageFailed("disk I/O error")

    with pytest.raises(StorageFailed, match="I/O"):
        Reserve(kept).free(delete)
    assert len(seen) == tries


def test_nothing_may_grow_until_it_is_made_anew(
    settings: Settings, open_corpus: OpenCorpus, fill: Callable[[int], None]
) -> None:
    with open_corpus(settings) as corpus:
        add(corpus, "heron")
        waiting = put(corpus, "owl.txt", "The owl eats.")
        (settings.data_dir / "reserve").unlink()
        fill(BYTES)
        with pytest.raises(DiskFull):
            put(corpus, "swift.txt", "The swift eats.")
        with pytest.raises(DiskFull):
            corpus.jobs.claim()
        fill(3 * BYTES)
        corpus.worker.run_until_idle()
        assert found(corpus, "owl") == ["owl.txt"]
        assert (settings.data_dir / "reserve").exists()
        corpus.files.delete(waiting.id)


def test_what_a_deletion_could_not_take_from_the_index_is_not_found_and_is_taken_later(
    settings: Settings, open_corpus: OpenCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_corpus(settings) as corpus:
        corpus.expiry.stop()
        heron = add(corpus, "heron")

        def refuse(_: object) -> int:
            raise DiskFull("The disk is full.")

        with monkeypatch.context() as full:
            full.setattr(corpus.index.store, "delete_by_filter", refuse)
            corpus.files.delete(heron)
        assert found(corpus, "heron") == []
        assert corpus.index.store.count_documents() == 1
        corpus.expiry.run()
        assert corpus.index.store.count_documents() == 0


def add(corpus: Corpus, name: str) -> str:
    file = put(corpus, f"{name}.txt", f"The {name} eats.")
    corpus.worker.run_until_idle()
    return file.id
