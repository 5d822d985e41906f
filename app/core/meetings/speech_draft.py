"""Which stretches the draft recogniser really understood.

The recogniser always finds words, also in a foreign language or in an accent it
never met. Three things give it away, each an average so that length does not
matter: how badly the sound fits the words (acoustic log-probability per frame,
relative to the best sound of each frame), how sure the lattice is of each word
(posterior probability), and how often the language model knew the word's
neighbours (order of the n-gram that was used). One logistic function joins them;
its weights were set on synthetic English voices, clean and spoiled, against
synthetic English of a kind the recogniser does not follow, and other languages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.meetings.model import Segment, Span, Word

FRAMES = 100  # the recogniser's frames per second
# Logistic regression on 535 stretches: four synthetic English voices, clean, over the
# telephone, in noise, in an echo, quicker, lower, two at once, against two English voices
# of another kind, German, French, Spanish, Italian, Polish, and German read by the
# English ones. English with more than two thirds of its words wrong counted as lost.
INTERCEPT = 12.94
WEIGHTS = (2.682, 3.462, 2.860, 336.3)  # fit, posterior, order, surprise
# The lowest half step at which each kind that should be lost keeps at most a quarter of its words.
FLOOR = -2.0


@dataclass(frozen=True)
class HeardWord:
    """A word with its evidence.

    ``start`` and ``end`` are seconds, ``posterior`` is 0 to 1, ``fit`` the acoustic
    log-probability (0 is perfect) over all its frames, ``order`` the length of the
    n-gram that predicted it (1 to 3), ``surprise`` the recogniser's own scaled
    log-probability of the word after the ones before it (0 is expected).
    """

    text: str
    start: float
    end: float
    posterior: float
    fit: float
    order: int
    surprise: float

    @property
    def frames(self) -> int:
        """Return how many frames the word lasts, at least one."""
        return max(1, round((self.end - self.start) * FRAMES))


@dataclass(frozen=True)
class Stretch:
    """A stretch of speech and the words that were heard in it."""

    span: Span
    words: tuple[HeardWord, ...]


@dataclass(frozen=True)
class Judged:
    """A stretch with the score of its words, None when no word was heard at all."""

    stretch: Stretch
    score: float | None

    @property
    def understood(self) -> bool:
        """Return whether the words may be shown."""
        return self.score is not None and self.score >= FLOOR

    def segment(self, number: int) -> Segment:
        """Return the transcript's entry: the words as they were heard, nothing added.

        The confidence is the logistic function of the score, 0 to 1.
        """
        span, words = self.stretch.span, self.stretch.words
        confidence = 1.0 / (1.0 + math.exp(-(self.score or 0.0)))
        return Segment(
            id=number,
            start=words[0].start if words else span.start,
            end=min(words[-1].end, span.end) if words else span.end,
            text=" ".join(word.text for word in words),
            language="en",
            confidence=round(confidence, 3),
            words=tuple(Word(w.start, w.end, w.text) for w in words),
        )


def evidence(words: Sequence[HeardWord]) -> tuple[float, ...]:
    """Return acoustic fit per frame, posterior per frame, n-gram order and surprise."""
    frames = sum(word.frames for word in words)
    return (
        sum(word.fit for word in words) / frames,
        sum(word.posterior * word.frames for word in words) / frames,
        sum(word.order for word in words) / len(words),
        sum(word.surprise for word in words) / len(words),
    )


def judge(stretch: Stretch) -> Judged:
    """Return the stretch with its score: the higher, the surer; 0 is even odds."""
    if not stretch.words:
        return Judged(stretch, None)
    values = evidence(stretch.words)
    score = INTERCEPT + sum(w * v for w, v in zip(WEIGHTS, values, strict=True))
    return Judged(stretch, score)
