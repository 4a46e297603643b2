"""A copy that is interrupted goes on, nobody takes a part for the whole, and nothing is copied that is in use."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from ingest.corpus import Corpus
from ingest.data_folder import ACCESS
from ingest.errors import FolderInUse, Invalid, NotFound, StorageFailed
from ingest.projects import Folders
from ingest.records import schema
from ingest.records.database import open_database
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings, of_file
from ingest.upkeep.copy import ProjectCopied, copy
from ingest.upkeep.installations import installation
from tests import corpora
from tests.corpora import OpenCorpus, found, put


def settings_of(file: Path, tmp_path: Path) -> Settings:
    return of_file(file).model_copy(update={"data_dir": tmp_path / "scratch of a server", "conversion_processes": 1})


def copied(settings: Settings, source: Path, target: Path) -> list[ProjectCopied]:
    with installation(str(source), settings) as one, installation(str(target), settings) as other:
        return list(copy(one, other))


def interrupted(settings: Settings, source: Path, target: Path) -> ProjectCopied:
    """What was copied before."""
    with installation(str(source), settings) as one, installation(str(target), settings) as other:
        copying = copy(one, other)
        first = next(copying)
        copying.close()
        return first


def fill(corpus: Corpus, *birds: str) -> None:
    for bird in birds:
        put(corpus, f"{bird}.txt", f"The {bird} is a bird.")
    corpus.worker.run_until_idle()


def test_an_interrupted_copy_goes_on_and_is_used_by_nobody_before(
    tmp_path: Path, settings: Settings, shared_file: Path, open_corpus: OpenCorpus
) -> None:
    folder = settings.data_dir
    with open_corpus(settings) as corpus:
        fill(corpus, "heron", "owl", "stork")
    other = settings.of_project(Folders(folder).make("sales"))
    with open_corpus(other) as corpus:
        fill(corpus, "otter")
    target = settings_of(shared_file, tmp_path)

    with installation(str(folder), settings) as one, installation(str(shared_file), settings) as two:
        copying = copy(one, two)
        assert next(copying).files == 3
        for attempt in (open_corpus(target), open_corpus(settings)):
            with pytest.raises((StorageFailed, FolderInUse), match=r"is being copied|is in use"), attempt:
                pass
        with pytest.raises(FolderInUse):
            copied(settings, folder, shared_file)
        copying.close()
    to_the_end = r"not copied to the end from the folder .*run `rag-ingest copy` again"
    with pytest.raises(StorageFailed, match=to_the_end), open_corpus(target):
        pass
    with pytest.raises(StorageFailed, match="complete that first"):
        copied(settings, shared_file, tmp_path / "back")

    with open_corpus(settings) as corpus:  # it goes on to be used meanwhile
        corpus.files.delete(corpus.files.list(limit=1).items[0].id)
        put(corpus, "owl.txt", "The owl was read again.")
        fill(corpus, "crane")
    elsewhere = tmp_path / "elsewhere"
    with open_corpus(corpora.settings_in(elsewhere)) as corpus:
        fill(corpus, "gull")
    with pytest.raises(Invalid, match="There is a part of a copy of the folder"):
        copied(settings, elsewhere, shared_file)
    assert [(each.project, each.files, each.chunks) for each in copied(settings, folder, shared_file)] == [
        ("default", 4, 4),
        ("sales", 1, 1),
    ]
    with open_corpus(target) as corpus:
        assert sorted(found(corpus, "bird owl")) == ["crane.txt", "heron.txt", "owl.txt", "owl.txt"]
        assert corpus.index.store.count_documents() == 4
        fill(corpus, "swift")  # numbers go on
        assert found(corpus, "swift") == ["swift.txt"]
    with pytest.raises(Invalid, match="There is something in the database"):
        copied(settings, folder, shared_file)

    back = tmp_path / "back"
    assert interrupted(settings, shared_file, back).files == 5
    to_the_end = "not copied to the end: run `rag-ingest copy` again"
    with pytest.raises(StorageFailed, match=to_the_end), open_corpus(corpora.settings_in(back)):
        pass
    with pytest.raises(StorageFailed, match=to_the_end):  # a key that is made now would be lost
        open_database(corpora.settings_in(back), ACCESS)
    copied(settings, shared_file, back)
    with open_corpus(corpora.settings_in(back)) as corpus:
        assert len(found(corpus, "bird owl")) == 5
    with pytest.raises(Invalid, match="There is something in the folder"):
        copied(settings, shared_file, back)


def test_what_is_in_use_is_not_copied_and_what_is_damaged_is_named(
    tmp_path: Path, settings: Settings, shared_file: Path, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        fill(corpus, "heron", "owl")
        corpus.cleanup.kept.expire()  # else the next start writes once more what may not be on the disk
        corpora.damage(corpus, corpus.files.list(limit=1).items[0].sha256)
        with pytest.raises(FolderInUse, match="in use by the process"):
            copied(settings, settings.data_dir, shared_file)
    used = r"Process \d+ on .* uses the database .*: stop all servers and workers"
    with open_corpus(settings_of(shared_file, tmp_path)), pytest.raises(FolderInUse, match=used):
        copied(settings, settings.data_dir, shared_file)
    renamed = update(schema.stores).where(schema.stores.c.id == DEFAULT_STORE)
    for name in ("birds\0", "birds"):
        with closing(open_database(settings)) as database, database.write() as connection:
            connection.execute(renamed.values(name=name))
        if "\0" in name:
            with pytest.raises(Invalid, match="name of 'vs_default' in stores has one: change or delete that"):
                copied(settings, settings.data_dir, shared_file)
    [default] = copied(settings, settings.data_dir, shared_file)
    assert (default.files, default.chunks, list(default.harmed.values())) == (2, 2, ["owl.txt"])
    with closing(open_database(settings_of(shared_file, tmp_path))) as database, database.read() as connection:
        assert connection.scalar(select(schema.storage.c.files)) == 2


def test_places_that_cannot_be_meant_are_refused_in_words(
    tmp_path: Path, settings: Settings, shared_file: Path
) -> None:
    with pytest.raises(NotFound, match="There are no documents in the folder"):
        copied(settings, tmp_path / "none", shared_file)
    assert not (tmp_path / "none").exists()
    with pytest.raises(Invalid, match="Both are folders"):
        copied(settings, tmp_path / "none", tmp_path / "other")
    with pytest.raises(Invalid, match="Both are shared by servers"):
        copied(settings, shared_file, shared_file)
    with pytest.raises(Invalid, match=r"There is no file '.*new\.env'"):
        copied(settings, tmp_path / "none", tmp_path / "new.env")
    (tmp_path / "wrong.env").write_text("RAG_DATABASE_UR=postgresql://h/d\n")
    with pytest.raises(Invalid, match="did you mean RAG_DATABASE_URL"):
        copied(settings, tmp_path / "none", tmp_path / "wrong.env")
