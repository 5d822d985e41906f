"""Minutes and transcript as rows of a list."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from app.core.meetings.export_marks import timeline
from app.core.meetings.model import (
    Action,
    DateItem,
    Decision,
    Minutes,
    Note,
    Question,
    Segment,
    Span,
    Transcript,
    Unrecorded,
)
from app.core.meetings.outline import shown
from app.core.meetings.records import NoteRecord
from app.ui.rows import Row
from app.words import meetings as words
from app.words import tr, trn
from app.words.durations import clock, moment
from app.words.reasons import reason_words


def transcript_rows(transcript: Transcript, gaps: Sequence[Unrecorded] = ()) -> list[Row]:
    """Return one row a segment; between them what was not understood, or not recorded."""
    return [
        _stretch(entry) if isinstance(entry, Span) else segment_row(entry)
        for entry in timeline(transcript, gaps)
    ]


def _stretch(span: Span) -> Row:
    """Return the row of a stretch without words."""
    unrecorded = isinstance(span, Unrecorded)
    mark = words.not_recorded if unrecorded else words.not_understood
    aloud = words.not_recorded_aloud if unrecorded else words.not_understood_aloud
    return Row(
        mark(clock(span.start), clock(span.end)),
        tag=clock(span.start),
        kind="quiet",
        spoken=aloud(moment(span.start), moment(span.end)),
        data=span,
    )


def _timed(text: str, detail: str, at: float | None, **more: Any) -> Row:
    """Return a row with a time, which is said last and in words."""
    plain = Row(text, detail)
    if at is None:
        return replace(plain, **more)
    return replace(plain, tag=clock(at), spoken=f"{plain.words()}, {moment(at)}", **more)


def segment_row(segment: Segment) -> Row:
    """Return the row of one segment; who spoke is said first."""
    made = _timed(segment.text, "", segment.start, key=segment.id, data=segment)
    if not segment.speaker:
        return made
    return replace(made, detail=segment.speaker, spoken=f"{segment.speaker}, {made.words()}")


def minutes_rows(
    minutes: Minutes, notes: Sequence[Note | NoteRecord], *, draft: bool = False
) -> list[Row]:
    """Return the minutes as sections, each with its items or what its emptiness means.

    ``draft`` says that the draft recogniser heard the meeting: owners and dates carry it.
    """
    times = {s.id: s.start for s in minutes.segments}
    build = _Sections(minutes, times, draft)
    rows = [Row(words.written_by(minutes.engine, minutes.model), kind="quiet", key="by")]
    if draft:
        rows.append(Row(words.heard_by_draft_long(), kind="quiet", key="draft"))
    if minutes.overview:
        mark = words.written()
        rows += [_heading("overview"), Row(minutes.overview, mark, key="overview")]
    rows += notes_rows(notes)
    rows += build.section("decisions", map(build.decision, enumerate(minutes.decisions)))
    rows += build.section("actions", map(build.action, enumerate(minutes.actions)))
    rows += build.section("questions", map(build.question, enumerate(minutes.questions)))
    rows += build.section("dates", map(build.date, enumerate(minutes.dates)))
    rows += build.topics()
    rows += build.speakers()
    if minutes.unsupported:
        rows.append(_heading("unsupported"))
        rows += [
            Row(u.text, reason_words(u.reason), kind="quiet", key=("u", n))
            for n, u in enumerate(minutes.unsupported)
        ]
    read = minutes.coverage
    if read.segments_total:  # where nothing was written down there was nothing to read
        text = words.coverage(read.segments_read, read.segments_total)
        rows.append(Row(text, kind="quiet", key="coverage"))
    return rows


def notes_rows(notes: Sequence[Note | NoteRecord]) -> list[Row]:
    """Return what the person wrote and marked; it is there before any minutes are."""
    rows = [_note(note, place) for place, note in enumerate(notes)]
    return [_heading("notes"), *rows] if rows else []


def note_place(key: Hashable) -> int | None:
    """Return which of the notes the row with ``key`` shows, None for any other row."""
    return key[1] if isinstance(key, tuple) and key[:1] == ("n",) else None


def _heading(key: str) -> Row:
    text = words.heading(key)
    return Row(text, kind="heading", key=("h", key), spoken=tr("Heading: {text}").format(text=text))


def _note(note: Note | NoteRecord, place: int) -> Row:
    return _timed(note.text or tr("Marker"), "", note.time, key=("n", place), data=note.time)


class _Sections:
    def __init__(self, minutes: Minutes, times: dict[int, float | None], draft: bool):
        self._minutes = minutes
        self._times = times
        self._known = {s.id: s for s in minutes.segments}
        self._draft = draft

    def doubt(self) -> str:
        """Return what stands with names, numbers and dates of a draft."""
        return words.heard_by_draft() if self._draft else ""

    def who(self, owner: str | None, due: str | None) -> str:
        """Return who and when, with the draft's doubt."""
        parts = []
        if owner:
            parts.append(tr("Who: {name}").format(name=owner))
        if due:
            parts.append(tr("When: {when}").format(when=due))
        if parts and self._draft:
            parts.append(self.doubt())
        return "  ·  ".join(parts)

    def item(
        self, text: str, detail: str, segments: Sequence[int], key: object, kind: str = "quoted"
    ) -> Row:
        """Return a line: quotation marks round what was said, a mark at what was written."""
        at = self._times.get(segments[0]) if segments else None
        if kind == "quoted":
            text = words.quote(shown(text, segments, self._known))
        else:
            detail = "  ·  ".join(part for part in (words.written(), detail) if part)
        return _timed(text, detail, at, key=("i", key), data=tuple(segments))

    def decision(self, numbered: tuple[int, Decision]) -> Row:
        """Return a decision."""
        place, made = numbered
        return self.item(made.text, "", made.segments, ("d", place), made.kind)

    def action(self, numbered: tuple[int, Action]) -> Row:
        """Return an action with who and when."""
        place, made = numbered
        who = self.who(made.owner, made.due)
        return self.item(made.task, who, made.segments, ("a", place), made.kind)

    def date(self, numbered: tuple[int, DateItem]) -> Row:
        """Return a date."""
        place, made = numbered
        return self.item(made.text, self.doubt(), made.segments, ("t", place), made.kind)

    def question(self, numbered: tuple[int, Question]) -> Row:
        """Return a question with its answer; Enter goes to both, one after the other."""
        place, made = numbered
        detail, segments = tr("no answer heard"), tuple(made.segments)
        if made.answer is not None:
            answer = made.answer.text  # of a model it is nobody's words
            if made.kind == "quoted":
                answer = words.quote(shown(answer, made.answer.segments, self._known))
            detail = tr("Answer: {text}").format(text=answer)
            segments = tuple(dict.fromkeys((*segments, *made.answer.segments)))
        return self.item(made.text, detail, segments, ("q", place), made.kind)

    def section(self, key: str, items: Iterable[Row]) -> list[Row]:
        rows = list(items)
        if not rows:
            empty = self.why_empty(key in self._minutes.looked_for)
            said = f"{words.heading(key)}: {empty}"
            rows = [Row(empty, kind="quiet", key=("e", key), spoken=said)]
        return [_heading(key), *rows]

    def why_empty(self, looked: bool) -> str:
        """Return why a section has nothing to show; ``looked``: something was looked for."""
        if self._minutes.is_partial:
            return words.none_in_part()
        if looked:
            return words.none_heard()
        read = self._minutes.coverage.segments_read
        return words.not_looked_for() if read else words.not_read()

    def topics(self) -> list[Row]:
        rows: list[Row] = [_heading("topics")]
        for place, topic in enumerate(self._minutes.topics):
            rows.append(Row(topic.title, kind="strong", key=("topic", place)))
            rows += [
                self.item(p.text, "", p.segments, ("p", place, n), p.kind)
                for n, p in enumerate(topic.points)
            ]
        if len(rows) == 1:
            minutes = self._minutes
            read = minutes.coverage.segments_read or not minutes.segments and minutes.looked_for
            empty = self.why_empty(bool(read))
            rows.append(Row(empty, kind="quiet", key=("e", "topics")))
        return rows

    def speakers(self) -> list[Row]:
        if not self._minutes.speakers:
            return []
        rows = [_heading("speakers")]
        for share in self._minutes.speakers:
            said = trn("{count} word", "{count} words", share.words)
            rows.append(_timed(share.name, said, share.seconds, key=("s", share.name)))
        return rows
