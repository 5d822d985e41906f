"""Is the picture fit to be read? Three cheap checks on its pixels, before any model.

They measure; ``hints`` decides. Thresholds were set on pictures made for it: signs
and pages at known brightness and known blur.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

# What was measured and what it means is known without numpy: the window never loads it.
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]  # (height, width), 0 black to 255 white
else:
    Grey = Any
Box = tuple[float, float, float, float]  # left, top, right, bottom

MEASURE_SIDE = 800  # longest side at which sharpness is measured, in pixels
DARK_BELOW = 64.0
BLURRED_BELOW = 0.2
SIDES = ("left", "right", "top", "bottom")
# Text read with this confidence is sharp enough, whatever the edges say. Lower is not: of blurred
# pages "½" was read as "15", and "½2", with 0.93 to 0.97.
SURE = 0.98

_TILE = 40
_CONTRAST = 48  # grey levels between the two sides of an edge that counts
_TILES = 4


@dataclass(frozen=True)
class Quality:
    """What was measured; ``sharpness`` is None when the picture has no edges."""

    brightness: float  # grey level that only 2 % of the pixels pass, 0 to 255
    sharpness: float | None  # share of an edge's height climbed in one pixel, 0 to 1
    cut: tuple[str, ...] = ()  # sides where text runs out of the picture


def brightness(grey: Grey) -> float:
    """Return the grey level that only 2 % of the pixels of ``grey`` pass."""
    import numpy as np

    return float(np.percentile(grey, 98)) if grey.size else 0.0


def sharpness(grey: Grey) -> float | None:
    """Return how steep the best edges of ``grey`` are, or None where it has none.

    In each tile the largest step between neighbours is divided by the tile's whole
    range: a hard edge gives nearly 1, one smeared over n pixels about 1/n, whatever
    the contrast. Rows and columns are measured apart, so that a camera moved
    sideways shows. The value is that of the best tenth of the tiles: a soft
    background behind a sharp page is no fault.
    """
    values = [v for v in (_steepness(grey), _steepness(grey.T)) if v is not None]
    return min(values) if values else None


def _steepness(grey: Grey) -> float | None:
    import numpy as np

    rows, columns = grey.shape[0] // _TILE, grey.shape[1] // _TILE
    if not rows or not columns:
        return None
    whole = _smoothed_down(grey)[: rows * _TILE, : columns * _TILE]
    tiles = whole.reshape(rows, _TILE, columns, _TILE).swapaxes(1, 2)
    # One line of pixels of a tile at a time: an edge must lie across the line.
    ranges = tiles.max(axis=3) - tiles.min(axis=3)
    steps = np.abs(np.diff(tiles, axis=3)).max(axis=3)
    best = ranges.argmax(axis=2)[..., None]
    height = np.take_along_axis(ranges, best, axis=2)[..., 0]
    step = np.take_along_axis(steps, best, axis=2)[..., 0]
    counted = height >= _CONTRAST
    if counted.sum() < _TILES:
        return None
    return float(np.percentile(step[counted] / height[counted], 90))


def _smoothed_down(grey: Grey) -> npt.NDArray[np.int16]:
    """Average five rows: grain goes, an edge across the rows stays as steep."""
    import numpy as np

    sums = np.pad(grey, ((2, 2), (0, 0)), mode="edge").astype(np.int16)
    return sum(sums[i : i + grey.shape[0]] for i in range(5)) // 5  # type: ignore[return-value]


def cut_sides(grey: Grey, boxes: Sequence[Box]) -> tuple[str, ...]:
    """Return the sides at which lines of text run out of the picture.

    ``boxes`` are the lines in pixels of ``grey``. A line counts when it reaches the
    border and its ink stands in the outermost pixels; two lines that run to the
    same border count without ink (the cut may fall between two letters).
    """
    found = []
    for side in SIDES:
        touching = [box for box in boxes if _touches(grey.shape, box, side)]
        ends = [box for box in touching if _lies(box) == (side in ("left", "right"))]
        if len(ends) > 1 or any(_ink_at(grey, box, side) for box in touching):
            found.append(side)
    return tuple(found)


def _lies(box: Box) -> bool:
    """Return whether the line is level; else it stands sideways."""
    return box[2] - box[0] >= box[3] - box[1]


def _touches(shape: tuple[int, ...], box: Box, side: str) -> bool:
    left, top, right, bottom = box
    distance = {"left": left, "top": top, "right": shape[1] - right, "bottom": shape[0] - bottom}
    return distance[side] <= min(right - left, bottom - top) * 0.12


def _ink_at(grey: Grey, box: Box, side: str) -> bool:
    import numpy as np

    left, top, right, bottom = (round(max(0.0, v)) for v in box)
    line = grey[top:bottom, left:right].astype(np.int16)
    if line.size == 0:
        return False
    edge = {"left": line[:, :2], "right": line[:, -2:], "top": line[:2], "bottom": line[-2:]}[side]
    if edge.size == 0:
        return False
    whole, here = line.max() - line.min(), edge.max() - edge.min()
    return bool(whole >= _CONTRAST and here > whole * 0.5)


def hints(quality: Quality, confidence: float | None) -> list[tuple[str, dict[str, str]]]:
    """Return the notices (code, parameters) that a person should hear.

    ``confidence`` is the mean of the lines read, None when no text was found.
    """
    found: list[tuple[str, dict[str, str]]] = []
    if quality.brightness < DARK_BELOW:
        found.append(("picture_dark", {}))
    elif (
        quality.sharpness is not None
        and quality.sharpness < BLURRED_BELOW
        and (confidence is None or confidence < SURE)
    ):
        found.append(("picture_blurred", {}))
    if quality.cut:
        found.append(("text_cut_off", {"side": " ".join(quality.cut)}))
    return found
