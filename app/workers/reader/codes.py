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
_GOODS = ("EAN_8", "EAN_13", "UPC_A", "UPC_E")


def find_codes(image: npt.NDArray[np.uint8], scale: float) -> list[dict[str, Any]]:
    """Return the codes of ``image`` (blue green red) as plain values, from top to bottom.

    Each has ``kind`` ("qr" or "bar"), ``text``, and ``box`` in pixels of a picture that is
    ``scale`` times as large.
    """
    found = [*_kept("qr", _qr(image), scale), *_kept("bar", _bars(image), scale)]
    return sorted(found, key=lambda code: (code["box"][1], code["box"][0]))[:MOST]


def _qr(image: npt.NDArray[np.uint8]) -> Iterator[tuple[str, Any]]:
    import cv2

    # A pattern that only looked like a code, or one that holds bytes and no text.
    with contextlib.suppress(cv2.error, UnicodeError):
        found, texts, corners, _ = cv2.QRCodeDetector().detectAndDecodeMulti(image)
        if found:
            yield from zip(texts, corners, strict=True)


def _bars(image: npt.NDArray[np.uint8]) -> Iterator[tuple[str, Any]]:
    import cv2

    for side, softer in _LOOKS:
        factor = min(1.0, side / max(image.shape[:2])) if side else 1.0
        small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (3, 3), 0) if softer else small
        with contextlib.suppress(cv2.error):
            found = cv2.barcode.BarcodeDetector().detectAndDecodeWithType(small)
            if found[0] and (read := _goods(*found[1:4])):
                yield from ((text, corners / factor) for text, corners in read)
                return


def _goods(texts: Any, kinds: Any, corners: Any) -> list[tuple[str, Any]]:
    codes = zip(texts, kinds, corners, strict=True)
    return [(text, place) for text, kind, place in codes if kind in _GOODS]


def _kept(kind: str, codes: Iterator[tuple[str, Any]], scale: float) -> Iterator[dict[str, Any]]:
    for text, corners in codes:
        clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]
        if clean:
            low, high = np.min(corners, axis=0) * scale, np.max(corners, axis=0) * scale
            box = [round(float(v)) for v in (*low, *high)]
            yield {"kind": kind, "text": clean, "box": box}
