"""The engine room as window and command line use it: what is here, who does what."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Protocol

from app.core.chat import ChatEngine, ChatPiece, ChatRequest
from app.core.embedding import VectorSource
from app.core.engines.fit import ContextBook
from app.core.engines.model import BUSY, LOADING, Engine, EngineReport, merged
from app.core.engines.ports import EngineCatalogue
from app.core.engines.tasks import TASKS, Choice, choose
from app.core.errors import EngineError
from app.core.jobs import JobContext, Progress
from app.core.settings import Settings
from app.core.vectors import Vectors

_FRESH_SECONDS = 5.0
# A model in memory that says nothing reads its prompt. After so many looks, of which the
# server's adapter has one every five seconds, the person is told that it is waited for.
_LONG_BUSY = 3


class LanguagePlan(Protocol):
    """The part of the memory plan that a language model needs."""

    def language(self, ctx: JobContext, *, urgent: bool = False) -> AbstractContextManager[None]:
        """Hold the memory for a language model."""


class HeldChat:
    """A chat engine that holds its place in the memory plan while it answers.

    Implements ``ChatEngine``. ``urgent`` is for what a person waits for. What the engine
    waits for ("loading", "busy") is told as the step "load_model" or "wait_engine".
    """

    def __init__(self, engine: ChatEngine, plan: LanguagePlan, *, urgent: bool):
        self._engine = engine
        self._plan = plan
        self._urgent = urgent

    def chat(self, request: ChatRequest, ctx: JobContext) -> Iterator[ChatPiece]:
        """Give the answer piece by piece."""
        waits = _Waits(ctx)
        with self._plan.language(ctx, urgent=self._urgent):
            waits.over()
            part = ctx.child(ctx.report, waits.heard)
            try:
                for piece in self._engine.chat(request, part):
                    waits.over()
                    yield piece
            finally:
                part.end()


class _Waits:
    """Tells what an engine waits for, until its first word, beside how far the job is."""

    def __init__(self, ctx: JobContext):
        self._ctx = ctx
        self._before = ctx.progress
        self._told = ""
        self._busy = 0

    def heard(self, kind: str, data: Any) -> None:
        """Hear what the engine hands out; its states are told as steps, the rest goes on."""
        if kind != "engine":
            self._ctx.emit(kind, data)
            return
        self._busy = self._busy + 1 if data == BUSY else 0
        if data == LOADING:
            self._tell("load_model")
        elif self._busy >= _LONG_BUSY:
            self._tell("wait_engine")

    def _tell(self, step: str) -> None:
        if step != self._told:
            self._told = step
            self._ctx.report(replace(self._before or Progress(step), step=step))

    def over(self) -> None:
        """Hear that nothing is waited for any more: the memory is free, or the answer begins."""
        if self._before is not None and self._ctx.progress is not self._before:
            self._ctx.report(self._before)
        self._told = ""


class HeldVectors:
    """An embedding model that holds its place in the memory plan while it works.

    Implements ``VectorSource``. A place is held for one batch, so that speech that
    waits gets in between; one text alone is what a person asks, and goes first.
    """

    def __init__(self, source: VectorSource, plan: LanguagePlan):
        self.model = source.model
        self._source = source
        self._plan = plan

    def digest(self, ctx: JobContext) -> str:
        """Return what names the model's very weights; no model is loaded for it."""
        return self._source.digest(ctx)

    def embed(self, texts: Sequence[str], ctx: JobContext) -> Vectors:
        """Return one unit vector a text, shape (len(texts), d)."""
        with self._plan.language(ctx, urgent=len(texts) == 1):
            return self._source.embed(texts, ctx)


class EngineRoom:
    """Looks for engines and chooses among them.

    ``server`` is where language models live, ``local`` looks for everything else;
    ``memory`` gives the free and the total bytes. ``last_chat`` is the language model that
    was chosen last, "" when there was none, None while nobody asked for one.
    """

    def __init__(
        self,
        server: EngineCatalogue,
        local: Sequence[EngineCatalogue],
        settings: Callable[[], Settings],
        memory: Callable[[], tuple[int, int]],
    ):
        self._server = server
        self._local = tuple(local)
        self._settings = settings
        self._memory = memory
        self._contexts = ContextBook(memory, lambda: settings().context_tokens)
        self._seen: tuple[float, EngineReport] | None = None
        self.last_chat: str | None = None

    def look(self, ctx: JobContext) -> EngineReport:
        """Look at everything again. Raises ``Cancelled``."""
        served = self._look_at_server(ctx)
        return merged(served, *(catalogue.look(ctx) for catalogue in self._local))

    def _look_at_server(self, ctx: JobContext) -> EngineReport:
        report = self._server.look(ctx)
        self._seen = (time.monotonic(), report)
        return report

    def served(self, ctx: JobContext) -> EngineReport:
        """Return what the language server has, from a look a few seconds old at most."""
        if self._seen is not None and time.monotonic() - self._seen[0] < _FRESH_SECONDS:
            return self._seen[1]
        return self._look_at_server(ctx)

    def chosen(self, task: str, ctx: JobContext, name: str = "") -> Choice | None:
        """Return the engine for a task of the language server, None where there is none.

        Raises ``EngineError`` when ``name`` or the setting names one that cannot be used.
        """
        choice = choose(task, self.served(ctx), self._settings(), self._memory()[0], name)
        if TASKS[task].ability == "chat":
            self.last_chat = choice.engine.name if choice is not None else ""
        return choice

    def needed(self, task: str, ctx: JobContext, name: str = "") -> Engine:
        """Return the engine for a task; raises ``EngineError`` saying why there is none."""
        choice = self.chosen(task, ctx, name)
        if choice is not None:
            return choice.engine
        part = self.served(ctx).part("ollama")
        if part is None or part.state == "not_installed":
            raise EngineError("ollama_not_installed")
        if part.state == "not_running":
            known = part.hint in EngineError.CODES
            raise EngineError(part.hint if known else "ollama_not_running", host=part.host)
        raise EngineError("ollama_no_model")

    def context(self, engine: Engine) -> int:
        """Return the context in tokens that every request to ``engine`` carries."""
        return self._contexts.context(engine)
