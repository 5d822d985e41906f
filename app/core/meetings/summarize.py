"""A transcript to minutes: which engine does it, and stepping down when it may.

The basic engine is always there. A language model is reached through a
``MinutesWriter``, so that this file knows neither a server nor its client.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from app.core.errors import AnswerCut, EngineError
from app.core.jobs import JobContext
from app.core.meetings.highlights import ENGINE as EXTRACT
from app.core.meetings.highlights import language_of, make_highlights
from app.core.meetings.model import Minutes, Note, Transcript
from app.core.text.languages import Languages

AUTO = "auto"
OLLAMA = "ollama"
ENGINES = (AUTO, OLLAMA, EXTRACT)


class MinutesWriter(Protocol):
    """Writes minutes with a language model.

    Raises ``EngineError`` when the engine cannot be used, ``AnswerCut`` with the
    minutes so far in ``partial`` when it dies half-way, ``Cancelled``.
    """

    def __call__(
        self,
        transcript: Transcript,
        *,
        title: str,
        notes: Sequence[Note],
        language: str | None,
        ctx: JobContext,
    ) -> Minutes:
        """Return the minutes of ``transcript``."""


# Builds the writer when it is needed; raises ``EngineError`` when there is no engine.
WriterMaker = Callable[[JobContext], MinutesWriter | None]


def summarize(
    transcript: Transcript,
    *,
    title: str,
    notes: Sequence[Note] = (),
    engine: str = AUTO,
    language: str | None = None,
    writer: WriterMaker | None = None,
    languages: Languages | None = None,
    ctx: JobContext | None = None,
) -> Minutes:
    """Return the minutes of ``transcript`` by ``engine``, one of ``ENGINES``.

    "auto" uses ``writer`` and steps down to the highlights with the notice
    ``engine_stepped_down`` when its engine is not usable; a named engine never does. An
    engine that dies half-way is an error in both: what it wrote is in ``partial``.
    Without any speech there is nothing to write, so no model is asked.
    """
    ctx = ctx or JobContext()
    code = language or transcript.language or language_of(transcript, languages)
    silent = not any(s.text.strip() for s in transcript.segments)
    if engine != EXTRACT and not silent:
        written = _written(transcript, title, notes, engine, code, writer, ctx)
        if written is not None:
            return written
    return make_highlights(
        transcript, title=title, notes=notes, language=code, languages=languages, ctx=ctx
    )


def _written(
    transcript: Transcript,
    title: str,
    notes: Sequence[Note],
    engine: str,
    language: str | None,
    make: WriterMaker | None,
    ctx: JobContext,
) -> Minutes | None:
    """Return what a language model writes, None when "auto" steps down."""
    try:
        write = make(ctx) if make else None
        if write is None:
            raise EngineError("engine_missing", engine=OLLAMA)
        return write(transcript, title=title, notes=notes, language=language, ctx=ctx)
    except AnswerCut:
        raise
    except EngineError as error:
        if engine != AUTO:
            raise
        tell_step_down(error, ctx)
        return None


def tell_step_down(error: EngineError, ctx: JobContext) -> None:
    """Tell that there are highlights in place of a model's minutes, and why."""
    ctx.notice(
        "engine_stepped_down",
        wanted=OLLAMA,
        used=EXTRACT,
        why=error.code,
        params=error.params,
    )
