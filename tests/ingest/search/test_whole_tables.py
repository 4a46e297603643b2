"""A table that is cut into chunks, put together from any of them."""

from haystack import Document

from ingest.corpus import Corpus
from ingest.query import Query
from ingest.records.stores import DEFAULT_STORE
from ingest.search import whole_tables
from ingest.search.passages import Passage
from tests.corpora import put

HEADER = "| Parcel | City | Weight |"


def rows(count: int) -> list[str]:
    return [f"| parcel number {n} | {'York' if n % 2 else 'Hull'} | {n * 37 % 101} |" for n in range(count)]


def passages(corpus: Corpus, text: str) -> list[Passage]:
    put(corpus, "parcels.md", text)
    corpus.worker.run_until_idle()
    return found(corpus, "parcel number 120 York", 1)


def found(corpus: Corpus, text: str, most: int) -> list[Passage]:
    passages: list[Passage] = corpus.passages.run(Query(text, top_k=most), [DEFAULT_STORE])["documents"]
    return passages


def test_the_chunks_before_and_after_are_added(corpus: Corpus) -> None:
    table = "\n".join([HEADER, "| --- | --- | --- |", *rows(200)])
    [passage] = passages(corpus, f"# Parcels\n\nWhat was sent.\n\n{table}\n\n# Notes\n\nAll has come.")
    assert whole_tables.is_cut(passage) and "number 7 |" not in (passage.content or "")
    [whole] = corpus.documents.with_whole_tables([passage], 1)
    assert table in (whole.content or "") and "All has come" not in (whole.content or "")
    assert (whole.score, whole.meta["table_ends"]) == (passage.score, True)
    assert corpus.documents.with_whole_tables([passage], 0) == [passage]


def test_other_passages_of_the_table_are_part_of_it(corpus: Corpus) -> None:
    text = "\n".join([HEADER, "| --- | --- | --- |", *rows(200)])
    [passage] = passages(corpus, text)
    others = found(corpus, "parcel number 7 Hull", 3)
    assert len(corpus.documents.with_whole_tables([passage, *others], 3)) == 1


def test_a_table_that_is_too_long_stays_cut(corpus: Corpus) -> None:
    [passage] = passages(corpus, "\n".join([HEADER, "| --- | --- | --- |", *rows(3000)]))
    assert corpus.documents.with_whole_tables([passage], 1) == [passage]


def test_a_table_of_which_a_chunk_is_gone_stays_cut(corpus: Corpus) -> None:
    [passage] = passages(corpus, "\n".join([HEADER, "| --- | --- | --- |", *rows(200)]))

    class Nothing:
        def filter_documents(self, filters: object) -> list[Document]:
            return []

    assert whole_tables.with_whole_tables([passage], Nothing(), 1) == [passage]  # type: ignore[arg-type]
