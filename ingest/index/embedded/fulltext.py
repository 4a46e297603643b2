"""The Tantivy index: which rows contain which words, and how well they match a question.

It stores only terms and row numbers. The score of a passage is the sum of BM25 over the question's words (Tantivy's k1
= 1.2, b = 0.75) and, with less weight, over their bigrams. It is divided by the most that the words could reach: the
sum of idf * (k1 + 1), where idf = ln(1 + (N - n + 0.5) / (n + 0.5)) for a word in n of the N chunks in the question's
script, n = 0 for a word in none. Light words have less weight, and words of the context their own. So 1 means every
word of the question, many times over, and scores can be compared between questions.
"""

import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from os.path import splitext
from pathlib import Path
from typing import Any

import tantivy
from haystack import Document
from tantivy import Occur, Query, Schema, Searcher

from ingest.context import Context
from ingest.errors import StorageFailed
from ingest.index.embedded.analysis import (
    ANALYSIS_VERSION,
    Term,
    chunk_terms,
    question_terms,
    words_of,
)
from ingest.index.embedded.filters import Filters, split
from ingest.index.embedded.passing import Passing
from ingest.index.embedded.record import ID_COLUMNS, Entry
from ingest.index.embedded.spelling import near_spellings
from ingest.index.embedded.terms import TermDialect, all_of, attribute_terms
from ingest.languages import BY_NAME, ENGLISH, LANGUAGES, Language, language_of

FOLDER = "fulltext"

INDEX_VERSION = ANALYSIS_VERSION * 1000 + 2  # raise the last summand with any change to the schema

# By measurement: docs/quality.md.
_BIGRAM = 0.4  # the weight of a bigram beside its words
_LIGHT = 0.5  # the weight of a light word
_NEAR = 0.5  # the weight of a near spelling beside the word itself
_MOST_NEAR = 3  # words of a question that are searched for by their near spellings
_K1 = 1.2
_MOST_TERMS = 64  # of a question; of a pasted page, the rarest are enough
_WIPES = 5
_HEAP = 32_000_000  # bytes; when it is full, the writer writes a segment


class Broken(StorageFailed):
    """The index cannot be read or written, and has to be opened again or rebuilt from the rows."""


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

    def scores(self, rows: list[int]) -> dict[int, float]:
        """The scores of these rows, as far as they are found."""
        with _in_words():
            these = Query.const_score_query(Query.term_set_query(self.schema, "row", rows), 0.0)
            narrowed = Query.boolean_query([(Occur.Must, self.query), (Occur.Must, these)])
        return dict(replace(self, query=narrowed).hits(0, len(rows)))

    def hits(self, offset: int, limit: int) -> list[tuple[int, float]]:
        """Rows and scores in 0..1, best first."""
        limit = min(limit, self.searcher.num_docs)  # Tantivy allocates room for all of them
        if limit < 1:
            return []
        with _in_words():
            hits = self.searcher.search(self.query, limit, count=False, offset=offset).hits
            rows = self.searcher.fast_field_values("row", [address for _, address in hits])
        return [(int(row or 0), min(score / self.max_score, 1.0)) for row, (score, _) in zip(rows, hits, strict=True)]

    def with_near_spellings(self, documents: list[Document]) -> list[Document]:
        """These documents, each with the words in its meta that stand in it for one of the question's."""
        for document in documents if self.near else ():
            language = _language(document.meta, document.content or "")
            found = {word: words_of(document.content or "", language, terms) for word, terms in self.near.items()}
            if any(found.values()):
                document.meta["near_spellings"] = {word: others for word, others in found.items() if others}
        return documents


