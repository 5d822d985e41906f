"""Levels and silence."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.meetings.recording_level import FLOOR, Level, SilenceWatch, level


def test_full_scale_is_zero_decibel():
    assert level(np.full(100, -32768, "<i2").tobytes()) == Level(0.0, 0.0)


def test_a_sine_is_three_decibel_below_its_peak():
    sine = (16384 * np.sin(np.arange(1600) / 10)).astype("<i2").tobytes()
    found = level(sine)
    assert found.peak == pytest.approx(-6.0, abs=0.1)
    assert found.rms == pytest.approx(-9.0, abs=0.1)


@pytest.mark.parametrize("pcm", [b"", b"\x01", bytes(640)])
def test_nothing_is_at_the_floor(pcm):
    assert level(pcm) == Level(FLOOR, FLOOR)


def test_two_seconds_of_exact_zeros_are_silence():
    watch = SilenceWatch()
    for _ in range(99):
        watch.heard(bytes(640), 0.02)
    assert not watch.silent
    watch.heard(bytes(640), 0.02)
    assert watch.silent


def test_the_faintest_hiss_is_no_silence():
    watch = SilenceWatch()
    watch.heard(bytes(64000), 2.0)
    watch.heard(bytes(638) + b"\x01\x00", 0.02)
    assert watch.seconds == 0


def test_another_microphone_begins_anew():
    watch = SilenceWatch()
    watch.heard(bytes(64000), 2.0)
    watch.reset()
    assert not watch.silent
