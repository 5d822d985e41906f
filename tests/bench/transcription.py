"""What the whole way through the child costs over faster-whisper alone.

    python tests/bench/transcription.py [MINUTES [RUNS]]

Both decode the same MP3 with PyAV, gate it, and write words with times, warm, with the
same options and threads; runs alternate and medians are compared. The model has the
sizes of Whisper "base" and random weights that say 60 words in each window, so that
both do exactly as much. Allowed: 1.05 times.
"""

from __future__ import annotations

# ruff: noqa: E402 - the checkout is put on the path first
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[n]) for n in (1, 2)]

import numpy as np
from support import sound_files, tiny_whisper

from app.adapters.children import Child
from app.adapters.transcriber import Transcriber
from app.core import egress, paths
from app.core.jobs import JobContext
from app.core.meetings.transcribe import Request, transcribe
from app.workers.transcriber.whisper import threads

ALLOWED = 1.05
MINUTES = 10.0
RUNS = 5

_RAW = """
import sys, time
from faster_whisper import WhisperModel
folder, sound, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=threads)
print("ready", flush=True)
for line in sys.stdin:
    began = time.monotonic()
    pieces, _ = model.transcribe(
        sound,
        language="en",
        vad_filter=True,
        word_timestamps=True,
        condition_on_previous_text=False,
    )
    words = sum(len(piece.words) for piece in pieces)
    print(time.monotonic() - began, words, flush=True)
"""


class Raw:
    """faster-whisper in a process of its own."""

    def __init__(self, folder: Path, sound: Path):
        self._process = subprocess.Popen(
            [sys.executable, "-c", _RAW, str(folder), str(sound), str(threads())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def _answer(self) -> list[str]:
        assert self._process.stdout is not None
        return self._process.stdout.readline().split()

    def run(self) -> tuple[float, int]:
        """Return seconds and words."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        seconds, words = self._answer()
        return float(seconds), int(words)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


class Ours:
    """The same through core, adapter, channel and child; the child at usual priority."""

    def __init__(self, model: str, sound: Path):
        self._sound = sound
        self._model = model
        self._speech = Transcriber(Child("transcriber", nice=False), hub=paths.home() / "none")

    def start(self) -> float:
        """Return the seconds until the child answers."""
        began = time.monotonic()
        self._speech.ping(JobContext())
        return time.monotonic() - began

    def run(self) -> tuple[float, int]:
        """Return seconds and words."""
        request = Request("whisper", "en", self._model)
        began = time.monotonic()
        transcript = transcribe(self._sound, request, self._speech, JobContext())
        return time.monotonic() - began, sum(len(s.words) for s in transcript.segments)

    def close(self) -> None:
        """End the child."""
        self._speech.close()


def _sound(folder: Path, minutes: float) -> Path:
    speech = sound_files.speech(120.0)
    whole = np.resize(speech, round(minutes * 60 * sound_files.RATE))
    return sound_files.encode(folder / "sound.mp3", whole, "libmp3lame", rate=44100)


def table(minutes: float = MINUTES, runs: int = RUNS) -> list[str]:
    """Return the rows of the bench."""
    own = paths.models() / "whisper"
    own.mkdir(parents=True, exist_ok=True)
    folder = tiny_whisper.build_sized(own / "base", "base")
    sound = _sound(paths.home(), minutes)
    raw, ours = Raw(folder, sound), Ours("base", sound)
    try:
        started = ours.start()
        both = [(raw.run(), ours.run()) for _ in range(runs + 1)][1:]  # the first round warms up
    finally:
        raw.close()
        ours.close()
    theirs = statistics.median(r[0] for r, _ in both)
    mine = statistics.median(o[0] for _, o in both)
    ratio = mine / theirs
    verdict = "" if ratio <= ALLOWED else "  TOO SLOW"
    said, kept = both[0][0][1], both[0][1][1]
    return [
        f"{'faster-whisper alone':<34} {theirs:.2f} s, {said} words",
        f"{'through the child':<34} {mine:.2f} s, {kept} words without the repeated windows",
        f"{'ratio':<34} {ratio:.3f} (allowed {ALLOWED}){verdict}",
        f"{'start of the child':<34} {started * 1000:.0f} ms",
    ]


def main(arguments: list[str]) -> int:
    """Print the rows."""
    egress.install()
    numbers = [float(a) for a in arguments]
    with tempfile.TemporaryDirectory() as home:
        os.environ["ALCOVE_HOME"] = home
        minutes = numbers[0] if numbers else MINUTES
        print("\n".join(table(minutes, int(numbers[1]) if len(numbers) > 1 else RUNS)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
