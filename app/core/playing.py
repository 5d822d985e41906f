"""Playing the program's own sound: the port of the window's player."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.core.jobs import JobContext

PLACE = "place"  # data of a job that plays: where it is, in seconds from the start


class SoundPlayer(Protocol):
    """A loudspeaker, which plays one sound at a time."""

    def play(self, sound: Path, start: float, ctx: JobContext) -> None:
        """Play ``sound``, a WAV file of ours, from ``start`` seconds to its end.

        Emits ``PLACE`` with the seconds that are heard now, ten times a second. Raises
        ``InputError`` "sound_lost", ``DeviceError`` "loudspeaker_none", "sound_stuck" or
        "microphone_library" (PortAudio is not here), ``ChildError``, ``Cancelled``.
        """

    def close(self) -> None:
        """Stop, and let go of the loudspeaker."""
