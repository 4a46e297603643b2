"""Pseudo-relevance feedback: a search is made again with the words that the first passages found have in common.

Abdul-Jaleel et al., "UMass at TREC 2004: Novelty and HARD" (RM3).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from heapq import nlargest
from operator import itemgetter
from typing import Any

from haystack import Document, component

from ingest.context import Context
from ingest.languages import MARKS, language_of

DOCUMENTS = 5
WORDS = 20
ORIGINAL = 0.85  # what the question's own words count; those that are added count the rest together

_WORD = re.compile(rf"(?:[^\W\d_][{MARKS}]*){{3,}}")


@component
class FeedbackRetriever:
    """Asks a retriever twice. Its passages are those of the second time, in which the words added are context."""

    def __init__(self, retriever: Any) -> None:
        self.retriever = retriever

    @component.output_types(documents=list[Document])
    def run(
        self,
        query: str,
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
        context: Context | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        best = self.retriever.run(query=query, filters=filters, top_k=DOCUMENTS, context=context, **more)["documents"]
        context = [*(context or []), *words_in_common(query, best)]
        found: dict[str, Any] = self.retriever.run(query=query, filters=filters, top_k=top_k, context=context, **more)
        return found


def words_in_common(query: str, documents: Sequence[Document]) -> Context:
    """The words that documents have most of, each by its share of them, and what it counts where a word of the query
    counts 1. None in scripts without blanks, whose words are not told from each other here."""
    language = language_of(query)
    passed_over = language.stop_words | language.light_words
    asked = {word for word in map(str.lower, _WORD.findall(query)) if word not in passed_over}
    shares: dict[str, float] = defaultdict(float)
    for document in documents if language.blanks else ():
        words = [word for word in map(str.lower, _WORD.findall(document.content or "")) if word not in passed_over]
        for word, count in Counter(words).items():
            shares[word] += (document.score or 0.0) * count / len(words)
    best = nlargest(WORDS, shares.items(), key=itemgetter(1))
    total = sum(share for _, share in best)
    counts = len(asked) * (1 - ORIGINAL) / ORIGINAL
    return [(word, counts * share / total) for word, share in best]
