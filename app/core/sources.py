"""What the features hand each other instead of importing each other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Passage:
    """A stretch of text with its place.

    ``page`` counts from 1 and is None where the source has no pages; ``start`` and
    ``end`` are characters of the page's text (of the whole text without pages).
    """

    text: str
    page: int | None = None
    start: int = 0
    end: int = 0
    heading: str = ""


@dataclass(frozen=True)
class Source:
    """Something that can be asked: a document, a meeting, a picture's text."""

    id: str
    title: str
    passages: tuple[Passage, ...] = ()
