"""Everything that is shown of one meeting, read at once and away from the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.core.meetings.model import Minutes, Transcript, Unrecorded
    from app.core.meetings.records import Meeting, NoteRecord


@dataclass(frozen=True)
class Shown:
    """One meeting with its results so far; None where there are none yet."""

    meeting: Meeting
    sound: Path | None
    notes: tuple[NoteRecord, ...]
    transcript: Transcript | None
    minutes: Minutes | None
    gaps: tuple[Unrecorded, ...] = ()


def read_shown(services: Any, number: int) -> Shown:
    """Read a meeting. Raises ``StorageError``."""
    meetings = services.meetings
    return Shown(
        meetings.get(number),
        services.desk.sound_of(number),
        meetings.notes(number),
        meetings.transcript(number),
        meetings.minutes(number),
        services.desk.gaps(number),
    )
