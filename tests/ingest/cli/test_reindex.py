"""`rag-ingest reindex --converter`: what one converter read is read again, and found all the while."""

import sqlite3
from contextlib import closing

import pytest

from ingest.corpus import Corpus
from ingest.errors import Invalid
from ingest.query import Query
from ingest.records import schema
from ingest.records.store_files import State, in_store
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings
from ingest.work.converters import outdated
from tests import corpora
from tests.command import rag_ingest
from tests.corpora import OpenCorpus, put


@pytest.fixture
def settings(settings: Settings, open_corpus: OpenCorpus) -> Settings:
    """Of a data folder with a text and a Markdown file, whose chunks say something that the files do not."""
    with open_corpus(settings) as corpus:
        for name in ("owl.txt", "heron.md"):
            put(corpus, name, f"The {name.split('.')[0]} is a bird.")
        corpus.worker.run_until_idle()
    with closing(sqlite3.connect(settings.data_dir / "index" / "chunks.sqlite")) as connection, connection:
        connection.execute("UPDATE chunks SET content = replace(content, 'bird', 'fish')")
    assert rag_ingest(settings, "reindex") == 0
    return settings


def reindex(settings: Settings, converter: str) -> int:
    return rag_ingest(settings, "reindex", "--converter", converter)


def found(corpus: Corpus, word: str) -> list[str]:
    return sorted(corpora.found(corpus, word))


def test_what_it_read_is_ingested_again(
    settings: Settings, capsys: pytest.CaptureFixture[str], open_corpus: OpenCorpus
) -> None:
    assert reindex(settings, "markdown") == 0
    assert capsys.readouterr().out == "ingested 1 file again\n"
    with open_corpus(settings) as corpus:
        assert found(corpus, "fish") == ["owl.txt"]
        assert found(corpus, "bird") == ["heron.md"]
        assert corpus.index.store.count_documents() == 2


def test_a_part_of_a_name_is_not_a_name(settings: Settings) -> None:
    with pytest.raises(Invalid, match=r"read by 'mark'. There are: markdown \d+: 1 file, text \d+: 1 file\."):
        reindex(settings, "mark")


def test_until_it_is_done_what_was_there_is_found_and_follows_its_attributes(
    settings: Settings, open_corpus: OpenCorpus
) -> None:
    condition = {"field": "meta.attributes.flag:rare", "operator": "==", "value": True}
    with open_corpus(settings) as corpus:
        [owl] = [file for file in corpus.files.list(limit=9).items if file.filename == "owl.txt"]
        assert corpus.jobs.again(schema.store_files.c.file_id == owl.id) == 1
        assert corpus.store_files.get(DEFAULT_STORE, owl.id).state is State.PENDING
        assert found(corpus, "fish") == ["heron.md", "owl.txt"]
        corpus.store_files.update(DEFAULT_STORE, owl.id, {"rare": True})
        rare = corpus.passages.run(Query("fish", condition, top_k=5), [DEFAULT_STORE])["documents"]
        assert [passage.meta["filename"] for passage in rare] == ["owl.txt"]

        corpus.worker.run_until_idle()
        assert corpus.store_files.get(DEFAULT_STORE, owl.id).state is State.DONE
        assert found(corpus, "fish") == ["heron.md"]
        rare = corpus.passages.run(Query("bird", condition, top_k=5), [DEFAULT_STORE])["documents"]
        assert [passage.meta["filename"] for passage in rare] == ["owl.txt"]


def test_what_can_be_read_no_more_fails_and_leaves_no_chunks(settings: Settings, open_corpus: OpenCorpus) -> None:
    for blob in settings.data_dir.glob("blobs/??/*"):
        if "owl" in blob.read_text():
            blob.unlink()
    assert reindex(settings, "text") == 1
    with open_corpus(settings) as corpus:
        assert found(corpus, "owl") == []
        assert corpus.index.store.count_documents() == 1
        states = {file.state: file.message for file in corpus.store_files.list(in_store(DEFAULT_STORE), limit=9).items}
        assert states.keys() == {State.DONE, State.FAILED}
        assert "upload it again" in str(states[State.FAILED])


def made_older(settings: Settings, converter: str, older: str) -> None:
    with closing(sqlite3.connect(settings.data_dir / "records.db")) as records, records:
        changed = "UPDATE store_files SET converter = ? WHERE converter LIKE ? || ' %'"
        assert records.execute(changed, (older, converter)).rowcount == 1


def test_what_older_converters_read_is_ingested_again_and_no_longer_told(
    settings: Settings, capsys: pytest.CaptureFixture[str], open_corpus: OpenCorpus
) -> None:
    made_older(settings, "markdown", "markdown 0 (library 7.1)")
    with open_corpus(settings) as corpus:
        assert outdated(corpus.database) == {"markdown 0": 1}
    assert rag_ingest(settings, "reindex", "--outdated") == 0
    assert capsys.readouterr().out == "ingested 1 file again\n"
    with open_corpus(settings) as corpus:
        assert found(corpus, "bird") == ["heron.md"]
        assert found(corpus, "fish") == ["owl.txt"]
        assert outdated(corpus.database) == {}
    assert rag_ingest(settings, "reindex", "--outdated") == 0
    assert capsys.readouterr().out == "ingested 0 files again\n"
