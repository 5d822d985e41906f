"""Documents, their passages, and the words in them."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence

from app.adapters.library import erasing, fulltext
from app.adapters.library.database import Store
from app.core.documents.model import Document, FileMark, Found, NewDocument
from app.core.errors import StorageError
from app.core.search.lexical import Wanted
from app.core.sources import Passage

_HEADING_WEIGHT = 2.0
_MOST_IDS = 500


class PassageStore(Store):
    """Documents and passages: the part of ``DocumentStore`` without vectors."""

    def find(self, path: str) -> Document | None:
        """Return the document that was read from ``path``."""
        with self._db.read() as connection:
            row = connection.execute(
                "SELECT * FROM documents WHERE path = ? AND state = 'whole'", (path,)
            ).fetchone()
        return _document(row) if row else None

    def documents(self) -> tuple[Document, ...]:
        """Return all documents in the order of their paths."""
        with self._db.read() as connection:
            rows = connection.execute(
                "SELECT * FROM documents WHERE state = 'whole' ORDER BY path"
            ).fetchall()
        return tuple(_document(row) for row in rows)

    def remark(self, document: int, mark: FileMark) -> None:
        """Keep a new size and time of a file whose content is the same."""
        self._db.write(
            lambda c: c.execute(
                "UPDATE documents SET size = ?, modified = ?, digest = ?, added = ? WHERE id = ?",
                (mark.size, mark.modified, mark.digest, time.time(), document),
            )
        )

    def save(self, document: NewDocument) -> Document:
        """Keep a document; it takes the place of the earlier one of its path at once.

        Passages are written in short transactions under a document that no search
        sees; the last one makes it whole and the earlier one gone.
        """
        number = self._db.write(lambda c: self._begin(c, document))
        try:
            self._db.write_each(
                enumerate(document.passages),
                lambda c, row: _insert_passage(c, number, row[0], row[1]),
            )
            earlier = self._db.write(lambda c: self._replace(c, number, document.path))
        except BaseException:
            erasing.quietly(erasing.erase_document, self._db, number)
            raise
        for old in earlier:
            erasing.erase_document(self._db, old)
        return self._document(number)

    def _begin(self, connection: sqlite3.Connection, document: NewDocument) -> int:
        mark = document.mark
        row = connection.execute(
            "INSERT INTO documents (path, title, size, modified, digest, pages, passages, added,"
            " missing, state, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'writing', ?)",
            (
                document.path,
                document.title,
                mark.size,
                mark.modified,
                mark.digest,
                document.pages,
                len(document.passages),
                time.time(),
                json.dumps(document.missing),
                self._db.owner.name,
            ),
        )
        return int(row.lastrowid or 0)

    def fill(self, document: int, page: int, passages: Sequence[Passage]) -> Document:
        """Put in the passages of a page that was missing; it no longer is.

        Raises "document_missing".
        """
        self._db.write(lambda c: _fill(c, document, page, passages))
        return self._document(document)

    def _document(self, document: int) -> Document:
        with self._db.read() as connection:
            row = connection.execute("SELECT * FROM documents WHERE id = ?", (document,)).fetchone()
        if row is None:
            raise StorageError("document_missing", id=document)
        return _document(row)

    def _replace(self, connection: sqlite3.Connection, number: int, path: str) -> list[int]:
        rows = connection.execute(
            "SELECT id FROM documents WHERE path = ? AND state = 'whole'", (path,)
        ).fetchall()
        earlier = [row["id"] for row in rows]
        for old in earlier:
            self._gone(connection, old)
        connection.execute(
            "UPDATE documents SET state = 'whole', owner = NULL WHERE id = ?", (number,)
        )
        return earlier

    def _gone(self, connection: sqlite3.Connection, document: int) -> int:
        return connection.execute(
            "UPDATE documents SET state = 'gone', owner = ? WHERE id = ? AND state = 'whole'",
            (self._db.owner.name, document),
        ).rowcount

    def remove(self, document: int) -> None:
        """Forget a document, its passages and vectors; raises "document_missing"."""
        if not self._db.write(lambda c: self._gone(c, document)):
            raise StorageError("document_missing", id=document)
        erasing.erase_document(self._db, document)

    def paths(self) -> Sequence[tuple[int, str]]:
        """Return (document, path) of all documents."""
        with self._db.read() as connection:
            rows = connection.execute("SELECT id, path FROM documents WHERE state = 'whole'")
            return [(row["id"], row["path"]) for row in rows]

    def match(
        self, wanted: Wanted, limit: int, *, within: Sequence[int] = ()
    ) -> Sequence[tuple[int, float]]:
        """Return (passage, relevance) for words, the best first.

        The relevance is BM25; a word in the heading counts double. With ``within`` only
        passages of these documents are given.
        """
        only = f" AND d.id IN ({', '.join('?' * len(within))})" if within else ""
        rank = f"bm25(passages_words, 1.0, {_HEADING_WEIGHT})"
        with self._db.read() as connection:
            rows = connection.execute(
                f"SELECT p.id, -{rank} FROM passages_words"
                " JOIN passages p ON p.id = passages_words.rowid"
                " JOIN documents d ON d.id = p.document"
                f" WHERE passages_words MATCH ? AND d.state = 'whole'{only}"
                f" ORDER BY {rank}, p.id LIMIT ?",
                (fulltext.expression(wanted), *map(int, within), limit),
            ).fetchall()
        return [(row[0], row[1]) for row in rows]

    def passages(self, ids: Sequence[int]) -> dict[int, Found]:
        """Return the passages that are (still) there, by id."""
        found: dict[int, Found] = {}
        with self._db.read() as connection:
            for first in range(0, len(ids), _MOST_IDS):
                some = [int(number) for number in ids[first : first + _MOST_IDS]]
                found.update(
                    (row["id"], found_of(row))
                    for row in connection.execute(
                        "SELECT p.*, d.path FROM passages p JOIN documents d ON d.id = p.document"
                        f" WHERE d.state = 'whole' AND p.id IN ({', '.join('?' * len(some))})",
                        some,
                    )
                )
        return found


def found_of(row: sqlite3.Row) -> Found:
    """Return a row of passages, with its document's path, as its value."""
    passage = Passage(row["text"], row["page"], row["start"], row["end"], row["heading"])
    return Found(row["id"], row["document"], row["path"], passage)


