"""What all exports share: clock times, marks of lost stretches, harmless text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.core.meetings.labels import MeetingLabels
from app.core.meetings.model import Segment, Span, Transcript, Unrecorded

_NEAR = 1.0
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]#|~$!])")
_LINE_START = re.compile(r"^([-+=>]|\d{1,9}(?=[.)]))")

Entry = Segment | Span


def clock(seconds: float) -> str:
    """Return ``seconds`` as 00:12 or, from an hour on, 1:02:03."""
    minutes, second = divmod(max(0, int(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute:02d}:{second:02d}"


def lost(span: Span, labels: MeetingLabels) -> str:
    """Return the mark of a stretch that was not understood, or not recorded."""
    mark = labels.not_recorded if isinstance(span, Unrecorded) else labels.not_understood
    return mark.format(start=clock(span.start), end=clock(span.end))


def timeline(transcript: Transcript, gaps: Sequence[Unrecorded] = ()) -> list[Entry]:
    """Return segments, lost stretches and gaps in order of time.

    Stretches of one kind with nothing understood between them are one. Segments without times keep
    their order in front.
    """
    entries: list[Entry] = [*transcript.segments, *transcript.not_understood, *gaps]
    entries.sort(key=lambda e: -1.0 if e.start is None else e.start)
    merged: list[Entry] = []
    for entry in entries:
        last = merged[-1] if merged else None
        alike = isinstance(entry, Span) and type(last) is type(entry)
        if alike and _touch(last, entry):
            merged[-1] = type(entry)(last.start, max(last.end, entry.end))
        else:
            merged.append(entry)
    return merged


def _touch(a: Span, b: Span) -> bool:
    return b.start - a.end <= _NEAR


def one_line(text: str) -> str:
    """Return ``text`` on one line, without characters that steer or turn it around."""
    return " ".join(_INVISIBLE.sub(" ", text).split())


def markdown(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is and nothing of it acts."""
    safe = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace("://", ":\\//")
    safe = _MARKDOWN.sub(r"\\\1", safe.replace(":\\//", "\0")).replace("\0", "\\://")
    return _LINE_START.sub(_escaped_start, safe)


def _escaped_start(match: re.Match[str]) -> str:
    found = match.group(1)
    # "1." would begin a list: the full stop behind the number is what must not count.
    return f"{found}\\" if found[0].isdigit() else f"\\{found}"


def places(cited: Iterable[int], by_id: dict[int, Segment]) -> str:
    """Return the times of the segments that are cited, or their numbers without times."""
    found: list[str] = []
    for number in cited:
        segment = by_id.get(number)
        known = segment is not None and segment.start is not None
        text = clock(segment.start or 0.0) if segment and known else str(number)
        if text not in found:
            found.append(text)
    return ", ".join(found)


def by_id(segments: Sequence[Segment]) -> dict[int, Segment]:
    """Return the segments by their numbers."""
    return {segment.id: segment for segment in segments}
