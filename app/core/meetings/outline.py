"""Minutes as an outline of headings, paragraphs and items, for every written form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.meetings.export_marks import by_id, clock, places
from app.core.meetings.labels import MeetingLabels
from app.core.meetings.model import Minutes, Note, Segment, SpeakerShare

HEADING, PARAGRAPH, ITEM = "heading", "paragraph", "item"
_CLOSING = frozenset(".?!…。？！")
_LISTS = ("decisions", "actions", "questions", "dates")


@dataclass(frozen=True)
class Line:
    """One piece of the outline.

    ``level`` counts from 1 (the title; an item of a list), ``place`` is what stands in
    brackets behind it, ``quoted`` says that the text is somebody's own words.
    """

    form: str
    text: str
    level: int = 1
    place: str = ""
    quoted: bool = False


def outline(minutes: Minutes, labels: MeetingLabels) -> list[Line]:
    """Return the minutes in the order in which people read them."""
    return list(_outline(minutes, labels))


def _outline(minutes: Minutes, labels: MeetingLabels) -> Iterator[Line]:
    yield Line(HEADING, minutes.title, 1)
    yield Line(PARAGRAPH, _made_by(minutes, labels))
    yield Line(PARAGRAPH, _read(minutes, labels))
    if minutes.notes:
        yield from notes_outline(minutes.notes, labels)
    if minutes.overview:
        yield Line(HEADING, labels.overview, 2)
        yield Line(PARAGRAPH, minutes.overview)
    known = by_id(minutes.segments)
    for name in _LISTS:
        yield Line(HEADING, getattr(labels, name), 2)
        items = getattr(minutes, name)
        if not items:
            yield Line(PARAGRAPH, _why_empty(name, minutes, labels))
        for item in items:
            yield from _WRITERS[name](item, known, labels)
    yield from _topics(minutes, known, labels)
    yield from _speakers(minutes.speakers, labels)
    if minutes.unsupported:
        yield Line(HEADING, labels.unsupported, 2)
        for left_out in minutes.unsupported:
            why = labels.reasons.get(left_out.reason, left_out.reason)
            yield Line(ITEM, f"{left_out.text} ({why})")


def notes_outline(notes: Sequence[Note], labels: MeetingLabels) -> Iterator[Line]:
    """Give the notes and markers under their heading."""
    yield Line(HEADING, labels.notes, 2)
    yield from (_note(note, labels) for note in notes)


def _made_by(minutes: Minutes, labels: MeetingLabels) -> str:
    if minutes.engine == "extract":
        return labels.made_by_rules
    return labels.made_by_model.format(model=minutes.model or "?")


def _read(minutes: Minutes, labels: MeetingLabels) -> str:
    read, total = minutes.coverage.segments_read, minutes.coverage.segments_total
    if not total:
        return labels.no_words
    whole = read >= total
    sentence = labels.all_read.of(total) if whole else labels.partly_read.of(read, total=total)
    timed = any(s.start is not None for s in minutes.segments)
    bracket = (labels.places if timed else labels.numbers) if minutes.segments else ""
    return f"{sentence} {bracket}".strip()


def _why_empty(name: str, minutes: Minutes, labels: MeetingLabels) -> str:
    if minutes.is_partial:
        return labels.none_in_part
    if name in minutes.looked_for:
        return labels.none_heard
    return labels.not_looked_for if minutes.coverage.segments_read else labels.not_read


def _note(note: Note, labels: MeetingLabels) -> Line:
    return Line(ITEM, note.text or labels.marker, 1, "" if note.time is None else clock(note.time))


def _plain(item: Any, known: dict[int, Segment], labels: MeetingLabels) -> Iterator[Line]:
    quoted = item.kind == "quoted"
    yield Line(
        ITEM, shown(item.text, item.segments, known), 1, places(item.segments, known), quoted
    )


def _action(item: Any, known: dict[int, Segment], labels: MeetingLabels) -> Iterator[Line]:
    quoted = item.kind == "quoted"
    yield Line(
        ITEM, shown(item.task, item.segments, known), 1, places(item.segments, known), quoted
    )
    said = ((labels.owner, item.owner), (labels.due, item.due))
    details = "; ".join(f"{label}: {text}" for label, text in said if text)
    if details:
        yield Line(ITEM, details, 2)


def _question(item: Any, known: dict[int, Segment], labels: MeetingLabels) -> Iterator[Line]:
    yield from _plain(item, known, labels)
    if item.answer is None:
        yield Line(ITEM, labels.no_answer, 2)
        return
    place = places(item.answer.segments, known)
    quoted = item.kind == "quoted"
    text = quote(shown(item.answer.text, item.answer.segments, known), quoted)
    yield Line(ITEM, f"{labels.answer}: {text}", 2, place)


def shown(text: str, segments: Sequence[int], known: Mapping[int, Segment]) -> str:
    """Return a quote with an ellipsis where its sentence goes on in the next segment.

    ``segments`` are those it came from, ``known`` all of the transcript by their ids.
    """
    first, *others = segments or (0,)
    said = known[first].text if first in known else ""
    rest = said[said.find(text) :] if text in said else "."
    goes_on = others[:1] == [first + 1] and not _CLOSING & set(rest)
    return f"{text} …" if goes_on else text


def quote(text: str, quoted: bool) -> str:
    """Return ``text`` in quotation marks when it is somebody's own words."""
    return f"“{text}”" if quoted else text


_Writer = Callable[[Any, dict[int, Segment], MeetingLabels], Iterable[Line]]
_WRITERS: dict[str, _Writer] = {
    "decisions": _plain,
    "actions": _action,
    "questions": _question,
    "dates": _plain,
}


def _topics(minutes: Minutes, known: dict[int, Segment], labels: MeetingLabels) -> Iterator[Line]:
    yield Line(HEADING, labels.topics, 2)
    if not minutes.topics:
        silent = not minutes.segments and bool(minutes.looked_for)
        nothing = minutes.coverage.segments_read or silent
        empty = labels.none_heard if nothing else labels.not_read
        yield Line(PARAGRAPH, labels.none_in_part if minutes.is_partial else empty)
    for topic in minutes.topics:
        yield Line(HEADING, topic.title, 3)
        for point in topic.points:
            yield from _plain(point, known, labels)


def _speakers(speakers: Sequence[SpeakerShare], labels: MeetingLabels) -> Iterator[Line]:
    if not speakers:
        return
    yield Line(HEADING, labels.speakers, 2)
    for share in speakers:
        words = labels.words.of(share.words)
        time = "" if share.seconds is None else clock(share.seconds) + ", "
        yield Line(ITEM, f"{share.name}: {time}{words}")
