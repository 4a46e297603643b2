"""Search whose first results a cross-encoder puts in order (Nogueira and Cho, "Passage Re-ranking with BERT", 2019)."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from haystack import Document

from ingest.errors import RerankingFailed
from ingest.index.copies import told_apart
from ingest.query import Query, Searcher
from ingest.rerank import CrossEncoder

logger = logging.getLogger(__name__)

_PAUSE_S = 10.0  # how long not to ask a model that failed: each try keeps somebody waiting
_BUILT_ON = 0.5  # the least weight of an earlier turn that a question cannot be understood without


class RerankingSearcher:
    """Puts the best `depth` results of another searcher in order; in its own order if the model cannot be used now.

    The scores stay those of the search, the highest for the first: so a threshold means the same with a model and
    without.
    """

    def __init__(self, searcher: Searcher, model: CrossEncoder, depth: int) -> None:
        self.searcher = searcher
        self.model = model
        self.depth = depth
        self._not_before = 0.0

    def search(self, query: Query) -> list[Document]:
        if not query.rerank or not query.text.strip() or time.monotonic() < self._not_before:
            return self.searcher.search(query)
        found = self.searcher.search(replace(query, top_k=max(query.top_k, self.depth)))
        firsts, copies = told_apart(found, attrgetter("content"))
        return [*self._in_order(query, firsts[: self.depth]), *firsts[self.depth :], *copies][: query.top_k]

    def _in_order(self, query: Query, found: Sequence[Document]) -> list[Document]:
        texts = [document.content or "" for document in found]
        if len(texts) < 2:
            return list(found)
        if self._not_before:
            self._not_before = time.monotonic() + _PAUSE_S  # one asks for all others whether it can be used again
        try:
            score = dict(zip(texts, self.model.scores(_question(query), texts), strict=True))
        except RerankingFailed as error:
            self._not_before = time.monotonic() + _PAUSE_S
            logger.warning("passages stay in the order of the search: %s", error)
            return list(found)
        self._not_before = 0.0
        placed = [replace(each, meta={**each.meta, "found_at": place}) for place, each in enumerate(found, start=1)]
        ranked = sorted(placed, key=lambda document: -score[document.content or ""])
        return [replace(document, score=other.score) for document, other in zip(ranked, found, strict=True)]


def _question(query: Query) -> str:
    """With the turns before it that it leans on."""
    earlier = [text for text, weight in reversed(query.context) if weight >= _BUILT_ON]
    return "\n".join([*earlier, query.text])
