"""Stand-ins for the ports of the document room that need no child and no server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from app.core.chat import ChatEnd, ChatPiece, ChatRequest
from app.core.documents.model import Page
from app.core.errors import AnswerCut, AppError, EngineError, InputError
from app.core.jobs import JobContext
from app.core.search.lexical import pieces_of, stem
from app.core.vectors import Vectors


class PlainReader:
    """Reads text in this process; a form feed ends a page of a .pdf. Counts its files.

    Pages with a number in ``faults`` are missing.
    """

    def __init__(self) -> None:
        self.read: list[str] = []
        self.faults: set[int] = set()

    def read_document(self, path: Path, ctx: JobContext) -> Sequence[Page]:
        ctx.check()
        self.read.append(path.name)
        if not path.exists():
            raise InputError("file_missing", path=str(path))
        data = path.read_bytes()
        if not data:
            raise InputError("file_empty", path=str(path))
        if data.startswith(b"BROKEN"):
            raise InputError("document_undecodable", path=str(path))
        text = data.decode("utf-8", "surrogateescape")
        if path.suffix.lower() != ".pdf":
            return (Page(None, text),)
        return tuple(
            Page(n, "", missing=True) if n in self.faults else Page(n, t)
            for n, t in enumerate(text.split("\f"), start=1)
        )

    def read_pages(self, path: Path, pages: Sequence[int], ctx: JobContext) -> Sequence[Page]:
        return [page for page in self.read_document(path, ctx) if page.page in pages]


class WordEmbedder:
    """Vectors of words: texts with the same words are near. ``same`` maps synonyms."""

    def __init__(
        self, name: str = "words", dimension: int = 64, same: dict[str, str] | None = None
    ):
        self.name = name
        self.dimension = dimension
        self.same = same or {}
        self.asked: list[str] = []
        self.fails: AppError | None = None

    def key(self, ctx: JobContext) -> str:
        return f"{self.name}-{self.dimension}"

    def documents(self, texts: Sequence[str], ctx: JobContext) -> Vectors:
        ctx.check()
        if self.fails:
            raise self.fails
        self.asked += texts
        return Vectors.of(self._vector(text) for text in texts)

    def query(self, text: str, ctx: JobContext) -> Vectors:
        return self.documents([text], ctx)

    def _vector(self, text: str) -> np.ndarray:
        total = np.zeros(self.dimension, np.float32)
        for word in pieces_of([text]) or ["."]:
            plain = stem(word.casefold())
            seed = hashlib.sha256(self.same.get(plain, plain).encode()).digest()[:8]
            total += np.random.default_rng(int.from_bytes(seed)).normal(size=self.dimension)
        length = np.linalg.norm(total)
        return (total / length if length else total).astype(np.float32)


class ScriptedChat:
    """Answers with the given pieces, one call after the other; an error among them is raised.

    An answer that is cut carries what came of it.
    """

    def __init__(
        self,
        *answers: Sequence[str | ChatPiece | AppError] | Callable[[ChatRequest], Sequence[str]],
    ):
        self.answers = list(answers)
        self.requests: list[ChatRequest] = []
        self.reason = "stop"

    def chat(self, request: ChatRequest, ctx: JobContext) -> Iterator[ChatPiece]:
        ctx.check()
        self.requests.append(request)
        answer = self.answers.pop(0)
        said = ""
        for piece in answer(request) if callable(answer) else answer:
            ctx.check()
            if isinstance(piece, AnswerCut):
                raise AnswerCut(**{**piece.params, "partial": said})
            if isinstance(piece, AppError):
                raise piece
            piece = ChatPiece(piece) if isinstance(piece, str) else piece
            said += piece.text
            yield piece
        ctx.check()
        yield ChatPiece(end=ChatEnd(self.reason))


def too_long() -> EngineError:
    """Return what a server says of a prompt that does not fit."""
    return EngineError("ollama_too_long", needed=9000, limit=4096)
