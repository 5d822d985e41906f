from __future__ import annotations

import pytest

from app.core.meetings.model import Span
from app.core.meetings.speech_time import TimeMap, in_groups

SPANS = [Span(1.0, 3.0), Span(10.0, 15.0), Span(20.0, 21.0)]


@pytest.mark.parametrize(
    ("row", "original"),
    [(0.0, 1.0), (1.5, 2.5), (2.0, 10.0), (6.9, 14.9), (7.5, 20.5), (8.0, 21.0), (99.0, 21.0)],
)
def test_a_time_of_the_row_is_found_in_the_original(row, original):
    assert TimeMap(SPANS).back(row) == pytest.approx(original)


def test_an_end_stays_in_the_stretch_of_its_start():
    assert TimeMap(SPANS).back(2.5, number=0) == 3.0
    assert TimeMap(SPANS).back(1.0, number=1) == 10.0


def test_the_row_is_as_long_as_its_stretches():
    assert TimeMap(SPANS).total == pytest.approx(8.0)


def test_without_stretches_there_is_no_map():
    with pytest.raises(ValueError):
        TimeMap([])


def test_stretches_are_grouped_up_to_a_length():
    groups = in_groups([Span(0, 4), Span(5, 9), Span(10, 12), Span(20, 40), Span(41, 42)], 8.0)
    assert [len(g) for g in groups] == [2, 1, 1, 1]


def test_nothing_makes_no_group():
    assert in_groups([], 8.0) == []
