"""The draft recogniser: PocketSphinx with the English model of its wheel."""

from __future__ import annotations

import importlib.util
import math
from typing import Any

import numpy as np

from app.core.errors import EngineError
from app.core.meetings.model import Span
from app.core.meetings.speech_draft import FRAMES, HeardWord, Stretch
from app.core.meetings.speech_sound import RATE, Samples

MODEL = "pocketsphinx en-us"
_SMALLEST = 1e-300


def is_here() -> bool:
    """Return whether PocketSphinx is installed for this Python."""
    return importlib.util.find_spec("pocketsphinx") is not None


def _is_word(text: str) -> bool:
    """Return whether a token is a word: fillers stand in <>, [] or ++."""
    return text[:1] not in ("<", "[", "+")


class Recogniser:
    """PocketSphinx's decoder. Loading it takes a third of a second and 110 MB."""

    def __init__(self) -> None:
        try:
            from pocketsphinx import Decoder
        except ImportError as error:
            raise EngineError("engine_missing", engine="draft", why="pocketsphinx") from error
        # The search is as wide as the library makes it: a narrower one is twice as quick in
        # noise but loses people who talk at once.
        try:
            self._decoder = Decoder(samprate=float(RATE), loglevel="FATAL")
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineError("engine_broken", engine="draft", path="pocketsphinx") from error

    def begin(self) -> None:
        """Forget the loudness and noise of the sound before: another file begins."""
        self._decoder.reinit_feat()

    def hear(self, samples: Samples, span: Span) -> Stretch:
        """Return the words in ``samples``, which are the sound of ``span``."""
        decoder = self._decoder
        try:
            decoder.start_utt()
            decoder.process_raw(np.ascontiguousarray(samples, "<i2").tobytes(), full_utt=True)
            decoder.end_utt()
            heard = decoder.hyp()
            tokens = list(decoder.seg()) if heard else []
        except RuntimeError as error:
            raise EngineError("engine_failed", engine="draft") from error
        return Stretch(span, tuple(_word(t, span.start) for t in tokens if _is_word(t.word)))


def _word(token: Any, offset: float) -> HeardWord:
    # "read(2)" is the second way to say "read".
    return HeardWord(
        text=token.word.split("(")[0],
        start=round(offset + token.start_frame / FRAMES, 2),
        end=round(offset + (token.end_frame + 1) / FRAMES, 2),
        posterior=min(1.0, max(0.0, token.prob)),
        fit=math.log(max(token.ascore, _SMALLEST)),
        order=int(token.lback),
        surprise=math.log(max(token.lscore, _SMALLEST)),
    )
