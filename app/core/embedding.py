"""Texts to vectors that can be compared: prefixes, batches, and the key they live under.

Embedding models were trained with words in front of what they read; without them, or
with the wrong ones, search by meaning is clearly worse. The prefixes are those of the
models' own cards. Vectors are comparable only when model, dimension and prefixes are
the same: the ``key`` names all three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.core.errors import EngineError
from app.core.jobs import JobContext
from app.core.vectors import Vectors

PREFIX_VERSION = 1
BATCH = 16
# Stands in for a text of white space only, for which servers give no vector.
_BLANK = "."


@dataclass(frozen=True)
class Prefixes:
    """What stands in front of a document's passage and of a query."""

    document: str = ""
    query: str = ""


_SEARCH_QUERY = "Represent this sentence for searching relevant passages: "
# Beginnings of model names, the longer before the shorter.
_KNOWN: tuple[tuple[str, Prefixes], ...] = (
    ("nomic-embed-text", Prefixes("search_document: ", "search_query: ")),
    ("embeddinggemma", Prefixes("title: none | text: ", "task: search result | query: ")),
    ("snowflake-arctic-embed2", Prefixes(query="query: ")),
    ("snowflake-arctic-embed", Prefixes(query=_SEARCH_QUERY)),
    ("mxbai-embed", Prefixes(query=_SEARCH_QUERY)),
    ("bge-m3", Prefixes()),
    ("bge-", Prefixes(query=_SEARCH_QUERY)),
)


def prefixes_of(model: str) -> Prefixes:
    """Return the prefixes of a model by its name ("library/nomic-embed-text:v1.5")."""
    name = model.rsplit("/", 1)[-1].lower()
    for start, prefixes in _KNOWN:
        if name.startswith(start):
            return prefixes
    return Prefixes()


class VectorSource(Protocol):
    """One embedding model, as an adapter gives it."""

    model: str

    def digest(self, ctx: JobContext) -> str:
        """Return what names the model's very weights. Raises ``EngineError``."""

    def embed(self, texts: Sequence[str], ctx: JobContext) -> Vectors:
        """Return one unit vector a text, shape (len(texts), d).

        A text that is too long is split and its parts averaged, never cut off.
        Raises ``EngineError``, ``Cancelled``.
        """


class Embedder(Protocol):
    """Gives passages and queries vectors that can be compared."""

    def key(self, ctx: JobContext) -> str:
        """Return the name of everything that makes the vectors comparable."""

    def documents(self, texts: Sequence[str], ctx: JobContext) -> Vectors:
        """Return one unit vector a passage, shape (len(texts), d)."""

    def query(self, text: str, ctx: JobContext) -> Vectors:
        """Return the unit vector of a query, shape (1, d)."""


class PrefixedEmbedder:
    """An ``Embedder`` on top of one model: adds its prefixes, sends small batches.

    Small batches keep Cancel quick: a server works a batch off before it listens.
    Vectors of another dimension than the first are an ``EngineError``.
    """

    def __init__(self, source: VectorSource, batch: int = BATCH):
        self._source = source
        self._prefixes = prefixes_of(source.model)
        self._batch = batch
        self._dimension: int | None = None

    @property
    def model(self) -> str:
        """Return the name of the model."""
        return self._source.model

    def key(self, ctx: JobContext) -> str:
        """Return digest, dimension and version of the prefixes; embeds a word if it must."""
        if self._dimension is None:
            self._dimension = self._source.embed([_BLANK], ctx).dimension
        return f"{self._source.digest(ctx)[:16]}-{self._dimension}-p{PREFIX_VERSION}"

    def documents(self, texts: Sequence[str], ctx: JobContext) -> Vectors:
        """Return one unit vector a passage, shape (len(texts), d); (0, 0) for none."""
        blocks = []
        for start in range(0, len(texts), self._batch):
            ctx.check()
            part = texts[start : start + self._batch]
            blocks.append(self._embed([self._prefixes.document + _text(t) for t in part], ctx))
        return Vectors.joined(blocks)

    def query(self, text: str, ctx: JobContext) -> Vectors:
        """Return the unit vector of a query, shape (1, d)."""
        return self._embed([self._prefixes.query + _text(text)], ctx)

    def _embed(self, texts: Sequence[str], ctx: JobContext) -> Vectors:
        vectors = self._source.embed(texts, ctx)
        if self._dimension not in (None, vectors.dimension):
            # Another model took the name meanwhile: nothing of it can be compared.
            raise EngineError("answer_malformed", engine=self.model)
        self._dimension = vectors.dimension
        return vectors


def _text(text: str) -> str:
    return text.strip() or _BLANK
