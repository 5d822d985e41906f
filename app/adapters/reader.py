"""The reader child: foreign pictures, PDFs and texts, opened in a disposable process.

There are two instances: one for what a person waits for (a key press), one for
imports, so that nobody waits behind a manual. Text recognition takes most of the
memory of a small laptop, so it never runs in both at once: a key press stops the
import's page, which is put back and read again afterwards.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from app.core.documents.model import Page
from app.core.engines.places import ReadingPlace
from app.core.errors import Cancelled, ChildError, InputError
from app.core.jobs import JobContext, Progress
from app.core.look.model import Code, FoundText, Picture, TextLine
from app.core.text.hyphens import rejoined

_Result = TypeVar("_Result")

# Limits per call: seconds, and resident megabytes as the parent weighs them.
# Measured: decoding 61 million pixels 350 to 700 MB, reading a page 330 to 600 MB.
PICTURE = (30.0, 1000)
OCR = (120.0, 1500)
PDF = (600.0, 700)
PAGE_IMAGE = (30.0, 900)
TEXT = (30.0, 700)
_FAULTS_OF_A_PAGE = ("child_time", "child_memory", "child_died")
_MOST_FAULTS = 5  # pages in a row, each tried twice
SENT_SIDE = 1024  # longest side of the picture that a vision engine is sent


class Caller(Protocol):
    """The part of ``children.Child`` that is used here."""

    def call(
        self,
        op: str,
        args: dict[str, Any],
        ctx: JobContext,
        *,
        seconds: float | None = None,
        megabytes: int | None = None,
    ) -> Any:
        """Run ``op`` in the child."""

    def close(self) -> None:
        """End the child."""


class OcrTurns:
    """Who may recognise text now: one at a time, and a key press comes first.

    ``place`` holds off other processes for a page.
    """

    def __init__(self, place: ReadingPlace | None = None) -> None:
        self._place = place
        self._changed = threading.Condition()
        self._running: JobContext | None = None
        self._waiting = 0  # key presses

    def urgent(self, ctx: JobContext, work: Callable[[JobContext], _Result]) -> _Result:
        """Do ``work`` as soon as the import that may be running has been stopped.

        Raises ``Cancelled`` and what ``work`` raises.
        """
        with self._changed:
            self._waiting += 1
            try:
                if self._running is not None:
                    self._running.cancel()
                self._wait(ctx, lambda: self._running is None)
                # An own context that nobody cancels: only imports give way.
                self._running = JobContext()
            finally:
                self._waiting -= 1
        with self._leaving(), self._among_processes(ctx, urgent=True):
            return work(ctx)

    def patient(self, ctx: JobContext, work: Callable[[JobContext], _Result]) -> _Result:
        """Do ``work`` when nobody else does; begin again after each key press.

        Raises ``Cancelled`` only when ``ctx`` itself was cancelled.
        """
        while True:
            with self._changed:
                self._wait(ctx, lambda: self._running is None and not self._waiting)
                part = ctx.child(ctx.report)
                self._running = part
            with self._leaving():
                try:
                    with self._among_processes(part, urgent=False):
                        return work(part)
                except Cancelled:
                    ctx.check()  # the import itself was stopped; else its page is put back
                finally:
                    part.end()

    def _among_processes(
        self, ctx: JobContext, *, urgent: bool
    ) -> contextlib.AbstractContextManager[None]:
        if self._place is None:
            return contextlib.nullcontext()
        return self._place.hold(ctx, urgent=urgent)

    def _wait(self, ctx: JobContext, ready: Callable[[], bool]) -> None:
        forget = ctx.on_cancel(self._wake)
        try:
            while not ready():
                ctx.check()
                self._changed.wait(0.05)
            ctx.check()
        finally:
            forget()

    def _wake(self) -> None:
        # Never wait for the lock here: the thread that cancels may hold it.
        if self._changed.acquire(blocking=False):
            self._changed.notify_all()
            self._changed.release()

    @contextlib.contextmanager
    def _leaving(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._changed:
                self._running = None
                self._changed.notify_all()


class Reader:
    """Port of the look and the document room (``PictureReader``, ``DocumentReader``)."""

    def __init__(self, urgent: Caller, imports: Caller, place: ReadingPlace | None = None):
        self._urgent = urgent
        self._imports = imports
        self.turns = OcrTurns(place)

    def open_picture(
        self, path: Path, ctx: JobContext, *, folder: Path | None = None, sent: bool = False
    ) -> Picture:
        """Decode a picture; see ``PictureReader``."""
        args: dict[str, Any] = {"path": str(path)}
        if folder is not None:
            args |= {"folder": str(folder), "sent_side": SENT_SIDE if sent else 0}
        with _too_large(path, "picture_too_large"):
            plain = self._call(self._urgent, "picture", args, ctx, PICTURE)
        shown, small = plain.get("shown"), plain.get("sent")
        return Picture(
            path, plain["width"], plain["height"], plain["format"], plain["frames"],
            plain["brightness"], plain["sharpness"],
            Path(shown["path"]) if shown else None,
            Path(small["path"]) if small else None,
        )  # fmt: skip

    def read_text(self, path: Path, ctx: JobContext) -> FoundText:
        """Read the text in a picture; see ``PictureReader``."""

        def work(part: JobContext) -> Any:
            return self._call(self._urgent, "ocr", {"path": str(path)}, part, OCR)

        with _too_large(path, "picture_too_large"):
            plain = self.turns.urgent(ctx, work)
        lines = tuple(
            TextLine(line["text"], line["confidence"], _box(line["box"])) for line in plain["lines"]
        )
        codes = tuple(Code(c["kind"], c["text"], _box(c["box"])) for c in plain["codes"])
        return FoundText(lines, plain["turned"], tuple(plain["cut"]), codes)

    def read_document(self, path: Path, ctx: JobContext) -> Sequence[Page]:
        """Return the pages of a PDF, or the one text of another file.

        The text of a scanned page is recognised, with notice pages_scanned. Raises as
        ``DocumentReader`` says.
        """
        with _too_large(path, "document_undecodable"):
            if path.suffix.lower() == ".pdf":
                return self._pages(path, ctx)
            return (Page(None, self._text(path, ctx)),)

    def _text(self, path: Path, ctx: JobContext) -> str:
        pieces: list[str] = []
        with _collecting(ctx, "text", pieces) as part:
            self._call(self._imports, "text", {"path": str(path)}, part, TEXT)
        return "".join(pieces)

    def _pages(self, path: Path, ctx: JobContext) -> Sequence[Page]:
        found: list[dict[str, Any]] = []
        with _collecting(ctx, "page", found) as part:
            self._call(self._imports, "pdf", {"path": str(path)}, part, PDF)
        numbers = [page["number"] for page in found if page["scanned"]]
        scans = self._read_scans(path, numbers, ctx, most_faults=_MOST_FAULTS)
        damaged = sum(page.missing for page in scans)
        if damaged and damaged == len(found):
            raise InputError("document_undecodable", path=str(path))
        self._tell(path, scans, ctx)
        read = {page.page: page for page in scans}
        return tuple(
            read.get(page["number"])
            or Page(page["number"], page["text"], page["damaged"], _starts(page["headings"]))
            for page in found
        )

    def read_pages(self, path: Path, pages: Sequence[int], ctx: JobContext) -> Sequence[Page]:
        """Recognise some pages of a PDF anew; see ``DocumentReader``.

        All of them are tried: those that failed before may stand between good ones.
        """
        with _too_large(path, "document_undecodable"):
            read = self._read_scans(path, pages, ctx, most_faults=len(pages) + 1)
        self._tell(path, read, ctx)
        return read

    @staticmethod
    def _tell(path: Path, scans: Sequence[Page], ctx: JobContext) -> None:
        damaged = sum(page.missing for page in scans)
        if damaged:
            ctx.notice("pages_damaged", path=str(path), count=damaged)
        if len(scans) > damaged:
            ctx.notice("pages_scanned", path=str(path), count=len(scans) - damaged)

    def _read_scans(
        self, path: Path, scans: Sequence[int], ctx: JobContext, *, most_faults: int
    ) -> list[Page]:
        """Return the pages of these numbers with their text, or as missing."""
        read: list[Page] = []
        in_a_row = 0
        for done, number in enumerate(scans):
            ctx.report(Progress("read_text", done, len(scans)))
            try:
                read.append(Page(number, self._page_text_again(path, number, ctx)))
                in_a_row = 0
            except InputError:
                read.append(Page(number, "", missing=True))
            except ChildError as error:
                read.append(Page(number, "", missing=True))
                in_a_row += 1
                # One page may eat or end its reader; more are the file's, or this machine's.
                if error.code not in _FAULTS_OF_A_PAGE or in_a_row >= most_faults:
                    raise
        return read

    def _page_text_again(self, path: Path, number: int, ctx: JobContext) -> str:
        """Read a page, once more in a fresh child: what ended the first one may have passed."""
        try:
            return self._page_text(path, number, ctx)
        except ChildError as error:
            if error.code not in _FAULTS_OF_A_PAGE:
                raise
        return self._page_text(path, number, ctx)

    def _page_text(self, path: Path, number: int, ctx: JobContext) -> str:
        def work(part: JobContext) -> Any:
            args = {"path": str(path), "page": number}
            return self._call(self._imports, "page_ocr", args, part, OCR)

        plain = self.turns.patient(ctx, work)
        return rejoined("\n".join(line["text"] for line in plain["lines"]))

    def page_image(
        self, path: Path, page: int, folder: Path, ctx: JobContext, *, side: int = 1600
    ) -> Picture:
        """Draw page ``page`` (from 1) of a PDF; its PNG lies in ``folder``.

        Raises ``InputError``, ``ChildError``, ``Cancelled``.
        """
        args = {"path": str(path), "page": page, "folder": str(folder), "side": side}
        with _too_large(path, "document_undecodable"):
            plain = self._call(self._urgent, "page_image", args, ctx, PAGE_IMAGE)
        shown = Path(plain["path"])
        return Picture(path, plain["width"], plain["height"], "PDF", shown=shown)

    def trial(self, ctx: JobContext) -> dict[str, Any]:
        """Load the models and return engine and version; raises ``EngineError``."""
        return self._call(self._urgent, "trial", {}, ctx, OCR)

    @staticmethod
    def _call(
        child: Caller, op: str, args: dict[str, Any], ctx: JobContext, limits: tuple[float, int]
    ) -> Any:
        seconds, megabytes = limits
        return child.call(op, args, ctx, seconds=seconds, megabytes=megabytes)

    def close(self) -> None:
        """End both children."""
        self._urgent.close()
        self._imports.close()


@contextlib.contextmanager
def _collecting(ctx: JobContext, kind: str, into: list[Any]) -> Iterator[JobContext]:
    """Give a part of ``ctx`` whose data of ``kind`` are kept, not passed on."""

    def keep(found: str, data: Any) -> None:
        if found == kind:
            into.append(data)

    part = ctx.child(ctx.report, keep)
    try:
        yield part
    finally:
        part.end()


def _starts(headings: Sequence[Sequence[Any]]) -> tuple[int, ...]:
    return tuple(int(heading[0]) for heading in headings)


def _box(values: Sequence[float]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (int(v) for v in values)
    return left, top, right, bottom


@contextlib.contextmanager
def _too_large(path: Path, code: str) -> Iterator[None]:
    """A file that eats the reader's time or memory is a fault of the file."""
    try:
        yield
    except ChildError as error:
        if error.code not in ("child_time", "child_memory"):
            raise
        raise InputError(code, path=str(path)) from error
