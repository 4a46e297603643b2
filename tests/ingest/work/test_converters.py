"""What older converters have read is counted, and said with the command that reads it again."""

import logging

import pytest
from sqlalchemy import text, update

from ingest.corpus import Corpus
from ingest.records import schema
from ingest.work.converters import SHOWN, advice, files_by_converter, outdated, tell_outdated
from rag_api.access.database import open_access
from rag_api.app import create_app
from rag_api.history import open_history
from rag_api.settings import Settings
from tests.corpora import put, statements

ROWS = schema.store_files


@pytest.fixture
def corpus(corpus: Corpus) -> Corpus:
    """With three files: two that older converters read, and one that failed after an older one had read it."""
    for name in ("owl.txt", "heron.md", "wren.csv", "crow.json"):
        put(corpus, name, '{"bird": 1}')
    corpus.worker.run_until_idle()
    with corpus.database.write() as connection:
        for current, older in (("text", "pypdfium2 5.9.0"), ("csv", "docx 1 (lxml 6.0)"), ("json", "pdf 1")):
            connection.execute(update(ROWS).where(ROWS.c.converter.startswith(current)).values(converter=older))
        connection.execute(update(ROWS).where(ROWS.c.converter == "pdf 1").values(state="failed"))
    return corpus


def test_what_can_be_found_is_counted_by_the_converter_and_not_its_libraries(corpus: Corpus) -> None:
    counted = files_by_converter(corpus.database)
    assert (counted.pop("docx 1"), counted.pop("pypdfium2 5.9.0")) == (1, 1)
    [(current, files)] = counted.items()
    assert (current.partition(" ")[0], files) == ("markdown", 1)
    assert outdated(corpus.database) == {"docx 1": 1, "pypdfium2 5.9.0": 1}


@pytest.mark.databases("sqlite")
def test_counting_looks_at_an_index_and_not_at_the_files(corpus: Corpus) -> None:
    with statements(corpus.database) as seen:
        files_by_converter(corpus.database)
    [(query, parameters)] = [each for each in seen if "GROUP BY" in each[0]]
    with corpus.database.read() as connection:
        [step] = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", parameters).all()
    assert "USING COVERING INDEX store_files_by_converter" in step.detail


def test_it_is_said_how_many_files_and_what_to_do() -> None:
    again = "rag-ingest reindex --outdated reads"
    assert advice({"docx 1": 1}) == f"1 file was read by an older converter (docx 1: 1 file): {again} it again"
    read = {f"old {n}": 1000 for n in range(SHOWN + 2)}
    assert advice(read).startswith("7,000 files were read by older converters (old 0: 1,000 files, old 1: 1,000 files")
    assert advice(read).endswith(f", and 2 more): {again} them again")


@pytest.mark.asyncio
async def test_a_server_says_so_once_it_has_started(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(_env_file=None, **corpus.settings.model_dump())
    with open_history(settings) as history, open_access(settings) as access:
        app = create_app(settings, corpus, history, access)
        async with app.router.lifespan_context(app):
            pass
    assert "2 files were read by older converters (docx 1: 1 file, pypdfium2 5.9.0: 1 file)" in caplog.text


def test_where_nothing_is_outdated_nothing_is_said(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    with corpus.database.write() as connection:
        connection.execute(text("DELETE FROM store_files WHERE converter LIKE 'docx%' OR converter LIKE 'pyp%'"))
    with caplog.at_level(logging.DEBUG, "ingest.work.converters"):
        tell_outdated(corpus.database)
    assert "ingest.work.converters" not in {record.name for record in caplog.records}
