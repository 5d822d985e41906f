"""Transcripts as runs: a new one never touches what an older one holds."""

from __future__ import annotations

import json
import sqlite3
import time

from app.adapters.library import erasing
from app.adapters.library.steps import StepStore, existing, vanishing
from app.core.meetings.model import Segment, Span, Transcript, Word
from app.core.meetings.records import Claim

_SEGMENT = 'number, start, "end", text, speaker, language, confidence, words'


class TranscriptStore(StepStore):
    """Runs and their segments."""

    def save_transcript(
        self, meeting: int, transcript: Transcript, *, claim: Claim | None = None
    ) -> int:
        """Keep a transcript as a new run and return its number in the library.

        Segments are written in short transactions under a run that nobody sees; the
        last one makes it whole, together with the end of the step.
        """
        with vanishing(meeting):
            run = self._db.write(lambda c: self._begin_run(c, meeting, transcript))
            try:
                self._db.write_each(transcript.segments, lambda c, s: _insert_segment(c, run, s))
                self._db.write(lambda c: self._end_run(c, meeting, run, transcript, claim))
            except BaseException:
                erasing.quietly(erasing.erase_run, self._db, run)
                raise
        return run

    def _begin_run(
        self, connection: sqlite3.Connection, meeting: int, transcript: Transcript
    ) -> int:
        existing(connection, meeting)
        row = connection.execute(
            "INSERT INTO runs (meeting, state, owner, engine, model, language,"
            " language_confidence, duration, created)"
            " VALUES (?, 'writing', ?, ?, ?, ?, ?, ?, ?)",
            (
                meeting,
                self._db.owner.name,
                transcript.engine,
                transcript.model,
                transcript.language,
                transcript.language_confidence,
                transcript.duration,
                time.time(),
            ),
        )
        return int(row.lastrowid or 0)

    def _end_run(
        self,
        connection: sqlite3.Connection,
        meeting: int,
        run: int,
        transcript: Transcript,
        claim: Claim | None,
    ) -> None:
        existing(connection, meeting)
        connection.executemany(
            "INSERT INTO not_understood VALUES (?, ?, ?, ?)",
            [(run, i, span.start, span.end) for i, span in enumerate(transcript.not_understood)],
        )
        connection.execute("UPDATE runs SET state = 'whole', owner = NULL WHERE id = ?", (run,))
        self._done(connection, claim)

    def transcript(self, meeting: int, run: int | None = None) -> Transcript | None:
        """Return the newest transcript, or the one of ``run``; None: there is none."""
        with self._db.read() as connection:
            existing(connection, meeting)
            found = connection.execute(
                "SELECT * FROM runs WHERE meeting = ? AND state = 'whole'"
                " AND (? IS NULL OR id = ?) ORDER BY id DESC LIMIT 1",
                (meeting, run, run),
            ).fetchone()
            return _transcript(connection, found) if found else None


def segments_of(connection: sqlite3.Connection, run: int) -> tuple[Segment, ...]:
    """Return the segments of a run in the order of their numbers."""
    rows = connection.execute(
        f"SELECT {_SEGMENT} FROM segments WHERE run = ? ORDER BY number", (run,)
    )
    return tuple(Segment(*tuple(row)[:-1], words=_words(row["words"])) for row in rows)


def _transcript(connection: sqlite3.Connection, run: sqlite3.Row) -> Transcript:
    spans = connection.execute(
        'SELECT start, "end" FROM not_understood WHERE run = ? ORDER BY number', (run["id"],)
    )
    return Transcript(
        segments=segments_of(connection, run["id"]),
        engine=run["engine"],
        model=run["model"],
        language=run["language"],
        language_confidence=run["language_confidence"],
        duration=run["duration"],
        not_understood=tuple(Span(*span) for span in spans),
    )


def _insert_segment(connection: sqlite3.Connection, run: int, segment: Segment) -> None:
    words = [(word.start, word.end, word.text) for word in segment.words]
    connection.execute(
        f"INSERT INTO segments (run, {_SEGMENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run,
            segment.id,
            segment.start,
            segment.end,
            segment.text,
            segment.speaker,
            segment.language,
            segment.confidence,
            json.dumps(words, ensure_ascii=False) if words else None,
        ),
    )


def _words(stored: str | None) -> tuple[Word, ...]:
    return tuple(Word(*word) for word in json.loads(stored)) if stored else ()