def _document(row: sqlite3.Row) -> Document:
    mark = FileMark(row["size"], row["modified"], row["digest"])
    return Document(
        row["id"], row["path"], row["title"], mark, row["pages"], row["passages"], row["added"],
        tuple(json.loads(row["missing"])),
    )  # fmt: skip


def _fill(
    connection: sqlite3.Connection, document: int, page: int, passages: Sequence[Passage]
) -> None:
    found = connection.execute("SELECT missing FROM documents WHERE id = ?", (document,)).fetchone()
    if found is None:
        raise StorageError("document_missing", id=document)
    missing = json.loads(found["missing"])
    if page not in missing:  # another program was quicker
        return
    missing.remove(page)
    last = connection.execute(
        "SELECT coalesce(max(number), -1) FROM passages WHERE document = ?", (document,)
    ).fetchone()[0]
    for number, passage in enumerate(passages, start=last + 1):
        _insert_passage(connection, document, number, passage)
    connection.execute(
        "UPDATE documents SET missing = ?, passages = passages + ? WHERE id = ?",
        (json.dumps(missing), len(passages), document),
    )


def _insert_passage(
    connection: sqlite3.Connection, document: int, number: int, passage: Passage
) -> None:
    connection.execute(
        'INSERT INTO passages (document, number, page, start, "end", heading, text)'
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            document,
            number,
            passage.page,
            passage.start,
            passage.end,
            passage.heading,
            passage.text,
        ),
    )
