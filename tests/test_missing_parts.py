"""A data folder that is opened with a part missing, or with one of another data folder: that is told, what is there is
served, and nothing is lost when the part is put back."""

import os
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import openai
import pytest
from openai import OpenAI

from ingest.corpus import Corpus
from ingest.errors import NotFound, StorageFailed
from ingest.settings import Settings
from ingest.upkeep.backup import backup
from ingest.upkeep.check import findings
from tests import corpora
from tests.corpora import OpenCorpus
from tests.official_client import MakeClient, http_of

MakeFolder = Callable[[str, list[str]], Path]


@pytest.fixture
def make(tmp_path: Path, open_corpus: OpenCorpus) -> MakeFolder:
    """`make(folder, names)`: a data folder with a file of each name."""

    def made(name: str, names: list[str]) -> Path:
        with open_corpus(corpora.settings_in(tmp_path / name)) as corpus:
            for each in names:
                corpora.put(corpus, f"{each}.txt", f"The {each} eats.")
            corpus.worker.run_until_idle()
        return tmp_path / name

    return made


def missing(blobs: Path) -> None:
    """Nothing is there."""


def emptied(blobs: Path) -> None:
    """As where a disk is not mounted."""
    blobs.mkdir()


def new_disk(blobs: Path) -> None:
    (blobs / "lost+found").mkdir(parents=True)


def of_another(blobs: Path) -> None:
    shutil.copytree(blobs.parent.parent / "other" / "blobs", blobs)


@pytest.fixture(params=[missing, emptied, new_disk, of_another])
def taken_away(request: pytest.FixtureRequest, make: MakeFolder) -> Path:
    """A data folder whose blobs are beside it, in `kept`."""
    make("other", ["swift", "crane"])
    folder = make("store", ["heron", "owl"])
    (folder / "blobs").rename(folder.parent / "kept")
    request.param(folder / "blobs")
    return folder


def put_back(folder: Path) -> None:
    shutil.rmtree(folder / "blobs", ignore_errors=True)
    (folder.parent / "kept").rename(folder / "blobs")


def told(corpus: Corpus) -> list[str]:
    return [finding.what for finding in findings(corpus)]


