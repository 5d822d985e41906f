"""Who spoke how long."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.meetings.model import Coverage, Segment, SpeakerShare
from app.core.text.tokens import count_words


def speaker_shares(segments: Sequence[Segment]) -> tuple[SpeakerShare, ...]:
    """Return the named speakers in order of appearance.

    Seconds are None for a speaker of whom no segment has times.
    """
    words: dict[str, int] = {}
    seconds: dict[str, float | None] = {}
    for segment in segments:
        if segment.speaker is None:
            continue
        name = segment.speaker
        words[name] = words.get(name, 0) + count_words(segment.text)
        spoken = seconds.setdefault(name, None)
        if segment.start is not None and segment.end is not None:
            seconds[name] = (spoken or 0.0) + segment.end - segment.start
    return tuple(SpeakerShare(n, _rounded(seconds[n]), count) for n, count in words.items())


def coverage(read: Sequence[Segment], all_of: Sequence[Segment]) -> Coverage:
    """Return how much of a transcript was read."""
    return Coverage(len(read), len(all_of), _seconds(read, all_of), _seconds(all_of, all_of))


def _seconds(segments: Sequence[Segment], all_of: Sequence[Segment]) -> float | None:
    """Return the seconds of ``segments``; None where the transcript has no times."""
    if not any(s.start is not None for s in all_of):
        return None
    return _rounded(
        sum(s.end - s.start for s in segments if s.start is not None and s.end is not None)
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
