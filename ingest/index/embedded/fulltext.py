"""The Tantivy index: which rows contain which words. It stores only terms and row numbers; `ingest/index/scoring.py`
says how well a row matches a question.
"""

import errno
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query, Schema, Searcher

from ingest.context import Context
from ingest.counted import counted
from ingest.errors import DiskFull, StorageFailed
from ingest.index.analysis import ANALYSIS_VERSION, Term
from ingest.index.chunk_fields import ID_COLUMNS, content_hash, terms_of
from ingest.index.copies import told_apart
from ingest.index.embedded.clauses import TantivyClauses
from ingest.index.embedded.passing import Passing
from ingest.index.embedded.record import Entry, Hit
from ingest.index.embedded.statistics import TantivyStatistics, count_chunks
from ingest.index.embedded.terms import TermDialect, all_of, everything
from ingest.index.filters import Filters, split
from ingest.index.scoring import analysed, scored
from ingest.index.statistics import ASSUMED, ASSUMED_LENGTHS, COUNTERWEIGHT, MARK, Lengths, counterweights
from ingest.index.terms import attribute_terms

FOLDER = "fulltext"

INDEX_VERSION = ANALYSIS_VERSION * 1000 + 5  # raise the last summand with any change to the schema

_WIPES = 5
_FULL = (errno.ENOSPC, errno.EDQUOT)
_HEAP = 32_000_000  # bytes; when it is full, the writer writes a segment


class Broken(StorageFailed):
    """The index cannot be read or written, and has to be opened again or rebuilt from the rows."""


class NoRoom(Broken, DiskFull):
    """The index cannot be written as the disk is full; to rebuild it would take more room still."""


@dataclass(frozen=True)
class Search:
    """A question, asked of one state of the index. Methods raise `Broken`."""

    searcher: Searcher
    query: Query
    max_score: float
    residual: Filters | None  # to be checked on each document found
    schema: Schema
    near: dict[str, Term]
    """By word of the question that no chunk has, the terms of its near spellings."""

    def scores(self, rows: list[int]) -> list[Hit]:
        """These rows, as far as they are found."""
        with _in_words():
            these = Query.term_set_query(self.schema, "row", rows)
        return self._narrowed(Occur.Must, these).hits(0, len(rows))

    def best(self, limit: int) -> list[Hit]:
        """As many texts, best first, each once; where there are fewer, their copies come last."""
        hits = self.hits(0, limit)
        firsts, copies = told_apart(hits, attrgetter("content_hash"))
        others = copies
        while others and len(firsts) < limit:  # texts with that many copies are passed over by the index
            with _in_words():
                known = Query.term_set_query(self.schema, "content_hash", [hit.content_hash for hit in firsts])
            hits = self._narrowed(Occur.MustNot, known).hits(0, limit - len(firsts))
            more, others = told_apart(hits, attrgetter("content_hash"))
            firsts += more
            copies += others
        return (firsts + sorted(copies, key=attrgetter("score"), reverse=True))[:limit]

    def hits(self, offset: int, limit: int) -> list[Hit]:
        """Copies and all, best first."""
        limit = min(limit, self.searcher.num_docs)  # Tantivy allocates room for all of them
        if limit < 1:
            return []
        with _in_words():
            found = self.searcher.search(self.query, limit, count=False, offset=offset).hits
            addresses = [address for _, address in found]
            rows = self.searcher.fast_field_values("row", addresses)
            hashes = self.searcher.fast_field_values("content_hash", addresses)
        return [
            Hit(int(row or 0), min(score / self.max_score, 1.0), int(hashed or 0))
            for (score, _), row, hashed in zip(found, rows, hashes, strict=True)
        ]

    def _narrowed(self, how: Occur, condition: Query) -> "Search":
        with _in_words():
            scoreless = Query.const_score_query(condition, 0.0)
            return replace(self, query=Query.boolean_query([(Occur.Must, self.query), (how, scoreless)]))


