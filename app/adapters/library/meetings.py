"""Meetings, their sound and the person's notes; the whole repository is put together here."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from app.adapters.library import belongings, forgetting, fulltext
from app.adapters.library.database import Database
from app.adapters.library.reports import ReportStore
from app.adapters.library.steps import existing, step_of
from app.adapters.library.transcripts import TranscriptStore
from app.core.errors import StorageError
from app.core.meetings.model import Note, Span
from app.core.meetings.records import (
    IMPORT,
    MARKER,
    NOTE,
    Claim,
    Meeting,
    MeetingHit,
    NoteRecord,
    Part,
    Receipt,
    Step,
    Track,
)
from app.core.search import lexical

_NEWEST_RUN = "(SELECT max(id) FROM runs WHERE meeting = m.id AND state = 'whole')"


class MeetingStore(TranscriptStore, ReportStore):
    """The meetings of one library: implements ``MeetingRepository``.

    ``own`` are the folders whose sound goes with a deleted meeting, ``scanned`` those
    that its receipt covers besides the library.
    """

    def __init__(self, database: Database, own: Sequence[Path], scanned: Sequence[Path]):
        super().__init__(database)
        self._own = tuple(own)
        self._scanned = tuple(scanned)

    def create(
        self,
        title: str,
        *,
        kind: str = IMPORT,
        created: float | None = None,
        original: str | None = None,
        language: str | None = None,
        notes: Iterable[Note] = (),
    ) -> Meeting:
        """Add a meeting whose steps all wait, with ``notes``; all of it or nothing."""
        when = time.time() if created is None else created
        rows = [(NOTE if note.text else MARKER, note.text, note.time, _now()) for note in notes]

        def work(connection: sqlite3.Connection) -> int:
            row = connection.execute(
                "INSERT INTO meetings (title, created, kind, original, language)"
                " VALUES (?, ?, ?, ?, ?)",
                (title, when, kind, original, language),
            )
            connection.execute(
                "INSERT INTO steps (meeting, name) SELECT ?, name FROM step_kinds", (row.lastrowid,)
            )
            connection.executemany(
                "INSERT INTO notes (meeting, kind, text, time, created) VALUES (?, ?, ?, ?, ?)",
                [(row.lastrowid, *note) for note in rows],
            )
            return int(row.lastrowid or 0)

        return self.get(self._db.write(work))

    def get(self, meeting: int) -> Meeting:
        """Return one meeting with its steps."""
        with self._db.read() as connection:
            found = _meetings(connection, "AND m.id = ?", (meeting,))
        if not found:
            raise StorageError("meeting_missing", id=meeting)
        return self._as_ended(found[0])

    def _as_ended(self, meeting: Meeting) -> Meeting:
        steps = tuple(self.as_ended(meeting.id, step) for step in meeting.steps)
        return replace(meeting, steps=steps)

    def list(self) -> tuple[Meeting, ...]:
        """Return all meetings, the newest first."""
        with self._db.read() as connection:
            found = _meetings(connection, "", ())
        return tuple(self._as_ended(meeting) for meeting in found)

    def rename(self, meeting: int, title: str) -> None:
        """Give it another title."""
        self._set(meeting, "title", title)

    def set_language(self, meeting: int, language: str | None) -> None:
        """Say which language is spoken; None: find out."""
        self._set(meeting, "language", language)

    def _set(self, meeting: int, column: str, value: str | None) -> None:
        def work(connection: sqlite3.Connection) -> None:
            existing(connection, meeting)
            connection.execute(f"UPDATE meetings SET {column} = ? WHERE id = ?", (value, meeting))

        self._db.write(work)

    def search(self, query: str, k: int = 50) -> tuple[MeetingHit, ...]:
        """Find segments of each meeting's newest transcript."""
        with self._db.read() as connection:

            def find(wanted: lexical.Wanted, limit: int) -> list[tuple[int, float]]:
                rows = connection.execute(
                    "SELECT s.id, -bm25(segments_words) FROM segments_words"
                    " JOIN segments s ON s.id = segments_words.rowid"
                    " JOIN runs r ON r.id = s.run JOIN meetings m ON m.id = r.meeting"
                    f" WHERE segments_words MATCH ? AND m.gone = 0 AND r.id = {_NEWEST_RUN}"
                    " ORDER BY bm25(segments_words), s.id LIMIT ?",
                    (fulltext.expression(wanted), limit),
                )
                return [(row[0], row[1]) for row in rows]

            return tuple(
                _hit(connection, number, score) for number, score in lexical.ranked(find, query, k)
            )

    def tracks(self, meeting: int) -> tuple[Track, ...]:
        """Return the sound of a meeting."""
        with self._db.read() as connection:
            existing(connection, meeting)
            rows = connection.execute(
                "SELECT id, name FROM tracks WHERE meeting = ? ORDER BY number", (meeting,)
            ).fetchall()
            return tuple(Track(row["name"], _parts(connection, row["id"])) for row in rows)

    def save_tracks(
        self,
        meeting: int,
        tracks: Sequence[Track],
        *,
        duration: float | None = None,
        claim: Claim | None = None,
    ) -> None:
        """Replace the sound of a meeting; with a claim, its step is done with it."""

        def work(connection: sqlite3.Connection) -> None:
            existing(connection, meeting)
            connection.execute("DELETE FROM tracks WHERE meeting = ?", (meeting,))
            for number, track in enumerate(tracks):
                _insert_track(connection, meeting, number, track)
            if duration is not None:
                connection.execute(
                    "UPDATE meetings SET duration = ? WHERE id = ?", (duration, meeting)
                )
            self._done(connection, claim)

        self._db.write(work)

    def add_note(
        self, meeting: int, text: str, time: float | None = None, kind: str = NOTE
    ) -> NoteRecord:
        """Keep a note or a marker."""
        now = _now()

        def work(connection: sqlite3.Connection) -> int:
            existing(connection, meeting)
            row = connection.execute(
                "INSERT INTO notes (meeting, kind, text, time, created) VALUES (?, ?, ?, ?, ?)",
                (meeting, kind, text, time, now),
            )
            return int(row.lastrowid or 0)

        return NoteRecord(self._db.write(work), kind, text, time, now)

    def change_note(self, note: int, text: str) -> None:
        """Give a note another text; one that is gone is left alone."""
        self._db.write(lambda c: c.execute("UPDATE notes SET text = ? WHERE id = ?", (text, note)))

    def remove_note(self, note: int) -> None:
        """Forget a note."""
        self._db.write(lambda c: c.execute("DELETE FROM notes WHERE id = ?", (note,)))

    def notes(self, meeting: int) -> tuple[NoteRecord, ...]:
        """Return notes and markers in the order of their times, those without one last."""
        with self._db.read() as connection:
            rows = connection.execute(
                "SELECT id, kind, text, time, created FROM notes WHERE meeting = ?"
                " ORDER BY time IS NULL, time, id",
                (meeting,),
            ).fetchall()
        return tuple(NoteRecord(*row) for row in rows)

    def add_exports(self, meeting: int, files: Mapping[Path, str], *, chosen: bool = False) -> None:
        """Remember files before they are written; known ones keep what is noted of them."""
        rows = [(meeting, str(f.absolute()), chosen, digest) for f, digest in files.items()]

        def work(connection: sqlite3.Connection) -> None:
            existing(connection, meeting)
            connection.executemany(
                "INSERT OR IGNORE INTO exports (meeting, file, chosen, digest) VALUES (?, ?, ?, ?)",
                rows,
            )

        self._db.write(work)

    def note_exports(self, meeting: int, files: Mapping[Path, str]) -> None:
        """Note the digests of files that are written now."""
        rows = [(digest, meeting, str(f.absolute())) for f, digest in files.items()]
        change = "UPDATE exports SET digest = ? WHERE meeting = ? AND file = ?"
        self._db.write(lambda connection: connection.executemany(change, rows))

    def exports(self, meeting: int, *, chosen: bool = False) -> dict[Path, str | None]:
        """Return the files in Alcove's own folders, or in ``chosen`` ones, with their digests."""
        with self._db.read() as connection:
            rows = connection.execute(
                "SELECT file, digest FROM exports WHERE meeting = ? AND chosen = ? ORDER BY file",
                (meeting, chosen),
            ).fetchall()
        return {Path(row["file"]): row["digest"] for row in rows}

    def forget_exports(self, meeting: int, files: Iterable[Path]) -> None:
        """Forget exports that are no longer there."""
        rows = [(meeting, str(file)) for file in files]
        self._db.write(
            lambda c: c.executemany("DELETE FROM exports WHERE meeting = ? AND file = ?", rows)
        )

    def delete(
        self, meeting: int, *, keep_sound: bool = False, exports: Sequence[Path] = ()
    ) -> Receipt:
        """Delete it with everything computed from it, and prove it by a scan.

        ``gone`` is set first: a crash from then on is finished at the next start.
        """
        self.get(meeting)
        more = [str(file) for file in exports]
        with self._db.read() as connection:
            theirs = belongings.of_meeting(
                connection, meeting, self._own, keep_sound=keep_sound, more=more
            )
        needles = forgetting.needles_of_meeting(self._db, meeting)
        gone = belongings.KEPT_SOUND if keep_sound else 1
        self._db.write(
            lambda c: c.execute("UPDATE meetings SET gone = ? WHERE id = ?", (gone, meeting))
        )
        removed = theirs.remove()
        forgetting.erase_meeting(self._db, meeting)
        scanned = tuple(dict.fromkeys((*self._scanned, *self._own, *theirs.folders)))
        receipt = forgetting.receipt(self._db, needles, scanned)
        return receipt.also(removed, left=theirs.left(), kept=theirs.kept)

    def sweep_files(self) -> None:
        """Remove the files of meetings whose deletion broke off."""
        with self._db.read() as connection:
            rows = connection.execute("SELECT id, gone FROM meetings WHERE gone != 0").fetchall()
            kept = {row["id"]: row["gone"] == belongings.KEPT_SOUND for row in rows}
            found = [
                belongings.of_meeting(connection, number, self._own, keep_sound=keep)
                for number, keep in kept.items()
            ]
        for theirs in found:
            theirs.remove()


