"""The plain values of the look room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from app.core.look.quality import Quality

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels


@dataclass(frozen=True)
class TextLine:
    """A line of text: ``confidence`` 0 to 1, ``box`` in pixels after the EXIF turn."""

    text: str
    confidence: float
    box: Box

    def to_json(self) -> dict[str, Any]:
        """Return the plain form of the command line's JSON."""
        return {"text": self.text, "confidence": self.confidence, "box": list(self.box)}


@dataclass(frozen=True)
class Code:
    """A code that was decoded: ``kind`` is "qr" or "bar", ``box`` as of a line."""

    kind: str
    text: str
    box: Box

    def to_json(self) -> dict[str, Any]:
        """Return the plain form of the command line's JSON."""
        return {"kind": self.kind, "text": self.text, "box": list(self.box)}


@dataclass(frozen=True)
class Picture:
    """A picture that the reader decoded.

    ``width`` and ``height`` are those of the whole picture after its EXIF turn.
    ``shown`` is a PNG of our own for the window, ``sent`` a JPEG for a vision engine;
    both are smaller than a large picture and None when not asked for. ``frames`` is
    more than 1 when it moves; its first one is used.
    """

    path: Path
    width: int
    height: int
    format: str = ""
    frames: int = 1
    brightness: float = 255.0
    sharpness: float | None = None
    shown: Path | None = None
    sent: Path | None = None


@dataclass(frozen=True)
class FoundText:
    """The text and the codes in a picture.

    ``lines`` are in reading order, ``turned`` counts the quarter turns to the left that
    make them upright, ``cut`` names the sides where text runs out of the picture.
    """

    lines: tuple[TextLine, ...] = ()
    turned: int = 0
    cut: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A picture and the text in it."""

    picture: Picture
    found: FoundText

    @property
    def lines(self) -> tuple[TextLine, ...]:
        """Return the lines in reading order."""
        return self.found.lines

    @property
    def codes(self) -> tuple[Code, ...]:
        """Return the codes from top to bottom."""
        return self.found.codes

    @property
    def text(self) -> str:
        """Return the lines as one text."""
        return "\n".join(line.text for line in self.found.lines)

    @property
    def confidence(self) -> float | None:
        """Return the mean confidence of the lines, None without any."""
        return fmean(line.confidence for line in self.lines) if self.lines else None

    @property
    def quality(self) -> Quality:
        """Return what was measured on the picture."""
        return Quality(self.picture.brightness, self.picture.sharpness, self.found.cut)

    def to_json(self, file: str = "") -> dict[str, Any]:
        """Return the plain form; ``file`` is the path as the person gave it."""
        return {
            "file": file or str(self.picture.path),
            "width": self.picture.width,
            "height": self.picture.height,
            "text": {"lines": [line.to_json() for line in self.lines]},
            "codes": [code.to_json() for code in self.codes],
        }


@dataclass(frozen=True)
class Description:
    """What a vision engine wrote about a picture, beside the text that was read in it.

    ``text`` is None without a vision engine; otherwise the model ``engine`` wrote it,
    and it is to be shown as such. ``whole`` is False when it broke off.
    """

    reading: Reading
    text: str | None = None
    engine: str | None = None
    whole: bool = True

    def to_json(self, file: str = "") -> dict[str, Any]:
        """Return the plain form; ``file`` is the path as the person gave it."""
        return {
            **self.reading.to_json(file),
            "description": self.text,
            "engine": self.engine,
        }
