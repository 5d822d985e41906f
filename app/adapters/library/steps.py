"""The steps of meetings: claimed by one living process at a time."""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from app.adapters.library.database import Database, Store
from app.core.errors import AppError, StorageError
from app.core.jobs import Notice
from app.core.meetings.records import (
    BLOCKED,
    CANCELLED,
    DONE,
    FAILED,
    RUNNING,
    WAITING,
    Claim,
    Step,
)

log = logging.getLogger("alcove.library")

_PROGRESS_SECONDS = 1.0
# What another moment may mend.
_LATER = frozenset({"disk_full", "folder_not_writable", "library_busy"})
_COLUMNS = ("name", "state", "attempt", "done", "total", "input_digest", "engine", "error")


def existing(connection: sqlite3.Connection, meeting: int) -> None:
    """Raise ``StorageError`` "meeting_missing" when the meeting is gone."""
    if not connection.execute(
        "SELECT 1 FROM meetings WHERE id = ? AND gone = 0", (meeting,)
    ).fetchone():
        raise StorageError("meeting_missing", id=meeting)


@contextlib.contextmanager
def vanishing(meeting: int) -> Iterator[None]:
    """Raise ``StorageError`` when the meeting is deleted while its rows are written."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorname != "SQLITE_CONSTRAINT_FOREIGNKEY":
            raise
        raise StorageError("meeting_missing", id=meeting) from error


def step_of(row: sqlite3.Row) -> Step:
    """Return the row of a step as its value."""
    return Step(
        *(row[column] for column in _COLUMNS),
        error_params=_plain(row["error_params"]),
        started=row["started"],
        finished=row["finished"],
        notices=tuple(Notice(code, params) for code, params in _said(row["notices"])),
    )


@dataclass(frozen=True)
class _End:
    """How a step ended: its state, and the error with its parameters as JSON."""

    state: str
    error: str | None
    params: str | None


def _plain(params: str | None) -> dict[str, Any]:
    return json.loads(params) if params else {}


def _said(notices: str | None) -> list[Any]:
    return json.loads(notices) if notices else []


class StepStore(Store):
    """Claims, progress and ends of steps.

    The end of a step that a full disk did not take is held here: it is what everyone
    sees from now on, and is written before the next change of any step.
    """

    def __init__(self, database: Database):
        super().__init__(database)
        self._told: dict[Claim, float] = {}
        self._unwritten: dict[Claim, _End] = {}
        self._guard = threading.Lock()

    def claim(
        self,
        meeting: int,
        step: str,
        *,
        input_digest: str | None = None,
        engine: str | None = None,
        again: bool = False,
    ) -> Claim | None:
        """Take a step to work on it; None when a living process has it, or it is done."""
        self._catch_up()
        owner = self._db.owner

        def work(connection: sqlite3.Connection) -> Claim | None:
            existing(connection, meeting)
            row = connection.execute(
                "SELECT state, owner, attempt FROM steps WHERE meeting = ? AND name = ?",
                (meeting, step),
            ).fetchone()
            if row["state"] == RUNNING and owner.alive(row["owner"]):
                return None
            if row["state"] == DONE and not again:
                return None
            connection.execute(
                "UPDATE steps SET state = ?, owner = ?, attempt = attempt + 1, done = 0,"
                " total = NULL, input_digest = ?, engine = ?, error = NULL, error_params = NULL,"
                " notices = NULL, started = ?, finished = NULL WHERE meeting = ? AND name = ?",
                (RUNNING, owner.name, input_digest, engine, time.time(), meeting, step),
            )
            return Claim(meeting, step, row["attempt"] + 1, owner.name)

        return self._db.write(work)

    def progress(self, claim: Claim, done: float, total: float | None = None) -> None:
        """Say how far a step is; written at most once a second."""
        now = time.monotonic()
        if now - self._told.get(claim, -_PROGRESS_SECONDS) < _PROGRESS_SECONDS:
            return
        self._told[claim] = now
        self._db.write(lambda c: _change(c, claim, "done = ?, total = ?", (done, total)))

    def notice(self, claim: Claim, notice: Notice) -> None:
        """Keep what was told of a step, until the step is claimed again or reset."""

        def work(connection: sqlite3.Connection) -> None:
            row = connection.execute(
                "SELECT notices FROM steps WHERE meeting = ? AND name = ?",
                (claim.meeting, claim.step),
            ).fetchone()
            said = [*_said(row and row["notices"]), (notice.code, dict(notice.params))]
            kept = json.dumps(said, ensure_ascii=False, default=str)
            _change(connection, claim, "notices = ?", (kept,))

        self._db.write(work)

    def forget_notices(self, meeting: int) -> None:
        """Forget what was told of a meeting: the person has read it."""
        self._db.write(
            lambda c: c.execute("UPDATE steps SET notices = NULL WHERE meeting = ?", (meeting,))
        )

    def finish(self, claim: Claim) -> None:
        """A step without a result to keep is done."""
        self._db.write(lambda connection: self._done(connection, claim))

    def fail(self, claim: Claim, error: AppError, *, blocked: bool = False) -> None:
        """A step failed, or is blocked until what it needs is there."""
        params = json.dumps(error.params, ensure_ascii=False, default=str)
        self._end(claim, BLOCKED if blocked else FAILED, error.code, params)

    def stop(self, claim: Claim, *, cancelled: bool = True) -> None:
        """Give a step back: cancelled by the person, or waiting for another time."""
        self._end(claim, CANCELLED if cancelled else WAITING, None, None)

    def _end(self, claim: Claim, state: str, error: str | None, params: str | None) -> None:
        self._told.pop(claim, None)
        end = _End(state, error, params)
        try:
            self._write_end(claim, end)
        except StorageError as failure:
            if failure.code not in _LATER:
                raise
            log.warning("the end of a step could not be written: %s", failure.code)
            with self._guard:
                self._unwritten[claim] = end

    def _write_end(self, claim: Claim, end: _End) -> None:
        self._db.write(
            lambda c: _change(
                c,
                claim,
                "state = ?, error = ?, error_params = ?, owner = NULL, finished = ?",
                (end.state, end.error, end.params, time.time()),
            )
        )

    def _catch_up(self) -> None:
        """Write the ends that a full disk did not take; raises ``StorageError`` if it still is."""
        for claim, end in list(self._unwritten.items()):
            try:
                self._write_end(claim, end)
            except StorageError as failure:
                if failure.code in _LATER:
                    raise
            with self._guard:
                self._unwritten.pop(claim, None)

    def as_ended(self, meeting: int, step: Step) -> Step:
        """Return ``step`` with the end that is not written yet, if it has one."""
        for claim, end in list(self._unwritten.items()):
            if (claim.meeting, claim.step, claim.attempt) == (meeting, step.name, step.attempt):
                params = _plain(end.params)
                return replace(step, state=end.state, error=end.error, error_params=params)
        return step

    def _done(self, connection: sqlite3.Connection, claim: Claim | None) -> None:
        """End a step inside the transaction that keeps its result."""
        if claim is None:
            return
        self._told.pop(claim, None)
        _change(
            connection,
            claim,
            "state = ?, owner = NULL, done = coalesce(total, done), finished = ?",
            (DONE, time.time()),
        )

    def reset(self, meeting: int, step: str, *, following: bool = True) -> None:
        """Let a step, and those after it, wait again; what runs in a living process stays."""
        self._catch_up()

        def work(connection: sqlite3.Connection) -> None:
            existing(connection, meeting)
            connection.execute(
                f"UPDATE steps SET state = '{WAITING}', done = 0, total = NULL, error = NULL,"
                " error_params = NULL, notices = NULL, finished = NULL"
                f" WHERE meeting = ? AND state != '{RUNNING}' AND name IN (SELECT k.name"
                " FROM step_kinds k JOIN step_kinds first ON first.name = ?"
                f" WHERE k.position {'>=' if following else '='} first.position)",
                (meeting, step),
            )

        self._db.write(work)

    def waiting(self) -> tuple[tuple[int, str], ...]:
        """Return (meeting, step) of everything that waits, oldest meeting first."""
        with contextlib.suppress(StorageError):
            self._catch_up()
        self.recover()
        with self._db.read() as connection:
            rows = connection.execute(
                "SELECT s.meeting, s.name FROM steps s JOIN meetings m ON m.id = s.meeting"
                " JOIN step_kinds k ON k.name = s.name"
                f" WHERE s.state = '{WAITING}' AND m.gone = 0"
                " ORDER BY m.created, m.id, k.position"
            ).fetchall()
        return tuple((row[0], row[1]) for row in rows)

    def recover(self) -> int:
        """Let the steps of processes that died wait again; return how many there were."""
        with self._db.read() as connection:
            rows = connection.execute(
                f"SELECT DISTINCT owner FROM steps WHERE state = '{RUNNING}'"
            ).fetchall()
        dead = [row["owner"] for row in rows if not self._db.owner.alive(row["owner"])]
        if not dead:
            return 0

        def work(connection: sqlite3.Connection) -> int:
            marks = ", ".join("?" * len(dead))
            return connection.execute(
                f"UPDATE steps SET state = '{WAITING}', owner = NULL"
                f" WHERE state = '{RUNNING}' AND owner IN ({marks})",
                dead,
            ).rowcount

        return self._db.write(work)


def _change(
    connection: sqlite3.Connection, claim: Claim, change: str, values: tuple[object, ...]
) -> None:
    """Change a claimed step; raises ``StorageError`` when the claim is no longer held."""
    changed = connection.execute(
        f"UPDATE steps SET {change} WHERE meeting = ? AND name = ? AND owner = ?"
        f" AND attempt = ? AND state = '{RUNNING}'",
        (*values, claim.meeting, claim.step, claim.owner, claim.attempt),
    ).rowcount
    if changed != 1:
        existing(connection, claim.meeting)
        raise StorageError("step_taken", step=claim.step)
