"""The statistics of an index in OpenSearch; `ingest/index/statistics.py` says what they are for.

They are read off the dictionary of terms, by the term vectors of a document that does not exist: that takes as long in
a large index as in a small one. An aggregation would walk through all chunks that have a word.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ingest.index.analysis import Term
from ingest.index.opensearch.client import JSON, Client, failure
from ingest.index.scoring import MOST_TERMS, Asked, field_of
from ingest.index.statistics import ASSUMED, ASSUMED_LENGTHS, COUNTERWEIGHT, EXACTLY, MARK, Statistics, idf
from ingest.languages import LANGUAGES, Language

_ALWAYS = {
    "all_docs": ["1", COUNTERWEIGHT],
    "language": [language.name for language in LANGUAGES],
    "copied": [MARK, *(MARK + language.name for language in LANGUAGES)],
    **{field: [MARK] for field in ASSUMED_LENGTHS},  # for what is known of the whole field
}

Words = Mapping[str, Iterable[str]]
"""By field, terms."""


class _Field(NamedTuple):
    documents: int
    terms: int
    """Of all these documents together."""


class Lexicon:
    """How many documents of one state of an index have a term, removed ones that are not yet merged away included."""

    def __init__(self, client: Client, index: str, routings: list[str], preference: str, words: Words) -> None:
        self._client = client
        self._index = index
        self._routings = routings
        self._preference = preference
        self.index = index
        """The name of the index itself, once it was asked."""
        self._fields: dict[str, _Field] = {}
        self._doc_freq: dict[str, dict[str, int]] = defaultdict(dict)
        self.look_up({**words, **{field: [*words.get(field, ()), *terms] for field, terms in _ALWAYS.items()}})

    def look_up(self, words: Words) -> None:
        """Ask for terms, which `doc_freq` then knows."""
        wanted = {field: list(dict.fromkeys(terms)) for field, terms in words.items()}
        asked = {"doc": wanted, "fields": list(wanted), "term_statistics": True, "positions": False, "offsets": False}
        if not any(wanted.values()):
            return
        found: dict[str, dict[str, int]] = {field: dict.fromkeys(terms, 0) for field, terms in wanted.items()}
        fields: dict[str, list[JSON]] = defaultdict(list)
        for vectors in self._of_each_shard(asked):
            for field, vector in vectors.items():
                fields[field].append(vector["field_statistics"])
                frequencies = found[field]
                for term, known in vector["terms"].items():
                    frequencies[term] += known.get("doc_freq", 0)
        for field, frequencies in found.items():
            self._doc_freq[field].update(frequencies)
        for field, each in fields.items():
            documents, terms = (sum(max(0, one[key]) for one in each) for key in ("doc_count", "sum_ttf"))
            self._fields[field] = _Field(documents, terms)

    def doc_freq(self, field: str, term: str) -> int:
        return self._doc_freq[field].get(term, 0)

    def documents_with(self, field: str) -> int:
        return self._fields[field].documents

    def average_length(self, field: str) -> float:
        documents, terms = self._fields[field]
        return terms / documents if documents else ASSUMED_LENGTHS[field]

    def languages(self) -> list[Language]:
        """Those that there are."""
        return [language for language in LANGUAGES if self.doc_freq("language", language.name)]

    def few(self, words: Words) -> Iterator[tuple[str, str, bool]]:
        """What has to be counted exactly where there are removed documents, as `Counts` is asked for it."""
        for field in ("text", "numbers", "bigrams"):
            for term in words.get(field, ()):
                if 0 < self.doc_freq(field, term) <= EXACTLY:
                    yield field, term, False
                    if self.doc_freq("copied", term):
                        yield field, term, True

    def _of_each_shard(self, asked: JSON) -> list[JSON]:
        if len(self._routings) == 1:
            params = {"preference": self._preference}
            answer = self._client.ask("POST", f"/{self._index}/_termvectors", asked, params)
            self.index = answer["_index"]
            return [answer.get("term_vectors", {})]
        docs = [{"_index": self._index, "routing": routing, **asked} for routing in self._routings]
        answer = self._client.ask("POST", "/_mtermvectors", {"docs": docs}, {"preference": self._preference})
        for each in answer["docs"]:
            if "error" in each:
                raise failure(503, each["error"])
            self.index = each["_index"]
        return [each.get("term_vectors", {}) for each in answer["docs"]]


class LuceneStatistics(Statistics):
    def __init__(self, lexicon: Lexicon, removed: int, counts: "Counts") -> None:
        documents = sum(lexicon.doc_freq("all_docs", term) for term in ("1", COUNTERWEIGHT)) + ASSUMED
        super().__init__(lexicon.doc_freq, documents - removed)
        self._lexicon = lexicon
        self._counts = counts

    def bm25_idf(self, field: str, form: str) -> float:
        return idf(self._doc_freq(field, form), self._lexicon.documents_with(field))

    def _count(self, field: str, form: str, but_copied: bool = False) -> int:
        return self._counts.of(field, form, but_copied)


class Counts:
    """How many documents have a term, without removed ones; for terms that few have."""

    def __init__(self, client: Client, index: str, preference: str) -> None:
        self._client = client
        self._index = index
        self._preference = preference
        self._known: dict[tuple[str, str, bool], int] = {}

    def count(self, wanted: Iterable[tuple[str, str, bool]]) -> None:
        """Ask for all of them at once."""
        asked = [each for each in dict.fromkeys(wanted) if each not in self._known]
        if not asked:
            return
        filters = {str(number): _having(*each) for number, each in enumerate(asked)}
        body = {"size": 0, "track_total_hits": False, "aggs": {"having": {"filters": {"filters": filters}}}}
        answer = self._client.search(self._index, body, preference=self._preference)
        buckets = answer["aggregations"]["having"]["buckets"]
        self._known |= {each: buckets[str(number)]["doc_count"] for number, each in enumerate(asked)}

    def of(self, field: str, form: str, but_copied: bool) -> int:
        self.count([(field, form, but_copied)])
        return self._known[field, form, but_copied]


def _having(field: str, form: str, but_copied: bool) -> JSON:
    having = {"term": {field: form}}
    return {"bool": {"filter": [having], "must_not": [{"term": {"copied": form}}]}} if but_copied else having


def words_of(asked: Asked) -> dict[str, list[str]]:
    """The terms whose frequencies `scoring.scored` will want."""
    words: dict[Term, None] = {}
    for terms in (asked.terms, *(terms for _, terms in asked.context)):
        words |= dict.fromkeys((*terms.words, *(part for parts in terms.word_parts.values() for part in parts)))
    wanted: dict[str, list[str]] = defaultdict(list)
    for word in words:
        wanted[field_of(word)] += word
    if len(asked.terms.words) <= MOST_TERMS:
        for bigram in (*asked.terms.bigrams, *asked.terms.reversed_bigrams):
            wanted["bigrams"] += bigram
    wanted["copied"] = [term for field in ("text", "numbers", "bigrams") for term in wanted[field]]
    return wanted
