from __future__ import annotations

import numpy as np
import pytest

from app.core.meetings.speech_gate import FRAME, Gate, speech_seconds, stretches

GATE = Gate(pad=0.0, shortest=0.1, pause=0.3)


def line(*pieces: tuple[float, float]) -> tuple[np.ndarray, float]:
    """Return probabilities from (seconds, probability), and the length in seconds."""
    values = np.concatenate([np.full(round(s / FRAME), p, np.float32) for s, p in pieces])
    return values, len(values) * FRAME


def found(gate: Gate, *pieces: tuple[float, float]) -> list[tuple[float, float]]:
    values, length = line(*pieces)
    return [(s.start, s.end) for s in stretches(values, gate, length)]


def test_voice_between_silence_is_one_stretch():
    ((start, end),) = found(GATE, (1, 0.0), (2, 0.9), (1, 0.0))
    assert start == pytest.approx(1.0, abs=0.04) and end == pytest.approx(3.0, abs=0.04)


def test_a_short_pause_does_not_end_a_stretch():
    assert len(found(GATE, (1, 0.9), (0.2, 0.0), (1, 0.9))) == 1


def test_a_long_pause_ends_it():
    assert len(found(GATE, (1, 0.9), (0.6, 0.0), (1, 0.9))) == 2


def test_between_the_two_thresholds_speech_goes_on():
    assert len(found(GATE, (1, 0.9), (1, 0.4), (1, 0.9))) == 1
    assert found(GATE, (3, 0.4)) == []


def test_a_blip_is_no_speech():
    assert found(GATE, (1, 0.0), (0.064, 0.9), (1, 0.0)) == []


def test_what_is_never_sure_is_no_speech():
    assert found(Gate(sure=0.8, pad=0), (1, 0.0), (2, 0.6), (1, 0.0)) == []


def test_what_is_short_must_be_surer():
    assert found(GATE, (1, 0.0), (0.6, 0.7), (1, 0.0)) == []
    assert len(found(GATE, (1, 0.0), (0.6, 0.9), (1, 0.0))) == 1
    assert len(found(GATE, (1, 0.0), (1.5, 0.7), (1, 0.0))) == 1


def test_padding_stops_at_the_ends_and_at_the_middle_of_a_pause():
    gate = Gate(pad=0.5, pause=0.3, shortest=0.1)
    first, second = found(gate, (1, 0.9), (0.6, 0.0), (1, 0.9))
    assert first[0] == 0.0 and first[1] == second[0]
    assert second[1] == pytest.approx(2.6, abs=0.1)


def test_a_long_stretch_is_cut_where_the_voice_is_weakest():
    gate = Gate(pad=0.0, longest=5.0, pause=0.5)
    spans = found(gate, (3, 0.95), (0.1, 0.45), (6, 0.95))
    assert max(end - start for start, end in spans) <= 5.0 + FRAME
    assert spans[0][1] == pytest.approx(3.0, abs=0.15)
    assert [a[1] for a in spans[:-1]] == [b[0] for b in spans[1:]]


def test_speech_until_the_end_is_kept_to_the_end():
    values, length = line((1, 0.0), (2, 0.9))
    (span,) = stretches(values, GATE, length)
    assert span.end == pytest.approx(length, abs=0.001)


def test_no_probabilities_mean_no_speech():
    assert stretches(np.zeros(0, np.float32), GATE, 0.0) == []


def test_the_seconds_of_speech_are_summed():
    values, length = line((1, 0.9), (1, 0.0), (2, 0.9))
    assert speech_seconds(stretches(values, GATE, length)) == pytest.approx(3.0, abs=0.1)


def test_a_stretch_beyond_the_end_is_left_out():
    values, _ = line((1, 0.9), (2, 0.0), (1, 0.9))
    assert len(stretches(values, GATE, 2.0)) == 1
