"""Writing: of each text, one chunk counts, and the others are marked as its copies.

Threads that write at the same time share a request and a refresh. Two processes that write the same text at the same
time may both take theirs for the first: it then counts twice, which moves scores by next to nothing.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from haystack import Document
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy

from ingest.group_commit import GroupCommit, Pending
from ingest.index.opensearch.clauses import Conditions, all_of
from ingest.index.opensearch.client import JSON
from ingest.index.opensearch.index import Index, Version, Write
from ingest.index.opensearch.source import as_copy, counterweight, document, fields, lengths
from ingest.index.statistics import COUNTERWEIGHT, counterweights

_AT_ONCE = 1000  # chunks asked for
_COPIES: JSON = {"term": {"copy": True}}
_FIRSTS: JSON = {"term": {"copy": False}}
_BESIDE: JSON = {"term": {"all_docs": COUNTERWEIGHT}}

Value = TypeVar("Value")


class _Batch(NamedTuple):
    """What one caller writes."""

    fields: dict[str, JSON]
    policy: DuplicatePolicy
    versions: Mapping[str, Version]


class Writer:
    """Any thread may use it. Methods raise `StorageFailed`; searches see what they did."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._groups: GroupCommit[_Batch] = GroupCommit(self._commit)
        self._order = 0
        self._ordering = threading.Lock()

    def write(self, documents: Iterable[Document], policy: DuplicatePolicy, versions: Mapping[str, Version]) -> int:
        """The number written. `versions` has that of each document, if it is to be kept only where there is no later
        one. Raises `DuplicateDocumentError`."""
        given = list(documents)
        batch = _Batch({each.id: fields(each) for each in given}, policy, versions)
        if policy in (DuplicatePolicy.NONE, DuplicatePolicy.FAIL) and len(batch.fields) < len(given):
            raise _duplicate()
        return int(self._groups.submit(batch))

    def delete(self, conditions: Conditions) -> int:
        """The number of chunks deleted; where the first of a text was among them, a copy takes its place."""
        index = self._index
        index.refresh()  # what a process wrote that died before it could is deleted, too
        deleted = index.count(conditions)
        heirs_left = index.count([_COPIES, {"bool": {"must_not": [all_of(conditions)]}}])
        hashes = list(index.content_hashes([_FIRSTS, *conditions])) if heirs_left else []
        # Not what is assumed, which has no `all_docs`.
        index.delete(all_of([{"terms": {"all_docs": ["1", COUNTERWEIGHT]}}, *conditions]))
        self._promote_copies(hashes)
        return deleted

    def _commit(self, group: Sequence[Pending[_Batch]]) -> None:
        given = {id: fields for pending in group for id, fields in pending.work.fields.items()}
        kept = self._kept(list(given))
        writes = _resolved(group, set(kept))
        written = [write.fields for write in writes.values()]
        elsewhere = self._counting_elsewhere(written, list(given))
        bereft = {
            hit["content_hash"]
            for id, hit in kept.items()
            if id in writes and not hit["copy"] and hit["content_hash"] != writes[id].fields.get("content_hash")
        }
        if copied := [id for id, hit in kept.items() if id in writes and hit["copy"]]:
            self._remove_counterweights(copied)
        refused = self._index.write(self._marked(writes.values(), elsewhere))
        self._index.refresh()
        self._promote_copies([each for each in bereft if each is not None])
        for pending in group:
            if pending.error is None:
                pending.result = len([id for id in pending.work.fields if id in writes and id not in refused])
                lost = any(id in refused and writes[id].create for id in pending.work.fields if id in writes)
                if lost and pending.work.policy is not DuplicatePolicy.SKIP:
                    pending.error = _duplicate()

    def _kept(self, ids: list[str]) -> dict[str, JSON]:
        """Of these chunks, those that are there."""
        found = {}
        for part in _parts(ids):
            for hit in self._index.hits([{"terms": {"chunk_id": part}}], ["copy", "content_hash"], len(part)):
                found[hit["_id"]] = hit
        return found

    def _counting_elsewhere(self, written: list[JSON], ids: list[str]) -> set[int]:
        """The texts that a chunk has which counts for them, other than these."""
        hashes = list({fields["content_hash"] for fields in written if "content_hash" in fields})
        others: JSON = {"bool": {"must_not": [{"terms": {"chunk_id": part}} for part in _parts(ids)]}}
        found = set()
        for part in _parts(hashes):
            conditions = [_FIRSTS, {"terms": {"content_hash": part}}, others]
            found |= {hit["content_hash"] for hit in self._index.hits(conditions, ["content_hash"], len(part), True)}
        return found

    def _marked(self, writes: Iterable[Write], elsewhere: set[int]) -> Iterator[Write]:
        """These writes, the copies marked, and their counterweights."""
        firsts: list[Write] = []
        copies: list[Write] = []
        for write in writes:
            write.fields.setdefault("order", self._next_order())
            hashed = write.fields.get("content_hash")
            (copies if hashed in elsewhere else firsts).append(write)
            if hashed is not None:
                elsewhere.add(hashed)
        yield from firsts
        if not copies:
            return
        usual = self._index.usual_lengths([lengths(write.fields) for write in firsts if "content_hash" in write.fields])
        for write in copies:
            yield write._replace(fields=as_copy(write.fields))
            beside = counterweights(lengths(write.fields), usual)
            # Each has one term of its own at least, which the first makes up for.
            beside[0] = {field: length - len(beside) + 1 for field, length in beside[0].items()}
            for number, each in enumerate(beside):
                # Without a version: where the one before was deleted, that has counted as a change of its own.
                yield Write(f"{write.id}\x1f{number}", counterweight(write.fields, each))

    def _promote_copies(self, hashes: Sequence[int]) -> None:
        """Where the first of a text was removed, make the oldest copy the first."""
        for part in _parts(list(hashes)):
            heirs = []
            for hit in self._index.heirs(part):
                own = fields(document(hit["_id"], hit["_source"]["document"]))
                heirs.append(Write(hit["_id"], {**own, "order": hit["order"]}, hit["_version"]))
            if heirs:
                self._index.write(heirs)
                self._remove_counterweights([heir.id for heir in heirs])
                self._index.refresh()

    def _remove_counterweights(self, ids: list[str]) -> None:
        for part in _parts(ids):
            self._index.delete(all_of([_BESIDE, {"terms": {"chunk_id": part}}]))

    def _next_order(self) -> int:
        with self._ordering:
            self._order = max(self._order + 1, time.time_ns())
            return self._order


def _resolved(group: Sequence[Pending[_Batch]], taken: set[str]) -> dict[str, Write]:
    """What is to be written of all of them, as if they came one after the other."""
    writes: dict[str, Write] = {}
    for pending in group:
        batch = pending.work
        only_new = batch.policy is not DuplicatePolicy.OVERWRITE
        if only_new and batch.policy is not DuplicatePolicy.SKIP and not taken.isdisjoint(batch.fields):
            pending.error = _duplicate()
            continue
        for id, own in batch.fields.items():
            if not (only_new and id in taken):
                writes.pop(id, None)
                writes[id] = Write(id, own, batch.versions.get(id), create=only_new)
        taken |= batch.fields.keys()
    return writes


def _duplicate() -> DuplicateDocumentError:
    return DuplicateDocumentError(
        "A document with one of these ids is already kept. Give DuplicatePolicy.OVERWRITE to replace it."
    )


def _parts(values: list[Value]) -> Iterator[list[Value]]:
    return (values[first : first + _AT_ONCE] for first in range(0, len(values), _AT_ONCE))
