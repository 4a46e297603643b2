"""Query expansion by pseudo-relevance feedback: search again with words that the best passages have in common.

Abdul-Jaleel et al., "UMass at TREC 2004: Novelty and HARD" (RM3).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from heapq import nlargest
from operator import itemgetter

from haystack import Document

from ingest import cancellation
from ingest.context import Context
from ingest.languages import MARKS, language_of
from ingest.query import Query, Searcher

DOCUMENTS = 5
WORDS = 20
ORIGINAL = 0.85  # the weight of the question's own words; the added ones share the rest

_WORD = re.compile(rf"(?:[^\W\d_][{MARKS}]*){{3,}}")


class ExpandingSearcher:
    """Searches twice with another searcher, the second time with the added words as context."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher

    def search(self, query: Query) -> list[Document]:
        best = self.searcher.search(replace(query, top_k=DOCUMENTS))
        cancellation.check()
        return self.searcher.search(replace(query, context=[*query.context, *words_in_common(query.text, best)]))


def words_in_common(query: str, documents: Sequence[Document]) -> Context:
    """The words with the largest share of these documents, and their weights, where a word of the query has weight 1.
    None for scripts without blanks, whose words are not separated here."""
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
