"""Search by words and by vectors together."""

from haystack import Document
from haystack.utils.filters import document_matches_filter

from ingest.index.embedded.fulltext import FullText
from ingest.index.embedded.rows import Rows
from ingest.index.embedded.vectors import Vectors
from ingest.index.fusion import fused
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
        by_words = dict(search.hits(0, depth)) if search else {}
        alike = nearest.best if nearest else {}
        exhausted = len(by_words) < depth and len(alike) < depth
        if search and (others := list(alike.keys() - by_words.keys())):
            by_words |= search.scores(others)
        if nearest:
            alike = alike | nearest.of(list(by_words.keys() - alike.keys()))
        # Where no chunk has a vector of the question's model, only words count.
        ranked = fused(by_words, alike, dense.weight if nearest else 0.0)
        found = [
            document
            for document in rows.fetch(ranked if passing.residual else ranked[:top_k])
            if passing.residual is None or document_matches_filter(passing.residual, document)
        ]
        if len(found) >= top_k or exhausted:
            return search.with_near_spellings(found[:top_k]) if search else found[:top_k]
        depth *= 4
