"""Speech on top of the transcriber child: core's ``SpeechService``."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from app.adapters import machine
from app.adapters.children import Child
from app.core import paths
from app.core.engines import whisper_folders
from app.core.engines.whisper_folders import WhisperFolder
from app.core.jobs import JobContext
from app.core.meetings.model import Segment, Span, Word
from app.core.meetings.ports import (
    BrokenModel,
    Listened,
    SpeechModel,
    SpeechModels,
    Stretches,
    Trial,
)
from app.core.meetings.speech_sound import Sound
from app.core.work_folder import work_folder

log = logging.getLogger("alcove.transcriber")

CHILD = "transcriber"
SOUND_NAME = "sound.wav"
# A decoder that needs more than this is decoding a bomb; it streams and needs about 60.
_DECODE_MEGABYTES = 700
_DRAFT_MEGABYTES = 300


class Transcriber:
    """Speaks to the child; one call runs at a time."""

    def __init__(
        self,
        child: Child | None = None,
        hub: Path | None = None,
        around: Callable[[JobContext], AbstractContextManager[None]] | None = None,
    ):
        """``hub`` is another cache than the standard one; ``around`` holds the memory
        that the child takes while it works (the memory plan's ``speech``). Decoding is
        within it too: the child that decodes may still have an engine in memory."""
        self._child = child or Child(CHILD)
        self._hub = hub
        self._around = around or (lambda ctx: nullcontext())
        self._held = _DRAFT_MEGABYTES  # what the engine in the child may take meanwhile

    @property
    def pid(self) -> int | None:
        """Return the process id of the child while it runs."""
        return self._child.pid

    def models(self, language: str | None, wanted: str = "") -> SpeechModels:
        """Return the Whisper models that lie on this machine, best first."""
        hub = self._hub or whisper_folders.hub_cache()
        found = whisper_folders.find(paths.whisper(), hub)
        if importlib.util.find_spec("faster_whisper") is None:
            return SpeechModels()
        best = whisper_folders.ranked(found.good, self.free_memory(), language, wanted)
        return SpeechModels(
            tuple(_model(folder) for folder in best),
            tuple(BrokenModel(b.name, b.path, b.error) for b in found.broken),
            len(found.good) - len(best),
        )

    def has_draft(self) -> bool:
        """Return whether PocketSphinx is installed, without loading it."""
        return importlib.util.find_spec("pocketsphinx") is not None

    def free_memory(self) -> int:
        """Return the memory that could be used without swapping, in bytes."""
        return machine.free_memory()

    def work_folder(self) -> AbstractContextManager[Path]:
        """Give a private folder that is removed at the end, or at the next start."""
        return work_folder()

    def decode(self, source: Path, folder: Path, ctx: JobContext) -> Sound:
        """Convert ``source`` to ``sound.wav`` in ``folder``."""
        target = folder / SOUND_NAME
        args = {"source": str(source.absolute()), "target": str(target), "name": str(source)}
        limit = _DECODE_MEGABYTES + self._held
        with self._around(ctx):
            result = self._child.call("decode", args, ctx, megabytes=limit)
        return Sound(target, int(result["samples"]), bool(result["truncated"]))

    def gate(self, sound: Sound, ctx: JobContext) -> Stretches:
        """Find the stretches of speech."""
        with self._around(ctx):
            result = self._child.call("gate", {"sound": str(sound.path)}, ctx)
        return Stretches(_spans(result["whisper"]), _spans(result["draft"]))

    def whisper(
        self,
        sound: Sound,
        model: SpeechModel,
        spans: tuple[Span, ...],
        language: str | None,
        ctx: JobContext,
    ) -> Listened:
        """Transcribe with a Whisper folder."""
        args = {**_heard(sound, spans), "folder": str(model.path), "language": language}
        self._held = max(self._held, model.need // 10**6)
        with self._around(ctx), _collector(ctx) as (pieces, part):
            result = self._child.call("whisper", args, part)
        log.info("whisper on %s took %.2f of real time", result["device"], result["factor"])
        return Listened(
            tuple(pieces.segments), (), result["language"] or language, result["confidence"]
        )

    def draft(self, sound: Sound, spans: tuple[Span, ...], ctx: JobContext) -> Listened:
        """Transcribe English with the draft recogniser."""
        with self._around(ctx), _collector(ctx) as (pieces, part):
            result = self._child.call("draft", _heard(sound, spans), part)
        log.info("the draft recogniser took %.2f of real time", result["factor"])
        return Listened(tuple(pieces.segments), tuple(pieces.not_understood), "en", None)

    def trial(
        self,
        sound: Sound,
        spans: tuple[Span, ...],
        model: SpeechModel | None,
        ctx: JobContext,
    ) -> Trial:
        """Measure an engine on the first stretches of ``sound``."""
        engine = {"engine": "whisper", "folder": str(model.path)} if model else {"engine": "draft"}
        self._held = max(self._held, model.need // 10**6 if model else 0)
        args = {**_heard(sound, _first(spans)), **engine}
        with self._around(ctx):
            result = self._child.call("trial", args, ctx)
        return Trial(float(result["load"]), float(result["factor"]))

    def ping(self, ctx: JobContext) -> dict[str, Any]:
        """Start the child and return its process id and build."""
        return dict(self._child.call("ping", {}, ctx))

    @property
    def up(self) -> bool:
        """Return whether the child is up, working or idle."""
        return self._child.pid is not None

    def rest(self) -> None:
        """End the idle child, so that its memory is free before a language model loads.

        One that works is left alone: it ends with an error of its own or not at all.
        """
        if self._child.rest():
            self._held = _DRAFT_MEGABYTES

    def close(self) -> None:
        """End the child for good."""
        self._child.close()


class _Pieces:
    """Collects what the child hands out while it works."""

    def __init__(self, ctx: JobContext):
        self._ctx = ctx
        self.segments: list[Segment] = []
        self.not_understood: list[Span] = []

    def take(self, kind: str, data: Any) -> None:
        if kind == "segment":
            segment = _segment(data)
            self.segments.append(segment)
            self._ctx.emit(kind, segment)
        elif kind == "not_understood":
            span = Span(float(data["start"]), float(data["end"]))
            self.not_understood.append(span)
            self._ctx.emit(kind, span)


@contextmanager
def _collector(ctx: JobContext) -> Iterator[tuple[_Pieces, JobContext]]:
    """Give a context that also keeps the pieces; Cancel goes through to it."""
    pieces = _Pieces(ctx)
    part = ctx.child(ctx.report, pieces.take)
    try:
        yield pieces, part
    finally:
        part.end()


def _model(folder: WhisperFolder) -> SpeechModel:
    return SpeechModel(folder.name, folder.path, folder.need, folder.multilingual)


def _heard(sound: Sound, spans: tuple[Span, ...]) -> dict[str, Any]:
    return {"sound": str(sound.path), "spans": [[s.start, s.end] for s in spans]}


def _first(spans: tuple[Span, ...], seconds: float = 30.0) -> tuple[Span, ...]:
    """Return the first stretches that together make up to ``seconds``."""
    chosen: list[Span] = []
    for span in spans:
        if seconds <= 0:
            break
        chosen.append(Span(span.start, min(span.end, span.start + seconds)))
        seconds -= span.end - span.start
    return tuple(chosen)


def _spans(plain: list[list[float]]) -> tuple[Span, ...]:
    return tuple(Span(float(start), float(end)) for start, end in plain)


def _segment(plain: dict[str, Any]) -> Segment:
    words = tuple(Word(w["start"], w["end"], w["text"]) for w in plain.get("words") or ())
    return Segment(**{**plain, "words": words})
