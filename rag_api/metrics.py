"""What is counted for Prometheus, in the names and labels that docs/operations.md lists.

No label has a value that a client can choose: of routes the template counts, not the path. What can be counted in the
records is counted there when it is asked for (`figures`), and nothing of it here.
"""

import os
from collections.abc import Iterable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ingest.work.figures import Figures

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable, and its library's, that names a folder in which several processes count together."""

REGISTRY = CollectorRegistry()
disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nobody asks for
ProcessCollector(registry=REGISTRY)

_REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_RETRIEVAL_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

requests = Counter("rag_requests", "Requests that were answered.", ["method", "route", "status"], registry=REGISTRY)
request_seconds = Histogram(
    "rag_request_seconds",
    "Time from the head of a request to the end of its answer, streams included.",
    ["route"],
    buckets=_REQUEST_S,
    registry=REGISTRY,
)
time_to_first_token_seconds = Histogram(
    "rag_time_to_first_token_seconds",
    "Time from a question to the first word of its answer, retrieval included.",
    buckets=_REQUEST_S,
    registry=REGISTRY,
)
retrieval_seconds = Histogram(
    "rag_retrieval_seconds", "Time to find the passages for an answer.", buckets=_RETRIEVAL_S, registry=REGISTRY
)
generation_seconds = Histogram(
    "rag_generation_seconds",
    "Time from the passages to the end of an answer.",
    buckets=_REQUEST_S,
    registry=REGISTRY,
)
upstream_errors = Counter(
    "rag_upstream_errors", "Answers that the language model's server failed to give.", ["kind"], registry=REGISTRY
)
cut_prompts = Counter(
    "rag_cut_prompts", "Prompts of which the language model's server read only a part.", registry=REGISTRY
)
citations = Counter(
    "rag_citations",
    "Markers in answers: citations, and those whose passages do not support the answer.",
    ["supported"],
    registry=REGISTRY,
)


def exposition(figures: Figures) -> bytes:
    """All of it as text, with what was counted in the records just now."""
    now = CollectorRegistry()
    now.register(_Gauges(figures))
    return generate_latest(_counted()) + generate_latest(now)


def _counted() -> CollectorRegistry:
    if FOLDER not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


class _Gauges(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        figures = self._figures
        jobs = GaugeMetricFamily("rag_jobs", "Files in stores that are still to be ingested.", labels=["state"])
        files = GaugeMetricFamily("rag_files", "Files in stores, by how far they are.", labels=["status"])
        for state, number in figures.files.items():
            files.add_metric([state], number)
            if state in figures.jobs:
                jobs.add_metric([state], number)
        yield jobs
        yield files
        yield GaugeMetricFamily(
            "rag_oldest_job_seconds",
            "How long ago the file was added that waits longest to be ingested.",
            value=figures.oldest_job_s,
        )
        yield GaugeMetricFamily("rag_chunks", "Chunks that are searched.", value=figures.chunks)
        yield GaugeMetricFamily("rag_index_bytes", "Bytes of the index on the disk.", value=figures.index_bytes)
