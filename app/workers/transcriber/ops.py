"""What the transcriber child can be asked for: plain data in, plain data out.

decode   source, target, name          → samples, truncated
gate     sound                         → whisper and draft: lists of [start, end]
whisper  sound, folder, spans, language → language, confidence, device, factor; emits "segment"
draft    sound, spans                  → model, factor; emits "segment", "not_understood"
trial    sound, spans, engine, folder  → load, factor

load is seconds, factor seconds of work per second of speech.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from app.core.errors import EngineError
from app.core.jobs import JobContext, Progress
from app.core.meetings.model import Span
from app.core.meetings.speech_draft import judge
from app.core.meetings.speech_gate import (
    DRAFT_GATE,
    WHISPER_GATE,
    Gate,
    speech_seconds,
    stretches,
)
from app.core.meetings.speech_loops import LoopFilter
from app.core.meetings.speech_sound import RATE, Samples, Sound, open_sound, read_samples
from app.workers.transcriber import decode as decoding
from app.workers.transcriber import draft as drafting
from app.workers.transcriber import voice
from app.workers.transcriber import whisper as whispering

TRIAL_SECONDS = 30.0


def decode(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Convert a foreign file to our own sound."""
    sound = decoding.decode(Path(args["source"]), Path(args["target"]), ctx, args.get("name"))
    return {"samples": sound.samples, "truncated": sound.truncated}


def gate(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Find the stretches of speech, cut as each engine wants them."""
    sound = _sound(args)
    heard = voice.probabilities(sound, ctx)

    def plain(form: Gate) -> list[list[float]]:
        return [[s.start, s.end] for s in stretches(heard, form, sound.duration)]

    return {"whisper": plain(WHISPER_GATE), "draft": plain(DRAFT_GATE)}


def whisper(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Transcribe with a Whisper folder."""
    sound, spans = _sound(args), _spans(args)
    ctx.report(Progress("load_model"))
    model = _engines.whisper(Path(args["folder"]))
    ctx.check()
    heard = whispering.Heard(args.get("language"))
    loops, number, began = LoopFilter(), 0, time.monotonic()
    for segment in model.listen(sound, spans, heard, ctx):
        kept = loops.accept(segment)
        if kept is not None:
            number += 1
            ctx.emit("segment", {**asdict(kept), "id": number})
        ctx.report(Progress("transcribe", segment.end or 0.0, sound.duration))
    return {
        "language": heard.language,
        "confidence": heard.confidence,
        "device": model.device,
        "factor": _factor(began, spans),
    }


def draft(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Transcribe with the draft recogniser (English)."""
    sound, spans = _sound(args), _spans(args)
    ctx.report(Progress("load_model"))
    recogniser = _engines.recogniser()
    recogniser.begin()
    number, began = 0, time.monotonic()
    for span in spans:
        ctx.check()
        heard = judge(recogniser.hear(_samples(sound, span), span))
        if heard.understood:
            number += 1
            ctx.emit("segment", asdict(heard.segment(number)))
        else:
            ctx.emit("not_understood", asdict(span))
        ctx.report(Progress("transcribe", span.end, sound.duration))
    return {"model": drafting.MODEL, "factor": _factor(began, spans)}


def _factor(began: float, spans: Sequence[Span]) -> float:
    """Return the seconds of work per second of speech since ``began``."""
    return round((time.monotonic() - began) / max(0.1, speech_seconds(spans)), 4)


def trial(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Measure how long an engine takes on this machine for one second of speech.

    The speech is repeated to fill one window of Whisper (30 s): a shorter piece costs
    it nearly as much as a full one.
    """
    sound, spans = _sound(args), _spans(args)
    ctx.report(Progress("trial"))
    began = time.monotonic()
    run = _whisper_trial if args["engine"] == "whisper" else _draft_trial
    work = run(args)
    loaded = time.monotonic()
    ctx.check()
    piece = _filled([_samples(sound, span) for span in spans], int(TRIAL_SECONDS * RATE))
    work(piece)
    return {
        "load": round(loaded - began, 3),
        "factor": round((time.monotonic() - loaded) / TRIAL_SECONDS, 4),
    }


def _whisper_trial(args: dict[str, Any]) -> Callable[[Samples], None]:
    model = _engines.whisper(Path(args["folder"]))
    return lambda samples: model.time_one(samples, args.get("language"))


def _draft_trial(args: dict[str, Any]) -> Callable[[Samples], None]:
    recogniser = _engines.recogniser()

    def work(samples: Samples) -> None:
        recogniser.hear(samples, Span(0.0, TRIAL_SECONDS))

    return work


def _filled(pieces: Sequence[Samples], size: int) -> Samples:
    """Return exactly ``size`` samples of the pieces, repeated from the start."""
    joined = np.concatenate([*pieces]) if pieces else np.zeros(0, np.int16)
    if not len(joined):
        raise EngineError("engine_failed", engine="trial")
    return np.resize(joined, size)


def _sound(args: dict[str, Any]) -> Sound:
    return open_sound(Path(args["sound"]))


def _spans(args: dict[str, Any]) -> list[Span]:
    return [Span(float(start), float(end)) for start, end in args["spans"]]


def _samples(sound: Sound, span: Span) -> Samples:
    start = round(span.start * RATE)
    return read_samples(sound.path, start, round(span.end * RATE) - start)


class _Engines:
    """The one engine that is loaded: another one takes its place."""

    def __init__(self) -> None:
        self._key: str = ""
        self._engine: Any = None

    def whisper(self, folder: Path) -> whispering.Whisper:
        return self._get(str(folder.resolve()), lambda: whispering.Whisper(folder))  # type: ignore[no-any-return]

    def recogniser(self) -> drafting.Recogniser:
        return self._get("draft", drafting.Recogniser)  # type: ignore[no-any-return]

    def _get(self, key: str, make: Callable[[], Any]) -> Any:
        if self._key != key:
            self._key, self._engine = "", None  # free the old one before the new one loads
            self._engine = make()
            self._key = key
        return self._engine


_engines = _Engines()

OPS = {"decode": decode, "gate": gate, "whisper": whisper, "draft": draft, "trial": trial}
