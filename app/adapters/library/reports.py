"""Minutes: reports of one run, their items, and the segments each item came from."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.adapters.library import erasing
from app.adapters.library.steps import StepStore, existing, vanishing
from app.adapters.library.transcripts import segments_of
from app.core.meetings.model import (
    Action,
    Answer,
    Coverage,
    DateItem,
    Decision,
    Minutes,
    Note,
    Point,
    Question,
    SpeakerShare,
    Topic,
    Unsupported,
)
from app.core.meetings.records import Claim

_COLUMNS = ("section", "text", "kind", "owner", "due", "reason", "time", "words")


@dataclass(frozen=True)
class _Item:
    """One row of a report, whatever its section; unused columns are None."""

    section: str
    text: str
    kind: str | None = None
    owner: str | None = None
    due: str | None = None
    reason: str | None = None
    time: float | None = None
    words: int | None = None
    segments: tuple[int, ...] = ()
    children: tuple[_Item, ...] = field(default=())


class ReportStore(StepStore):
    """Minutes as rows, so that every item can be found, linked and changed alone."""

    def save_minutes(
        self, meeting: int, minutes: Minutes, *, run: int | None = None, claim: Claim | None = None
    ) -> int:
        """Keep minutes of ``run`` (None: the newest) and return their number.

        Raises ``ValueError`` for minutes without a transcript, or with evidence that
        is not in it: both would be a fault of the caller.
        """
        with vanishing(meeting):
            report, numbers = self._db.write(lambda c: self._begin(c, meeting, run, minutes))
            try:
                rows = enumerate(_items(minutes))
                self._db.write_each(
                    rows, lambda c, row: _insert(c, report, row[0], row[1], numbers, None)
                )
                self._db.write(lambda c: self._end_report(c, meeting, report, claim))
            except BaseException:
                erasing.quietly(erasing.erase_report, self._db, report)
                raise
        return report

    def _begin(
        self, connection: sqlite3.Connection, meeting: int, run: int | None, minutes: Minutes
    ) -> tuple[int, dict[int, int]]:
        existing(connection, meeting)
        found = connection.execute(
            "SELECT max(id) FROM runs WHERE meeting = ? AND state = 'whole'"
            " AND (? IS NULL OR id = ?)",
            (meeting, run, run),
        ).fetchone()[0]
        if found is None:
            raise ValueError("minutes need a transcript")
        coverage = minutes.coverage
        row = connection.execute(
            "INSERT INTO reports (run, state, owner, title, overview, engine, model, language,"
            " looked_for, segments_read, segments_total, seconds_read, seconds_total, created)"
            " VALUES (?, 'writing', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                found,
                self._db.owner.name,
                minutes.title,
                minutes.overview,
                minutes.engine,
                minutes.model,
                minutes.language,
                json.dumps(sorted(minutes.looked_for)),
                coverage.segments_read,
                coverage.segments_total,
                coverage.seconds_read,
                coverage.seconds_total,
                time.time(),
            ),
        )
        numbers = connection.execute("SELECT number, id FROM segments WHERE run = ?", (found,))
        return int(row.lastrowid or 0), {r[0]: r[1] for r in numbers}

    def _end_report(
        self, connection: sqlite3.Connection, meeting: int, report: int, claim: Claim | None
    ) -> None:
        existing(connection, meeting)
        connection.execute(
            "UPDATE reports SET state = 'whole', owner = NULL WHERE id = ?", (report,)
        )
        self._done(connection, claim)

    def minutes(
        self, meeting: int, engine: str | None = None, *, newest_run: bool = False
    ) -> Minutes | None:
        """Return the newest minutes of the newest transcript that has some.

        ``engine`` asks for those of one engine, ``newest_run`` for those of the newest
        transcript and no older one. None: there are none.
        """
        with self._db.read() as connection:
            existing(connection, meeting)
            found = connection.execute(
                "SELECT p.* FROM reports p JOIN runs r ON r.id = p.run WHERE r.meeting = ?"
                " AND r.state = 'whole' AND p.state = 'whole' AND (? IS NULL OR p.engine = ?)"
                " AND (NOT ? OR r.id = (SELECT max(id) FROM runs"
                " WHERE meeting = r.meeting AND state = 'whole'))"
                " ORDER BY r.id DESC, p.id DESC LIMIT 1",
                (meeting, engine, engine, newest_run),
            ).fetchone()
            return _minutes(connection, found) if found else None


def _items(minutes: Minutes) -> Iterator[_Item]:
    for topic in minutes.topics:
        points = tuple(
            _Item("point", p.text, kind=p.kind, segments=p.segments) for p in topic.points
        )
        yield _Item("topic", topic.title, children=points)
    for decision in minutes.decisions:
        yield _Item("decision", decision.text, kind=decision.kind, segments=decision.segments)
    for a in minutes.actions:
        yield _Item("action", a.task, a.kind, owner=a.owner, due=a.due, segments=a.segments)
    for q in minutes.questions:
        answers = (_Item("answer", q.answer.text, segments=q.answer.segments),) if q.answer else ()
        yield _Item("question", q.text, kind=q.kind, segments=q.segments, children=answers)
    for date in minutes.dates:
        yield _Item("date", date.text, kind=date.kind, segments=date.segments)
    for note in minutes.notes:
        yield _Item("note", note.text, time=note.time)
    for share in minutes.speakers:
        yield _Item("speaker", share.name, time=share.seconds, words=share.words)
    for entry in minutes.unsupported:
        yield _Item("unsupported", entry.text, reason=entry.reason)


def _insert(
    connection: sqlite3.Connection,
    report: int,
    position: int,
    item: _Item,
    numbers: dict[int, int],
    parent: int | None,
) -> None:
    missing = [number for number in item.segments if number not in numbers]
    if missing:
        raise ValueError(f"evidence {missing} is not in the transcript")
    row = connection.execute(
        f"INSERT INTO items (report, parent, position, {', '.join(_COLUMNS)})"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (report, parent, position, *(getattr(item, column) for column in _COLUMNS)),
    )
    connection.executemany(
        "INSERT INTO evidence VALUES (?, ?, ?)",
        [(row.lastrowid, place, numbers[n]) for place, n in enumerate(item.segments)],
    )
    for place, child in enumerate(item.children):
        _insert(connection, report, place, child, numbers, row.lastrowid)


def _load(connection: sqlite3.Connection, report: int) -> tuple[_Item, ...]:
    evidence: dict[int, list[int]] = {}
    for row in connection.execute(
        "SELECT e.item, s.number FROM evidence e JOIN items i ON i.id = e.item"
        " JOIN segments s ON s.id = e.segment WHERE i.report = ? ORDER BY e.item, e.position",
        (report,),
    ):
        evidence.setdefault(row[0], []).append(row[1])
    rows = connection.execute(
        "SELECT * FROM items WHERE report = ? ORDER BY parent, position", (report,)
    ).fetchall()
    below: dict[int | None, list[sqlite3.Row]] = {}
    for row in rows:
        below.setdefault(row["parent"], []).append(row)

    def build(parent: int | None) -> tuple[_Item, ...]:
        return tuple(
            _Item(
                *(row[column] for column in _COLUMNS),
                segments=tuple(evidence.get(row["id"], ())),
                children=build(row["id"]),
            )
            for row in below.get(parent, ())
        )

    return build(None)


def _of(items: Iterable[_Item], section: str) -> list[_Item]:
    return [item for item in items if item.section == section]


def _question(item: _Item) -> Question:
    answer = next((Answer(c.text, c.segments) for c in item.children), None)
    return Question(item.text, item.kind or "", item.segments, answer)


def _minutes(connection: sqlite3.Connection, report: sqlite3.Row) -> Minutes:
    items = _load(connection, report["id"])
    return Minutes(
        title=report["title"],
        engine=report["engine"],
        coverage=Coverage(
            *(report[f"{unit}_{kind}"] for unit in ("segments", "seconds") for kind in _SHARE)
        ),
        segments=segments_of(connection, report["run"]),
        overview=report["overview"],
        topics=tuple(
            Topic(t.text, tuple(Point(p.text, p.kind or "", p.segments) for p in t.children))
            for t in _of(items, "topic")
        ),
        decisions=tuple(Decision(i.text, i.kind or "", i.segments) for i in _of(items, "decision")),
        actions=tuple(
            Action(i.text, i.owner, i.due, i.kind or "", i.segments) for i in _of(items, "action")
        ),
        questions=tuple(_question(i) for i in _of(items, "question")),
        dates=tuple(DateItem(i.text, i.kind or "", i.segments) for i in _of(items, "date")),
        notes=tuple(Note(i.text, i.time) for i in _of(items, "note")),
        speakers=tuple(SpeakerShare(i.text, i.time, i.words or 0) for i in _of(items, "speaker")),
        unsupported=tuple(Unsupported(i.text, i.reason or "") for i in _of(items, "unsupported")),
        language=report["language"],
        model=report["model"],
        looked_for=frozenset(json.loads(report["looked_for"])),
    )


_SHARE = ("read", "total")
