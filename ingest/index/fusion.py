"""Two rankings made one: by the words that question and chunk share, and by how alike the two are in meaning."""

from collections.abc import Mapping
from itertools import accumulate
from typing import TypeVar

Key = TypeVar("Key", int, str)

UNRELATED = 20
"""Chunks that have nothing to do with a question, taken to be there beside those that are: a few alone do not tell how
alike to it any chunk is."""


def above(floor: float, cosine: float) -> float:
    """A cosine as a score in 0..1: how far it is above that of chunks which have nothing to do with the question.

    What a cosine is worth differs from model to model, and with how close to each other the documents are.
    """
    return max(0.0, (cosine - floor) / (1 - floor)) if floor < 1 else 0.0


def fused(words: Mapping[Key, float], alike: Mapping[Key, float], weight: float) -> list[tuple[Key, float]]:
    """Best first, from two scores in 0..1 that mean the same from question to question; what has none of one has 0.

    The order is by min-max fusion, where the best of either ranking has 1. The score is the plain weighted mean of the
    two, lest the best of a bad lot had 1, and nowhere above the score of what is before it.
    """
    most_words, most_alike = max(words.values(), default=0), max(alike.values(), default=0)

    def mean(key: Key, words_unit: float = 1, alike_unit: float = 1) -> float:
        return (1 - weight) * words.get(key, 0) / words_unit + weight * alike.get(key, 0) / alike_unit

    ranked = sorted(words.keys() | alike.keys(), key=lambda key: (-mean(key, most_words or 1, most_alike or 1), key))
    return list(zip(ranked, accumulate(map(mean, ranked), min), strict=True))
