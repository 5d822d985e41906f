"""PDF pages: their text in order, their headings, and their picture.

PDFium is not thread-safe; the child has one thread that works.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from app.core.errors import InputError
from app.core.jobs import JobContext, Progress
from app.core.text.hyphens import rejoined
from app.workers.reader.files import checked
from app.workers.reader.pictures import MOST_PIXELS

FILE_MEGABYTES = 500
MOST_PAGES = 20_000
MOST_PAGE_LETTERS = 400_000  # a page of a book has 3,000
MOST_LETTERS = 60_000_000
OCR_DPI = 180
MOST_SIDE = 3200  # pixels, of a page made into a picture

_FEW_LETTERS = 12  # a page with fewer, and a picture on it, is a scan
_POINTS = 72
_PASSWORD = 4  # FPDF_ERR_PASSWORD
# PDFium's sign for a hyphen at the end of a line; the line end behind it mostly goes.
_DIVISION = "[\ufffe\x02]\n?"
_BLANKS = re.compile(r"[ \t\u00a0]+(?=\n|\Z)")


@dataclass(frozen=True)
class PageText:
    """What stands on a page; ``number`` from 1, ``headings`` as (character, text).

    Of a ``damaged`` page nothing is known.
    """

    number: int
    text: str
    scanned: bool
    headings: tuple[tuple[int, str], ...] = ()
    damaged: bool = False

    def to_plain(self) -> dict[str, Any]:
        """Return the form that crosses the channel."""
        return {"number": self.number, "text": self.text, "scanned": self.scanned,
                "headings": [list(h) for h in self.headings],
                "damaged": self.damaged}  # fmt: skip


@contextmanager
def opened(path: str) -> Iterator[Any]:
    """Give the document at ``path``.

    Raises ``InputError``: those of ``checked``, document_encrypted,
    document_undecodable, file_too_large for too many pages.
    """
    import pypdfium2

    checked(path, FILE_MEGABYTES)
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        code = "document_encrypted" if _is_locked(error) else "document_undecodable"
        raise InputError(code, path=path) from error
    try:
        if len(document) > MOST_PAGES:
            raise InputError("file_too_large", path=path, limit=f"{MOST_PAGES} pages")
        if len(document) < 1:
            raise InputError("document_undecodable", path=path)
        yield document
    except pypdfium2.PdfiumError as error:
        raise InputError("document_undecodable", path=path) from error
    finally:
        document.close()


def _is_locked(error: Exception) -> bool:
    return getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower()


def page_texts(path: str, ctx: JobContext) -> Iterator[PageText]:
    """Give the pages one after the other; a page that is damaged is empty.

    Raises ``InputError`` when no page can be read at all, and ``Cancelled``.
    """
    import pypdfium2

    damaged, letters = 0, 0
    with opened(path) as document:
        count = len(document)
        for number in range(1, count + 1):
            ctx.check()
            ctx.report(Progress("read", number - 1, count))
            try:
                page = _page_text(document, number)
            except pypdfium2.PdfiumError:
                damaged += 1
                page = PageText(number, "", scanned=False, damaged=True)
            letters += len(page.text)
            if letters > MOST_LETTERS:
                raise InputError("file_too_large", path=path, limit=f"{MOST_LETTERS} characters")
            yield page
        if damaged == count:
            raise InputError("document_undecodable", path=path)
        if damaged:
            ctx.notice("pages_damaged", path=path, count=damaged)


def _page_text(document: Any, number: int) -> PageText:
    page = document[number - 1]
    try:
        textpage = page.get_textpage()
        try:
            letters = min(textpage.count_chars(), MOST_PAGE_LETTERS)
            raw = textpage.get_text_range(0, letters) if letters > 0 else ""
            text = tidy(raw)
            headings = _headings(textpage, letters, text)
        finally:
            textpage.close()
        scanned = len(text.strip()) < _FEW_LETTERS and _has_picture(page)
        return PageText(number, text, scanned, headings)
    finally:
        page.close()


def tidy(raw: str) -> str:
    """Return the text of a page with plain line ends and words joined that were divided."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    text = rejoined(text, _DIVISION)
    text = "".join(c for c in text if c >= " " or c in "\n\t")
    text = text.replace("\ufffe", "-").replace("\uffff", "")
    return _BLANKS.sub("", text).strip("\n")


def _has_picture(page: Any) -> bool:
    import pypdfium2.raw as raw

    return (
        next(iter(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None
    )


@dataclass
class _Row:
    """A line of the page: where it starts, how high its letters are."""

    text: str
    height: float


def _headings(textpage: Any, letters: int, text: str) -> tuple[tuple[int, str], ...]:
    """Return short lines in letters clearly larger than those of the page."""
    rows = [row for row in _rows(textpage, letters) if row.text]
    if not rows:
        return ()
    # Counted by letters: running text outweighs any number of headings.
    body = median([row.height for row in rows for _ in range(min(len(row.text), 80))])
    found: list[tuple[int, str]] = []
    at = 0
    for row in rows:
        place = text.find(row.text, at)
        if place < 0:
            continue
        at = place + len(row.text)
        if row.height > body * 1.12 and len(row.text) <= 120 and any(map(str.isalpha, row.text)):
            found.append((place, row.text))
    return tuple(found)


def _rows(textpage: Any, letters: int) -> Iterator[_Row]:
    if letters < 1:
        return
    start = 0
    for line in textpage.get_text_range(0, letters).split("\n"):
        place = start + len(line) - len(line.lstrip())
        height = _letter_height(textpage, place) if place < letters else 0.0
        yield _Row(tidy(line).strip(), height)
        start += len(line) + 1


def _letter_height(textpage: Any, place: int) -> float:
    """Return the height of a letter in points, also where the line stands sideways."""
    import pypdfium2.raw as raw

    box = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(textpage, place, ctypes.byref(box)):
        return 0.0
    sideways = abs(math.sin(raw.FPDFText_GetCharAngle(textpage, place))) > 0.7
    low, high = (box.left, box.right) if sideways else (box.bottom, box.top)
    return abs(high - low)


def page_picture(path: str, number: int, dpi: float, side: int = MOST_SIDE) -> Any:
    """Return page ``number`` (from 1) as an RGB image and the dpi that it got.

    Fewer than ``dpi`` where its longest side would pass ``side`` pixels. Raises
    ``InputError`` as ``opened``, document_undecodable when there is no such page.
    """
    with opened(path) as document:
        if not 1 <= number <= len(document):
            raise InputError("document_undecodable", path=path)
        page = document[number - 1]
        try:
            width, height = page.get_size()
            longest = max(width, height)
            if not 0 < longest < float("inf") or min(width, height) <= 0:
                raise InputError("document_undecodable", path=path)
            scale = min(dpi / _POINTS, side / longest, (MOST_PIXELS / (width * height)) ** 0.5)
            bitmap = page.render(scale=scale, may_draw_forms=False)
            try:
                return bitmap.to_pil().convert("RGB"), scale * _POINTS
            finally:
                bitmap.close()
        finally:
            page.close()
