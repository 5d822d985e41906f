"""What the document room needs from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from app.core.documents.model import Chat, Document, FileMark, Found, Message, NewDocument, Page
from app.core.jobs import JobContext
from app.core.search.lexical import Wanted
from app.core.sources import Passage
from app.core.vectors import Vectors


class DocumentReader(Protocol):
    """Opens foreign files and gives their text."""

    def read_document(self, path: Path, ctx: JobContext) -> Sequence[Page]:
        """Return the pages of a PDF, or the one text of a txt or md file.

        A page that cannot be read is ``missing``. Raises ``InputError`` for a file that
        cannot be read, ``ChildError``, ``Cancelled``.
        """

    def read_pages(self, path: Path, pages: Sequence[int], ctx: JobContext) -> Sequence[Page]:
        """Return some pages of a PDF, tried anew: those that were ``missing``.

        Raises as ``read_document``.
        """


class DocumentStore(Protocol):
    """Where documents, passages and vectors live; calls may raise ``StorageError``.

    Vectors are kept per embedding ``key``: the name of everything that makes them
    comparable (model, dimension, prefixes).
    """

    def find(self, path: str) -> Document | None:
        """Return the document that was read from ``path``."""

    def documents(self) -> tuple[Document, ...]:
        """Return all documents in the order of their paths."""

    def remark(self, document: int, mark: FileMark) -> None:
        """Keep a new size and time of a file whose content is the same."""

    def save(self, document: NewDocument) -> Document:
        """Keep a document; it takes the place of the earlier one of its path at once."""

    def fill(self, document: int, page: int, passages: Sequence[Passage]) -> Document:
        """Put in the passages of a page that was missing; it no longer is."""

    def remove(self, document: int) -> None:
        """Forget a document, its passages and vectors."""

    def paths(self) -> Sequence[tuple[int, str]]:
        """Return (document, path) of all documents."""

    def match(
        self, wanted: Wanted, limit: int, *, within: Sequence[int] = ()
    ) -> Sequence[tuple[int, float]]:
        """Return (passage, relevance) for words, the best first; higher is better.

        With ``within`` only passages of these documents.
        """

    def passages(self, ids: Sequence[int]) -> dict[int, Found]:
        """Return the passages that are (still) there, by id."""

    def has_vectors(self, key: str) -> bool:
        """Return whether any passage has a vector of this key."""

    def count_without_vectors(self, key: str) -> int:
        """Return how many passages still need a vector."""

    def without_vectors(self, key: str, limit: int, after: int = 0) -> tuple[Found, ...]:
        """Return passages that need one, in the order of their ids, those above ``after``."""

    def add_vectors(self, key: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Keep vectors, shape (len(ids), d); of passages that are gone they are dropped."""

    def vectors(self, key: str) -> Iterator[tuple[Sequence[int], Vectors]]:
        """Give all vectors of a key in blocks of ids and rows."""


class IndexedStore(DocumentStore, Protocol):
    """The part of the store that the owner of a vector index works with."""

    def count_vectors(self, key: str) -> int:
        """Return how many vectors of a key there are."""

    def count_indexed(self, key: str) -> int:
        """Return how many rows the index should hold, those to be taken out included."""

    def sample_vectors(self, key: str, limit: int) -> tuple[Sequence[int], Vectors]:
        """Return some of the indexed vectors: the newest, and others at random."""

    def to_index(self, key: str, limit: int) -> tuple[Sequence[int], Vectors]:
        """Return vectors that the index does not hold yet."""

    def indexed(self, key: str, ids: Sequence[int]) -> None:
        """Mark vectors as held by the index."""

    def to_unindex(self, key: str, limit: int) -> Sequence[int]:
        """Return ids that the index still holds although their passage is gone."""

    def unindexed(self, key: str, ids: Sequence[int]) -> None:
        """Mark ids as gone from the index."""

    def forget_index(self, key: str) -> None:
        """Mark every vector of a key as not indexed: the index begins anew."""


class VectorIndex(Protocol):
    """Finds the nearest vectors."""

    def update(self, key: str, ctx: JobContext) -> None:
        """Bring the index to what the store holds; does nothing for who does not own it."""

    def nearest(
        self, key: str, vector: Vectors, k: int, ctx: JobContext
    ) -> Sequence[tuple[int, float]]:
        """Return (passage, cosine), the nearest first. Always answers: by an exact scan
        of the store where the index cannot."""


class ChatStore(Protocol):
    """Where chats live; calls may raise ``StorageError``."""

    def create(self, title: str) -> Chat:
        """Begin a chat."""

    def chats(self) -> tuple[Chat, ...]:
        """Return all chats, the newest first."""

    def add(self, chat: int, message: Message) -> None:
        """Keep one turn."""

    def messages(self, chat: int) -> tuple[Message, ...]:
        """Return the turns of a chat in their order."""

    def remove(self, chat: int) -> None:
        """Forget a chat."""
