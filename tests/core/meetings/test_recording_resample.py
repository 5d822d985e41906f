"""Another sampling rate: the same in blocks, true to the sound, its filter made once."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.meetings import recording_resample
from app.core.meetings.recording_resample import Resampler


def tone(rate: int, seconds: float, hertz: float = 440.0) -> np.ndarray:
    wave = 10000 * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)
    return np.rint(wave).reshape(-1, 1).astype("<i2")


def at_once(old: int, new: int, sound: np.ndarray) -> np.ndarray:
    made = Resampler(old, new)
    return np.concatenate([made.feed(sound), made.flush(sound.shape[1])])


@pytest.mark.parametrize("block", [7, 997])
def test_in_blocks_it_is_the_same_as_at_once(block) -> None:
    sound = tone(44100, 0.5)
    once, made = at_once(44100, 16000, sound), Resampler(44100, 16000)
    parts = [made.feed(sound[at : at + block]) for at in range(0, len(sound), block)]
    blocks = np.concatenate([*parts, made.flush(1)])
    assert len(once) == len(blocks) == 8000
    assert np.allclose(once, blocks, atol=0.01)


@pytest.mark.parametrize(
    ("old", "new"), [(48000, 16000), (16000, 44100), (44100, 48000), (44101, 16000)]
)
@pytest.mark.parametrize("table", [0, 4_000_000])
def test_a_tone_stays_the_same_tone_in_each_channel(old, new, table, monkeypatch) -> None:
    monkeypatch.setattr(recording_resample, "_LARGEST_TABLE", table)
    both = np.hstack([tone(old, 0.5), tone(old, 0.5, 880.0)])
    got = at_once(old, new, both)
    for channel, hertz in enumerate((440.0, 880.0)):
        wanted = tone(new, 0.5, hertz)[:, 0]
        assert abs(len(got) - len(wanted)) <= 1
        inner = slice(300, len(wanted) - 300)
        assert np.abs(got[inner, channel] - wanted[inner]).max() < 40


def test_the_same_rate_is_left_as_it_is() -> None:
    sound = tone(16000, 0.1)
    assert (at_once(16000, 16000, sound) == sound).all()


def test_an_hour_needs_no_more_filters_than_a_second(monkeypatch) -> None:
    """They took eight seconds for each minute of sound when made for every sample."""
    made, real = [], np.sinc
    monkeypatch.setattr(np, "sinc", lambda x: made.append(len(x)) or real(x))
    resample = Resampler(44100, 16000)
    for _ in range(3):
        resample.feed(tone(44100, 1.0))
    assert sum(made) == 160
