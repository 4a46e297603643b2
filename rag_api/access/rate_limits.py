"""How much one key may ask for: requests and tokens a minute, in buckets that fill up again as time passes.

The headers are those of OpenAI (https://platform.openai.com/docs/guides/rate-limits), which its clients read.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from rag_api.access.keys import Key
from rag_api.http.refused import Refused

MOST_REMEMBERED = 10_000  # keys; those that were used last have not filled up yet

RESERVED_TOKENS = 1000
"""Of each request at work: else any number of them could begin with the last token."""

Unit = Literal["requests", "tokens"]


@dataclass
class Bucket:
    """Holds what may be used in a minute, and gets it back in a minute."""

    size: int
    left: float
    at: float
    clock: Callable[[], float] = field(repr=False, default=time.monotonic)

    def fill(self) -> None:
        now = self.clock()
        self.left = min(self.size, self.left + (now - self.at) * self.size / 60)
        self.at = now

    def seconds_until(self, wanted: float) -> float:
        return max(0.0, (wanted - self.left) * 60 / self.size)


class RateLimits:
    """The buckets of all keys that have limits."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, Unit], Bucket] = OrderedDict()

    def take(self, key: Key) -> dict[str, str]:
        """Take a request of a key; the headers that say what is left. Raises `Refused` if nothing is."""
        buckets: dict[Unit, Bucket] = {}
        if key.requests_per_minute:
            buckets["requests"] = self._bucket(key, "requests", key.requests_per_minute)
        if key.tokens_per_minute:
            buckets["tokens"] = self._bucket(key, "tokens", key.tokens_per_minute)
        for unit, bucket in buckets.items():
            if bucket.left < 1:
                wait_s = math.ceil(bucket.seconds_until(1))
                raise Refused(
                    f"This key may use {bucket.size:,} {unit} a minute, and has: try again in {wait_s} seconds.",
                    status=429,
                    code="rate_limit_exceeded",
                    headers={"retry-after": str(wait_s), **_headers(buckets)},
                )
        if "requests" in buckets:
            buckets["requests"].left -= 1
        headers = _headers(buckets)
        if "tokens" in buckets:
            buckets["tokens"].left -= RESERVED_TOKENS
        return headers

    def give_back(self, key: Key) -> None:
        """At the end of a request: what was kept from others while it was not known how many tokens it would use."""
        self.spend(key, -RESERVED_TOKENS)

    def spend(self, key: Key, tokens: int) -> None:
        """Take the tokens of an answer, which are known at its end; there may be fewer left than none."""
        if key.tokens_per_minute:
            self._bucket(key, "tokens", key.tokens_per_minute).left -= tokens

    def _bucket(self, key: Key, unit: Unit, size: int) -> Bucket:
        name = key.id, unit
        bucket = self._buckets.get(name)
        if bucket is None or bucket.size != size:
            bucket = self._buckets[name] = Bucket(size, size, self._clock(), self._clock)
        self._buckets.move_to_end(name)
        if len(self._buckets) > MOST_REMEMBERED:
            self._buckets.popitem(last=False)
        bucket.fill()
        return bucket


def _headers(buckets: dict[Unit, Bucket]) -> dict[str, str]:
    headers = {}
    for unit, bucket in buckets.items():
        headers[f"x-ratelimit-limit-{unit}"] = str(bucket.size)
        headers[f"x-ratelimit-remaining-{unit}"] = str(max(0, int(bucket.left)))
        headers[f"x-ratelimit-reset-{unit}"] = f"{bucket.seconds_until(bucket.size):.3g}s"
    return headers
