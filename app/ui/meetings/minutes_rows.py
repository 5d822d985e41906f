"""Minutes and transcript as rows of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.core.meetings.model import Minutes, Note, Segment, Transcript
from app.ui.rows import Row
from app.words import meetings as words
from app.words import tr
from app.words.durations import clock, spoken
from app.words.reasons import reason_words


def transcript_rows(transcript: Transcript) -> list[Row]:
    """Return one row a segment, with the stretches that were not understood between."""
    rows: list[tuple[float, Row]] = []
    for place, segment in enumerate(transcript.segments):
        rows.append((segment.start if segment.start is not None else place, segment_row(segment)))
    for span in transcript.not_understood:
        text = words.not_understood(clock(span.start), clock(span.end))
        rows.append((span.start, Row(text, tag=clock(span.start), kind="quiet", data=span)))
    rows.sort(key=lambda pair: pair[0])
    return [row for _, row in rows]


def segment_row(segment: Segment) -> Row:
    """Return the row of one segment."""
    tag = "" if segment.start is None else clock(segment.start)
    said = ", ".join(
        p for p in (segment.speaker, segment.text, spoken(segment.start) if tag else "") if p
    )
    return Row(segment.text, segment.speaker or "", tag, spoken=said, key=segment.id, data=segment)


def minutes_rows(minutes: Minutes, notes: Sequence[Note]) -> list[Row]:
    """Return the minutes as sections, each with its items or what its emptiness means."""
    times = {s.id: s.start for s in minutes.segments}
    build = _Sections(minutes, times)
    rows = [Row(words.written_by(minutes.engine, minutes.model), kind="quiet", key="by")]
    if minutes.overview:
        rows += [_heading("overview"), Row(minutes.overview, key="overview")]
    if notes:
        rows.append(_heading("notes"))
        rows += [_note(n, place) for place, n in enumerate(notes)]
    rows += build.section("decisions", (build.item(d.text, "", d.segments, ("d", n))
                                        for n, d in enumerate(minutes.decisions)))  # fmt: skip
    rows += build.section("actions", (build.item(a.task, _who(a.owner, a.due), a.segments, ("a", n))
                                      for n, a in enumerate(minutes.actions)))  # fmt: skip
    rows += build.section("questions", (
        build.item(q.text, tr("Answer: {text}").format(text=q.answer.text) if q.answer
                   else tr("no answer heard"), q.segments, ("q", n))
        for n, q in enumerate(minutes.questions)))  # fmt: skip
    rows += build.section("dates", (build.item(d.text, "", d.segments, ("t", n))
                                    for n, d in enumerate(minutes.dates)))  # fmt: skip
    rows += build.topics()
    rows += build.speakers()
    if minutes.unsupported:
        rows.append(_heading("unsupported"))
        rows += [
            Row(u.text, reason_words(u.reason), kind="quiet", key=("u", n))
            for n, u in enumerate(minutes.unsupported)
        ]
    read = minutes.coverage
    rows.append(
        Row(words.coverage(read.segments_read, read.segments_total), kind="quiet", key="coverage")
    )
    return rows


def _heading(key: str) -> Row:
    text = words.heading(key)
    return Row(text, kind="heading", key=("h", key), spoken=tr("Heading: {text}").format(text=text))


def _note(note: Note, place: int) -> Row:
    tag = "" if note.time is None else clock(note.time)
    return Row(note.text or tr("Marker"), tag=tag, key=("n", place), data=note.time)


def _who(owner: str | None, due: str | None) -> str:
    parts = []
    if owner:
        parts.append(tr("Who: {name}").format(name=owner))
    if due:
        parts.append(tr("When: {when}").format(when=due))
    return "  ·  ".join(parts)


class _Sections:
    def __init__(self, minutes: Minutes, times: dict[int, float | None]):
        self._minutes = minutes
        self._times = times

    def item(self, text: str, detail: str, segments: Sequence[int], key: object) -> Row:
        at = self._times.get(segments[0]) if segments else None
        return Row(
            text, detail, "" if at is None else clock(at), key=("i", key), data=tuple(segments)
        )

    def section(self, key: str, items: Iterable[Row]) -> list[Row]:
        rows = list(items)
        if not rows:
            looked = key in self._minutes.looked_for
            empty = words.none_heard() if looked else words.not_looked_for()
            said = f"{words.heading(key)}: {empty}"
            rows = [Row(empty, kind="quiet", key=("e", key), spoken=said)]
        return [_heading(key), *rows]

    def topics(self) -> list[Row]:
        rows: list[Row] = [_heading("topics")]
        for place, topic in enumerate(self._minutes.topics):
            rows.append(Row(topic.title, kind="strong", key=("topic", place)))
            rows += [
                self.item(p.text, "", p.segments, ("p", place, n))
                for n, p in enumerate(topic.points)
            ]
        if len(rows) == 1:
            rows.append(Row(words.none_heard(), kind="quiet", key=("e", "topics")))
        return rows

    def speakers(self) -> list[Row]:
        if not self._minutes.speakers:
            return []
        rows = [_heading("speakers")]
        for share in self._minutes.speakers:
            time = "" if share.seconds is None else clock(share.seconds)
            said = tr("{count} words").format(count=share.words)
            rows.append(Row(share.name, said, time, key=("s", share.name)))
        return rows