class FullText:
    """An index folder, opened for writing; searches that follow an update see it. Methods raise `Broken`."""

    def __init__(self, folder: Path) -> None:
        self._schema = _schema()
        with _in_words():
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(folder))
            self._index.config_reader("manual")
            self._index.reload()
            self._writer: tantivy.IndexWriter | None = self._index.writer(_HEAP, num_threads=1)

    def update(self, remove: list[int], add: list[Entry]) -> None:
        """Remove rows, all of which must be there, and add rows, in one commit."""
        with _in_words():
            expected = self.count() + len(add) - len(remove)
            if remove:
                self._remove(Query.term_set_query(self._schema, "row", remove))
            for entry in add:
                self._writing.add_document(self._document(entry))
            self._commit()
            if self.count() != expected:
                raise Broken(f"The search index has {self.count()} chunks instead of {expected}.")

    def roll_back_to(self, after: int, remove: list[int]) -> None:
        """Remove all rows above `after`, and those in `remove` that are there."""
        with _in_words():
            self._remove(Query.range_query(self._schema, "row", tantivy.FieldType.Unsigned, lower_bound=after + 1))
            self._remove(Query.term_set_query(self._schema, "row", remove))
            self._commit()

    def count(self) -> int:
        with _in_words():
            return self._index.searcher().num_docs

    def rows(self, first: int, last: int) -> list[int]:
        """The rows it has, from `first` to `last`."""
        unsigned = tantivy.FieldType.Unsigned
        with _in_words():
            searcher = self._index.searcher()
            query = Query.range_query(self._schema, "row", unsigned, lower_bound=first, upper_bound=last)
            hits = searcher.search(Query.const_score_query(query, 0.0), last - first + 1, count=False).hits
            return [int(row or 0) for row in searcher.fast_field_values("row", [address for _, address in hits])]

    def search(self, question: str, filters: Filters | None, context: Context | None = None) -> Search | None:
        """None if there are no words to search for."""
        with _in_words():
            searcher = self._index.searcher()
            there = [language for language in LANGUAGES if searcher.doc_freq("language", language.name)]
            words, bigrams = self._weighted(searcher, question, context or [], there or [ENGLISH])
        if not words:
            return None
        with _in_words():
            chunks = searcher.doc_freq("all_docs", "1")  # including removed ones not yet merged away, as in BM25
        conditions, residual = split(filters, TermDialect(self._schema, searcher, chunks))
        with _in_words():
            document_frequency = {word: _document_frequency(searcher, "text", word) for word in words}
            collection_size = max(_in_script_of(question, searcher) or chunks, *document_frequency.values())
            max_score_by_term = {
                word: weight * _idf(document_frequency[word], collection_size) for word, weight in words.items()
            }
            known = [word for word in words if document_frequency[word]]
            unknown = [word for word in words if not document_frequency[word]]
            rarest = (sorted(known, key=max_score_by_term.__getitem__, reverse=True) + unknown)[:_MOST_TERMS]
            max_score = sum(max_score_by_term[word] for word in rarest) * (_K1 + 1)
            asked = [
                self._either("text", word, max_score_by_term[word] / _idf(document_frequency[word], chunks))
                for word in rarest
                if document_frequency[word]
            ]
            near = _near(searcher, unknown, question, there) if unknown else {}
            for term, others in near.values():
                frequency = _document_frequency(searcher, "text", others)
                weight = _NEAR * words[term] * _idf(frequency, collection_size) / _idf(frequency, chunks)
                asked.append(self._either("text", others, weight))
            if len(words) <= _MOST_TERMS:  # a pasted page has no need of bigrams
                for bigram in bigrams:
                    if frequency := _document_frequency(searcher, "bigrams", bigram):
                        weight = _BIGRAM * _idf(frequency, collection_size) / _idf(frequency, chunks)
                        asked.append(self._either("bigrams", bigram, weight))
            query = Query.boolean_query([(Occur.Should, either) for either in asked])
            if conditions:
                scoreless = Query.const_score_query(all_of(conditions), 0.0)
                query = Query.boolean_query([(Occur.Must, query), (Occur.Must, scoreless)])
        return Search(
            searcher, query, max_score, residual, self._schema, {word: others for word, (_, others) in near.items()}
        )

    def passing(self, filters: Filters | None) -> Passing:
        with _in_words():
            searcher = self._index.searcher()
            chunks = searcher.doc_freq("all_docs", "1")
        return Passing(self._schema, searcher, *split(filters, TermDialect(self._schema, searcher, chunks)))

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
        self._index.reload()

    @staticmethod
    def _weighted(
        searcher: Searcher, question: str, context: Context, languages: list[Language]
    ) -> tuple[dict[Term, float], tuple[Term, ...]]:
        """Each word with its weight, the highest it has in any of the texts, and the question's bigrams."""
        asked = question_terms(question, languages)
        weights: dict[Term, float] = {}
        for weight, terms in [(1.0, asked), *((weight, question_terms(text, languages)) for text, weight in context)]:
            for word in terms.words:
                counts = weight * _LIGHT if word in terms.light else weight
                known = word not in terms.word_parts or _document_frequency(searcher, "text", word)
                for each in [word] if known else terms.word_parts[word]:
                    weights[each] = max(counts, weights.get(each, 0.0))
        return weights, asked.bigrams

    def _either(self, field: str, term: Term, weight: float) -> Query:
        forms = [Query.term_query(self._schema, field, form, "freq") for form in term]
        query = forms[0] if len(forms) == 1 else Query.disjunction_max_query(forms)  # a word counts once
        return query if weight == 1 else Query.boost_query(query, weight)

    def _document(self, entry: Entry) -> tantivy.Document:
        fields: dict[str, Any] = {"row": entry.row, "all_docs": "1"}
        fields |= {key: value for key in ID_COLUMNS if isinstance(value := entry.meta.get(key), str)}
        if attributes := attribute_terms(entry.meta.get("attributes")):
            fields["attributes"] = attributes
        if entry.content is not None:
            title = _title(entry.meta)
            language = _language(entry.meta, entry.content)
            # Titles count twice, by measurement.
            words, bigrams = chunk_terms(f"{title}\n{title}\n{entry.content}", language)
            fields |= {"language": language.name, "text": " ".join(words), "bigrams": " ".join(bigrams)}
        return tantivy.Document.from_dict(fields, self._schema)


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
    builder.add_text_field("all_docs", tokenizer_name="raw", index_option="basic")  # "1" in each chunk, to count them
    for field in ID_COLUMNS:
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("attributes", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    for field in ("text", "bigrams"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _near(
    searcher: Searcher, unknown: list[Term], question: str, languages: list[Language]
) -> dict[str, tuple[Term, Term]]:
    """By word of the question that no chunk has, its term and those of its near spellings; of a few words only."""
    spelled = question_terms(question, languages or [ENGLISH]).spelled
    looked_for = [term for term in unknown if term in spelled][:_MOST_NEAR]
    return {spelled[term]: (term, near) for term in looked_for if (near := near_spellings(searcher, "text", term[0]))}


def _document_frequency(searcher: Searcher, field: str, term: Term) -> int:
    return max(searcher.doc_freq(field, form) for form in term)


def _in_script_of(question: str, searcher: Searcher) -> int:
    """The number of chunks in a language of the question's script; in others its words are rare anyway."""
    script = language_of(question).script
    return sum(searcher.doc_freq("language", each.name) for each in LANGUAGES if each.script == script)


def _language(meta: dict[str, Any], content: str) -> Language:
    return BY_NAME.get(str(meta.get("language"))) or language_of(content)


def _title(meta: dict[str, Any]) -> str:
    """The words a chunk stands under: file name, title, headings."""
    headings = meta.get("headings")
    parts = [splitext(str(meta.get("filename", "")))[0].replace("_", " "), meta.get("title")]
    parts += headings if isinstance(headings, list) else []
    return "\n".join(str(part) for part in parts if part)


def _idf(chunks_with_term: int, chunks: int) -> float:
    return math.log(1 + (chunks - chunks_with_term + 0.5) / (chunks_with_term + 0.5))


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (Broken, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in Rust is not an Exception
        raise Broken(f"The search index failed ({error or type(error).__name__}).") from error
