"""The measures of a question, and the mean over many with its interval."""

import re
from collections.abc import Mapping, Sequence
from math import log2
from typing import NamedTuple

import numpy as np

RESAMPLES = 2000
WORD = re.compile(r"\w+")


def ndcg(ranked: Sequence[str], relevant: Mapping[str, int], k: int = 10) -> float:
    """Normalised discounted cumulative gain, with the judgement as gain (Järvelin and Kekäläinen, 2002)."""
    ideal = sum(gain / log2(place + 2) for place, gain in enumerate(sorted(relevant.values(), reverse=True)[:k]))
    return sum(relevant.get(document, 0) / log2(place + 2) for place, document in enumerate(ranked[:k])) / ideal


def recall(ranked: Sequence[str], relevant: Mapping[str, int], k: int = 100) -> float:
    """The share of the right documents that are among the first `k`."""
    return len(relevant.keys() & set(ranked[:k])) / len(relevant)


def reciprocal_rank(ranked: Sequence[str], relevant: Mapping[str, int], k: int = 10) -> float:
    """1 over the rank of the first right document, 0 if it is not among the first `k`."""
    return next((1 / place for place, document in enumerate(ranked[:k], 1) if document in relevant), 0.0)


def holds(texts: Sequence[str], answers: Sequence[str]) -> float:
    """1 if any of the texts contains one of the answers, ignoring case and white space."""
    said = [_plain(text) for text in texts]
    return float(any(_plain(answer) in text for answer in answers for text in said))


def overlap(quote: str, sentence: str) -> bool:
    """Whether two parts of a document share at least half the words of the shorter one."""
    if _plain(quote) in _plain(sentence) or _plain(sentence) in _plain(quote):
        return True
    first, second = WORD.findall(quote.lower()), WORD.findall(sentence.lower())
    common = set(first) & set(second)
    shorter = min(first, second, key=len)
    return sum(word in common for word in shorter) >= len(shorter) / 2


def cited_rightly(quotes: Sequence[str], support: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Precision, the share of quotes that overlap a sentence anyone marked, and recall, the share of one person's
    sentences that overlap a quote, for the person whom the quotes suit best."""
    marked = [sentence for person in support for sentence in person]
    precise = sum(any(overlap(quote, sentence) for sentence in marked) for quote in quotes) / len(quotes)
    found = [sum(any(overlap(quote, sentence) for quote in quotes) for sentence in person) for person in support]
    return precise, max(count / len(person) for count, person in zip(found, support, strict=True) if person)


class Mean(NamedTuple):
    value: float
    low: float
    high: float
    """The bounds of the 95 % interval."""
    questions: int


def mean(values: Sequence[float]) -> Mean:
    """With a percentile bootstrap interval (Efron, 1979), the same at every call."""
    sample = np.asarray(values, dtype=float)
    drawn = np.random.default_rng(0).integers(0, len(sample), (RESAMPLES, len(sample)))
    low, high = np.percentile(sample[drawn].mean(axis=1), [2.5, 97.5])
    return Mean(float(sample.mean()), float(low), float(high), len(sample))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
