"""Transcripts and minutes as files: Markdown, text, SubRip, WebVTT, JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict

from app.core.meetings.export_captions import CAPTIONS
from app.core.meetings.export_marks import Entry, clock, lost, markdown, one_line, timeline
from app.core.meetings.labels import MeetingLabels
from app.core.meetings.model import Minutes, Note, Segment, Span, Transcript, Unrecorded
from app.core.meetings.outline import HEADING, ITEM, Line, notes_outline, outline, quote

TRANSCRIPT_FORMATS = ("txt", "md", "srt", "vtt", "json")
MINUTES_FORMATS = NOTES_FORMATS = ("md", "txt", "json")


def export_transcript(
    transcript: Transcript,
    form: str,
    *,
    title: str = "",
    labels: MeetingLabels | None = None,
    gaps: Sequence[Unrecorded] = (),
) -> str:
    """Return ``transcript`` in one of ``TRANSCRIPT_FORMATS``.

    Stretches that were not understood, and ``gaps`` in which nothing was recorded, stand
    in their place. Raises ``InputError``
    export_no_times for captions of a transcript without times, ``ValueError`` for
    another format.
    """
    labels = labels or MeetingLabels()
    if form in CAPTIONS:
        return CAPTIONS[form](transcript, labels, gaps)
    if form == "json":
        more = {"gaps": [asdict(gap) for gap in gaps]} if gaps else {}
        return _json({**transcript.to_json(), **more})
    if form == "md":
        return _transcript_md(timeline(transcript, gaps), title, labels)
    if form == "txt":
        return _transcript_txt(timeline(transcript, gaps), labels)
    raise ValueError(f"unknown format {form!r}")


def export_minutes(minutes: Minutes, form: str, *, labels: MeetingLabels | None = None) -> str:
    """Return ``minutes`` in one of ``MINUTES_FORMATS``; ``ValueError`` for another."""
    labels = labels or MeetingLabels()
    if form == "json":
        return _json(minutes.to_json())
    if form == "md":
        return outline_md(outline(minutes, labels))
    if form == "txt":
        return outline_txt(outline(minutes, labels))
    raise ValueError(f"unknown format {form!r}")


def export_notes(
    notes: Sequence[Note], form: str, *, title: str = "", labels: MeetingLabels | None = None
) -> str:
    """Return notes and markers in one of ``NOTES_FORMATS``; ``ValueError`` for another.

    For a meeting that has no minutes, in which they would stand.
    """
    labels = labels or MeetingLabels()
    if form == "json":
        plain = [{"text": note.text, "time": note.time} for note in notes]
        return _json({"title": title, "notes": plain})
    lines = [Line(HEADING, title, 1)] if one_line(title) else []
    lines += notes_outline(notes, labels)
    if form == "md":
        return outline_md(lines)
    if form == "txt":
        return outline_txt(lines)
    raise ValueError(f"unknown format {form!r}")


def _json(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    # A lone surrogate cannot be written as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8") + "\n"


def _transcript_txt(entries: Sequence[Entry], labels: MeetingLabels) -> str:
    lines: list[str] = []
    for entry in entries:
        if isinstance(entry, Span):
            lines.append(lost(entry, labels))
        elif one_line(entry.text):
            lines.append(_stamp(entry) + _voice(entry) + one_line(entry.text))
    return "\n".join(lines) + "\n" if lines else ""


def _stamp(segment: Segment) -> str:
    return "" if segment.start is None else f"[{clock(segment.start)}] "


def _voice(segment: Segment) -> str:
    return f"{one_line(segment.speaker)}: " if segment.speaker else ""


def _transcript_md(entries: Sequence[Entry], title: str, labels: MeetingLabels) -> str:
    blocks = [f"# {markdown(title)}"] if one_line(title) else []
    for entry in entries:
        if isinstance(entry, Span):
            blocks.append(f"*{markdown(lost(entry, labels))}*")
        elif one_line(entry.text):
            head = f"{'' if entry.start is None else clock(entry.start) + ' '}{_voice(entry)}"
            bold = f"**{markdown(head)}** " if head.strip() else ""
            blocks.append(bold + markdown(entry.text))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def outline_md(lines: Sequence[Line]) -> str:
    """Return an outline as Markdown."""
    parts: list[str] = []
    last = ""
    for line in lines:
        text = markdown(quote(line.text, line.quoted) if line.quoted else line.text)
        place = f" \\[{line.place}\\]" if line.place else ""
        if line.form == HEADING:
            written = f"{'#' * line.level} {text}"
        elif line.form == ITEM:
            written = f"{'  ' * (line.level - 1)}- {text}{place}"
        else:
            written = text
        # Items of one list stand together, all else is set apart by an empty line.
        parts.append(("\n" if line.form == last == ITEM else "\n\n") + written)
        last = line.form
    return "".join(parts).lstrip("\n") + "\n"


def outline_txt(lines: Sequence[Line], width: int = 0) -> str:
    """Return an outline as plain text, folded to ``width`` characters unless that is 0."""
    parts: list[str] = []
    last = ""
    for line in lines:
        together = line.form == last == ITEM or (last == HEADING and line.level == 3)
        together = together or last == HEADING
        parts.append(("\n" if together else "\n\n") + _written(line, width))
        last = line.form
    return "".join(parts).lstrip("\n") + "\n"


def _written(line: Line, width: int) -> str:
    text = one_line(quote(line.text, line.quoted))
    if line.form == HEADING:
        rule = {1: "=", 2: "-"}.get(line.level)
        return text + ("\n" + rule * min(len(text), width or 72) if rule else "")
    if line.place:
        text += f" [{line.place}]"
    if line.form != ITEM:
        return _folded(text, width, "", "")
    bullet = "• " if line.level == 1 else "  → "
    return _folded(text, width, bullet, " " * len(bullet))


def _folded(text: str, width: int, first: str, rest: str) -> str:
    if not width:
        return first + text
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=rest)
