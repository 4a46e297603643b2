"""Bodies that are still coming: so many at a time, shared by their clients, and each faster the longer it takes."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

SLOW_AFTER_S = 5.0  # before a body has to make room for others
STEADY_AFTER_S = 900.0


@dataclass(eq=False)
class ArrivingBody:
    """One that is coming; `refuse` ends it."""

    client: str
    since: float
    refuse: Callable[[], None]
    size: int = 0

    def is_late(self, now: float, size: int, seconds: float) -> bool:
        """Whether it has come too slowly as a whole. Once `seconds` have passed, `size` bytes are wanted in the same
        time again, four times as many in twice that time, and so on for a quarter of an hour; then no more a second."""
        waited = (now - self.since - seconds) / seconds
        return waited > 0 and self.size < size * waited * min(waited, STEADY_AFTER_S / seconds)

    def speed(self, now: float) -> float:
        return self.size / (now - self.since)


class Arriving:
    def __init__(self, most: int) -> None:
        self.most = most
        self._bodies: defaultdict[str, dict[ArrivingBody, None]] = defaultdict(dict)
        self._number = 0

    def add(self, body: ArrivingBody, now: float) -> None:
        """If that makes too many, the slowest of the client that has most of them is refused, or else this one."""
        self._bodies[body.client][body] = None
        self._number += 1
        if self._number > self.most:
            others = max(self._bodies.values(), key=len)
            slow = [each for each in others if now - each.since > SLOW_AFTER_S]
            (min(slow, key=lambda each: each.speed(now)) if slow else body).refuse()

    def remove(self, body: ArrivingBody) -> None:
        """Does nothing for one that was not added."""
        of_client = self._bodies.get(body.client, {})
        if body in of_client:
            del of_client[body]
            self._number -= 1
            if not of_client:
                del self._bodies[body.client]
