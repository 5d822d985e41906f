"""Pictures and PDFs made for tests; the font is inside Pillow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from support.scripts import script


def page(
    lines: Sequence[tuple[int, int, str]],
    size: tuple[int, int] = (800, 500),
    letters: int = 32,
    ink: tuple[int, int, int] = (20, 20, 20),
    paper: tuple[int, int, int] = (250, 250, 250),
) -> Image.Image:
    """Return a page with (x, y, text) written on it."""
    image = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(image)
    for x, y, text in lines:
        draw.text((x, y), text, font=ImageFont.load_default(letters), fill=ink)
    return image


def saved(image: Image.Image, path: Path, **options: object) -> str:
    """Write ``image`` and return its path as the reader takes it."""
    image.save(path, **options)
    return str(path)


qr = script("samples.qr")
pdf = script("samples.pdf")


def manual(*pages: Sequence[str]) -> bytes:
    """Return a PDF; the first text of each page is its heading."""
    document = pdf.Document("Test", "Running head", "20260101")
    for heading, *texts in pages:
        document.page()
        document.heading(heading)
        for text in texts:
            document.text(text)
    return document.data()


def locked(data: bytes) -> bytes:
    """Return a PDF that asks for a password which nobody knows."""
    key = b"<" + b"5a" * 32 + b">"
    encrypt = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O " + key + b" /U " + key + b" >> "
    return data.replace(b"/Info 5 0 R", b"/ID [<00><00>] " + encrypt + b"/Info 5 0 R")
