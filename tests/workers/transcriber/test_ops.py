from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from support import sound_files as made
from support import tiny_whisper

from app.core.errors import EngineError
from app.core.jobs import JobContext
from app.workers.transcriber import OPS, ops


class Call:
    """Calls an op and keeps what it said meanwhile."""

    def __init__(self, op: str, **args):
        self.emitted: list[tuple[str, dict]] = []
        self.steps: list[str] = []
        ctx = JobContext(
            on_progress=lambda p: self.steps.append(p.step),
            on_data=lambda kind, data: self.emitted.append((kind, data)),
        )
        self.result = OPS[op](args, ctx)

    @property
    def segments(self) -> list[dict]:
        return [data for kind, data in self.emitted if kind == "segment"]


@pytest.fixture
def sound(tmp_path) -> str:
    return str(made.write_wav(tmp_path / "sound.wav", made.noise(70.0)))


def test_a_file_goes_through_decode_gate_and_whisper_as_plain_data(tmp_path):
    source = made.encode(tmp_path / "a.mp3", made.speech(8.0), "libmp3lame")
    target = str(tmp_path / "sound.wav")
    decoded = Call("decode", source=str(source), target=target, name="a.mp3").result
    assert decoded["samples"] == pytest.approx(8 * made.RATE, rel=0.02)
    assert decoded["truncated"] is False
    spans = Call("gate", sound=target).result
    assert spans["whisper"] and spans["draft"]
    folder = str(tiny_whisper.build(tmp_path / "tiny"))
    call = Call("whisper", sound=target, folder=folder, spans=spans["whisper"], language=None)
    assert call.result["language"] == "en" and call.result["device"] in ("cpu", "cuda")
    assert call.result["factor"] > 0
    assert call.segments[0]["id"] == 1 and call.segments[0]["words"]
    assert call.steps[0] == "load_model" and set(call.steps[1:]) == {"transcribe"}


def test_what_a_model_repeats_for_ever_is_taken_out(tmp_path, sound):
    words = [" and", " then", " we", " go"]
    folder = str(tiny_whisper.build(tmp_path / "loop", words, endless=True))
    call = Call("whisper", sound=sound, folder=folder, spans=[[0.0, 70.0]], language="en")
    text = " ".join(s["text"] for s in call.segments)
    assert text.split()[:4] == ["and", "then", "we", "go"]
    assert len(text.split()) <= 12, "three windows of 223 words each were a loop"


def test_a_window_that_repeats_the_one_before_is_taken_out_and_ids_have_no_hole(tmp_path, sound):
    words = [" this", " sentence", " has", " more", " than", " five", " words"]
    folder = str(tiny_whisper.build(tmp_path / "same", words))
    call = Call("whisper", sound=sound, folder=folder, spans=[[0.0, 70.0]], language="en")
    assert [s["id"] for s in call.segments] == [1]


def test_a_trial_of_whisper_measures_load_and_work(tmp_path, sound):
    folder = str(tiny_whisper.build(tmp_path / "tiny"))
    found = Call("trial", sound=sound, spans=[[0.0, 5.0]], engine="whisper", folder=folder).result
    assert found["factor"] > 0 and found["load"] > 0


def test_a_trial_without_speech_is_refused(tmp_path, sound):
    folder = str(tiny_whisper.build(tmp_path / "tiny"))
    with pytest.raises(EngineError):
        Call("trial", sound=sound, spans=[], engine="whisper", folder=folder)


def test_short_speech_is_repeated_to_fill_a_window():
    piece = np.arange(100, dtype=np.int16)
    filled = ops._filled([piece, piece], 450)
    assert len(filled) == 450 and filled[250] == 50


def test_a_missing_ctranslate2_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ctranslate2", None)
    with pytest.raises(EngineError) as caught:
        ops._Engines().whisper(Path("any"))
    assert caught.value.code == "engine_missing" and caught.value.params["why"] == "ctranslate2"


def test_a_missing_recogniser_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    with pytest.raises(EngineError) as caught:
        ops._Engines().recogniser()
    assert caught.value.code == "engine_missing"


def test_one_engine_lies_in_memory_at_a_time():
    engines = ops._Engines()
    first = engines._get("a", lambda: "A")
    assert engines._get("a", lambda: "other") is first
    assert engines._get("b", lambda: "B") == "B" and engines._engine == "B"
