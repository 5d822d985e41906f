"""QR codes and the bar codes of goods (EAN, UPC) in a picture, decoded by OpenCV.

What a code holds was written by a stranger: it comes back as plain text on one line,
without signs that no one sees, and cut at a length that can be read aloud. Nothing is
done with it here or elsewhere but showing it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

LONGEST = 2000  # characters of one code
MOST = 20  # codes of one picture

# The bar code detector finds none whose bars are many pixels wide or drawn too sharply:
# it looks at the picture as it is, then softer, then at smaller copies (longest side).
_LOOKS = ((None, False), (None, True), (640, True), (320, True))
_INKED_SIDE = 1280  # pixels
_INK = 0.85  # of the brightness of the paper
_GOODS = ("EAN_8", "EAN_13", "UPC_A", "UPC_E")


def find_codes(image: npt.NDArray[np.uint8], scale: float) -> list[dict[str, Any]]:
    """Return the codes of ``image`` (blue green red) as plain values, from top to bottom.

    Each has ``kind`` ("qr" or "bar"), ``text``, and ``box`` in pixels of a picture that is
    ``scale`` times as large.
    """
    size = (image.shape[1], image.shape[0])
    found = [*_kept("qr", _qr(image), scale, size), *_kept("bar", _bars(image), scale, size)]
    return sorted(found, key=lambda code: (code["box"][1], code["box"][0]))[:MOST]


def _qr(image: npt.NDArray[np.uint8]) -> Iterator[tuple[str, Any]]:
    import cv2

    for detector, look in ((cv2.QRCodeDetector, image), (cv2.QRCodeDetectorAruco, None)):
        pixels = _inked(image) if look is None else look
        # A pattern that only looked like a code, or one that holds bytes and no text.
        with contextlib.suppress(cv2.error, UnicodeError):
            found, texts, corners, _ = detector().detectAndDecodeMulti(pixels)
            factor = pixels.shape[1] / image.shape[1]
            if found and any(texts):
                codes = zip(texts, corners, strict=True)
                yield from ((text, place / factor) for text, place in codes)
                return


def _inked(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return all that is darker than the paper around it as black, the paper as white.

    The detector compares a point with its nearest neighbours, so that it sees only the
    outlines of squares that are grey, coloured, or filled with a picture.
    """
    import cv2

    small = _no_larger(image, _INKED_SIDE)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    side = max(3, max(grey.shape) // 8)
    paper = cv2.blur(cv2.dilate(grey, np.ones((side, side), np.uint8)), (side, side))
    return np.where(grey < _INK * paper, 0, 255).astype(np.uint8)


def _no_larger(image: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    """Return ``image`` with its longest side at most ``side`` pixels; a strip keeps one row."""
    import cv2

    factor = min(1.0, side / max(image.shape[:2]))
    size = [max(1, round(v * factor)) for v in image.shape[1::-1]]
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _bars(image: npt.NDArray[np.uint8]) -> Iterator[tuple[str, Any]]:
    import cv2

    for side, softer in _LOOKS:
        small = _no_larger(image, side) if side else image
        factor = small.shape[1] / image.shape[1]
        small = cv2.GaussianBlur(small, (3, 3), 0) if softer else small
        with contextlib.suppress(cv2.error):
            found = cv2.barcode.BarcodeDetector().detectAndDecodeWithType(small)
            if found[0] and (read := _goods(*found[1:4])):
                yield from ((text, corners / factor) for text, corners in read)
                return


def _goods(texts: Any, kinds: Any, corners: Any) -> list[tuple[str, Any]]:
    codes = zip(texts, kinds, corners, strict=True)
    return [(text, place) for text, kind, place in codes if kind in _GOODS]


def _kept(
    kind: str, codes: Iterator[tuple[str, Any]], scale: float, size: tuple[int, int]
) -> Iterator[dict[str, Any]]:
    for text, corners in codes:
        clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]
        if clean:
            inside = np.clip(corners, 0, size) * scale  # a corner may be thought to lie outside
            low, high = np.min(inside, axis=0), np.max(inside, axis=0)
            box = [round(float(v)) for v in (*low, *high)]
            yield {"kind": kind, "text": clean, "box": box}
