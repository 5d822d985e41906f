"""The plain values of the document room.

Pages count from 1; ``start`` and ``end`` are characters of the page's extracted text
(of the file's where there are no pages), and ``text`` is exactly that slice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from app.core.errors import AppError
from app.core.sources import Passage

ADDED = "added"
UNCHANGED = "unchanged"
REPLACED = "replaced"
SKIPPED = "skipped"
FAILED = "failed"


@dataclass(frozen=True)
class Page:
    """The text of a page as the reader extracted it; ``page`` is None without pages.

    ``missing`` means that it could not be read: its text is not known. ``headings`` are
    the characters at which lines in larger letters begin.
    """

    page: int | None
    text: str
    missing: bool = False
    headings: tuple[int, ...] = ()


@dataclass(frozen=True)
class FileMark:
    """By what a file is known again: size in bytes, time in ns, SHA-256 in hex."""

    size: int
    modified: int
    digest: str


@dataclass(frozen=True)
class Document:
    """A document in the library; ``added`` is in seconds since 1970.

    ``missing`` are the pages that could not be read, in their order.
    """

    id: int
    path: str
    title: str
    mark: FileMark
    pages: int
    passages: int
    added: float
    missing: tuple[int, ...] = ()


@dataclass(frozen=True)
class NewDocument:
    """A document as it is handed to the library."""

    path: str
    title: str
    mark: FileMark
    pages: int
    passages: tuple[Passage, ...]
    missing: tuple[int, ...] = ()


@dataclass(frozen=True)
class Found:
    """A passage with the document it stands in."""

    id: int
    document: int
    path: str
    passage: Passage


@dataclass(frozen=True)
class Hit:
    """A passage that was found: ``rank`` counts from 1, a higher ``score`` is better."""

    rank: int
    score: float
    path: str
    page: int | None
    start: int
    end: int
    heading: str
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return the plain form of the command line's JSON."""
        return asdict(self)


@dataclass(frozen=True)
class AddResult:
    """What became of one file; ``error`` only when it failed.

    ``missing`` are the pages of the document that could not be read.
    """

    path: str
    state: str
    pages: int = 0
    passages: int = 0
    error: AppError | None = None
    missing: tuple[int, ...] = ()


@dataclass(frozen=True)
class Citation:
    """A passage that the answer names by its number ``n`` (from 1)."""

    n: int
    path: str
    page: int | None
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return the plain form of the command line's JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Answer:
    """What was found and what a model made of it; ``text`` is None without a model.

    ``whole`` is False when the answer broke off. ``shown`` is how many of the hits
    the model was given: the first ones.
    """

    hits: tuple[Hit, ...]
    text: str | None = None
    citations: tuple[Citation, ...] = ()
    engine: str | None = None
    chat: int | None = None
    whole: bool = True
    shown: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the plain form of the command line's JSON."""
        return {
            "hits": [hit.to_json() for hit in self.hits],
            "answer": self.text,
            "citations": [citation.to_json() for citation in self.citations],
            "engine": self.engine,
        }


@dataclass(frozen=True)
class Message:
    """One turn of a chat: ``role`` is "user" or "assistant"."""

    role: str
    text: str
    engine: str | None = None
    whole: bool = True
    citations: tuple[Citation, ...] = ()
    created: float = 0.0


@dataclass(frozen=True)
class Chat:
    """A chat in the library."""

    id: int
    title: str
    created: float
