"""Vectors of passages, and which of them the vector index holds."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence

from app.adapters.library.documents import PassageStore, found_of
from app.core.documents.model import Found
from app.core.vectors import Vectors

_BLOCK = 4096
_KEY = "(SELECT id FROM embeddings WHERE name = ?)"
_WHOLE = (
    "FROM passages p JOIN documents d ON d.id = p.document AND d.state = 'whole'"
    " WHERE NOT EXISTS (SELECT 1 FROM vectors v WHERE v.passage = p.id"
    f" AND v.embedding = {_KEY})"
)


class DocumentVault(PassageStore):
    """The documents of one library: implements ``IndexedStore``."""

    def has_vectors(self, key: str) -> bool:
        """Return whether any passage has a vector of this key."""
        with self._db.read() as connection:
            found = connection.execute(
                f"SELECT 1 FROM vectors WHERE embedding = {_KEY} LIMIT 1", (key,)
            )
            return found.fetchone() is not None

    def count_without_vectors(self, key: str) -> int:
        """Return how many passages still need a vector."""
        with self._db.read() as connection:
            return int(connection.execute(f"SELECT count(*) {_WHOLE}", (key,)).fetchone()[0])

    def without_vectors(self, key: str, limit: int, after: int = 0) -> tuple[Found, ...]:
        """Return passages that need one, in the order in which they were added.

        ``after`` is the id of the passage that they come behind.
        """
        with self._db.read() as connection:
            rows = connection.execute(
                f"SELECT p.*, d.path {_WHOLE} AND p.id > ? ORDER BY p.id LIMIT ?",
                (key, after, limit),
            ).fetchall()
        return tuple(found_of(row) for row in rows)

    def add_vectors(self, key: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Keep vectors; of passages that are gone they are dropped.

        Raises ``ValueError`` for vectors of another dimension than the key's.
        """
        rows = Vectors.of(vectors)
        dimension = rows.dimension

        def work(connection: sqlite3.Connection, row: tuple[int, bytes]) -> None:
            connection.execute(
                f"INSERT INTO vectors (embedding, passage, vector) SELECT {_KEY}, id, ?"
                " FROM passages WHERE id = ? ON CONFLICT (embedding, passage)"
                " DO UPDATE SET vector = excluded.vector, indexed = 0",
                (key, row[1], row[0]),
            )

        self._db.write(lambda connection: _know(connection, key, dimension))
        pairs = zip(ids, rows, strict=True)
        self._db.write_each(((int(i), row.data) for i, row in pairs), work)

    def vectors(self, key: str) -> Iterator[tuple[Sequence[int], Vectors]]:
        """Give all vectors of a key in blocks of ids and rows, in the order of ids."""
        last = 0
        while True:
            ids, rows = self._block(key, "v.passage > ?", (last,), _BLOCK)
            if not len(ids):
                return
            yield ids, rows
            last = ids[-1]

    def _block(
        self,
        key: str,
        condition: str,
        values: tuple[int, ...],
        limit: int,
        order: str = "v.passage",
    ) -> tuple[Sequence[int], Vectors]:
        with self._db.read() as connection:
            rows = connection.execute(
                "SELECT v.passage, v.vector, e.dimension FROM embeddings e"
                " JOIN vectors v ON v.embedding = e.id AND length(v.vector) = 4 * e.dimension"
                f" WHERE e.name = ? AND {condition} ORDER BY {order} LIMIT ?",
                (key, *values, limit),
            ).fetchall()
        data = b"".join(row["vector"] for row in rows)
        return [row["passage"] for row in rows], Vectors(data, rows[0]["dimension"] if rows else 0)

    def count_vectors(self, key: str) -> int:
        """Return how many vectors of a key there are."""
        return self._count("vectors WHERE", key)

    def count_indexed(self, key: str) -> int:
        """Return how many rows the index should hold, those to be taken out included."""
        fresh = self._count("vectors WHERE indexed = 0 AND", key)
        return self._count("vectors WHERE", key) - fresh + self._count("unindexed WHERE", key)

    def _count(self, rows: str, key: str) -> int:
        with self._db.read() as connection:
            found = connection.execute(
                f"SELECT count(passage) FROM {rows} embedding = {_KEY}", (key,)
            )
            return int(found.fetchone()[0])

    def sample_vectors(self, key: str, limit: int) -> tuple[Sequence[int], Vectors]:
        """Return some of the indexed vectors: the newest, and others at random places."""
        condition = "v.indexed = 1"
        found = dict(self._pairs(key, condition, (), limit // 2, "v.passage DESC"))
        newest = max(found, default=0)
        for _ in range(limit - len(found) if newest else 0):
            place = random.randint(1, newest)
            found.update(self._pairs(key, condition + " AND v.passage >= ?", (place,), 1))
        ids = sorted(found)
        return ids, Vectors.joined(found[number] for number in ids)

    def _pairs(
        self,
        key: str,
        condition: str,
        values: tuple[int, ...],
        limit: int,
        order: str = "v.passage",
    ) -> list[tuple[int, Vectors]]:
        ids, rows = self._block(key, condition, values, limit, order)
        return list(zip(ids, rows, strict=True))

    def to_index(self, key: str, limit: int) -> tuple[Sequence[int], Vectors]:
        """Return vectors that the index does not hold yet."""
        return self._block(key, "v.indexed = 0", (), limit)

    def indexed(self, key: str, ids: Sequence[int]) -> None:
        """Mark vectors as held by the index; of passages gone meanwhile, the ids to take out."""

        def work(connection: sqlite3.Connection, number: int) -> None:
            changed = connection.execute(
                f"UPDATE vectors SET indexed = 1 WHERE embedding = {_KEY} AND passage = ?",
                (key, number),
            ).rowcount
            if not changed:
                connection.execute(
                    f"INSERT OR IGNORE INTO unindexed SELECT {_KEY}, ?", (key, number)
                )

        self._db.write_each([int(number) for number in ids], work)

    def to_unindex(self, key: str, limit: int) -> Sequence[int]:
        """Return ids that the index still holds although their passage is gone."""
        with self._db.read() as connection:
            rows = connection.execute(
                f"SELECT passage FROM unindexed WHERE embedding = {_KEY} LIMIT ?", (key, limit)
            ).fetchall()
        return [row[0] for row in rows]

    def unindexed(self, key: str, ids: Sequence[int]) -> None:
        """Mark ids as gone from the index."""

        def work(connection: sqlite3.Connection, number: int) -> None:
            connection.execute(
                f"DELETE FROM unindexed WHERE embedding = {_KEY} AND passage = ?", (key, number)
            )

        self._db.write_each([int(number) for number in ids], work)

    def forget_index(self, key: str) -> None:
        """Mark every vector of a key as not indexed: the index begins anew."""
        self._db.write(
            lambda c: c.execute(f"DELETE FROM unindexed WHERE embedding = {_KEY}", (key,))
        )
        with self._db.read() as connection:
            ids = [
                row[0]
                for row in connection.execute(
                    f"SELECT passage FROM vectors WHERE embedding = {_KEY} AND indexed = 1", (key,)
                )
            ]
        self._db.write_each(
            ids,
            lambda c, number: c.execute(
                f"UPDATE vectors SET indexed = 0 WHERE embedding = {_KEY} AND passage = ?",
                (key, number),
            ),
        )


def _know(connection: sqlite3.Connection, key: str, dimension: int) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO embeddings (name, dimension) VALUES (?, ?)", (key, dimension)
    )
    known = connection.execute("SELECT dimension FROM embeddings WHERE name = ?", (key,))
    if known.fetchone()[0] != dimension:
        raise ValueError(f"vectors of {dimension} numbers do not belong to this key")
