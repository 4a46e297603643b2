"""How much one key may ask for: requests and tokens a minute, in buckets that fill up again as time passes.

The headers are those of OpenAI (https://platform.openai.com/docs/guides/rate-limits), which its clients read.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import insert, select, update

from ingest.counted import counted
from ingest.records.database import Database
from rag_api.access import schema
from rag_api.access.keys import Key
from rag_api.http.refused import Refused

FULL_AFTER_S = 60

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
    spent: float = 0.0
    """What other servers were not told of yet."""

    def take(self, number: float) -> None:
        self.left -= number
        self.spent += number

    def fill(self) -> None:
        now = self.clock()
        self.left = min(self.size, self.left + (now - self.at) * self.size / FULL_AFTER_S)
        self.at = now

    def seconds_until(self, wanted: float) -> float:
        return max(0.0, (wanted - self.left) * FULL_AFTER_S / self.size)


class RateLimits:
    """The buckets of all keys that have limits. Servers that share a database tell each other every few seconds what
    was taken of them: what was taken twice meanwhile is waited for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()  # `share` runs in another thread than the rest
        self._buckets: OrderedDict[tuple[str, Unit], Bucket] = OrderedDict()

    def take(self, key: Key) -> dict[str, str]:
        """Take a request of a key; the headers that say what is left. Raises `Refused` if nothing is."""
        with self._lock:
            return self._take(key)

    def _take(self, key: Key) -> dict[str, str]:
        buckets: dict[Unit, Bucket] = {}
        if key.requests_per_minute:
            buckets["requests"] = self._bucket(key, "requests", key.requests_per_minute)
        if key.tokens_per_minute:
            buckets["tokens"] = self._bucket(key, "tokens", key.tokens_per_minute)
        for unit, bucket in buckets.items():
            if bucket.left < 1:
                wait_s = math.ceil(bucket.seconds_until(1))
                raise Refused(
                    f"This key may use {counted(bucket.size, unit[:-1])} a minute, and has: "
                    f"try again in {counted(wait_s, 'second')}.",
                    status=429,
                    code="rate_limit_exceeded",
                    headers={"retry-after": str(wait_s), **_headers(buckets)},
                )
        if "requests" in buckets:
            buckets["requests"].take(1)
        headers = _headers(buckets)
        if "tokens" in buckets:
            buckets["tokens"].take(RESERVED_TOKENS)
        return headers

    def give_back(self, key: Key) -> None:
        """At the end of a request: what was kept from others while it was not known how many tokens it would use."""
        self.spend(key, -RESERVED_TOKENS)

    def spend(self, key: Key, tokens: int) -> None:
        """Take the tokens of an answer, which are known at its end; there may be fewer left than none."""
        if key.tokens_per_minute:
            with self._lock:
                self._bucket(key, "tokens", key.tokens_per_minute).take(tokens)

    def share(self, database: Database) -> None:
        """Tell other servers what was taken here, and hear what was taken there. Raises `StorageFailed`."""
        with self._lock:
            since = self._clock() - FULL_AFTER_S
            told = {name: (bucket, bucket.spent) for name, bucket in self._buckets.items() if bucket.at > since}
        if not told:
            return
        rows = schema.rate_buckets.c
        kept = select(rows.key_id, rows.unit, rows.left, rows.at).where(rows.key_id.in_({id for id, _ in told}))
        with database.write() as connection:
            now = connection.scalar(select(database.now)) or 0.0
            before = {(id, unit): (left, at) for id, unit, left, at in connection.execute(kept)}
            left = {}
            for name, (bucket, spent) in told.items():
                there, at = before.get(name, (bucket.size, now))
                left[name] = min(bucket.size, there + (now - at) * bucket.size / FULL_AFTER_S) - spent
            for (id, unit), number in left.items():
                here = (rows.key_id == id) & (rows.unit == unit)
                if (id, unit) in before:
                    connection.execute(update(schema.rate_buckets).where(here).values(left=number, at=now))
                else:
                    connection.execute(insert(schema.rate_buckets).values(key_id=id, unit=unit, left=number, at=now))
        with self._lock:
            for name, (bucket, spent) in told.items():
                bucket.spent -= spent
                bucket.left, bucket.at = left[name] - bucket.spent, self._clock()

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
