from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from support import sound_files as made

from app.core.jobs import JobContext
from app.core.meetings.model import Segment, Span
from app.core.meetings.speech_sound import RATE, Samples
from app.workers.transcriber import ops
from app.workers.transcriber.decode import decode
from app.workers.transcriber.draft import Recogniser, is_here

pytestmark = pytest.mark.skipif(not is_here(), reason="no draft recogniser for this Python")


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser()


def pcm(samples: np.ndarray) -> Samples:
    return np.rint(samples * 32767).astype(np.int16)


class Draft:
    """The whole way of a file through gate, recogniser and judgement."""

    def __init__(self, source: Path):
        target = source.parent / "converted.wav"
        decode(source, target, JobContext())
        self.segments: list[dict] = []
        self.lost: list[dict] = []
        spans = ops.gate({"sound": str(target)}, JobContext())["draft"]
        ops.draft({"sound": str(target), "spans": spans}, JobContext(on_data=self._take))

    def _take(self, kind: str, data: dict) -> None:
        (self.segments if kind == "segment" else self.lost).append(data)

    @property
    def words(self) -> list[str]:
        return " ".join(s["text"] for s in self.segments).split()


def spoken(tmp_path: Path, voice: str, text: str) -> Path:
    path = tmp_path / "spoken.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-w", str(path), text], check=True)
    return path


def test_the_sample_is_understood_word_for_word_nearly(tmp_path):
    draft = Draft(made.write_wav(tmp_path / "a.wav", made.speech(12.0)))
    assert len(draft.words) > 15 and draft.lost == []
    assert {"the", "and"} & set(draft.words)


def test_segments_have_ids_times_words_and_a_confidence(tmp_path):
    draft = Draft(made.write_wav(tmp_path / "a.wav", made.speech(12.0)))
    assert [s["id"] for s in draft.segments] == list(range(1, len(draft.segments) + 1))
    for plain in draft.segments:
        assert 0.0 <= plain["start"] < plain["end"] <= 12.0
        assert [w["text"] for w in plain["words"]] == plain["text"].split()
        assert 0.0 < plain["confidence"] <= 1.0
        times = [t for w in plain["words"] for t in (w["start"], w["end"])]
        assert times == sorted(times)
        assert isinstance(Segment(**plain), Segment)


def test_times_count_from_the_start_of_the_sound(recogniser):
    stretch = recogniser.hear(pcm(made.speech(6.0)), Span(100.0, 106.0))
    assert stretch.words[0].start >= 100.0 and stretch.words[-1].end <= 106.1


def test_what_was_heard_before_does_not_change_what_is_heard(recogniser):
    speech, span = pcm(made.speech(8.0)), Span(0.0, 8.0)
    recogniser.begin()
    first = recogniser.hear(speech, span)
    recogniser.hear(pcm(made.noise(8.0)), span)
    recogniser.begin()
    assert recogniser.hear(speech, span) == first


def test_fillers_and_second_pronunciations_are_no_words(recogniser):
    words = recogniser.hear(pcm(made.speech(10.0)), Span(0.0, 10.0)).words
    assert words and not any(c in w.text for w in words for c in "<>[]()+")


def test_no_sound_gives_no_words(recogniser):
    assert recogniser.hear(np.zeros(RATE // 100, np.int16), Span(0.0, 0.01)).words == ()


@pytest.mark.parametrize("samples", [made.noise(8.0), made.tone(8.0), made.tone(8.0, 110)])
def test_noise_and_tones_give_nothing_at_all(tmp_path, samples):
    draft = Draft(made.write_wav(tmp_path / "a.wav", samples))
    assert draft.segments == [] and draft.lost == []


GERMAN = (
    "Guten Morgen zusammen. Der erste Punkt heute ist das Geld für das neue Büro. "
    "Ich glaube, wir sollten warten, bis alle Zahlen vollständig sind. "
    "Niemand hat uns gesagt, dass der Drucker im dritten Stock kaputt ist."
)
ENGLISH = (
    "Good morning everyone. The first point today is the money for the new office. "
    "I think we should wait until all the numbers are complete. "
    "Nobody told us that the printer on the third floor is broken."
)


@pytest.mark.display
@pytest.mark.parametrize(("voice", "text"), [("de", GERMAN), ("en-us", ENGLISH)])
def test_german_and_voices_it_cannot_follow_lose_most(tmp_path, voice, text):
    draft = Draft(spoken(tmp_path, voice, text))
    assert len(draft.words) < 0.4 * len(text.split())
    assert draft.lost, "what was not understood is marked"


def test_a_trial_measures_both_parts(tmp_path):
    path = made.write_wav(tmp_path / "a.wav", made.speech(4.0))
    found = ops.trial({"sound": str(path), "spans": [[0.0, 4.0]], "engine": "draft"}, JobContext())
    assert found["factor"] > 0 and found["load"] >= 0
