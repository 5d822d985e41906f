"""Sound to a transcript: which engine hears it, and stepping down when it may.

"auto" takes the best Whisper model that fits and steps down, with a notice, to the
next one and at last to the draft recogniser, which knows English only. An engine
that was named never steps down: what it cannot do is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from app.core.errors import AppError, ChildError, EngineError
from app.core.jobs import JobContext, Progress
from app.core.meetings.model import Span, Transcript
from app.core.meetings.ports import (
    BrokenModel,
    Listened,
    SpeechModel,
    SpeechModels,
    SpeechService,
)
from app.core.meetings.speech_header import check_file
from app.core.meetings.speech_sound import Sound
from app.core.pace import Pace

AUTO = "auto"
WHISPER = "whisper"
DRAFT = "draft"
ENGINES = (AUTO, WHISPER, DRAFT)
DRAFT_MODEL = "pocketsphinx en-us"
ENGLISH = "en"
_NO_MODEL = "Whisper"  # what the notice says when there is no model at all
# A child that could not be started cannot be started for another engine either.
_HOPELESS = frozenset({"child_unstartable", "child_mismatch"})


@dataclass(frozen=True)
class Request:
    """What is wanted: engine, spoken language (None: find out), a Whisper model by name."""

    engine: str = AUTO
    language: str | None = None
    model: str = ""


@dataclass(frozen=True)
class Attempt:
    """One engine to try; ``model`` is None for the draft recogniser."""

    model: SpeechModel | None = None

    @property
    def engine(self) -> str:
        """Return the engine's name in the transcript."""
        return WHISPER if self.model else DRAFT

    @property
    def name(self) -> str:
        """Return the model's name in the transcript."""
        return self.model.name if self.model else DRAFT_MODEL


def transcribe(
    source: Path, request: Request, speech: SpeechService, ctx: JobContext
) -> Transcript:
    """Return what is said in a sound or video file.

    Working files are gone afterwards. Raises ``InputError`` for a file that is no
    usable sound, ``EngineError`` and ``ChildError`` when no engine could do it,
    ``StorageError``, ``Cancelled``. Segments are emitted as they come.
    """
    check_file(source)
    plan(request, speech)  # what cannot be done is said before anything is converted
    with speech.work_folder() as folder:
        sound = speech.decode(source, folder, ctx)
        if sound.truncated:
            ctx.notice("file_truncated", path=str(source))
        return transcribe_sound(sound, request, speech, ctx)


def transcribe_sound(
    sound: Sound, request: Request, speech: SpeechService, ctx: JobContext
) -> Transcript:
    """Return what is said in sound that is already converted; errors as ``transcribe``."""
    steps = plan(request, speech)
    stretches = speech.gate(sound, ctx)
    attempts = list(steps.attempts)
    silent = not stretches.whisper and not stretches.draft
    steps.tell(ctx, attempts[0], silent)
    if silent:
        ctx.notice("no_speech")
        return _transcript(sound, attempts[0], Listened(language=request.language))
    while True:
        attempt = attempts.pop(0)
        spans = stretches.whisper if attempt.model else stretches.draft
        try:
            heard = _listen(sound, attempt, spans, request, speech, ctx)
        except (EngineError, ChildError) as error:
            if error.code in _HOPELESS:
                raise
            if not attempts:
                steps.end_with(error)
            ctx.emit("restart", None)
            _stepped_down(ctx, attempt.name, attempts[0])
        else:
            if not heard.segments and not heard.not_understood:
                ctx.notice("no_speech")
            return _transcript(sound, attempt, heard)


@dataclass(frozen=True)
class Plan:
    """The engines to try in order, and what could not be used from the start.

    ``language_only`` says that after the last attempt only the draft recogniser would
    be left, which does not know the language.
    """

    attempts: tuple[Attempt, ...]
    unusable: tuple[str, ...] = ()
    language_only: str | None = None

    def tell(self, ctx: JobContext, first: Attempt, silent: bool) -> None:
        """Say what could not be used; in silence nobody misses what was never there."""
        for name in self.unusable:
            if not (silent and name == _NO_MODEL):
                _stepped_down(ctx, name, first)

    def end_with(self, error: AppError) -> NoReturn:
        """Raise what is to be said when the last attempt failed with ``error``."""
        if self.language_only is None:
            raise error
        raise EngineError("engine_language", language=self.language_only) from error


