"""The exact scan."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.search.scan import nearest, unit


def vectors(*rows):
    return np.array(rows, dtype=np.float32)


def test_the_nearest_comes_first_whatever_its_length():
    blocks = [([1, 2], vectors([0, 5], [1, 1])), ([3], vectors([100, 1]))]
    found = nearest(np.array([1.0, 0.0], np.float32), blocks, 2)
    assert [number for number, _ in found] == [3, 2]
    assert found[1][1] == pytest.approx(2**-0.5)


def test_it_agrees_with_looking_at_everything():
    random = np.random.default_rng(3)
    rows = random.normal(size=(500, 8)).astype(np.float32)
    query = random.normal(size=8).astype(np.float32)
    blocks = [(list(range(i, min(i + 77, 500))), rows[i : i + 77]) for i in range(0, 500, 77)]
    cosines = unit(rows) @ unit(query)
    expected = np.argsort(-cosines)[:10]
    assert [number for number, _ in nearest(query, blocks, 10)] == expected.tolist()


def test_nothing_to_look_at_gives_nothing():
    query = np.ones(3, np.float32)
    assert nearest(query, [], 5) == []
    assert nearest(query, [([], np.zeros((0, 3), np.float32))], 5) == []


def test_vectors_of_another_model_are_left_out():
    assert nearest(np.ones(3, np.float32), [([1], vectors([1, 1]))], 5) == []


def test_a_damaged_vector_is_never_near():
    blocks = [([1, 2], vectors([np.nan, 1], [0, 1]))]
    assert [number for number, _ in nearest(np.array([0, 1], np.float32), blocks, 5)] == [2]


def test_a_vector_of_zeros_is_near_to_nothing():
    assert nearest(np.zeros(2, np.float32), [([1], vectors([0, 1]))], 5) == [(1, 0.0)]
