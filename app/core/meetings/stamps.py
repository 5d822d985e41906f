"""Times at the beginnings of lines: what Alcove and others write in text transcripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.core.meetings.labels import MeetingLabels
from app.core.meetings.model import Segment, Span, Unrecorded

# "1:02:03.5", "02:03", and minutes that go on counting behind an hour: "62:10".
_CLOCK = r"(?:\d{1,3}:[0-5]?\d|\d{1,3}):[0-5]\d(?:[.,]\d{1,3})?"
_TO = r"\s*(?:-->|[-–—])\s*"
_DASH = r"(?:[-–—]\s+)?"
_STAMP = re.compile(
    rf"(?:\[({_CLOCK})(?:{_TO}({_CLOCK}))?\]|\(({_CLOCK})(?:{_TO}({_CLOCK}))?\))\s*{_DASH}"
)
_BARE = re.compile(rf"(\d{{1,2}}:[0-5]\d:[0-5]\d(?:[.,]\d{{1,3}})?)\s+{_DASH}")
_ALONE = re.compile(rf"({_CLOCK})\Z")
# What stands between a name and its words elsewhere: "Anna (00:03): hi", "Anna 00:03: hi".
_BEHIND_NAME = re.compile(
    rf"([^:：\[\]()]{{1,60}}?)(?:\s*[,–—-])?\s*"
    rf"(?:\[({_CLOCK})\]|\(({_CLOCK})\)|(?<=\s)({_CLOCK}))\s*[:：](?!\d)\s*"
)
_BEFORE_NAME = re.compile(rf"({_CLOCK})\s+{_DASH}(?=[^\W\d_][^:：]{{0,60}}[:：])")
# A line of its own above what somebody says: "Anna Smith  0:03", "0:03 Anna Smith".
_ABOVE = re.compile(
    rf"([^\W\d_][^:：\[\]()]{{0,59}}?)\s*(?:[,|–—-]\s*)?(?:\(({_CLOCK})\)|\s({_CLOCK}))\Z"
)
_ABOVE_TOO = re.compile(rf"({_CLOCK})\s+(?:[|–—-]\s+)?([^\W\d_][^:：\[\]()]{{0,59}})\Z")
# The mark of our own exports, word for word: "[lunch 12:00–13:00]" is what somebody wrote.
_LOST, _GAP = (
    re.compile(
        re.escape(mark).replace(r"\{start\}", f"({_CLOCK})").replace(r"\{end\}", f"({_CLOCK})")
        + r"\Z"
    )
    for mark in (MeetingLabels().not_understood, MeetingLabels().not_recorded)
)
# Markdown of a transcript that was exported: "**00:44 Anna:** what she said".
_BOLD = re.compile(rf"\*\*({_CLOCK})(?:\s+([^*]{{1,80}}))?\*\*\s*")
_EMPHASIS = re.compile(r"\*(\\?\[.*\])\*\Z")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]#|~$!:\-+=>.)])")

# Speech is cut at pauses of 2 s before it is written down; the marks have whole seconds.
_LONG_GAP = 3.0
# How fast people talk in meetings, for the last line of a transcript that gives no end.
_WORDS_PER_SECOND = 2.5


class Stamp(NamedTuple):
    """When a line begins and, where it says so, ends; in seconds."""

    start: float
    end: float | None = None


def take_stamp(line: str) -> tuple[Stamp | None, str]:
    """Return the time that ``line`` begins with, or None, and the line without it.

    A time counts in brackets, alone on its line, or bare with hours, minutes and seconds:
    "10:30 is when we meet" is what somebody said. "[00:04.000 --> 00:08.000]" has an end.
    """
    match = _STAMP.match(line) or _BARE.match(line) or _ALONE.match(line)
    if match is None:
        return None, line
    start, *end = [_seconds(clock) for clock in match.groups() if clock]
    if end and end[0] < start:
        return None, line
    return Stamp(start, *end), line[match.end() :]


def stamps_by_name(line: str, *, bare: bool = True) -> Iterator[tuple[Stamp, str]]:
    """Yield the time that stands beside a name in ``line``, and the line without it.

    "Anna (00:03): hi" and "00:03 Anna: hi" become "Anna: hi", and only with ``bare`` so
    does "Anna 00:03: hi"; whether that is a name is for the caller to say.
    """
    behind, before = _BEHIND_NAME.match(line), _BEFORE_NAME.match(line)
    if behind and (bare or not behind.group(4)):
        clock = next(clock for clock in behind.groups()[1:] if clock)
        yield Stamp(_seconds(clock)), f"{behind.group(1).rstrip()}: {line[behind.end() :]}"
    if before:
        yield Stamp(_seconds(before.group(1))), line[before.end() :]


def stamped_name(line: str) -> tuple[Stamp, str] | None:
    """Return the time and the name that ``line`` consists of, or None.

    "Anna Smith  0:03" stands above what Anna says; whether that is a name is for the
    caller to say.
    """
    match = _ABOVE.match(line)
    if match:
        return Stamp(_seconds(match.group(2) or match.group(3))), match.group(1)
    match = _ABOVE_TOO.match(line)
    return (Stamp(_seconds(match.group(1))), match.group(2)) if match else None


def marked_stretch(line: str) -> Span | None:
    """Return the stretch that a mark of ours names, or None where ``line`` is what was said.

    "[not understood 00:12–00:31]", or as ``Unrecorded`` "[not recorded 00:31–00:39]".
    """
    for pattern, kind in ((_LOST, Span), (_GAP, Unrecorded)):
        match = pattern.match(line)
        if match is not None:
            start, end = map(_seconds, match.groups())
            return kind(start, max(start, end))
    return None


def without_markdown(line: str) -> str:
    """Return a line of an exported Markdown transcript as the text export writes it."""
    line = _EMPHASIS.sub(r"\1", line.strip())
    bold = _BOLD.match(line)
    if bold:
        speaker = f"{bold.group(2)} " if bold.group(2) else ""
        line = f"[{bold.group(1)}] {speaker}{line[bold.end() :]}"
    else:
        line = re.sub(r"\A\*\*([^*]{1,80}:)\*\*\s", r"\1 ", line)
    line = re.sub(r"\A#{1,6} ", "", line)
    return _ESCAPED.sub(r"\1", line).replace("&lt;", "<").replace("&amp;", "&")


def is_stamped(stamps: Sequence[Stamp | None]) -> bool:
    """Return whether the times of lines are a recorder's: more than half of them have one.

    A single "[12:30]" in front of a line is what its writer wrote, and stays.
    """
    return 2 * sum(stamp is not None for stamp in stamps) > len(stamps)


def with_times(
    segments: Sequence[Segment], stamps: Sequence[Stamp | None], marked: Sequence[Span] = ()
) -> list[Segment]:
    """Return ``segments`` with the times at which they begin and end.

    One without an end lasts until the next one or a stretch of ``marked``, the last one as
    long as its words take. Without a time for each of them, or where times go back, all
    stay without: half a clock would put them into a wrong order.
    """
    known = [stamp for stamp in stamps if stamp is not None]
    rising = all(a.start <= b.start for a, b in zip(known, known[1:], strict=False))
    if not known or len(known) < len(segments) or not rising:
        return list(segments)
    breaks = sorted(span.start for span in marked if _ends_what_was_said(span))
    timed: list[Segment] = []
    for place, (segment, stamp) in enumerate(zip(segments, known, strict=True)):
        if stamp.end is not None:
            end = stamp.end
        elif place + 1 < len(known):
            end = known[place + 1].start
        else:
            end = stamp.start + round(len(segment.text.split()) / _WORDS_PER_SECOND, 1)
        if stamp.end is None:
            end = min([end, *(at for at in breaks if at >= stamp.start)])
        timed.append(replace(segment, start=stamp.start, end=end))
    return timed


def _ends_what_was_said(span: Span) -> bool:
    """Return whether nobody's words go on over ``span``: a short gap may lie within them."""
    return not isinstance(span, Unrecorded) or span.end - span.start >= _LONG_GAP


def _seconds(clock: str) -> float:
    *before, last = clock.replace(",", ".").split(":")
    whole = 0
    for part in before:
        whole = whole * 60 + int(part)
    return whole * 60 + float(last)
