"""The one thread of a process that writes to the library.

Every write is a short function run between BEGIN IMMEDIATE and COMMIT. A deferred
transaction that reads first and writes then fails with "busy" in spite of any
timeout (measured: 49 to 81 times in six seconds); an immediate one waits its turn.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from app.adapters.library.connection import BUSY_MILLISECONDS, connect, translated

log = logging.getLogger("alcove.library")

T = TypeVar("T")
Row = TypeVar("Row")
Work = Callable[[sqlite3.Connection], T]

SLOW_SECONDS = 0.05
_CHUNK_SECONDS = 0.01
# Another process asks again every 1 to 100 ms: without a pause between two of our
# transactions it would find the door shut until its timeout.
_PAUSE_SECONDS = 0.005
_LOG_LIMIT = 16 << 20
_LOG_DUE = 4 << 20
_LOG_SECONDS = 1.0


class Writer:
    """Runs writes one after the other in its own thread.

    ``run`` and ``each`` wait for the end and are never called by the Qt thread.
    """

    def __init__(self, path: Path):
        self._path = path
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="library")
        self._connection: sqlite3.Connection | None = None
        self._thread: int | None = None
        self._log_next = 0.0
        self.slowest = 0.0
        try:
            self._pool.submit(self._open).result()
        except BaseException:
            self._pool.shutdown()
            raise

    def _open(self) -> None:
        self._thread = threading.get_ident()
        with translated(self._path):
            self._connection = connect(self._path)
            self._connection.execute(f"PRAGMA journal_size_limit={_LOG_LIMIT}").fetchall()
            # Emptying the log in a commit would hold the other writers up.
            self._connection.execute("PRAGMA wal_autocheckpoint=0").fetchall()

    def submit(self, work: Work[T]) -> Future[T]:
        """Queue ``work`` as one transaction."""
        if threading.get_ident() == self._thread:
            raise RuntimeError("a write cannot wait for another write")
        return self._pool.submit(self._transaction, work)

    def run(self, work: Work[T]) -> T:
        """Run ``work`` as one transaction and return its answer.

        Raises ``StorageError``; nothing of a failed transaction is kept.
        """
        return self.submit(work).result()

    def each(self, rows: Iterable[Row], work: Callable[[sqlite3.Connection, Row], None]) -> None:
        """Run ``work`` for every row, in as many short transactions as it takes.

        Other processes get their turn between them. A reader sees some rows without
        the others: what must appear at once is marked whole in a last ``run``.
        """
        waiting = iter(rows)
        while self.run(lambda connection: _some(connection, waiting, work)):
            time.sleep(_PAUSE_SECONDS)

    def outside(self, work: Work[T]) -> T:
        """Run ``work`` in the writer's thread but in no transaction (a checkpoint)."""
        return self._pool.submit(self._plain, work).result()

    def _plain(self, work: Work[T]) -> T:
        assert self._connection is not None
        with translated(self._path):
            return work(self._connection)

    def _transaction(self, work: Work[T]) -> T:
        connection = self._connection
        assert connection is not None
        with translated(self._path):
            connection.execute("BEGIN IMMEDIATE")
            started = time.perf_counter()
            try:
                answer = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back already.
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
        took = time.perf_counter() - started
        self.slowest = max(self.slowest, took)
        if took > SLOW_SECONDS:
            log.info("a transaction took %.0f ms", took * 1000)
        self._write_log_back(connection)
        return answer

    def _write_log_back(self, connection: sqlite3.Connection) -> None:
        """Empty the log between two transactions once it has grown, as far as readers let.

        It raises nothing: what was written is committed, and who hears of an error takes
        it for lost and erases it.
        The first checkpoint copies without holding other writers up; for the second
        only the cutting is left.
        """
        now = time.monotonic()
        if now < self._log_next:
            return
        with contextlib.suppress(OSError, sqlite3.Error):
            if os.path.getsize(f"{self._path}-wal") <= _LOG_DUE:
                return
            self._log_next = now + _LOG_SECONDS
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            connection.execute("PRAGMA busy_timeout=0").fetchall()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}").fetchall()

    def close(self) -> None:
        """Finish what is queued and close; a second call does nothing."""
        if self._connection is not None:
            self._pool.submit(self._connection.close).result()
            self._connection = None
        self._pool.shutdown()


def _some(
    connection: sqlite3.Connection,
    rows: Iterable[Row],
    work: Callable[[sqlite3.Connection, Row], None],
) -> bool:
    """Do rows until the time of one transaction is up; return whether more may follow."""
    ends = time.perf_counter() + _CHUNK_SECONDS
    for row in rows:
        work(connection, row)
        if time.perf_counter() > ends:
            return True
    return False
