"""Reading order of the lines of a page, from their boxes alone.

Rows from top to bottom, each from left to right, except where a stretch of rows is
set in columns of running text: there the left column is read to its end first. A
table has gaps too, but short cells, so its rows stay together. The idea of cutting a
page along its white space is the recursive X-Y cut (Nagy and Seth, 1984); what is
added is the test for running text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Box = tuple[float, float, float, float]  # left, top, right, bottom

_GAP = 0.7  # a gutter is at least this many line heights wide
_ROWS = 3  # a column has at least so many lines
_FILLED = 0.55  # a line of running text fills this share of its column
_LETTERS = 15  # and has so many characters


@dataclass(frozen=True)
class _Line:
    number: int
    left: float
    top: float
    right: float
    bottom: float
    letters: int

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def reading_order(
    boxes: Sequence[Box], letters: Sequence[int] | None = None, slope: float = 0.0
) -> list[int]:
    """Return the numbers of ``boxes`` in the order in which a person reads them.

    ``letters`` holds the characters of each box (columns are found only with it);
    ``slope`` is the angle of the lines in radians, positive when they sink.
    """
    counts = letters or [0] * len(boxes)
    lines = [
        _Line(i, *_level(box, slope), count)
        for i, (box, count) in enumerate(zip(boxes, counts, strict=True))
    ]
    if not lines:
        return []
    height = median(line.bottom - line.top for line in lines) or 1.0
    return [line.number for line in _ordered(lines, height)]


def _level(box: Box, slope: float) -> Box:
    """Turn the middle of ``box`` back by ``slope``; its size stays."""
    if not slope:
        return box
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    dx = x * math.cos(slope) + y * math.sin(slope) - x
    dy = y * math.cos(slope) - x * math.sin(slope) - y
    return left + dx, top + dy, right + dx, bottom + dy


def _ordered(lines: list[_Line], height: float) -> list[_Line]:
    rows = _rows(lines, height)
    for first in range(len(rows) - _ROWS + 1):
        last = _columns_end(rows, first, height)
        if last:
            band = [line for row in rows[first:last] for line in row]
            left, right = _split(band, height) or ([], band)
            above = [line for row in rows[:first] for line in row]
            below = [line for row in rows[last:] for line in row]
            rest = _ordered(below, height) if below else []
            return above + _ordered(left, height) + _ordered(right, height) + rest
    return [line for row in rows for line in row]


def _rows(lines: list[_Line], height: float) -> list[list[_Line]]:
    rows: list[list[_Line]] = []
    for line in sorted(lines, key=lambda one: one.middle):
        if rows and line.middle - median(x.middle for x in rows[-1]) < height * 0.5:
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda one: one.left)
    return rows


def _columns_end(rows: list[list[_Line]], first: int, height: float) -> int:
    """Return the end of the longest band of rows from ``first`` that has columns, or 0."""
    band: list[_Line] = []
    found = 0
    for place in range(first, len(rows)):
        band += rows[place]
        if place - first + 1 < _ROWS:
            continue
        if not _gaps(band, height):
            break  # further rows only cover more of the page
        if _split(band, height):
            found = place + 1
    return found


def _gaps(lines: list[_Line], height: float) -> list[float]:
    """Return where vertical stripes of white lie between ``lines``, widest first."""
    gaps: list[tuple[float, float]] = []
    reach = -math.inf
    for line in sorted(lines, key=lambda one: one.left):
        if reach > -math.inf and line.left - reach >= height * _GAP:
            gaps.append((line.left - reach, (line.left + reach) / 2))
        reach = max(reach, line.right)
    return [middle for _, middle in sorted(gaps, reverse=True)]


def _split(lines: list[_Line], height: float) -> tuple[list[_Line], list[_Line]] | None:
    for middle in _gaps(lines, height):
        left = [line for line in lines if line.right <= middle]
        right = [line for line in lines if line.left >= middle]
        if _is_column(left, height) and _is_column(right, height):
            return left, right
    return None


def _is_column(lines: list[_Line], height: float) -> bool:
    """Return whether ``lines`` are running text, or columns of it."""
    if len(_rows(lines, height)) < _ROWS:
        return False
    if _split(lines, height):
        return True
    width = max(x.right for x in lines) - min(x.left for x in lines)
    full = sum(line.right - line.left >= width * _FILLED for line in lines)
    return full * 2 >= len(lines) and median(line.letters for line in lines) >= _LETTERS
