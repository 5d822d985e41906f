"""What the meeting room needs from outside to hear: implemented by the adapters."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.core.errors import EngineError
from app.core.jobs import JobContext
from app.core.meetings.model import Segment, Span
from app.core.meetings.speech_sound import Sound


@dataclass(frozen=True)
class SpeechModel:
    """A Whisper model that lies on this machine; ``need`` is its memory in bytes."""

    name: str
    path: Path
    need: int
    multilingual: bool = True


@dataclass(frozen=True)
class BrokenModel:
    """A folder that should be a model, with the error that says what is wrong."""

    name: str
    path: Path
    error: EngineError


@dataclass(frozen=True)
class SpeechModels:
    """The models of this machine for one language.

    ``good`` holds the best first; ``others`` counts those that do not know the
    language.
    """

    good: tuple[SpeechModel, ...] = ()
    broken: tuple[BrokenModel, ...] = ()
    others: int = 0


@dataclass(frozen=True)
class Stretches:
    """Where speech was found, cut as each engine wants it."""

    whisper: tuple[Span, ...] = ()
    draft: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Listened:
    """What an engine heard; ``language_confidence`` is None where it was told or assumed."""

    segments: tuple[Segment, ...] = ()
    not_understood: tuple[Span, ...] = ()
    language: str | None = None
    language_confidence: float | None = None


@dataclass(frozen=True)
class Trial:
    """What a short trial measured: seconds to load, seconds of work per second of speech."""

    load: float
    factor: float

    def estimate(self, speech: float) -> float:
        """Return the seconds that ``speech`` seconds of speech will take."""
        return self.load + self.factor * speech


class SpeechService(Protocol):
    """Decoding, finding voices, and the two engines that write down what is said.

    Every call may raise ``ChildError`` and ``Cancelled``. The engines hand out each
    ``Segment`` as it comes with ``ctx.emit("segment", …)`` and each ``Span`` with
    ``ctx.emit("not_understood", …)``.
    """

    def models(self, language: str | None, wanted: str = "") -> SpeechModels:
        """Return the Whisper models for ``language`` (None: not known yet), looked for anew.

        The ``wanted`` one comes first, then the largest that leaves two gigabytes free.
        """

    def has_draft(self) -> bool:
        """Return whether the draft recogniser is installed for this Python."""

    def free_memory(self) -> int:
        """Return the bytes of memory that could be used now."""

    def work_folder(self) -> AbstractContextManager[Path]:
        """Give a private folder for working files that is removed at the end."""

    def decode(self, source: Path, folder: Path, ctx: JobContext) -> Sound:
        """Convert any sound or video file to our own sound in ``folder``.

        Raises ``InputError`` and ``StorageError``.
        """

    def gate(self, sound: Sound, ctx: JobContext) -> Stretches:
        """Find the stretches of speech."""

    def whisper(
        self,
        sound: Sound,
        model: SpeechModel,
        spans: tuple[Span, ...],
        language: str | None,
        ctx: JobContext,
    ) -> Listened:
        """Transcribe with ``model``; None finds the language out. Raises ``EngineError``."""

    def draft(self, sound: Sound, spans: tuple[Span, ...], ctx: JobContext) -> Listened:
        """Transcribe English with the draft recogniser. Raises ``EngineError``."""

    def trial(
        self,
        sound: Sound,
        spans: tuple[Span, ...],
        model: SpeechModel | None,
        ctx: JobContext,
    ) -> Trial:
        """Measure an engine (None: the draft recogniser) on up to 30 s of ``sound``."""

    def rest(self) -> None:
        """Free the memory of the engines: a language model is about to load."""
