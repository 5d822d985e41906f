"""Text out of pixels: find lines, turn the page upright, read, put in order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core.jobs import JobContext, Progress
from app.core.look.order import reading_order
from app.workers.reader.engine import Engine, Pixels, Quads

LEAST = 0.5  # confidence below which a line is more likely a pattern than text

_FIND_SIDE = 1280  # longest side on which lines are looked for
_FIND_SHORT = 640  # and the shortest: small pictures are enlarged to it
_MOST_ENLARGED = 3.0
_SECOND_SIDE = 2200  # a second look for small print in a large picture
_STRIP, _OVERLAP = 600, 60  # rows of a strip of that look, as scaled
_SMALL = 15.0  # boxes lower than this, on the picture looked at, are not to be trusted
_TALL = 1.5  # a line so many times as high as wide stands sideways
_FEW_HEADS = 0.2  # share of lines thought to stand on their head that needs no second look
_PROBES = 3  # lines read both ways up to know
_DOUBT = 0.75  # mean confidence that calls for trying another turn
_BATCH_LENGTH = 80.0  # of a batch: lines times the longest, in line heights; it costs memory


@dataclass(frozen=True)
class Line:
    """A line: its text, confidence 0 to 1, and corners in the pixels it was read from."""

    text: str
    confidence: float
    quad: Quads  # (4, 2)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom."""
        low, high = self.quad.min(axis=0), self.quad.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


@dataclass(frozen=True)
class Page:
    """What was read: lines in reading order, and the quarter turns (to the left) it took."""

    lines: tuple[Line, ...]
    turned: int = 0

    @property
    def confidence(self) -> float:
        """Return the mean confidence, weighted by the length of the lines; 0 without any."""
        weights = [len(line.text) for line in self.lines]
        if not weights:
            return 0.0
        return float(np.average([line.confidence for line in self.lines], weights=weights))

    @property
    def worth(self) -> float:
        """Return how much was surely read: characters times confidence."""
        return sum(len(line.text) * (line.confidence - LEAST) for line in self.lines)


def read_page(engine: Engine, image: Pixels, ctx: JobContext) -> Page:
    """Read ``image`` (blue green red), upright or turned by quarters.

    The corners of the lines are those of ``image`` as given.
    """
    ctx.report(Progress("read_text", 0, None))
    quads = _find(engine, image)
    ctx.check()
    turns = _turns(engine, image, quads)
    best = Page(())
    for turn in turns:
        page = _read_turned(engine, image, quads, turn, ctx)
        if page.worth > best.worth:
            best = page
        if best.confidence >= _DOUBT and best.lines:
            break
    return best


def _read_turned(engine: Engine, image: Pixels, quads: Quads, turn: int, ctx: JobContext) -> Page:
    if turn:
        turned = np.ascontiguousarray(np.rot90(image, turn))
        lines = _read(engine, turned, _find(engine, turned), ctx)
    else:
        lines = _read(engine, image, quads, ctx)
    ordered = _in_order(lines)
    height, width = image.shape[:2]
    back = [
        Line(line.text, line.confidence, _turned_back(line.quad, turn, width, height))
        for line in ordered
    ]
    return Page(tuple(back), turn)


def _turned_back(quad: Quads, turn: int, width: int, height: int) -> Quads:
    """Return the corners on the picture that was turned ``turn`` quarters to the left."""
    x, y = quad[:, 0], quad[:, 1]
    places = {0: (x, y), 1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}[turn]
    return np.stack(places, axis=1)


def _find(engine: Engine, image: Pixels) -> Quads:
    """Look for lines; a second time and larger where they are too small to be seen well."""
    factor = _factor(image.shape, _FIND_SIDE)
    quads = _looked(engine, image, factor)
    finer = _factor(image.shape, _SECOND_SIDE)
    lowest = float(np.median(_heights(quads))) * factor if len(quads) else 0.0
    if lowest < _SMALL and finer > factor * 1.2:
        again = _looked_in_strips(engine, image, finer)
        return again if len(again) >= len(quads) else quads
    return quads


def _looked_in_strips(engine: Engine, image: Pixels, factor: float) -> Quads:
    """Look at strips that overlap: small print on a large sheet is seen only from near."""
    height = image.shape[0]
    strip, overlap = round(_STRIP / factor), round(_OVERLAP / factor)
    found = []
    for top in range(0, height, strip):
        first, last = max(0, top - overlap), min(height, top + strip + overlap)
        quads = _looked(engine, image[first:last], factor) + np.array([0, first], np.float32)
        middles = quads[:, :, 1].mean(axis=1)
        found.append(quads[(middles >= top) & (middles < top + strip)])
    return np.concatenate(found)


def _factor(shape: tuple[int, ...], side: int) -> float:
    """Return by how much to scale a picture of ``shape`` before looking for lines."""
    height, width = shape[:2]
    wanted = min(_FIND_SHORT / min(height, width), _MOST_ENLARGED)
    return min(max(1.0, wanted), side / max(height, width))


