"""The person's notes as the model sees them: what was important, never a source.

A part of the transcript comes with the notes that were made while it was said, and
with those that have no time. A note is told by the entry of its moment; it has no number
of its own, so that no item can cite it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.core.meetings.model import Note, Segment

_LONGEST = 400  # characters of one note
_SHARE = 6  # of a prompt's room, one part in so many is for notes at most


@dataclass(frozen=True)
class Noted:
    """A note and the entry that was being said; None where that is not known."""

    text: str
    segment: int | None

    def written(self) -> str:
        """Return the line of the prompt."""
        place = "" if self.segment is None else f"({self.segment}) "
        return f"- {place}{self.text}".rstrip()

    @property
    def size(self) -> int:
        """Return its bytes."""
        return len(self.written().encode("utf-8")) + 1


def noted(notes: Sequence[Note], segments: Sequence[Segment]) -> tuple[Noted, ...]:
    """Return the notes with their entries; one with neither text nor entry says nothing."""
    timed = sorted((s.start, s.id) for s in segments if s.start is not None and s.text.strip())
    starts = [start for start, _ in timed]
    found = []
    for note in notes:
        segment = None
        if note.time is not None and timed:
            segment = timed[max(0, bisect_right(starts, note.time) - 1)][1]
        text = " ".join(note.text.split())[:_LONGEST]
        if text or segment is not None:
            found.append(Noted(text, segment))
    return tuple(found)


def room_for(notes: Sequence[Noted], size: int) -> int:
    """Return the bytes to keep free for notes in a prompt of ``size`` bytes."""
    return min(sum(note.size for note in notes), size // _SHARE)


def notes_of(notes: Sequence[Noted], known: Collection[int], room: int) -> list[Noted]:
    """Return the notes for a part with the entries ``known``, as many as fit.

    Those of a moment in it come first; all of them stand in the minutes themselves anyway.
    """
    here = [n for n in notes if n.segment in known]
    chosen = []
    for note in [*here, *(n for n in notes if n.segment is None)]:
        if note.size <= room:
            chosen.append(note)
            room -= note.size
    return chosen
