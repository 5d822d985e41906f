"""Whisper on CTranslate2, through faster-whisper.

The silence is already cut out (the same gate as for the draft recogniser), so the
model gets rows of stretches of up to ten minutes: memory stays bounded however long
the meeting is. Nothing is carried over from window to window, because that is what
makes Whisper repeat itself for minutes.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.core.errors import EngineError
from app.core.jobs import JobContext
from app.core.meetings.model import Segment, Span, Word
from app.core.meetings.speech_sound import RATE, Samples, Sound, as_float, read_samples
from app.core.meetings.speech_time import TimeMap, in_groups

ROW_SECONDS = 600.0
_DETECT_WINDOWS = 4  # how many windows may vote when the first is not sure of its language
_GPU_WORDS = ("cuda", "cudnn", "cublas", "gpu", "libcu", "nvrtc")


def threads() -> int:
    """Return the cores to compute on: all but one, so that the window stays quick."""
    usable = getattr(os, "sched_getaffinity", None)
    cores = len(usable(0)) if usable else os.cpu_count() or 1
    return max(1, cores - 1)


def devices() -> list[tuple[str, str]]:
    """Return (device, kind of numbers) to try, the graphics card first when there is one.

    Raises ``EngineError`` engine_missing when CTranslate2 cannot be loaded.
    """
    try:
        from ctranslate2 import get_cuda_device_count

        cards = get_cuda_device_count()
    except (ImportError, OSError) as error:
        raise EngineError("engine_missing", engine="whisper", why="ctranslate2") from error
    except RuntimeError:
        cards = 0
    processor = [("cpu", "int8")]
    return [("cuda", "int8_float16"), *processor] if cards else processor


def is_gpu_trouble(error: BaseException) -> bool:
    """Return whether an error came from the graphics card or its libraries."""
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(word in text for word in _GPU_WORDS)


@dataclass
class Heard:
    """The language: as it was asked for, or as it was found with the first window."""

    language: str | None = None
    confidence: float | None = None


class Whisper:
    """A loaded model that falls back to the processor when the graphics card fails."""

    def __init__(self, folder: Path, load: Callable[[str, str, str], Any] | None = None):
        self.folder = folder
        self._load = load or _load
        self._devices = devices() if load is None else [("cuda", "int8_float16"), ("cpu", "int8")]
        self._model = self._first_that_loads()

    @property
    def device(self) -> str:
        """Return "cuda" or "cpu"."""
        return self._devices[0][0]

    def _first_that_loads(self) -> Any:
        """Load on the first device that works; raises ``EngineError``."""
        while True:
            try:
                return self._load(str(self.folder), *self._devices[0])
            except EngineError as error:
                if len(self._devices) == 1 or not is_gpu_trouble(error.__cause__ or error):
                    raise
                self._devices.pop(0)

    def listen(
        self, sound: Sound, spans: Sequence[Span], heard: Heard, ctx: JobContext
    ) -> Iterator[Segment]:
        """Yield segments in order, ids not set (0); what becomes known goes into ``heard``.

        Raises ``EngineError`` engine_failed, ``Cancelled``.
        """
        for row in in_groups(spans, ROW_SECONDS):
            yield from self._row(sound, row, heard, ctx)

    def time_one(self, samples: Samples, language: str | None) -> None:
        """Transcribe one window of ``samples`` without a second attempt at any of it."""
        pieces, _ = self._model.transcribe(
            as_float(samples),
            language=language,
            word_timestamps=True,
            condition_on_previous_text=False,
            temperature=0.0,
        )
        for _ in pieces:
            pass

    def _row(
        self, sound: Sound, row: list[Span], heard: Heard, ctx: JobContext
    ) -> Iterator[Segment]:
        done = -1.0
        while True:
            ctx.check()
            try:
                for segment in self._hear(sound, row, heard):
                    ctx.check()
                    if segment.start is not None and segment.start >= done:
                        done = segment.end or done
                        yield segment
                return
            except RuntimeError as error:
                if not is_gpu_trouble(error) or len(self._devices) == 1:
                    raise EngineError("engine_failed", engine="whisper") from error
                # The card failed half-way: go on with the processor where it stopped.
                self._devices.pop(0)
                self._model = self._first_that_loads()

    def _hear(self, sound: Sound, row: list[Span], heard: Heard) -> Iterator[Segment]:
        times = TimeMap(row)
        pieces, info = self._model.transcribe(
            _joined(sound, row),
            language=heard.language,
            vad_filter=False,
            word_timestamps=True,
            condition_on_previous_text=False,
            language_detection_segments=_DETECT_WINDOWS,
        )
        if heard.language is None:
            heard.language = info.language
            known = self._model.model.is_multilingual
            heard.confidence = round(float(info.language_probability), 3) if known else None
        for piece in pieces:
            segment = _segment(piece, times, heard.language)
            if segment is not None:
                yield segment


def _load(folder: str, device: str, numbers: str) -> Any:
    """Load a model; every way in which it can be damaged becomes an ``EngineError``."""
    try:
        from faster_whisper import WhisperModel
    except ImportError as error:
        raise EngineError("engine_missing", engine="whisper", why="faster-whisper") from error
    try:
        return WhisperModel(
            folder,
            device=device,
            compute_type=numbers,
            cpu_threads=threads(),
            local_files_only=True,
        )
    except Exception as error:  # tokenizers raises bare Exception
        raise EngineError("engine_broken", engine="whisper", path=folder) from error


def _joined(sound: Sound, row: Sequence[Span]) -> Any:
    """Return the stretches of a row as one float32 array of shape (n,)."""
    lengths = [round((span.end - span.start) * RATE) for span in row]
    joined = np.zeros(sum(lengths), np.float32)
    at = 0
    for span, length in zip(row, lengths, strict=True):
        samples = read_samples(sound.path, round(span.start * RATE), length)
        joined[at : at + len(samples)] = as_float(samples)
        at += length
    return joined


def _segment(piece: Any, times: TimeMap, language: str | None) -> Segment | None:
    """Return a segment with times of the whole sound, or None when it holds no text."""
    text = piece.text.strip()
    if not text:
        return None
    words = tuple(w for w in (_word(word, times) for word in piece.words or ()) if w.text)
    if words:
        start, end = words[0].start, words[-1].end
    else:
        number = times.number(float(piece.start))
        start = times.back(float(piece.start), number)
        end = max(start, times.back(float(piece.end), max(number, times.number(piece.end - 0.01))))
    confidence = min(1.0, math.exp(min(0.0, float(piece.avg_logprob))))
    return Segment(0, start, end, text, None, language, round(confidence, 3), words)


def _word(word: Any, times: TimeMap) -> Word:
    # Both ends belong to the stretch in which the middle of the word lies.
    number = times.number(float(word.start + word.end) / 2)
    start = times.back(float(word.start), number)
    return Word(start, max(start, times.back(float(word.end), number)), word.word.strip())