def _now() -> float:
    return time.time()


def _meetings(
    connection: sqlite3.Connection, condition: str, values: tuple[int, ...]
) -> tuple[Meeting, ...]:
    rows = connection.execute(
        "SELECT m.id, title, created, kind, original, language, duration FROM meetings m"
        f" WHERE gone = 0 {condition} ORDER BY created DESC, m.id DESC",
        values,
    ).fetchall()
    steps: dict[int, list[Step]] = {}
    for row in connection.execute(
        "SELECT s.* FROM steps s JOIN step_kinds k ON k.name = s.name JOIN meetings m"
        f" ON m.id = s.meeting WHERE gone = 0 {condition} ORDER BY k.position",
        values,
    ):
        steps.setdefault(row["meeting"], []).append(step_of(row))
    return tuple(Meeting(*row, steps=tuple(steps.get(row["id"], ()))) for row in rows)


def _hit(connection: sqlite3.Connection, segment: int, score: float) -> MeetingHit:
    row = connection.execute(
        "SELECT m.id, m.title, s.number, s.start, s.text FROM segments s"
        " JOIN runs r ON r.id = s.run JOIN meetings m ON m.id = r.meeting WHERE s.id = ?",
        (segment,),
    ).fetchone()
    return MeetingHit(*row, score=score)


