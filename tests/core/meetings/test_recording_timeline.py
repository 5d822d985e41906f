"""When sound is late, when it is lost, and when a clock merely drifts."""

from __future__ import annotations

import random

import pytest

from app.core.meetings.recording_timeline import Missing, Timeline, steady

CHUNK = 0.02


class Feeding:
    """A stream of chunks into a timeline, on a clock of its own."""

    def __init__(self) -> None:
        self.timeline = Timeline()
        self.now = 1000.0
        self.end = 0.0
        self.missing: list[Missing] = []

    def play(self, seconds: float, *, pace: float = 1.0, jitter: float = 0.0) -> None:
        """Deliver ``seconds`` of sound, each chunk ``pace`` times its length after the last."""
        draw = random.Random(7)
        for _ in range(round(seconds / CHUNK)):
            self.now += CHUNK * pace
            self.end += CHUNK
            self._take(self.timeline.arrived(self.now + draw.uniform(0, jitter), self.end, CHUNK))

    def _take(self, missing: Missing | None) -> None:
        if missing is not None:
            self.missing.append(missing)
            self.end += missing.seconds

    def wait(self, seconds: float) -> None:
        """Let time pass without sound."""
        self.now += seconds

    def back(self) -> None:
        """Deliver the first chunk of a stream that was opened again."""
        self.now += CHUNK
        self.end += CHUNK
        self._take(self.timeline.returned(self.now, self.end, CHUNK))


@pytest.fixture
def feeding() -> Feeding:
    return Feeding()


def test_steady_sound_misses_nothing(feeding):
    feeding.play(60, jitter=0.1)
    assert feeding.missing == []
    assert feeding.timeline.time(feeding.now) == pytest.approx(60, abs=0.11)


def test_a_hole_that_stays_is_missing_at_its_place(feeding):
    feeding.play(5)
    feeding.wait(0.7)
    feeding.play(3)
    (missing,) = feeding.missing
    assert missing.at == pytest.approx(5.0, abs=0.001)
    assert missing.seconds == pytest.approx(0.7, abs=0.001)
    assert feeding.end == pytest.approx(8.7, abs=0.001)


def test_an_hour_of_sleep_is_missing(feeding):
    feeding.play(5)
    feeding.wait(3600)
    feeding.play(2)
    assert feeding.missing[0].seconds == pytest.approx(3600, abs=0.001)


def test_a_burst_that_catches_up_is_no_loss(feeding):
    feeding.play(5)
    feeding.wait(2.0)
    feeding.play(2.0, pace=0.0)
    feeding.play(5)
    assert feeding.missing == []


def test_a_burst_that_catches_up_in_part_misses_the_rest(feeding):
    feeding.play(5)
    feeding.wait(2.0)
    feeding.play(1.5, pace=0.0)
    feeding.play(3)
    assert [round(m.seconds, 2) for m in feeding.missing] == [0.5]


def test_a_short_hole_is_within_the_tolerance(feeding):
    feeding.play(5)
    feeding.wait(0.2)
    feeding.play(5)
    assert feeding.missing == []


def test_a_slow_sound_card_is_followed(feeding):
    feeding.play(1200, pace=1.0005)
    assert feeding.missing == []


def test_a_fast_sound_card_is_followed_too(feeding):
    feeding.play(1200, pace=0.9995)
    feeding.wait(0.7)
    feeding.play(3, pace=0.9995)
    assert [round(m.seconds, 1) for m in feeding.missing] == [0.7]


def test_two_holes_are_told_apart(feeding):
    for _ in range(2):
        feeding.play(5)
        feeding.wait(1.0)
    feeding.play(5)
    assert [round(m.at, 1) for m in feeding.missing] == [5.0, 11.0]


def test_a_stream_that_was_opened_again_tells_its_gap_at_once(feeding):
    feeding.play(5)
    feeding.wait(0.1)
    feeding.back()
    assert feeding.missing == [
        Missing(pytest.approx(5.0, abs=0.001), pytest.approx(0.1, abs=0.001))
    ]


def test_a_pause_is_no_gap(feeding):
    feeding.play(5)
    feeding.timeline.stop()
    assert not feeding.timeline.running
    feeding.wait(100)
    feeding.back()
    feeding.play(5)
    assert feeding.missing == []
    assert feeding.timeline.time(feeding.now) == pytest.approx(feeding.end, abs=0.001)


def test_what_is_behind_at_the_end_counts(feeding):
    feeding.play(5)
    feeding.wait(0.6)
    feeding.play(0.1)
    assert feeding.missing == []
    assert feeding.timeline.settle() == Missing(
        pytest.approx(5.0, abs=0.001), pytest.approx(0.6, abs=0.001)
    )
    assert feeding.timeline.settle() is None


def test_before_the_first_sound_the_meeting_has_not_begun():
    assert Timeline().time(5000.0) == 0.0
    assert Timeline().settle() is None


def test_the_steady_clock_goes_forward():
    assert steady() <= steady()