def plan(request: Request, speech: SpeechService) -> Plan:
    """Return the engines that may be tried for ``request``, at least one.

    Raises ``EngineError``: engine_missing, engine_language, or what is wrong with the
    model folder when that is all there is.
    """
    if request.engine == DRAFT:
        return _draft_plan(request, speech)
    models = speech.models(request.language, request.model)
    if request.engine == WHISPER:
        return _whisper_plan(request, models)
    return _auto_plan(request, speech, models)


def _is_wanted(model: SpeechModel | BrokenModel, wanted: str) -> bool:
    return wanted in (model.name, str(model.path))


def _whisper_plan(request: Request, models: SpeechModels) -> Plan:
    usable, broken = models.good, models.broken
    if request.model:
        usable = tuple(m for m in usable if _is_wanted(m, request.model))
        broken = tuple(b for b in broken if _is_wanted(b, request.model))
    if usable:
        return Plan((Attempt(usable[0]),), tuple(b.name for b in broken))
    if broken:
        raise broken[0].error
    if models.others:
        raise EngineError("engine_language", language=request.language)
    raise EngineError("engine_missing", engine=request.model or WHISPER, why="model")


def _draft_plan(request: Request, speech: SpeechService) -> Plan:
    if not speech.has_draft():
        raise EngineError("engine_missing", engine=DRAFT, why="pocketsphinx")
    if request.language not in (None, ENGLISH):
        raise EngineError("engine_language", language=request.language)
    return Plan((Attempt(),))


def _auto_plan(request: Request, speech: SpeechService, models: SpeechModels) -> Plan:
    attempts = [Attempt(model) for model in models.good]
    missed = _missed(request.model, models)
    if request.language not in (None, ENGLISH):
        if not attempts:
            raise EngineError("engine_language", language=request.language)
        return Plan(tuple(attempts), tuple(missed), request.language)
    if not speech.has_draft():
        if not attempts:
            raise EngineError("engine_missing", engine=WHISPER, why="model")
        return Plan(tuple(attempts), tuple(missed))
    # Rather a draft than a laptop that swaps: models beyond all free memory are left out.
    free = speech.free_memory()
    small = [a for a in attempts if a.model and a.model.need <= free]
    missed += [a.name for a in attempts if a not in small]
    if not small and not missed:
        missed = [_NO_MODEL]
    return Plan((*small, Attempt()), tuple(missed))


def _missed(wanted: str, models: SpeechModels) -> list[str]:
    """Return the names of models that should have been used and cannot."""
    if not wanted:
        return [b.name for b in models.broken]
    if any(_is_wanted(m, wanted) for m in models.good):
        return []
    named = [b.name for b in models.broken if _is_wanted(b, wanted)]
    return named or [Path(wanted).name]


def _stepped_down(ctx: JobContext, wanted: str, used: Attempt) -> None:
    ctx.notice("engine_stepped_down", wanted=wanted, used=used.model.name if used.model else DRAFT)


def _listen(
    sound: Sound,
    attempt: Attempt,
    spans: tuple[Span, ...],
    request: Request,
    speech: SpeechService,
    ctx: JobContext,
) -> Listened:
    """Let one engine listen; its progress gets the time left."""
    pace = Pace(ctx, "transcribe")

    def show(progress: Progress) -> None:
        if progress.step == "transcribe":
            pace.report(progress.done, progress.total)
        else:
            ctx.report(progress)

    part = ctx.child(show)
    assumed = request.language is None and (attempt.model is None or not attempt.model.multilingual)
    if assumed:
        ctx.notice("language_assumed")
    if attempt.model is None:
        return speech.draft(sound, spans, part)
    language = ENGLISH if assumed else request.language
    return speech.whisper(sound, attempt.model, spans, language, part)


def _transcript(sound: Sound, attempt: Attempt, heard: Listened) -> Transcript:
    return Transcript(
        segments=heard.segments,
        engine=attempt.engine,
        model=attempt.name,
        language=heard.language,
        language_confidence=heard.language_confidence,
        duration=round(sound.duration, 3),
        not_understood=heard.not_understood,
    )
