"""A small writer of text PDFs: A4, Helvetica of every reader, headings, tables.

Only what the samples need: the text is real text in reading order, compressed with
zlib, and the same input gives the same bytes.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595.28, 841.89  # A4 in points
MARGIN = 62.0
_FOOT = 44.0

# Advance widths of Helvetica from its public metrics, code 32 to 126, in 1/1000 em.
_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 "
    "556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 "
    "1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 "
    "667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 "
    "222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
_TABLE = [int(width) for width in _WIDTHS.split()]
_BOLD = 1.07  # Helvetica-Bold is wider; used to break lines only


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Return how wide ``text`` is in points."""
    units = sum(_TABLE[ord(c) - 32] if 32 <= ord(c) <= 126 else 556 for c in text)
    return units * size / 1000 * (_BOLD if bold else 1.0)


def wrap(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """Break ``text`` into lines no wider than ``room`` points."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@dataclass
class Document:
    """A document that is written from top to bottom; ``data`` returns its bytes."""

    title: str
    running: str  # head line of every page
    date: str  # of the edition, YYYYMMDD
    _pages: list[list[str]] = field(default_factory=list)
    _y: float = 0.0

    def page(self) -> None:
        """Begin a new page."""
        self._pages.append([])
        self._y = HEIGHT - MARGIN
        number = len(self._pages)
        self._put(self.running, MARGIN, HEIGHT - 40, 8)
        self._put(f"Page {number}", WIDTH - MARGIN - 34, HEIGHT - 40, 8)
        self._rule(HEIGHT - 46)
        self._y -= 14

    def heading(self, text: str, level: int = 1) -> None:
        """Write a heading of ``level`` 0 (title) to 2."""
        size = (20.0, 15.0, 12.0)[level]
        self._room(size * 3.2)
        self._y -= size * (0.6 if level else 0.2)
        for line in wrap(text, size, WIDTH - 2 * MARGIN, bold=True):
            self._y -= size * 1.2
            self._put(line, MARGIN, self._y, size, bold=True)
        self._y -= size * 0.45

    def text(self, text: str, indent: float = 0.0, bold: bool = False) -> None:
        """Write a paragraph."""
        lines = wrap(text, 10.5, WIDTH - 2 * MARGIN - indent, bold)
        self._room(14.5 * min(len(lines), 3))
        for line in lines:
            self._room(14.5)
            self._y -= 14.5
            self._put(line, MARGIN + indent, self._y, 10.5, bold)
        self._y -= 5

    def steps(self, texts: list[str]) -> None:
        """Write a numbered list that begins at 1."""
        for number, text in enumerate(texts, 1):
            lines = wrap(text, 10.5, WIDTH - 2 * MARGIN - 24)
            self._room(14.5 * len(lines) + 5)
            for place, line in enumerate(lines):
                self._y -= 14.5
                if not place:
                    self._put(f"{number}.", MARGIN, self._y, 10.5)
                self._put(line, MARGIN + 24, self._y, 10.5)
            self._y -= 5

    def table(self, widths: tuple[float, ...], rows: list[tuple[str, ...]]) -> None:
        """Write a table; its first row is the head and is repeated on each page."""
        self._row(widths, rows[0], bold=True)
        for row in rows[1:]:
            if self._needs(widths, row) > self._y - MARGIN:
                self.page()
                self._row(widths, rows[0], bold=True)
            self._row(widths, row)
        self._y -= 8

    def _needs(self, widths: tuple[float, ...], row: tuple[str, ...]) -> float:
        most = max(len(wrap(c, 9.5, w - 8)) for c, w in zip(row, widths, strict=True))
        return most * 12.5 + 8

    def _row(self, widths: tuple[float, ...], row: tuple[str, ...], bold: bool = False) -> None:
        self._room(self._needs(widths, row))
        left, lowest = MARGIN, self._y
        for cell, width in zip(row, widths, strict=True):
            y = self._y
            for line in wrap(cell, 9.5, width - 8, bold):
                y -= 12.5
                self._put(line, left, y, 9.5, bold)
            lowest = min(lowest, y)
            left += width
        self._y = lowest - 5
        self._rule(self._y)

    def _room(self, points: float) -> None:
        if not self._pages or self._y - points < MARGIN - _FOOT + 30:
            self.page()

    def _put(self, text: str, x: float, y: float, size: float, bold: bool = False) -> None:
        raw = text.encode("cp1252").decode("latin-1")
        safe = raw.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        font = "F2" if bold else "F1"
        self._pages[-1].append(f"BT /{font} {size:g} Tf {x:.2f} {y:.2f} Td ({safe}) Tj ET")

    def _rule(self, y: float) -> None:
        self._pages[-1].append(f"0.6 w {MARGIN:.2f} {y:.2f} m {WIDTH - MARGIN:.2f} {y:.2f} l S")

    def data(self) -> bytes:
        """Return the file."""
        first = 5  # 1 catalogue, 2 pages, 3 and 4 fonts, 5 information
        kids = " ".join(f"{first + 1 + 2 * i} 0 R" for i in range(len(self._pages)))
        info = f"<< /Title ({self.title}) /CreationDate (D:{self.date}) >>"
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} >>".encode(),
            _font("Helvetica"),
            _font("Helvetica-Bold"),
            info.encode("latin-1"),
        ]
        for number, page in enumerate(self._pages):
            content = zlib.compress("\n".join(page).encode("latin-1"), 9)
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources "
                f"<< /Font << /F1 3 0 R /F2 4 0 R >> >> "
                f"/Contents {first + 2 + 2 * number} 0 R >>".encode()
            )
            head = f"<< /Length {len(content)} /Filter /FlateDecode >>\nstream\n".encode()
            objects.append(head + content + b"\nendstream")
        return _file(objects)


def _font(name: str) -> bytes:
    return (
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
    )


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    for offset in offsets:
        out += f"{offset:010d} 00000 n \n".encode()
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\n".encode()
    out += f"startxref\n{table}\n%%EOF\n".encode()
    return bytes(out)
