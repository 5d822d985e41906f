"""From voice probabilities to stretches of speech.

The probabilities come from Silero's network, one per 32 ms. Two thresholds
(hysteresis) and the lengths below turn them into stretches, as Silero's own
`get_speech_timestamps` does; long stretches are cut where the voice is weakest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.meetings.model import Span
from app.core.meetings.speech_sound import RATE

WINDOW = 512
FRAME = WINDOW / RATE
_SHORT = 1.0  # seconds
Probabilities = NDArray[np.float32]


@dataclass(frozen=True)
class Gate:
    """How stretches are formed; all lengths in seconds.

    A stretch begins at ``speech`` and ends when the probability stayed under
    ``silence`` for ``pause``. Shorter ones than ``shortest`` are no speech. Each is
    widened by ``pad`` and cut when longer than ``longest``. A stretch whose highest
    probability is under ``sure`` is dropped, one of less than a second already under
    ``sure_short``: the first note of a melody looks a little like a vowel.
    """

    speech: float = 0.5
    silence: float = 0.35
    sure: float = 0.5
    sure_short: float = 0.8
    pause: float = 0.5
    shortest: float = 0.2
    pad: float = 0.2
    longest: float = 30.0


# Whisper works on windows of 30 s and wants the pauses between sentences in them.
WHISPER_GATE = Gate(pause=2.0, shortest=0.0, pad=0.4, longest=600.0)
DRAFT_GATE = Gate(sure=0.7, shortest=0.25, longest=20.0)


def stretches(probabilities: Probabilities, gate: Gate, duration: float) -> list[Span]:
    """Return the stretches of speech, in order, not overlapping, within ``duration``."""
    runs = _runs(probabilities, gate)
    runs = [r for r in runs if _is_speech(probabilities, r, gate)]
    cut = [piece for run in runs for piece in _cut(probabilities, run, _frames(gate.longest))]
    return _padded(cut, gate.pad, duration)


def speech_seconds(spans: Sequence[Span]) -> float:
    """Return how long the stretches are together."""
    return sum(span.end - span.start for span in spans)


def _frames(seconds: float) -> float:
    return seconds / FRAME


def _runs(probabilities: Probabilities, gate: Gate) -> list[tuple[int, int]]:
    """Return (first, behind the last) window of each run of speech."""
    found: list[tuple[int, int]] = []
    start = quiet = -1
    for at, value in enumerate(probabilities.tolist()):
        if value >= gate.speech:
            quiet = -1
            start = at if start < 0 else start
        elif start >= 0 and value < gate.silence:
            quiet = at if quiet < 0 else quiet
            if at - quiet >= _frames(gate.pause):
                found.append((start, quiet))
                start = quiet = -1
    if start >= 0:
        found.append((start, quiet if quiet >= 0 else len(probabilities)))
    return found


def _is_speech(probabilities: Probabilities, run: tuple[int, int], gate: Gate) -> bool:
    start, end = run
    length = end - start
    needed = gate.sure if length >= _frames(_SHORT) else max(gate.sure, gate.sure_short)
    return length >= _frames(gate.shortest) and float(probabilities[start:end].max()) >= needed


def _cut(
    probabilities: Probabilities, run: tuple[int, int], longest: float
) -> list[tuple[int, int]]:
    """Cut a run at its weakest places until no piece is longer than ``longest`` windows."""
    pieces: list[tuple[int, int]] = []
    start, end = run
    while end - start > longest:
        # Never nearer to either side than a quarter: no crumbs.
        low, high = start + int(longest / 4), start + int(longest)
        at = low + int(np.argmin(probabilities[low:high]))
        pieces.append((start, at))
        start = at
    return [*pieces, (start, end)]


def _padded(runs: list[tuple[int, int]], pad: float, duration: float) -> list[Span]:
    """Widen each run by ``pad``, or by half the pause where two would meet."""
    spans: list[Span] = []
    for number, (first, last) in enumerate(runs):
        before = runs[number - 1][1] if number else None
        after = runs[number + 1][0] if number + 1 < len(runs) else None
        left = pad if before is None else min(pad, (first - before) * FRAME / 2)
        right = pad if after is None else min(pad, (after - last) * FRAME / 2)
        start = max(0.0, first * FRAME - left)
        end = min(duration, last * FRAME + right)
        if end > start:
            spans.append(Span(round(start, 3), round(end, 3)))
    return spans
