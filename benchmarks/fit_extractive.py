"""Fits the numbers of the built-in model, `rag_api/answer/extractive/weights.toml`, on judged questions.

    .venv/bin/python -m benchmarks.fit_extractive [--kept FILE] [--confidence] FOLDER...

FOLDER is a collection in BEIR's form whose questions have `answers` or `support`. Two regressions are fitted, by
Newton's method with numpy, which is there for development: a conditional logit (McFadden, 1974), which of a question's
sentences answers it; and a logistic one, whether what was found answers a question at all. Questions without an answer
are a collection's own and those of `benchmarks.confidence`. Translations of a collection (xquad-de) count a third, so
that one set of questions does not outweigh the others; all others count the same. Printed is how it does on each set
when it was fitted on the others, where translations go together. `--kept FILE` keeps the passages that were found, to
fit again without searching; `--confidence` fits only how sure it is.

With RAG_EMBEDDINGS=static or minilm, the weights beside the vectors of that model are fitted: drawn to those for words
alone, and on the questions in other words, too (`benchmarks.rewording`), as the judged ones mostly have the words of
their passages.
"""

import argparse
import pickle
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from haystack import Document
from numpy.typing import NDArray

from benchmarks.confidence import WHOLE, WITHOUT, Asked, area, ask, opened_meaning
from benchmarks.index_search import row
from benchmarks.rewording import REWORDED, Reworded
from rag_api.answer.extractive import evidence, features
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.evidence import Weights
from rag_api.answer.extractive.meaning import Meaning
from rag_api.answer.language.languages import language_of
from rag_api.evaluation.collection import Collection
from rag_api.evaluation.measures import holds, overlap
from rag_api.settings import Settings

WEIGHTS = Path(evidence.__file__).with_name("weights.toml")
ENGLISH = 300  # questions of a set
TRANSLATED = 120
BAR = Settings.model_fields["min_confidence"].default
PRIOR = {
    "negated as asked": 3.2,
    "entry": 4.0,
    "announces": 2.0,
    "task": 3.0,
    "who: row": -1.0,
    "who: person": 1.2,
    "who: said": 0.6,
    "who: not said": -0.6,
}
PRIOR_CONFIDENCE = {
    "counted missing": -3.0,
    "number missing": -1.5,
    "name missing": -2.5,
    "names elsewhere": -1.5,
}
"""What a weight is drawn to, if not to 0: the judged sets have hardly a question for what not to do, no tables and no
lists of terms, their answers to "how many" and "who" are sometimes without a number or name, which does not help a
person, and those
questions that they have no answer to are about names that they know."""
PRIOR_BESIDE = {"all-MiniLM-L6-v2-int8": {"counted missing": -0.5}}  # which knows it by another name
HELD = 50.0  # how firmly it is drawn there
REFUSED = 0.08  # of the questions that have an answer, by the words alone
HELD_TO_WORDS = 100.0  # and beside vectors, to what it is without

Vector = NDArray[np.float64]


