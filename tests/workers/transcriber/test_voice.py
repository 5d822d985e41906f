from __future__ import annotations

import numpy as np
import pytest
from support import sound_files as made

from app.core.errors import Cancelled
from app.core.jobs import JobContext
from app.core.meetings.speech_gate import DRAFT_GATE, WHISPER_GATE, stretches
from app.core.meetings.speech_sound import open_sound
from app.workers.transcriber import voice


def probabilities(tmp_path, samples: np.ndarray) -> np.ndarray:
    sound = open_sound(made.write_wav(tmp_path / "sound.wav", samples))
    return voice.probabilities(sound, JobContext())


def sounds() -> dict[str, np.ndarray]:
    at = np.arange(20 * made.RATE) / made.RATE
    notes = [220, 262, 330, 262, 220, 196, 330, 262, 392, 330]
    melody = np.concatenate([made.tone(1.0, f) + made.tone(1.0, 2 * f) * 0.5 for f in notes])
    clicks = np.zeros(20 * made.RATE, np.float32)
    clicks[::8000] = 0.9
    brown = np.cumsum(made.noise(20.0))
    return {
        "silence": np.zeros(20 * made.RATE, np.float32),
        "white noise": made.noise(20.0),
        "brown noise": (brown / np.abs(brown).max()).astype(np.float32),
        "hum": made.tone(20.0, 50) + made.tone(20.0, 150, level=0.1),
        "a tone": made.tone(20.0, 440),
        "a siren": (0.4 * np.sin(2 * np.pi * (600 + 300 * np.sin(at)) * at)).astype(np.float32),
        "a melody": melody,
        "clicks": clicks,
    }


@pytest.mark.parametrize("name", list(sounds()))
def test_what_is_no_voice_gives_no_stretch(tmp_path, name):
    samples = sounds()[name]
    heard = probabilities(tmp_path, samples)
    length = len(samples) / made.RATE
    assert stretches(heard, DRAFT_GATE, length) == []
    assert stretches(heard, WHISPER_GATE, length) == []


def test_speech_between_silence_is_found_where_it_is(tmp_path):
    quiet = np.zeros(5 * made.RATE, np.float32)
    heard = probabilities(tmp_path, np.concatenate([quiet, made.speech(6.0), quiet]))
    spans = stretches(heard, DRAFT_GATE, 16.0)
    assert spans and 4.5 < spans[0].start < 6.5 and 9.0 < spans[-1].end < 11.5


def test_the_result_does_not_depend_on_the_blocks(tmp_path, monkeypatch):
    speech = made.speech(12.0)
    whole = probabilities(tmp_path, speech)
    monkeypatch.setattr(voice, "_BLOCK", 512 * 7)
    assert np.allclose(probabilities(tmp_path, speech), whole, atol=1e-4)


def test_it_agrees_with_the_library_that_brings_the_network(tmp_path):
    vad = pytest.importorskip("faster_whisper.vad")
    speech = made.speech(10.0)[: 300 * 512]
    pcm = np.rint(speech * 32767).astype(np.float32) / 32768
    theirs = vad.get_vad_model()(pcm).reshape(-1)
    assert np.allclose(probabilities(tmp_path, speech), theirs, atol=0.02)


def test_no_sound_gives_no_probabilities(tmp_path):
    assert len(probabilities(tmp_path, np.zeros(0, np.float32))) == 0


def test_cancel_stops_it(tmp_path):
    ctx = JobContext()
    ctx.cancel()
    sound = open_sound(made.write_wav(tmp_path / "sound.wav", made.noise(1.0)))
    with pytest.raises(Cancelled):
        voice.probabilities(sound, ctx)
