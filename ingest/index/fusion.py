"""Fusion of two rankings: by words in common, and by likeness in meaning."""

from collections.abc import Mapping
from itertools import accumulate
from typing import TypeVar

Key = TypeVar("Key", int, str)

UNRELATED = 20
"""How many unrelated chunks to assume beside those there are: from a few alone, one cannot tell the usual likeness."""


def above(floor: float, cosine: float) -> float:
    """A cosine as a score in 0..1: how far it is above that of unrelated chunks.

    What a cosine means differs between models, and between collections.
    """
    return max(0.0, (cosine - floor) / (1 - floor)) if floor < 1 else 0.0


def fused(words: Mapping[Key, float], alike: Mapping[Key, float], weight: float) -> list[tuple[Key, float]]:
    """Best first, from two kinds of scores in 0..1 that are comparable between questions; a missing one counts as 0.

    The order is that of min-max fusion, where the best of each ranking counts as 1. The score is the weighted mean of
    the two as they are, so that the best of a bad lot does not get 1; where that would break the order, it is that of
    the passage before.
    """
    most_words, most_alike = max(words.values(), default=0), max(alike.values(), default=0)

    def mean(key: Key, words_unit: float = 1, alike_unit: float = 1) -> float:
        return (1 - weight) * words.get(key, 0) / words_unit + weight * alike.get(key, 0) / alike_unit

    ranked = sorted(words.keys() | alike.keys(), key=lambda key: (-mean(key, most_words or 1, most_alike or 1), key))
    return list(zip(ranked, accumulate(map(mean, ranked), min), strict=True))


def score_parts(key: Key, words: Mapping[Key, float], alike: Mapping[Key, float]) -> dict[str, float]:
    """The two scores that one is made of, for who asks why it was found."""
    return {"words": words.get(key, 0.0), "meaning": alike.get(key, 0.0)}
