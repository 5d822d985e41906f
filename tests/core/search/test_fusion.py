"""Reciprocal rank fusion."""

from __future__ import annotations

import pytest

from app.core.search.fusion import reciprocal_rank


def test_what_both_rankings_hold_stands_above_what_one_does():
    assert [n for n, _ in reciprocal_rank([[1, 2, 3], [4, 3, 5]])][0] == 3


def test_the_score_is_the_sum_of_the_papers_fractions():
    assert dict(reciprocal_rank([[7, 8], [8]]))[8] == pytest.approx(1 / 62 + 1 / 61)


def test_an_id_that_stands_twice_in_a_ranking_counts_once():
    assert dict(reciprocal_rank([[7, 7, 8]])) == pytest.approx({7: 1 / 61, 8: 1 / 62})


def test_equal_scores_keep_the_order_of_first_sight():
    assert [n for n, _ in reciprocal_rank([[1], [2]])] == [1, 2]


def test_no_ranking_gives_nothing():
    assert reciprocal_rank([]) == reciprocal_rank([[], []]) == []