def test_bytes_that_are_not_there_are_told_searches_go_on_and_all_is_well_once_they_are_back(
    taken_away: Path,
    open_corpus: OpenCorpus,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.work.worker.RETRY_S", 0)
    before = sorted((taken_away.parent / "other" / "blobs").glob("??/*"))
    with open_corpus(corpora.settings_in(taken_away)) as corpus:
        assert "is missing or empty, or has the files of another data folder" in caplog.text
        with pytest.raises(StorageFailed, match="put the right one back"):
            corpora.put(corpus, "rail.txt", "The rail eats.")
        assert corpora.found(corpus, "heron") == ["heron.txt"]
        [owl, heron] = corpus.files.list(limit=9).items
        with pytest.raises(StorageFailed, match="put the right one back"):
            next(corpus.files.read(owl))
        with pytest.raises(StorageFailed, match="put the right one back"):
            backup(taken_away, taken_away.parent / "backup")
        other = corpus.stores.add("again", {})
        corpus.store_files.add(other.id, owl.id)
        [job] = corpus.jobs.claim()
        assert not corpus.worker.run_one(job).final
        corpus.files.delete(heron.id)
        assert corpora.found(corpus, "heron") == []
        assert [what for what in told(corpus) if "belongs to no file" in what or "missing" in what] == [
            what for what in told(corpus) if what.startswith("no file can be read: ")
        ]

        put_back(taken_away)
        corpus.blobs.check_there()
        corpora.put(corpus, "rail.txt", "The rail eats.")
        corpus.cleanup.run_left()
        corpus.jobs.recover()
        corpus.worker.run_until_idle()
        assert corpora.found(corpus, "rail owl") == ["rail.txt", "owl.txt"]
        assert b"".join(corpus.files.read(owl)) == b"The owl eats."
        assert told(corpus) == []
    assert sorted((taken_away.parent / "other" / "blobs").glob("??/*")) == before


def test_what_is_not_there_is_told_over_http(new_client: MakeClient, taken_away: Path) -> None:
    client = new_client(data_dir=taken_away)
    ready = http_of(client).get("/readyz")
    told = ready.json()["error"]
    assert (ready.status_code, told["code"], told["param"]) == (503, "not_ready", "files")
    assert told["message"].startswith("Not ready: files. ")
    assert "is a disk not mounted?" in told["message"]
    for ask in (upload, lambda client: client.files.content(client.files.list().data[0].id)):
        with pytest.raises(openai.InternalServerError, match="put the right one back") as refused:
            ask(client)
        assert refused.value.status_code == 503
    assert [found.filename for found in client.vector_stores.search("vs_default", query="heron").data] == ["heron.txt"]
    put_back(taken_away)
    assert http_of(client).get("/readyz").status_code == 200
    upload(client)


def upload(client: OpenAI) -> object:
    return client.files.create(file=("rail.txt", b"The rail eats."), purpose="vision")


def test_a_single_file_that_lost_its_bytes_is_not_taken_for_all(make: MakeFolder, open_corpus: OpenCorpus) -> None:
    folder = make("store", ["heron"])
    [blob] = (folder / "blobs").glob("??/*")
    blob.unlink()
    with open_corpus(corpora.settings_in(folder)) as corpus:
        corpora.put(corpus, "heron.txt", "The heron eats.")  # mends it
        assert blob.exists()


def test_an_index_of_another_data_folder_is_told_and_its_files_are_ingested_again(
    make: MakeFolder, open_corpus: OpenCorpus, caplog: pytest.LogCaptureFixture
) -> None:
    other, folder = make("other", ["swift"]), make("store", ["heron", "owl"])
    shutil.rmtree(folder / "index")
    shutil.copytree(other / "index", folder / "index")
    with open_corpus(corpora.settings_in(folder)) as corpus:
        assert "All chunks of the files are gone" in caplog.text
        assert corpora.found(corpus, "swift") == []
        corpus.worker.run_until_idle()
        assert sorted(corpora.found(corpus, "heron owl swift")) == ["heron.txt", "owl.txt"]
        for finding in list(findings(corpus)):
            assert finding.repair is not None
            finding.repair()
        assert told(corpus) == []


def test_bytes_that_are_gone_when_there_are_none_are_no_fault(settings: Settings, open_corpus: OpenCorpus) -> None:
    for _ in range(2):
        with open_corpus(settings) as corpus:
            corpus.blobs.check_there()
            with pytest.raises(NotFound):
                corpus.files.get("file-x")
    assert not (settings.data_dir / "blobs").exists()


@pytest.mark.parametrize("planted", ["lock", "reserve"])
def test_a_link_that_somebody_planted_in_the_folder_is_not_written_through(
    settings: Settings, open_corpus: OpenCorpus, planted: str, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    settings.data_dir.mkdir()
    (settings.data_dir / planted).symlink_to(victim)
    refused = pytest.raises(StorageFailed, match=r"cannot be used|not a file")
    with refused if planted == "lock" else nullcontext(), open_corpus(settings):
        pass
    assert victim.read_text() == "precious"
    (settings.data_dir / planted).unlink()
    os.mkfifo(settings.data_dir / planted)
    with refused if planted == "lock" else nullcontext(), open_corpus(settings):  # nor is a pipe waited for
        pass


def test_a_folder_in_which_others_may_write_is_told(
    settings: Settings, open_corpus: OpenCorpus, caplog: pytest.LogCaptureFixture
) -> None:
    with open_corpus(settings):
        assert "may write" not in caplog.text
    for mode in (0o777, 0o775, 0o757):
        caplog.clear()
        settings.data_dir.chmod(mode)
        with open_corpus(settings):
            assert "Others than its owner may write in" in caplog.text