def _parts(connection: sqlite3.Connection, track: int) -> tuple[Part, ...]:
    rows = connection.execute(
        'SELECT id, file, "offset", rate, samples FROM parts WHERE track = ? ORDER BY number',
        (track,),
    ).fetchall()
    return tuple(
        Part(
            *tuple(row)[1:],
            gaps=tuple(
                Span(*gap)
                for gap in connection.execute(
                    'SELECT start, "end" FROM gaps WHERE part = ? ORDER BY number', (row["id"],)
                )
            ),
        )
        for row in rows
    )


def _insert_track(connection: sqlite3.Connection, meeting: int, number: int, track: Track) -> None:
    row = connection.execute(
        "INSERT INTO tracks (meeting, number, name) VALUES (?, ?, ?)",
        (meeting, number, track.name),
    )
    for place, part in enumerate(track.parts):
        added = connection.execute(
            'INSERT INTO parts (track, number, file, "offset", rate, samples)'
            " VALUES (?, ?, ?, ?, ?, ?)",
            (row.lastrowid, place, part.file, part.offset, part.rate, part.samples),
        )
        connection.executemany(
            "INSERT INTO gaps VALUES (?, ?, ?, ?)",
            [(added.lastrowid, i, gap.start, gap.end) for i, gap in enumerate(part.gaps)],
        )
