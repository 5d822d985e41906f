"""Times at the beginnings of lines: what Alcove and others write in text transcripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.core.meetings.labels import MeetingLabels
from app.core.meetings.model import Segment, Span

_CLOCK = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)(?:[.,]\d{1,3})?"
_STAMP = re.compile(rf"(?:\[{_CLOCK}\]|\({_CLOCK}\))\s*(?:[-–—]\s+)?")
_BARE = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)(?:[.,]\d{1,3})?\s+(?:[-–—]\s+)?")
# What stands between a name and its words elsewhere: "Anna (00:03): hi", "Anna 00:03: hi".
_BEHIND_NAME = re.compile(
    rf"([^:：\[\]()]{{1,60}}?)(?:\s*[,–—-])?\s*"
    rf"(?:\[{_CLOCK}\]|\({_CLOCK}\)|(?<=\s){_CLOCK})\s*[:：](?!\d)\s*"
)
_BEFORE_NAME = re.compile(rf"{_CLOCK}\s+(?:[-–—]\s+)?(?=[^\W\d_][^:：]{{0,60}}[:：])")
# The mark of our own exports, word for word: "[lunch 12:00–13:00]" is what somebody wrote.
_LOST = re.compile(
    re.escape(MeetingLabels().not_understood)
    .replace(r"\{start\}", _CLOCK)
    .replace(r"\{end\}", _CLOCK)
    + r"\Z"
)
# Markdown of a transcript that was exported: "**00:44 Anna:** what she said".
_BOLD = re.compile(rf"\*\*({_CLOCK})(?:\s+([^*]{{1,80}}))?\*\*\s*")
_EMPHASIS = re.compile(r"\*(\\?\[.*\])\*\Z")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]#|~$!:\-+=>.)])")


def take_stamp(line: str) -> tuple[float | None, str]:
    """Return the seconds that ``line`` begins with, or None, and the line without them.

    A time counts in brackets, or bare with hours, minutes and seconds: "10:30 is when we
    meet" is what somebody said.
    """
    match = _STAMP.match(line) or _BARE.match(line)
    if match is None:
        return None, line
    return _seconds([part for part in match.groups() if part]), line[match.end() :]


def stamps_by_name(line: str) -> Iterator[tuple[float, str]]:
    """Yield the seconds that stand beside a name in ``line``, and the line without them.

    "Anna (00:03): hi" and "00:03 Anna: hi" become "Anna: hi"; whether that is a name is
    for the caller to say.
    """
    behind, before = _BEHIND_NAME.match(line), _BEFORE_NAME.match(line)
    if behind:
        parts = [part for part in behind.groups()[1:] if part]
        yield _seconds(parts), f"{behind.group(1).rstrip()}: {line[behind.end() :]}"
    if before:
        yield _seconds([part for part in before.groups() if part]), line[before.end() :]


def lost_stretch(line: str) -> Span | None:
    """Return the stretch that a line such as "[not understood 00:12–00:31]" names, or None."""
    match = _LOST.match(line)
    if match is None:
        return None
    first, last = match.groups()[:3], match.groups()[3:]
    start, end = (_seconds([part for part in parts if part]) for parts in (first, last))
    return Span(start, max(start, end))


def without_markdown(line: str) -> str:
    """Return a line of an exported Markdown transcript as the text export writes it."""
    line = _EMPHASIS.sub(r"\1", line.strip())
    bold = _BOLD.match(line)
    if bold:
        speaker = f"{bold.group(5)} " if bold.group(5) else ""
        line = f"[{bold.group(1)}] {speaker}{line[bold.end() :]}"
    else:
        line = re.sub(r"\A\*\*([^*]{1,80}:)\*\*\s", r"\1 ", line)
    line = re.sub(r"\A#{1,6} ", "", line)
    return _ESCAPED.sub(r"\1", line).replace("&lt;", "<").replace("&amp;", "&")


def is_stamped(starts: Sequence[float | None]) -> bool:
    """Return whether the times of lines are a recorder's: half of them have one.

    A single "[12:30]" in front of a line is what its writer wrote, and stays.
    """
    return 2 * sum(start is not None for start in starts) >= len(starts)


def with_times(segments: Sequence[Segment], starts: Sequence[float | None]) -> list[Segment]:
    """Return ``segments`` with the times at which they begin; each lasts until the next.

    Without a time for each of them, or where times go back, all stay without: half a
    clock would put them into a wrong order.
    """
    known = [start for start in starts if start is not None]
    rising = all(a <= b for a, b in zip(known, known[1:], strict=False))
    if not known or len(known) < len(segments) or not rising:
        return list(segments)
    ends = [*known[1:], known[-1]]
    return [replace(s, start=a, end=b) for s, a, b in zip(segments, known, ends, strict=True)]


def _seconds(parts: Sequence[str]) -> float:
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return float(seconds)