def _looked(engine: Engine, image: Pixels, factor: float) -> Quads:
    """Look for lines on ``image`` scaled by about ``factor``; corners are of ``image``."""
    import cv2

    height, width = image.shape[:2]
    # The network works on cells of 32 pixels.
    size = [max(32, round(v * factor / 32) * 32) for v in (width, height)]
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    quads = engine.find(cv2.resize(image, size, interpolation=how))
    quads = quads * (np.array([width, height], np.float32) / np.array(size, np.float32))
    return np.clip(quads, 0, np.array([width, height], np.float32))


def _heights(quads: Quads) -> np.ndarray:
    """Return the shorter side of each quad."""
    across = np.linalg.norm(quads[:, 0] - quads[:, 1], axis=1)
    down = np.linalg.norm(quads[:, 0] - quads[:, 3], axis=1)
    return np.minimum(across, down)


def _turns(engine: Engine, image: Pixels, quads: Quads) -> list[int]:
    """Return which quarter turns to the left to try, the likeliest first."""
    if not len(quads):
        return [0]
    across = np.linalg.norm(quads[:, 0] - quads[:, 1], axis=1)
    down = np.linalg.norm(quads[:, 0] - quads[:, 3], axis=1)
    tall = down >= across * _TALL
    longest = np.maximum(across, down)
    sideways = longest[tall].sum() > longest.sum() / 2
    chosen = np.flatnonzero(tall == sideways)
    chosen = chosen[np.argsort(-longest[chosen])][:24]
    if not len(chosen):
        return [0]
    crops = engine.crop(image, quads[chosen])
    weights = longest[chosen]
    share = float(weights[engine.upside_down(crops)].sum() / weights.sum())
    flipped = share > 0.5
    if sideways or share > _FEW_HEADS:  # the network errs; what can be read does not
        flipped = _read_better_on_head(engine, crops[:_PROBES])
    # A tall crop is turned to the left, so a line on its head there needs the other turn.
    if sideways:
        return [3, 1, 0] if flipped else [1, 3, 0]
    return [2, 0] if flipped else [0]


def _read_better_on_head(engine: Engine, crops: list[Pixels]) -> bool:
    upright, on_head = (
        sum(len(text) * confidence for text, confidence in engine.read(turned))
        for turned in (crops, [np.rot90(crop, 2) for crop in crops])
    )
    return on_head > upright


def _read(engine: Engine, image: Pixels, quads: Quads, ctx: JobContext) -> list[Line]:
    lines: list[Line] = []
    done = 0
    for places, crops in _batches(engine, image, quads):
        ctx.report(Progress("read_text", done, len(quads)))
        ctx.check()
        done += len(places)
        for place, (text, confidence) in zip(places, _surest(engine, crops), strict=True):
            # A pattern is often taken for a row of stars or strokes.
            if confidence >= LEAST and any(c.isalnum() for c in text):
                lines.append(Line(text.strip(), round(min(1.0, confidence), 4), quads[place]))
    return lines


def _surest(engine: Engine, crops: list[Pixels]) -> list[tuple[str, float]]:
    """Read the lines; those in doubt also on their head, and the surer answer counts."""
    found = engine.read(crops)
    doubtful = [i for i, (_, confidence) in enumerate(found) if confidence < _DOUBT]
    if doubtful:
        again = engine.read([np.rot90(crops[i], 2) for i in doubtful])
        for i, other in zip(doubtful, again, strict=True):
            found[i] = max(found[i], other, key=lambda pair: pair[1])
    return found


def _batches(
    engine: Engine, image: Pixels, quads: Quads
) -> Iterator[tuple[list[int], list[Pixels]]]:
    """Give the lines in batches of similar length: a batch costs as much as its longest."""
    across = np.linalg.norm(quads[:, 0] - quads[:, 1], axis=1)
    down = np.linalg.norm(quads[:, 0] - quads[:, 3], axis=1)
    lengths = np.maximum(across, down) / np.maximum(1.0, np.minimum(across, down))
    batch: list[int] = []
    for place in np.argsort(lengths):
        if batch and (len(batch) + 1) * lengths[place] > _BATCH_LENGTH:
            yield batch, engine.crop(image, quads[batch])
            batch = []
        batch.append(int(place))
    if batch:
        yield batch, engine.crop(image, quads[batch])


def _in_order(lines: list[Line]) -> list[Line]:
    letters = [len(line.text) for line in lines]
    order = reading_order([line.box for line in lines], letters, _slope(lines))
    return [lines[i] for i in order]


def _slope(lines: list[Line]) -> float:
    """Return the angle of the long lines in radians: their median, 0 without any."""
    angles = []
    for line in lines:
        dx, dy = line.quad[1] - line.quad[0]
        if len(line.text) >= 5 and dx > 0:
            angles.append(float(np.arctan2(dy, dx)))
    return float(np.median(angles)) if angles else 0.0


def to_plain(page: Page, scale: float, size: tuple[int, int]) -> list[dict[str, Any]]:
    """Return the lines as plain data, boxes in whole pixels of the picture of ``size``."""
    width, height = size
    plain = []
    for line in page.lines:
        left, top, right, bottom = (v * scale for v in line.box)
        box = [int(left), int(top), min(width, math.ceil(right)), min(height, math.ceil(bottom))]
        plain.append({"text": line.text, "confidence": line.confidence, "box": box})
    return plain
