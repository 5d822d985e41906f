"""Meetings on a desk, with real files."""

from __future__ import annotations

import wave
from pathlib import Path

from app.core.meetings import recording as rec
from app.core.meetings.model import Coverage, Decision, Minutes, Note, Segment, Transcript


def wav(path: Path, seconds: float = 1.0) -> Path:
    """Write a sound file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16000)
        out.writeframes(b"\1\0" * int(16000 * seconds))
    return path


def finished(library, desk, tmp_path: Path, title: str = "a: b/c?") -> int:
    """Make a meeting with transcript and minutes; return its number."""
    number = desk.add(wav(tmp_path / "talk.wav"), language="en")
    library.meetings.rename(number, title)
    segments = (Segment(1, 0.0, 1.0, "We decided to go.", "Anna"),)
    library.meetings.save_transcript(number, Transcript(segments, "draft", language="en"))
    minutes = Minutes(title, "extract", Coverage(1, 1, 1.0, 1.0), segments,
                      decisions=(Decision("We decided to go.", "quoted", (1,)),))  # fmt: skip
    library.meetings.save_minutes(number, minutes)
    return number


def recorded_in(folder: Path, state: str) -> Path:
    """Write a recording of one second with a note and a marker."""
    wav(folder / "part-1.wav")
    part = rec.Part("part-1.wav", 0.0, 16000, 1, "mic")
    recording = rec.Recording(
        "2026-03-01T10:00:00+00:00", "mic", state, 1.0 if state == rec.CLOSED else None, (part,),
        markers=(Note("buy milk", 0.5), Note("", 0.7)),
    )  # fmt: skip
    rec.save(folder, recording)
    return folder
