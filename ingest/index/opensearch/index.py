"""An index in OpenSearch, by its alias: chunks and what stands beside them, written, removed, read and searched."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import orjson

from ingest.errors import StorageFailed
from ingest.index.filters import Filters, split
from ingest.index.opensearch.clauses import (
    CHUNKS,
    Conditions,
    LuceneClauses,
    QueryDialect,
    all_of,
    any_of,
    within_limit,
)
from ingest.index.opensearch.client import JSON, WRITE_S, Client, Replaced, failure
from ingest.index.opensearch.source import wordless
from ingest.index.opensearch.statistics import Counts, Lexicon, LuceneStatistics, Words, words_of
from ingest.index.scoring import K1, Scored, analysed, scored
from ingest.index.statistics import ASSUMED, ASSUMED_LENGTHS, COUNTERWEIGHT, Lengths
from ingest.languages import Language
from ingest.query import Query

_BULK_BYTES = 8_000_000
_PAGE = 1000  # documents read at a time
_MOST_HITS = 10_000  # that one search may return
_KEPT_OPEN_S = 120  # a state of the index, between two pages
_KEPT_OPEN = f"{_KEPT_OPEN_S}s"
_DELETE_S = 3600.0
_TRIES, _PAUSE_S = 5, 0.5  # of what was refused as there was too much to do
_REMOVED_KNOWN_S = 10.0  # how long to remember how many documents were removed: others may remove some, too
_ASSUMED_ID = "\x1fassumed"

Version = int
"""Of two writes of a document, that with the higher version stays."""


class Write(NamedTuple):
    id: str
    fields: JSON
    version: Version | None = None
    """None for one more than there is."""
    create: bool = False
    """Only if there is none."""


class Search(NamedTuple):
    """A question as a query."""

    query: JSON
    max_score: float
    residual: Filters | None  # to be checked on each document
    near: dict[str, tuple[str, ...]]
    preference: str

    def score(self, found: float) -> float:
        return min(found * (K1 + 1) / self.max_score, 1.0)


class Index:
    """Any thread may use it. Methods raise `StorageFailed`."""

    def __init__(self, client: Client, name: str, shards: int, behind: str) -> None:
        """`behind` the name, if that is an alias, is an index of so many shards."""
        self.client = client
        self.name = name
        self._behind = behind
        self._bulk_params = {
            "require_alias": str(name != behind).lower()
        }  # else a write would make an index without mapping
        self._dfs = {"search_type": "dfs_query_then_fetch"} if shards > 1 else {}
        self._shards = shards
        self._routings: list[str] = []
        self._languages: list[Language] = []
        self._removed: tuple[float, int] | None = None

    # What is written

    def complete(self) -> None:
        """Put in the chunks that statistics assume, unless they are there."""
        ids = [f"{_ASSUMED_ID}{number}" for number in range(ASSUMED)]
        body = {"size": 0, "track_total_hits": True, "query": {"ids": {"values": ids}}}
        there = 0
        with suppress(StorageFailed):  # another process may be making the index: a write waits for that, a search not
            there = self.client.search(self.name, body)["hits"]["total"]["value"]
        if there < ASSUMED:
            self.write([Write(id, wordless(ASSUMED_LENGTHS), version=1) for id in ids])
            self.refresh()

    def write(self, writes: Iterable[Write]) -> set[str]:
        """Write documents, and return the ids of those that were refused, as there is a later version, or one at all.
        They are searched after `refresh`."""
        refused: set[str] = set()
        lines: list[bytes] = []
        size = 0
        for each in writes:
            action: JSON = {"_id": each.id}
            if each.version is not None:
                action |= {"version": each.version, "version_type": "external_gte"}
            entry = orjson.dumps({"create" if each.create else "index": action}), orjson.dumps(each.fields)
            if lines and size + sum(map(len, entry)) > _BULK_BYTES:
                refused |= self._bulk(lines)
                lines, size = [], 0
            lines += entry
            size += sum(map(len, entry))
        return refused | (self._bulk(lines) if lines else set())

    def _bulk(self, lines: list[bytes]) -> set[str]:
        refused: set[str] = set()
        for attempt in range(_TRIES):
            body = b"\n".join(lines) + b"\n"
            answer = self.client.ask("POST", f"/{self.name}/_bulk", body, self._bulk_params, WRITE_S)
            if not answer["errors"]:
                return refused
            again: list[bytes] = []
            for number, item in enumerate(answer["items"]):
                [outcome] = item.values()
                if "error" not in outcome:
                    continue
                if outcome["status"] == 409:
                    refused.add(outcome["_id"])
                elif outcome["error"]["type"] in _PASSING and attempt < _TRIES - 1:
                    again += lines[2 * number : 2 * number + 2]
                else:
                    raise failure(outcome["status"], outcome["error"])
            if not again:
                return refused
            lines = again
            time.sleep(_PAUSE_S * 2**attempt)
        return refused

    def refresh(self) -> None:
        """Let searches see what was written."""
        answer = self.client.ask("POST", f"/{self.name}/_refresh", seconds=WRITE_S)
        if answer["_shards"]["failed"]:
            raise StorageFailed("OpenSearch did not take over all that was written: try again later.")
        self._removed = None

    def delete(self, condition: JSON) -> None:
        """Delete what meets a condition, of what was refreshed."""
        params = {"refresh": "true", "conflicts": "proceed", "scroll_size": "5000"}
        for _ in range(_TRIES):
            path = f"/{self.name}/_delete_by_query"
            answer = self.client.ask("POST", path, {"query": condition}, params, _DELETE_S)
            if answer["failures"]:
                first = answer["failures"][0]
                raise failure(first.get("status", ""), first.get("cause") or first.get("reason") or {})
            if not answer["version_conflicts"]:  # else a chunk was written meanwhile
                self._removed = None
                return
        raise StorageFailed("Chunks were written again and again while they were to be deleted: try again later.")

    # What is read

    def count(self, conditions: Conditions) -> int:
        body = {"size": 0, "track_total_hits": True, "query": all_of([CHUNKS, *conditions])}
        return int(self.client.search(self.name, body)["hits"]["total"]["value"])

    def wait_until_unused(self) -> None:
        """Until no search of it goes on, or one has forgotten to end."""
        until = time.monotonic() + _KEPT_OPEN_S
        while time.monotonic() < until:
            search = self.client.ask("GET", f"/{self._behind}/_stats/search")["_all"]["total"]["search"]
            if not any(search[key] for key in ("query_current", "fetch_current", "open_contexts")):
                return
            time.sleep(_PAUSE_S)

    def size_bytes(self) -> int:
        """On the disks of all nodes."""
        answer = self.client.ask("GET", f"/{self.name}/_stats/store")
        return int(answer["_all"]["total"]["store"]["size_in_bytes"])

    def hits(self, conditions: Conditions, fields: list[str], size: int, each_text_once: bool = False) -> list[JSON]:
        """So many of the chunks that meet conditions: `_id` and these numbers of each."""
        body: JSON = {"size": size, "query": all_of([CHUNKS, *conditions]), "_source": False, "docvalue_fields": fields}
        if each_text_once:
            body["collapse"] = {"field": "content_hash"}
        hits = self.client.search(self.name, {**body, "track_total_hits": False})["hits"]["hits"]
        return [_with_numbers(hit, fields) for hit in hits]

    def content_hashes(self, conditions: Conditions) -> Iterator[int]:
        """Those of all chunks that meet conditions."""
        numbers = {"_source": False, "docvalue_fields": ["content_hash"], "sort": ["order"]}
        pages = self._pages({**numbers, "query": all_of([CHUNKS, *conditions])}, _MOST_HITS)
        return (hit["fields"]["content_hash"][0] for hit in pages if "fields" in hit)

    def heirs(self, hashes: list[int]) -> list[JSON]:
        """Of each of these texts that no chunk counts for, the oldest copy."""
        body: JSON = {
            "size": len(hashes),
            "query": all_of([CHUNKS, {"terms": {"content_hash": hashes}}]),
            "collapse": {"field": "content_hash"},
            "sort": ["copy", "order"],
            "docvalue_fields": ["copy", "order"],
            "version": True,
            "track_total_hits": False,
        }
        hits = self.client.search(self.name, body)["hits"]["hits"]
        found = [_with_numbers(hit, ["copy", "order"]) for hit in hits]
        return [hit for hit in found if hit["copy"]]

    def aggregated(self, conditions: Conditions, aggregations: JSON) -> Any:
        body = {"size": 0, "track_total_hits": False, "query": all_of([CHUNKS, *conditions]), "aggs": aggregations}
        return self.client.search(self.name, body)["aggregations"]

    def first(self, query: JSON, size: int, preference: str, each_text_once: bool = False) -> list[JSON]:
        """The best hits of a search."""
        body: JSON = {"size": min(size, _MOST_HITS), "query": query, "track_total_hits": False}
        if each_text_once:
            body["collapse"] = {"field": "content_hash"}
        hits = self.client.search(self.name, body, preference=preference, **self._dfs)["hits"]["hits"]
        return list(hits)

    def scan(self, conditions: Conditions) -> Iterator[JSON]:
        """All chunks that meet conditions, in the order in which they were written."""
        return self._pages({"query": all_of([CHUNKS, *conditions]), "sort": ["order"], "version": True}, _PAGE)

    def ranked(self, query: JSON) -> Iterator[JSON]:
        """All hits of a search, best first."""
        return self._pages({"query": query, "sort": ["_score"]}, _PAGE, **self._dfs)

    def _pages(self, body: JSON, size: int, **params: str) -> Iterator[JSON]:
        """Most often there is one page; for more, the state of the index is kept open."""
        body = {**body, "size": size, "track_total_hits": False}
        page = self.client.search(self.name, body, **params)["hits"]["hits"]
        if len(page) < size:
            yield from page
            return
        opened = self.client.ask(
            "POST", f"/{self.name}/_search/point_in_time", params={"keep_alive": _KEPT_OPEN, **_COMPLETE_PIT}
        )["pit_id"]
        try:
            body |= {"sort": [*body["sort"], "_shard_doc"], "pit": {"id": opened, "keep_alive": _KEPT_OPEN}}
            while True:
                page = self.client.search("", body, **params)["hits"]["hits"]
                yield from page
                if len(page) < size:
                    return
                body["search_after"] = page[-1]["sort"]
        finally:
            self.client.ask("DELETE", "/_search/point_in_time", {"pit_id": [opened]})

    # What is searched

    def search(self, query: Query) -> Search | None:
        """None if there are no words to search for."""
        preference = f"s{random.getrandbits(16)}"  # so that all that one search asks is answered by the same copy
        languages = self._languages
        while True:  # the languages that there are have to be known, to ask for the words in them
            asked = analysed(query.text, query.context, languages)
            words = words_of(asked)
            lexicon = self._lexicon(preference, words)
            if lexicon.languages() == languages:
                break
            self._languages = languages = lexicon.languages()
        counts = Counts(self.client, self.name, preference)
        if removed := self._removed_from(lexicon, preference):
            counts.count(lexicon.few(words))
        statistics = LuceneStatistics(lexicon, removed, counts)
        similar = self._similar(preference)
        scoring: Scored[JSON] | None = scored(asked, statistics, LuceneClauses(lexicon, statistics, similar))
        if scoring is None:
            return None
        conditions, residual = split(query.filters, QueryDialect())
        should = any_of(within_limit(scoring.clauses))
        if conditions and scoring.clauses:
            should["bool"]["filter"] = conditions
        return Search(should, scoring.max_score, residual, scoring.near, preference)

    def usual_lengths(self, added: Sequence[Lengths]) -> Lengths:
        """The average lengths, once these texts are added."""
        lexicon = self._lexicon("_primary", {})
        usual = {}
        for field in ASSUMED_LENGTHS:
            documents = lexicon.documents_with(field)
            total = lexicon.average_length(field) * documents + sum(each[field] for each in added)
            usual[field] = total / (documents + len(added))
        return usual

    def _lexicon(self, preference: str, words: Words) -> Lexicon:
        """Raises `Replaced` if it is that of an index with which another process has replaced this one."""
        lexicon = Lexicon(self.client, self.name, self._routing_values(), preference, words)
        if lexicon.index != self._behind:
            raise Replaced("The index in OpenSearch was made anew at this moment: try again.")
        return lexicon

    def _removed_from(self, lexicon: Lexicon, preference: str) -> int:
        """How many documents it counts that were removed."""
        now = time.monotonic()
        remembered = self._removed
        if remembered is None or now > remembered[0] + _REMOVED_KNOWN_S:
            body = {"size": 0, "track_total_hits": True, "query": {"match_all": {}}}
            living = self.client.search(self.name, body, preference=preference)["hits"]["total"]["value"]
            indexed = sum(lexicon.doc_freq("all_docs", term) for term in ("1", COUNTERWEIGHT)) + ASSUMED
            self._removed = remembered = now, max(0, indexed - living)
        return remembered[1]

    def _similar(self, preference: str) -> Callable[[str], Iterable[str]]:
        def similar(word: str) -> Iterable[str]:
            body = {"size": 0, "suggest": {"near": {"text": word, "term": _SUGGESTED}}}
            answer = self.client.search(self.name, body, preference=preference)
            options = [option for part in answer["suggest"]["near"] for option in part["options"]]
            return [option["text"] for option in sorted(options, key=lambda each: -each["freq"])]

        return similar

    def _routing_values(self) -> list[str]:
        """For each shard a value that leads to it."""
        if not self._routings:
            found: dict[int, str] = {}
            number = 0
            while len(found) < self._shards:
                answer = self.client.ask("GET", f"/{self.name}/_search_shards", params={"routing": str(number)})
                [[first, *_]] = answer["shards"]
                found.setdefault(first["shard"], str(number))
                number += 1
            self._routings = [found[shard] for shard in sorted(found)]
        return self._routings


def _with_numbers(hit: JSON, fields: list[str]) -> JSON:
    values = hit.get("fields", {})
    return hit | {field: values[field][0] if field in values else None for field in fields}


_PASSING = ("rejected_execution_exception", "opensearch_rejected_execution_exception", "circuit_breaking_exception")

_COMPLETE_PIT = {"allow_partial_pit_creation": "false"}

# As `spelling.near_spellings` looks for them; that chooses among them.
_SUGGESTED = {
    "field": "text",
    "analyzer": "keyword",
    "suggest_mode": "always",
    "max_edits": 2,
    "prefix_length": 2,
    "min_word_length": 4,
    "max_term_freq": 1_000_000_000,  # also for a word that only removed chunks have
    "sort": "frequency",
    "size": 100,
    "shard_size": 100,
}
