from __future__ import annotations

import numpy as np
import pytest

from app.core.meetings.speech_mix import Mixer
from app.core.meetings.speech_sound import RATE


def voice(seconds: float, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (0.2 * random.standard_normal(round(seconds * RATE))).astype(np.float32)


def power(samples: np.ndarray) -> float:
    return float((samples.astype(float) ** 2).mean())


def test_one_channel_passes_unchanged():
    mono = voice(1, 1)
    assert np.array_equal(Mixer().mix(mono[None, :]), mono)


def test_two_different_talkers_become_their_mean():
    left, right = voice(2, 1), voice(2, 2)
    assert np.allclose(Mixer().mix(np.stack([left, right])), (left + right) / 2, atol=1e-6)


def test_opposite_channels_do_not_erase_each_other():
    left = voice(2, 1)
    assert np.allclose(Mixer().mix(np.stack([left, -left])), left, atol=1e-6)


def test_an_echo_of_opposite_sign_with_noise_is_turned_too():
    left = voice(3, 1)
    right = -0.8 * left + 0.1 * voice(3, 2)
    assert power(Mixer().mix(np.stack([left, right]))) > 0.7 * power(left)


def test_a_turn_in_the_middle_makes_no_click():
    at = np.arange(4 * RATE) / RATE
    left = (0.3 * np.sin(2 * np.pi * 200 * at)).astype(np.float32)
    right = left.copy()
    right[2 * RATE :] *= -1
    mixed = Mixer().mix(np.stack([left, right]))
    assert np.abs(np.diff(mixed)).max() < 2 * np.abs(np.diff(left)).max()
    assert power(mixed[3 * RATE :]) == pytest.approx(power(left), rel=0.01)


def test_the_result_is_the_same_for_any_block_size_of_whole_chunks():
    block = np.stack([voice(2, 1), -voice(2, 1)])
    whole = Mixer().mix(block)
    mixer = Mixer()
    parts = [mixer.mix(block[:, at : at + 1600]) for at in range(0, block.shape[1], 1600)]
    assert np.allclose(np.concatenate(parts), whole)


def test_silence_does_not_decide_the_sign():
    mixer = Mixer()
    mixer.mix(np.zeros((2, RATE), np.float32))
    left = voice(1, 1)
    assert np.allclose(mixer.mix(np.stack([left, -left])), left, atol=1e-6)


def test_many_channels_become_their_mean():
    block = np.stack([voice(1, n) for n in range(5)])
    assert np.allclose(Mixer().mix(block), block.mean(axis=0), atol=1e-6)


def test_an_empty_block_stays_empty():
    assert Mixer().mix(np.zeros((2, 0), np.float32)).shape == (0,)
