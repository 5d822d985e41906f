"""The order in which a person reads the lines of a page."""

from __future__ import annotations

import math

import pytest

from app.core.look.order import reading_order


def line(x: float, y: float, letters: int = 40, width: float | None = None):
    return (x, y, x + (width or letters * 10), y + 20), letters


def order(*lines, slope: float = 0.0) -> list[int]:
    boxes, letters = zip(*lines, strict=True) if lines else ((), ())
    return reading_order(boxes, list(letters), slope)


def test_nothing_has_no_order() -> None:
    assert order() == []


def test_rows_are_read_from_top_to_bottom_and_each_from_left_to_right() -> None:
    assert order(line(300, 52, 5), line(0, 100, 9), line(0, 50, 5)) == [2, 0, 1]


def test_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [line(0, y) for y in (0, 30, 60, 90)]
    right = [line(450, y) for y in (0, 30, 60, 90)]
    mixed = [pair for row in zip(left, right, strict=True) for pair in row]
    assert order(*mixed) == [0, 2, 4, 6, 1, 3, 5, 7]


def test_a_heading_over_two_columns_comes_first_and_a_foot_last() -> None:
    body = [line(x, y) for y in (40, 70, 100, 130) for x in (0, 450)]
    lines = [line(100, 200, 60), *body, line(50, 0, 70)]
    assert order(*lines) == [9, 1, 3, 5, 7, 2, 4, 6, 8, 0]


def test_three_columns_are_read_from_the_left() -> None:
    lines = [line(x, y, 25) for x in (600, 0, 300) for y in (0, 30, 60)]
    assert order(*lines) == [3, 4, 5, 6, 7, 8, 0, 1, 2]


def test_the_rows_of_a_table_stay_together() -> None:
    cells = [line(x, y, n) for y in (0, 30, 60, 90) for x, n in ((0, 3), (80, 9), (300, 50))]
    assert order(*cells) == list(range(12))


def test_a_price_list_is_no_pair_of_columns() -> None:
    rows = [line(x, y, n) for y in (0, 30, 60, 90) for x, n in ((0, 22), (500, 5))]
    assert order(*rows) == list(range(8))


def test_without_the_number_of_letters_only_rows_are_known() -> None:
    boxes = [line(x, y)[0] for y in (0, 30, 60) for x in (0, 450)]
    assert reading_order(boxes) == list(range(6))


@pytest.mark.parametrize("degrees", [-8, 8])
def test_a_tilted_page_is_levelled_first(degrees: int) -> None:
    slope = math.radians(degrees)
    words = []
    for y in (100, 140, 180):
        for x in (0, 400, 800):
            turned = (
                x * math.cos(slope) - y * math.sin(slope),
                x * math.sin(slope) + y * math.cos(slope),
            )
            words.append(((turned[0], turned[1], turned[0] + 80, turned[1] + 20), 8))
    assert order(*words, slope=slope) == list(range(9))


def test_a_hundred_rows_of_two_columns_are_ordered_quickly() -> None:
    lines = [line(x, y * 30) for y in range(100) for x in (0, 450)]
    assert order(*lines) == [*range(0, 200, 2), *range(1, 200, 2)]
