"""Search by words and by vectors together."""

from operator import attrgetter

from haystack import Document
from haystack.utils.filters import document_matches_filter

from ingest.index.copies import copies_last, told_apart
from ingest.index.embedded.fulltext import FullText
from ingest.index.embedded.record import Hit
from ingest.index.embedded.rows import Rows
from ingest.index.embedded.vectors import Vectors
from ingest.index.fusion import fused, score_parts
from ingest.index.spelling import with_near_spellings
from ingest.query import DenseQuery, Query

_DEPTH = 100  # of each ranking, at least; whatever is in one of them is scored in both


def hybrid(rows: Rows, fulltext: FullText, vectors: Vectors, query: Query, dense: DenseQuery) -> list[Document]:
    """The best documents by both, in the order of `fused`. Raises `StorageFailed`."""
    search = fulltext.search(query.text, query.filters, query.context)
    passing = fulltext.passing(query.filters)
    top_k = query.top_k
    depth = max(_DEPTH, top_k)
    while True:
        nearest = vectors.nearest(dense.vector, passing, depth)
        hits = search.best(depth) if search else []
        by_words = {hit.row: hit.score for hit in hits}
        hashes = {hit.row: hit.content_hash for hit in hits}
        alike = nearest.best if nearest else {}
        hashes |= nearest.hashes(list(alike)) if nearest else {}
        exhausted = all(len({hashes[row] for row in ranking}) < depth for ranking in (by_words, alike))
        if search and (others := list(alike.keys() - by_words.keys())):
            by_words |= {hit.row: hit.score for hit in search.scores(others)}
        if nearest:
            alike = alike | nearest.of(list(by_words.keys() - alike.keys()))
        # Where no chunk has a vector of the question's model, only words count.
        ranked = [
            Hit(row, score, hashes[row], score_parts(row, by_words, alike) if nearest else None)
            for row, score in fused(by_words, alike, dense.weight if nearest else 0.0)
        ]
        if passing.residual is None:
            ranked = copies_last(ranked, attrgetter("content_hash"))[:top_k]
        passed = [
            document
            for document in rows.fetch(ranked)
            if passing.residual is None or document_matches_filter(passing.residual, document)
        ]
        firsts, copies = told_apart(passed, attrgetter("content"))
        if len(firsts) >= top_k or exhausted:
            found = [*firsts, *copies][:top_k]
            return with_near_spellings(found, search.near) if search else found
        depth *= 4
