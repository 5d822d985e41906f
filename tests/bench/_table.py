"""How measurements are printed: one row each, a figure beside its goal."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def row(name: str, figure: str, goal: str = "", met: bool | None = None) -> None:
    """Print one row."""
    mark = {True: "met", False: "MISSED", None: ""}[met]
    print(f"{name:58} {figure:>26}   {goal:24} {mark}", flush=True)


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)
