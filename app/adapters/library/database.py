"""The open file: one writer, a few readers, and the mark of this process."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from app.adapters.library.connection import connect, translated
from app.adapters.library.owners import Owner
from app.adapters.library.writer import Writer

_IDLE_READERS = 4


class Database:
    """What every store of the library writes with and reads from. Thread-safe."""

    def __init__(self, path: Path, owner: Owner):
        self.path = path
        self.owner = owner
        self.writer = Writer(path)
        self.write = self.writer.run
        self.write_each = self.writer.each
        self._readers: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the library for the whole block.

        Raises ``StorageError``.
        """
        with translated(self.path):
            connection = self._reader()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                self._give_back(connection)

    def _reader(self) -> sqlite3.Connection:
        with self._lock:
            if self._readers:
                return self._readers.pop()
        return connect(self.path, read_only=True)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()
            return
        with self._lock:
            if len(self._readers) < _IDLE_READERS:
                self._readers.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Finish writing and close; the last process empties the log."""
        with self._lock:
            readers, self._readers = self._readers, []
        for connection in readers:
            connection.close()
        self.writer.close()


class Store:
    """A part of the library: its tables over the one database."""

    def __init__(self, database: Database):
        self._db = database
