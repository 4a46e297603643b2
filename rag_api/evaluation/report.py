"""Results as a table and as JSON, and a comparison of two."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.errors import Invalid
from rag_api.evaluation.evaluate import Outcome
from rag_api.evaluation.measures import mean

MEASURES = [
    *("nDCG@10", "Recall@100", "MRR@10"),
    *("passages hold the answer @1", "passages hold the answer @5", "passages hold the answer @10"),
    *("answers hold the answer", "unsure answers hold the answer"),
    *("citation precision", "citation recall", "unsupported citations"),
    *("false refusals", "false answers"),
]

Outcomes = Mapping[str, Outcome]  # by question


def as_json(name: str, outcomes: Outcomes, settings: Mapping[str, Any]) -> dict[str, Any]:
    means = {measure: mean(values)._asdict() for measure, values in _by_measure(outcomes)}
    return {"collection": name, "settings": settings, "means": means, "questions": outcomes}


def table(name: str, outcomes: Outcomes) -> Iterator[str]:
    yield f"{name:32}{'mean':>8}{'95 % interval':>18}{'questions':>12}"
    for measure, values in _by_measure(outcomes):
        value, low, high, questions = mean(values)
        yield f"{measure:32}{value:8.3f}{low:10.3f} to {high:.3f}{questions:11}"


def compared(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """What changed, over the questions that both have; a star where the interval does not contain 0."""
    yield f"{after['collection']:32}{'before':>8}{'after':>8}{'change':>9}{'95 % interval':>20}"
    for measure in MEASURES:
        pairs = [
            (before["questions"][question][measure], outcome[measure])
            for question, outcome in after["questions"].items()
            if measure in outcome and measure in before["questions"].get(question, {})
        ]
        if pairs:
            change = mean([new - old for old, new in pairs])
            old, new = (sum(values) / len(pairs) for values in zip(*pairs, strict=True))
            star = " *" if change.low > 0 or change.high < 0 else ""
            interval = f"{change.low:+.3f} to {change.high:+.3f}"
            yield f"{measure:32}{old:8.3f}{new:8.3f}{change.value:+9.3f}{interval:>20}{star}"


def load(path: Path) -> list[dict[str, Any]]:
    """The results that `rag-eval run --json` wrote, by collection. Raises `Invalid`."""
    try:
        results: list[dict[str, Any]] = json.loads(path.read_text())
        for result in results:
            result["collection"], result["questions"]
    except OSError as error:
        raise Invalid(f"'{path}' cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid(f"'{path}' does not hold results of 'rag-eval run --json'.") from error
    return results


def _by_measure(outcomes: Outcomes) -> Iterator[tuple[str, list[float]]]:
    for measure in MEASURES:
        if values := [outcome[measure] for outcome in outcomes.values() if measure in outcome]:
            yield measure, values
