"""Two rankings made one."""

import pytest

from ingest.index.fusion import above, fused


def test_without_the_one_ranking_it_is_the_other() -> None:
    assert fused({1: 0.8, 2: 0.2}, {}, 0.0) == [(1, 0.8), (2, 0.2)]
    assert fused({}, {1: 0.8, 2: 0.2}, 1.0) == [(1, 0.8), (2, 0.2)]
    assert fused({}, {}, 0.5) == []


def test_the_best_of_each_ranking_counts_by_its_weight_whatever_the_scores_are() -> None:
    words, alike = {1: 0.9, 2: 0.1}, {2: 0.2, 3: 0.1}
    assert [key for key, _ in fused(words, alike, 0.4)] == [1, 2, 3]
    assert [key for key, _ in fused(words, alike, 0.6)] == [2, 1, 3]


def test_a_score_is_the_weighted_mean_and_never_above_the_one_before() -> None:
    [first, second, third] = fused({1: 0.9, 2: 0.1}, {2: 0.2, 3: 0.1}, 0.6)
    assert first == pytest.approx((2, 0.4 * 0.1 + 0.6 * 0.2))
    assert second == pytest.approx((1, 0.16))  # its mean is .36
    assert third == pytest.approx((3, 0.06))


def test_of_a_bad_lot_the_best_has_a_low_score() -> None:
    [only] = fused({1: 0.05}, {1: 0.1}, 0.5)
    assert only == pytest.approx((1, 0.075))


def test_likeness_counts_from_where_nothing_is_alike() -> None:
    assert above(0.0, 0.6) == 0.6
    assert above(0.8, 0.9) == pytest.approx(0.5)
    assert above(0.8, 0.7) == 0
    assert above(1.0, 1.0) == 0
