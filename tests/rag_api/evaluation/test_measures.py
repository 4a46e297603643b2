"""The measures of `rag-eval`, on rankings whose values can be worked out by hand."""

from math import log2

import pytest

from rag_api.evaluation.measures import cited_rightly, holds, mean, ndcg, overlap, recall, reciprocal_rank


def test_a_ranking_is_measured_by_the_places_of_what_is_right() -> None:
    ranked, relevant = ["x", "a", "y", "b"], {"a": 2, "b": 1, "c": 1}
    ideal = 2 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert ndcg(ranked, relevant) == pytest.approx((2 / log2(3) + 1 / log2(5)) / ideal)
    assert ndcg(["a", "b", "c"], relevant) == pytest.approx(1)
    assert ndcg(["x"] * 10 + ["a"], relevant) == 0
    assert recall(ranked, relevant) == pytest.approx(2 / 3)
    assert recall(ranked, relevant, k=2) == pytest.approx(1 / 3)
    assert (reciprocal_rank(ranked, relevant), reciprocal_rank(["x"], relevant)) == (0.5, 0)


def test_an_answer_is_held_whatever_its_case_and_white_space() -> None:
    assert holds(["It was in\n NEW  Orleans."], ["Paris", "new orleans"]) == 1
    assert holds(["It was in New York."], ["New Orleans"]) == 0


def test_a_citation_is_right_when_it_is_mostly_what_someone_marked() -> None:
    assert overlap("Herons eat fish and frogs.", "Grey herons eat fish and frogs in spring.")
    assert not overlap("Herons eat fish and frogs.", "Owls hunt at night.")
    support = [["Herons eat fish.", "They nest in trees."], ["They nest in trees."]]
    assert cited_rightly(["Herons eat fish.", "Owls hunt at night."], support) == (0.5, 0.5)
    assert cited_rightly(["They nest in trees."], support) == (1, 1)


def test_a_mean_comes_with_an_interval_that_narrows_with_more_questions() -> None:
    few, many = mean([0.0, 1.0] * 10), mean([0.0, 1.0] * 1000)
    assert (few.value, few.questions) == (0.5, 20)
    assert few.low < many.low < 0.5 < many.high < few.high
    assert few == mean([0.0, 1.0] * 10)
    assert mean([1.0, 1.0]) == (1, 1, 1, 2)