class FullText:
    """An index folder; searches that follow an update see it. Methods raise `Broken`."""

    def __init__(self, folder: Path, *, writes: bool = True) -> None:
        """Where another process writes, that one has to have made it."""
        self._schema = _schema()
        with _in_words():
            if writes:
                folder.mkdir(exist_ok=True)  # in one that was removed nothing is made: it may be a deleted project's
                self._index = tantivy.Index(self._schema, path=str(folder))
            else:
                self._index = tantivy.Index.open(str(folder))
            self._index.config_reader("manual")
            self.reload()
            self._writer: tantivy.IndexWriter | None = self._index.writer(_HEAP, num_threads=1) if writes else None

    def update(self, remove: list[int], add: list[Entry]) -> None:
        """Remove rows, all of which must be there, and add rows, in one commit."""
        with _in_words():
            expected = self.count() + len(add) - len(remove)
            if remove:
                self._remove(Query.term_set_query(self._schema, "row", remove))
            self._add(add)
            self._commit()
            if self.count() != expected:
                raise Broken(f"The search index has {counted(self.count(), 'chunk')} instead of {expected}.")

    def roll_back_to(self, after: int, remove: list[int]) -> None:
        """Remove all rows above `after`, and those in `remove` that are there."""
        with _in_words():
            self._remove(Query.range_query(self._schema, "row", tantivy.FieldType.Unsigned, lower_bound=after + 1))
            self._remove(Query.term_set_query(self._schema, "row", remove))
            self._commit()

    def count(self) -> int:
        with _in_words():
            return count_chunks(self._schema, self._index.searcher())

    def rows(self, first: int, last: int) -> list[int]:
        """The rows it has, from `first` to `last`."""
        unsigned = tantivy.FieldType.Unsigned
        with _in_words():
            searcher = self._index.searcher()
            within = Query.range_query(self._schema, "row", unsigned, lower_bound=first, upper_bound=last)
            query = all_of([within, everything(self._schema)])
            hits = searcher.search(Query.const_score_query(query, 0.0), last - first + 1, count=False).hits
            return [int(row or 0) for row in searcher.fast_field_values("row", [address for _, address in hits])]

    def search(self, question: str, filters: Filters | None, context: Context | None = None) -> Search | None:
        """None if there are no words to search for."""
        statistics = self._statistics
        searcher = statistics.searcher
        with _in_words():
            asked = analysed(question, context or [], statistics.languages)
            scoring = scored(asked, statistics, TantivyClauses(self._schema, searcher, statistics))
            if scoring is None:
                return None
            query = Query.boolean_query([(Occur.Should, clause) for clause in scoring.clauses])
        conditions, residual = split(filters, TermDialect(self._schema, searcher, statistics.chunks))
        if conditions:
            with _in_words():
                scoreless = Query.const_score_query(all_of(conditions), 0.0)
                query = Query.boolean_query([(Occur.Must, query), (Occur.Must, scoreless)])
        return Search(searcher, query, scoring.max_score, residual, self._schema, scoring.near)

    def passing(self, filters: Filters | None) -> Passing:
        with _in_words():
            searcher = self._index.searcher()
            chunks = searcher.doc_freq("all_docs", "1")
        return Passing(self._schema, searcher, *split(filters, TermDialect(self._schema, searcher, chunks)))

    def reload(self) -> None:
        """See what was committed last, by whomever."""
        with _in_words():
            self._index.reload()
            self._statistics = TantivyStatistics(self._schema, self._index.searcher())

    def close(self) -> None:
        """Stop writing; searches go on with the last commit."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with _in_words():
                writer.wait_merging_threads()

    def abandon(self) -> None:
        """Stop writing after a failure."""
        with suppress(Broken):  # the failure is known already
            self.close()

    @property
    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise Broken("The search index is closed.")
        return self._writer

    def _remove(self, which: Query) -> None:
        # Not by term: for unsigned numbers that does nothing, silently (tantivy 0.27).
        self._writing.delete_documents_by_query(which)

    def _commit(self) -> None:
        self._writing.commit()
        self.reload()

    def _add(self, entries: list[Entry]) -> None:
        statistics = self._statistics
        if not statistics.searcher.num_docs:
            for _ in range(ASSUMED):
                self._writing.add_document(tantivy.Document.from_dict(_wordless(ASSUMED_LENGTHS), self._schema))
        texts: list[Lengths] = []
        copies: list[tuple[int, Lengths]] = []
        for entry in entries:
            fields, lengths = _fields(entry)
            self._writing.add_document(tantivy.Document.from_dict(fields, self._schema))
            if entry.copy:
                copies.append((entry.row, lengths))
            else:
                texts.append(lengths)
        usual = statistics.lengths(texts) if copies else {}
        for row, lengths in copies:
            for counterweight in counterweights(lengths, usual):
                beside = {"row": row, "all_docs": COUNTERWEIGHT, **_wordless(counterweight)}
                self._writing.add_document(tantivy.Document.from_dict(beside, self._schema))


def _wordless(lengths: Mapping[str, int]) -> dict[str, str]:
    """Fields of these lengths, without words."""
    return {field: " ".join([MARK] * length) for field, length in lengths.items()}


def _fields(entry: Entry) -> tuple[dict[str, Any], Lengths]:
    """The fields of a chunk, and how long they are."""
    fields: dict[str, Any] = {"row": entry.row, "all_docs": "1"}
    fields |= {key: value for key in ID_COLUMNS if isinstance(value := entry.meta.get(key), str)}
    if attributes := attribute_terms(entry.meta.get("attributes")):
        fields["attributes"] = attributes
    if entry.content is None:
        return fields, dict.fromkeys(ASSUMED_LENGTHS, 0)
    language, words, bigrams, numbers = terms_of(entry.meta, entry.content)
    fields |= {"language": language.name, "text": " ".join(words), "bigrams": " ".join(bigrams)}
    fields["numbers"] = " ".join(numbers)
    fields["content_hash"] = content_hash(entry.content)
    if entry.copy:
        fields["copied"] = " ".join({*words, *numbers, *bigrams, MARK, MARK + language.name})
    return fields, {"text": len(words), "bigrams": len(bigrams)}


def wipe(folder: Path) -> None:
    """Delete the index. Raises `Broken`."""
    with _in_words():
        for attempt in range(_WIPES):
            try:
                shutil.rmtree(folder)
                return
            except FileNotFoundError:
                return
            except OSError:  # a merging thread may still add a file
                if attempt == _WIPES - 1:
                    raise


def _schema() -> Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", indexed=True, fast=True)
    builder.add_unsigned_field("content_hash", indexed=True, fast=True)
    builder.add_text_field("all_docs", tokenizer_name="raw", index_option="basic")  # "1" in each chunk, to count them
    for field in ID_COLUMNS:
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("attributes", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    for field in ("text", "bigrams"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    # Apart from the words, so that a table is not taken for a long text.
    builder.add_text_field("numbers", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("copied", tokenizer_name="whitespace", index_option="basic")  # the terms of copies, again
    return builder.build()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (Broken, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in Rust is not an Exception
        kind = NoRoom if any(f"os error {number}" in str(error) for number in _FULL) else Broken
        raise kind(f"The search index failed ({error or type(error).__name__}).") from error
