"""Files into the library: read, cut into passages, kept, and given vectors."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from app.core.documents.chunker import passages_of
from app.core.documents.files import Candidate, candidates, mark_of, quick_mark
from app.core.documents.model import (
    ADDED,
    FAILED,
    REPLACED,
    SKIPPED,
    UNCHANGED,
    AddResult,
    Document,
    FileMark,
    NewDocument,
    Page,
)
from app.core.documents.ports import DocumentReader, DocumentStore
from app.core.errors import AppError, StorageError
from app.core.file_names import check_name
from app.core.jobs import JobContext, Progress

# A file changed within the clock's grain of being read may look unchanged afterwards.
_RACY_SECONDS = 2.0
_TELL_AFTER_SECONDS = 2.0
_PER_FILE = 20_000  # what a file costs besides its bytes, in bytes


def add_documents(
    paths: Iterable[Path], reader: DocumentReader, store: DocumentStore, ctx: JobContext
) -> tuple[AddResult, ...]:
    """Take files and folders into the library and return what became of each file.

    A file that is in it and did not change is not read again, so that a run that was
    stopped goes on where it was; of such a file only the pages are tried again that could
    not be read before. One that fails does not stop the rest; each result
    is also emitted as "file". Raises ``StorageError`` when the library itself cannot
    be written, and ``Cancelled``; what was added until then stays.
    """
    work = list(candidates(paths, ctx))
    clock = _Clock(work, ctx)
    results = []
    for candidate in work:
        part = clock.begin(candidate)
        try:
            result = _add(candidate, reader, store, part)
        finally:
            part.end()
        results.append(result)
        ctx.emit("file", result)
        clock.done(candidate)
    return tuple(results)


class _Clock:
    """Progress by bytes, with what is left judged by what is done."""

    def __init__(self, work: Sequence[Candidate], ctx: JobContext):
        self._ctx = ctx
        self._total = float(sum(_cost(candidate) for candidate in work))
        self._done = 0.0
        self._now = 0.0  # what the file counts that is being read
        self._began = time.monotonic()

    def begin(self, candidate: Candidate) -> JobContext:
        """Return the context of the next file: how far it is counts as its share of the whole."""
        self._ctx.check()
        self._now = float(_cost(candidate))
        self._tell("read", 0.0)
        return self._ctx.child(lambda part: self._tell(part.step, part.fraction or 0.0))

    def _tell(self, step: str, share: float) -> None:
        took = time.monotonic() - self._began
        left = None
        if self._done and took > _TELL_AFTER_SECONDS:
            left = took / self._done * (self._total - self._done)
        self._ctx.report(Progress(step, self._done + share * self._now, self._total, left))

    def done(self, candidate: Candidate) -> None:
        self._done += _cost(candidate)


def _cost(candidate: Candidate) -> int:
    return 0 if candidate.skipped or candidate.error else candidate.size + _PER_FILE


def _add(
    candidate: Candidate, reader: DocumentReader, store: DocumentStore, ctx: JobContext
) -> AddResult:
    path = str(candidate.path)
    if candidate.skipped:
        return AddResult(path, SKIPPED)
    if candidate.error is not None:
        return AddResult(path, FAILED, error=candidate.error)
    try:
        check_name(candidate.path)
        return _add_file(candidate.path, reader, store, ctx)
    except StorageError:
        raise
    except AppError as error:
        return AddResult(path, FAILED, error=error)


def _add_file(
    path: Path, reader: DocumentReader, store: DocumentStore, ctx: JobContext
) -> AddResult:
    known = store.find(str(path))
    if known is not None and _surely_same(path, known):
        return _again(known, reader, store, ctx)
    mark = mark_of(path, ctx)
    if known is not None and mark.digest == known.mark.digest:
        store.remark(known.id, mark)
        return _again(known, reader, store, ctx)
    saved = store.save(_read(path, mark, reader, ctx))
    if not saved.passages:
        ctx.notice("document_without_text", path=str(path))
    return _result(saved, REPLACED if known else ADDED)


def _again(
    known: Document, reader: DocumentReader, store: DocumentStore, ctx: JobContext
) -> AddResult:
    """Try the pages once more that could not be read: what ended the reader may have passed."""
    if not known.missing:
        return _result(known, UNCHANGED)
    now = known
    for page in _clean(reader.read_pages(Path(known.path), known.missing, ctx)):
        if page.page is not None and not page.missing:
            now = store.fill(known.id, page.page, tuple(passages_of([page])))
    return _result(now, UNCHANGED if now is known else REPLACED)


def _result(document: Document, state: str) -> AddResult:
    return AddResult(
        document.path, state, document.pages, document.passages, missing=document.missing
    )


def _surely_same(path: Path, known: Document) -> bool:
    size, modified = quick_mark(path)
    same = (size, modified) == (known.mark.size, known.mark.modified)
    return same and known.added - modified / 1e9 > _RACY_SECONDS


def _read(path: Path, mark: FileMark, reader: DocumentReader, ctx: JobContext) -> NewDocument:
    pages = _clean(reader.read_document(path, ctx))
    passages = []
    for passage in passages_of(pages):
        ctx.check()
        passages.append(passage)
    numbered = sum(page.page is not None for page in pages)
    return NewDocument(str(path), path.stem, mark, numbered, tuple(passages), _missing(pages))


def _clean(pages: Sequence[Page]) -> list[Page]:
    return [replace(page, text=clean(page.text)) for page in pages]


def _missing(pages: Sequence[Page]) -> tuple[int, ...]:
    return tuple(page.page for page in pages if page.missing and page.page is not None)


def clean(text: str) -> str:
    """Return ``text`` with what no UTF-8 file can hold replaced, sign by sign.

    Every place in the text stays the same.
    """
    if "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text):
        return text
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
