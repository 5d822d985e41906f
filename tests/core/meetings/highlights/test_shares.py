"""Who spoke how long, and how much was read."""

from __future__ import annotations

from app.core.meetings.highlights.shares import coverage, speaker_shares
from app.core.meetings.model import Coverage, Segment, SpeakerShare

TIMED = (
    Segment(1, 0.0, 2.5, "we don't stop", "Anna"),
    Segment(2, 3.0, 4.0, "yes", None),
    Segment(3, 4.0, 5.0, "go", "Tom"),
    Segment(4, 6.0, 7.0, "now .", "Anna"),
    Segment(5, None, None, "later", "Eva"),
)


def test_speakers_come_in_order_with_seconds_and_words():
    assert speaker_shares(TIMED) == (
        SpeakerShare("Anna", 3.5, 4),
        SpeakerShare("Tom", 1.0, 1),
        SpeakerShare("Eva", None, 1),
    )


def test_coverage_counts_segments_and_seconds():
    assert coverage(TIMED[:2], TIMED) == Coverage(2, 5, 3.5, 5.5)


def test_without_times_seconds_are_unknown():
    said = (Segment(1, None, None, "a"),)
    assert coverage(said, said) == Coverage(1, 1, None, None)
    assert coverage((), ()) == Coverage(0, 0, None, None)
