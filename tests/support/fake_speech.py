"""A speech service that hears what a test tells it to: stands for the port alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.core.errors import AppError
from app.core.jobs import JobContext, Progress
from app.core.meetings.model import Segment, Span
from app.core.meetings.ports import (
    BrokenModel,
    Listened,
    SpeechModel,
    SpeechModels,
    Stretches,
    Trial,
)
from app.core.meetings.speech_sound import RATE, Sound
from app.core.work_folder import work_folder

MEGABYTE = 1024**2
SPAN = Span(1.0, 4.0)


def model(name: str, need: int = 500 * MEGABYTE, *, multilingual: bool = True) -> SpeechModel:
    """Return a model that exists only by name."""
    return SpeechModel(name, Path("/models") / name, need, multilingual)


@dataclass
class FakeSpeech:
    """``fails`` maps a model's name ("draft" for the recogniser) to what it raises."""

    good: Sequence[SpeechModel] = ()
    broken: Sequence[BrokenModel] = ()
    draft_here: bool = True
    free: int = 6 * 1024 * MEGABYTE
    spans: tuple[Span, ...] = (SPAN,)
    lost: tuple[Span, ...] = ()
    truncated: bool = False
    silent: bool = False
    fails: dict[str, AppError] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)

    def models(self, language: str | None, wanted: str = "") -> SpeechModels:
        able = [m for m in self.good if m.multilingual or language in (None, "en")]
        able.sort(key=lambda m: wanted not in (m.name, str(m.path)))
        return SpeechModels(tuple(able), tuple(self.broken), len(self.good) - len(able))

    def has_draft(self) -> bool:
        return self.draft_here

    def free_memory(self) -> int:
        return self.free

    @contextmanager
    def work_folder(self) -> Iterator[Path]:
        with work_folder() as folder:
            yield folder

    def decode(self, source: Path, folder: Path, ctx: JobContext) -> Sound:
        self.calls.append("decode")
        (folder / "sound.wav").write_bytes(b"")
        return Sound(folder / "sound.wav", 5 * RATE, self.truncated)

    def gate(self, sound: Sound, ctx: JobContext) -> Stretches:
        self.calls.append("gate")
        return Stretches(self.spans, self.spans)

    def whisper(
        self,
        sound: Sound,
        model: SpeechModel,
        spans: tuple[Span, ...],
        language: str | None,
        ctx: JobContext,
    ) -> Listened:
        self.asked.append(language)
        segments = self._hear(model.name, spans, ctx)
        confidence = 0.9 if language is None else None
        return Listened(segments, (), language or "fr", confidence)

    def draft(self, sound: Sound, spans: tuple[Span, ...], ctx: JobContext) -> Listened:
        return Listened(self._hear("draft", spans, ctx), self.lost, "en", None)

    def _hear(self, name: str, spans: tuple[Span, ...], ctx: JobContext) -> tuple[Segment, ...]:
        self.calls.append(name)
        ctx.check()
        ctx.report(Progress("load_model"))
        segments = [Segment(n, s.start, s.end, f"by {name}") for n, s in enumerate(spans, 1)]
        segments = [] if self.silent else segments
        for segment in segments:
            ctx.emit("segment", segment)
            ctx.report(Progress("transcribe", segment.end or 0.0, sum(s.end for s in spans)))
        if name in self.fails:
            raise self.fails[name]
        return tuple(segments)

    def trial(
        self,
        sound: Sound,
        spans: tuple[Span, ...],
        model: SpeechModel | None,
        ctx: JobContext,
    ) -> Trial:
        return Trial(1.0, 0.5)

    def rest(self) -> None:
        self.calls.append("rest")