class Case(NamedTuple):
    """A question with the sentences found for it."""

    collection: str
    condition: str
    size: str
    found: features.Found | None
    sentences: list[Candidate]
    right: Vector
    """1 for each sentence that answers."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--kept", type=Path, metavar="FILE")
    parser.add_argument("--confidence", action="store_true", help="leave the choice of sentences as it is")
    arguments = parser.parse_args()
    asked: list[Asked]
    with opened_meaning() as meaning:
        if arguments.kept and arguments.kept.exists():
            asked = pickle.loads(arguments.kept.read_bytes())
        else:
            with TemporaryDirectory() as folder:
                collections = [Collection(path) for path in arguments.folders]
                reworded = [Reworded(path) for path in arguments.folders] if meaning else []
                asked = [
                    one for each in [*collections, *reworded] for one in ask(each, Path(folder), ENGLISH, collections)
                ]
            if arguments.kept:
                arguments.kept.write_bytes(pickle.dumps(asked))
        cases = [case for one in _fewer(asked) for case in _cases(one, meaning)]
    model = meaning.model if meaning else ""
    families = sorted({_family(case.collection) for case in cases})
    row("fitted on the others", "first is right", *WITHOUT, "refused", *WITHOUT)
    for family in () if arguments.confidence else families:
        numbers = fit([case for case in cases if _family(case.collection) != family], model)
        _report([case for case in cases if _family(case.collection) == family], numbers)
    sentence = evidence.weights(model)["sentence"] if arguments.confidence else None
    numbers = fit(cases, model, sentence)
    row("fitted on all")
    _report(cases, numbers)
    WEIGHTS.write_text(_as_toml({**evidence.all_weights(), model: numbers}))


def fit(cases: Sequence[Case], model: str, sentence: Mapping[str, float] | None = None) -> Weights:
    """With these numbers for the choice of sentences, or others."""
    whole = [case for case in cases if case.size == WHOLE]  # which sentence answers depends little on the store
    drawn_to = _drawn_to(model)
    if sentence is None:
        chosen_from = [case for case in whole if 0 < case.right.sum() < len(case.right)]
        sentence = _fit_choice(chosen_from, drawn_to["sentence"])
    found = [case for case in cases if case.found]
    confidence = _fit_confidence(found, sentence, drawn_to["confidence"])
    if model:
        confidence["bias"] += _shift(found, sentence, confidence)
    return {"sentence": sentence, "confidence": confidence}


def _shift(cases: Sequence[Case], sentence: Mapping[str, float], confidence: Mapping[str, float]) -> float:
    """How much is to be added, in log odds, so that the bar refuses as many of the judged questions that have an answer
    as without vectors."""
    asked = [case for case in cases if case.condition == "answerable" and not case.collection.endswith(REWORDED)]
    sure = [evidence.confidence(_answer_features(case, sentence), confidence) for case in asked]
    at = float(np.quantile(sure, REFUSED))
    return log(BAR / (1 - BAR)) - log(at / (1 - at))


class Prior(NamedTuple):
    value: float = 0.0
    held: float = 0.0
    """How firmly a weight is drawn to this value; as firmly as the others are to 0 if this is less."""


Priors = Mapping[str, Prior]


def _drawn_to(model: str) -> Mapping[str, Priors]:
    words = evidence.weights() if model else {"sentence": {}, "confidence": {}}
    own = {"sentence": PRIOR, "confidence": PRIOR_CONFIDENCE | PRIOR_BESIDE.get(model, {})}
    return {
        table: {name: Prior(value, HELD_TO_WORDS) for name, value in weights.items()}
        | {name: Prior(value, HELD) for name, value in own[table].items()}
        for table, weights in words.items()
    }


def _fit_choice(cases: Sequence[Case], priors: Priors, ridge: float = 1.0) -> dict[str, float]:
    names = sorted(priors.keys() | {name for case in cases for one in case.sentences for name in one.features})
    counts = _counts(cases)
    data = [(_matrix([one.features for one in case.sentences], names), case.right, counts(case)) for case in cases]
    drawn_to, held = _prior(names, priors, ridge)
    numbers = np.zeros(len(names))
    for _ in range(25):
        slope, curve = held @ (drawn_to - numbers), held.copy()
        for values, right, count in data:
            scores = values @ numbers
            chosen = _softmax(scores)
            wanted = _softmax(np.where(right > 0, scores, -np.inf))  # any of the right ones will do
            mean = chosen @ values
            slope += count * (values.T @ (wanted - chosen))
            curve += count * ((values * chosen[:, None]).T @ values - np.outer(mean, mean))
        step = np.linalg.solve(curve, slope)
        numbers += step * min(1.0, 1.5 / np.abs(step).max())
        if np.abs(step).max() < 0.005:
            break
    return dict(zip(names, map(float, numbers), strict=True))


def _fit_confidence(
    cases: Sequence[Case], sentence: Mapping[str, float], priors: Priors, ridge: float = 5.0
) -> dict[str, float]:
    answers = [_answer_features(case, sentence) for case in cases]
    names = sorted((priors.keys() - {"bias"}) | {name for answer in answers for name in answer})
    values = np.hstack([_matrix(answers, names), np.ones((len(cases), 1))])
    right = np.array([case.condition in ("answerable", "own article") for case in cases], float)
    counted = _counts(cases)
    counts = np.array([counted(case) for case in cases])
    counts[right > 0] *= counts[right == 0].sum() / counts[right > 0].sum()
    drawn_to, held = _prior([*names, "bias"], priors, ridge)
    held[-1, -1] = 0.0
    numbers = np.zeros(len(names) + 1)
    for _ in range(25):
        sure = 1 / (1 + np.exp(-values @ numbers))
        slope = values.T @ (counts * (right - sure)) - held @ (numbers - drawn_to)
        curve = (values * (counts * sure * (1 - sure))[:, None]).T @ values + held
        numbers += np.linalg.solve(curve, slope)
    return dict(zip([*names, "bias"], map(float, numbers), strict=True))


def _prior(names: Sequence[str], priors: Priors, ridge: float) -> tuple[Vector, Vector]:
    found = [priors.get(name, Prior()) for name in names]
    return np.array([prior.value for prior in found]), np.diag([prior.held or ridge for prior in found])


_COUNTS = {"answerable": 1.0, "own article": 0.3, "near": 0.6, "article": 0.4, "far": 0.3, "unanswerable": 1.5}


def _counts(cases: Sequence[Case]) -> Callable[[Case], float]:
    """How much a case counts: each set and size the same, translations a third, conditions by `_COUNTS`."""
    number = Counter((case.collection, case.size, case.condition) for case in cases)

    def of(case: Case) -> float:
        share = 0.33 if _translated(case.collection) else 1.0
        return ENGLISH * share * _COUNTS[case.condition] / number[case.collection, case.size, case.condition]

    return of


def _answer_features(case: Case, sentence: Mapping[str, float]) -> features.Features:
    assert case.found
    ranked = evidence.in_order(case.sentences, sentence)
    return features.of_answer(ranked[0], ranked, case.found)


def _softmax(scores: Vector) -> Vector:
    raised: Vector = np.exp(scores - scores.max())
    return raised / raised.sum()


def _matrix(rows: Sequence[features.Features], names: Sequence[str]) -> Vector:
    return np.array([[one.get(name, 0.0) for name in names] for one in rows])


def _fewer(asked: Sequence[Asked]) -> Iterator[Asked]:
    chosen: dict[tuple[str, str], int] = defaultdict(int)
    for one in random.Random(0).sample(list(asked), len(asked)):
        chosen[one.collection, one.size] += 1
        if chosen[one.collection, one.size] <= (TRANSLATED if _translated(one.collection) else 2 * ENGLISH):
            yield one


def _cases(one: Asked, meaning: Meaning | None) -> Iterator[Case]:
    language = language_of(one.question.text)
    for condition, passages in one.conditions.items():
        found, sentences = evidence.considered(one.question.text, "", passages, language, meaning)
        right = np.array([_is_right(one, sentence, passages) for sentence in sentences], float)
        yield Case(one.collection, condition, one.size, found if sentences else None, sentences, right)


def _is_right(one: Asked, sentence: Candidate, passages: Sequence[Document]) -> bool:
    if str(passages[sentence.passage].meta["attributes"]["id"]) not in one.question.relevant:
        return False
    if marked := [text for person in one.question.support for text in person]:
        return any(overlap(sentence.text, text) for text in marked)
    return bool(holds([sentence.text], one.question.answers))


def _report(cases: Sequence[Case], numbers: Weights) -> None:
    for name, size in sorted({(case.collection, case.size) for case in cases}):
        first: list[float] = []
        sure: dict[str, list[float]] = defaultdict(list)
        for case in cases:
            if (case.collection, case.size) == (name, size):
                value = 0.0
                if case.found:
                    value = evidence.confidence(_answer_features(case, numbers["sentence"]), numbers["confidence"])
                sure[case.condition].append(value)
                if case.condition == "answerable":
                    scores = [one.score for one in case.sentences]
                    first.append(float(case.right[int(np.argmax(scores))]) if scores else 0.0)
        areas: list[Any] = []
        for condition, among in WITHOUT.items():
            above = sure[among]
            areas.append(f"{area(above, sure[condition]):.3f}" if sure[condition] and above else "")
        row(
            f"{name}, {size}",
            f"{np.mean(first):.3f}",
            *areas,
            *(f"{np.mean(np.array(sure[one] or [0.0]) < BAR):.2f}" for one in _TOLD),
        )


_TOLD = ("answerable", "near", "article", "far", "unanswerable")


def _family(collection: str) -> str:
    return collection.split("-")[0]


def _translated(collection: str) -> bool:
    return collection.startswith("xquad-") and collection != "xquad-en"


def _as_toml(models: Mapping[str, Weights]) -> str:
    lines = ["# What the features of `features.py` count for: fitted by benchmarks/fit_extractive.py, not by hand."]
    for model, numbers in models.items():
        for table, weights in numbers.items():
            lines += ["", f"[{model}.{table}]" if model else f"[{table}]"]
            lines += [f'"{name}" = {weight:.3f}' for name, weight in weights.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
