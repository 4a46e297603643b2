"""How long the parts of an answer take, and what became of its markers, for the metrics."""

import time

from rag_api import metrics
from rag_api.answer.errors import TIMEOUT, ModelFailed
from rag_api.answer.events import Answered, Delta, Event, Finished, Retrieved

KINDS = {TIMEOUT: "timeout", 429: "rate_limit"}


class Timing:
    """Of one answer, which begins now."""

    def __init__(self) -> None:
        self._asked_at = self._retrieved_at = time.perf_counter()
        self._spoke = False

    def see(self, event: Event) -> None:
        match event:
            case Delta() if self._spoke or not event.text:
                pass
            case Delta():
                self._spoke = True
                metrics.time_to_first_token_seconds.observe(time.perf_counter() - self._asked_at)
            case Retrieved():
                self._retrieved_at = time.perf_counter()
                metrics.retrieval_seconds.observe(self._retrieved_at - self._asked_at)
            case Finished():
                metrics.citations.labels("yes").inc(len(event.citations))
                metrics.citations.labels("no").inc(event.unsupported)
            case Answered():
                metrics.generation_seconds.observe(time.perf_counter() - self._retrieved_at)


def count_failure(error: ModelFailed) -> None:
    refused = "refused" if error.status < 500 else "unreachable"
    metrics.upstream_errors.labels(KINDS.get(error.status, refused)).inc()
