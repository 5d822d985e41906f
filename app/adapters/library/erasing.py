"""Taking large things out of the library in short transactions.

What is erased is already invisible (``gone``, or never made whole), so a crash in
between only leaves work for the next start.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable

from app.adapters.library.database import Database
from app.core.errors import StorageError


def quietly(erase: Callable[[Database, int], None], database: Database, number: int) -> None:
    """Erase what a failed write left; the next start does it when this fails too."""
    with contextlib.suppress(StorageError):
        erase(database, number)


def _ids(database: Database, statement: str, value: int) -> list[int]:
    with database.read() as connection:
        return [row[0] for row in connection.execute(statement, (value,))]


def _each(database: Database, table: str, ids: Iterable[int]) -> None:
    def work(connection: sqlite3.Connection, number: int) -> None:
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (number,))

    database.write_each(ids, work)


def erase_report(database: Database, report: int) -> None:
    """Take a report out, item by item."""
    _each(database, "items", _ids(database, "SELECT id FROM items WHERE report = ?", report))
    _each(database, "reports", [report])


def erase_run(database: Database, run: int) -> None:
    """Take a transcript out, with the reports on it."""
    for report in _ids(database, "SELECT id FROM reports WHERE run = ?", run):
        erase_report(database, report)
    _each(database, "segments", _ids(database, "SELECT id FROM segments WHERE run = ?", run))
    _each(database, "runs", [run])


def erase_meeting(database: Database, meeting: int) -> None:
    """Take a meeting out with everything computed from it."""
    for run in _ids(database, "SELECT id FROM runs WHERE meeting = ?", meeting):
        erase_run(database, run)
    _each(database, "notes", _ids(database, "SELECT id FROM notes WHERE meeting = ?", meeting))
    _each(database, "meetings", [meeting])


def erase_document(database: Database, document: int) -> None:
    """Take a document out; its vectors are marked for the owner of the index."""
    statement = "SELECT id FROM passages WHERE document = ?"
    _each(database, "passages", _ids(database, statement, document))
    _each(database, "documents", [document])


def sweep(database: Database) -> None:
    """Erase what was being deleted, or written by a process that died."""
    with database.read() as connection:
        meetings = [r[0] for r in connection.execute("SELECT id FROM meetings WHERE gone != 0")]
        unfinished = [
            (table, row["id"])
            for table in ("runs", "reports", "documents")
            for row in connection.execute(
                f"SELECT id, owner FROM {table} WHERE state IN ('writing', 'gone')"
            )
            if not database.owner.alive(row["owner"])
        ]
    for meeting in meetings:
        erase_meeting(database, meeting)
    erase = {"runs": erase_run, "reports": erase_report, "documents": erase_document}
    for table, number in unfinished:
        erase[table](database, number)
