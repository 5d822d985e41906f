"""One memory plan for all processes of an 8 GB laptop.

Speech and language models do not lie in memory together: before speech begins the
language model is unloaded, before a language model loads the speech child has ended.
Text in pictures is never read in two processes at once, and a key press goes before
an import: the import puts its page back and does it afterwards.

Whoever works holds a place; work of another kind waits until every place is given
back. Urgent work asks the holders to step aside and goes before all that wait.

Who yields: an import that reads a page puts it back for a key press, since a page is
soon read again. A transcription does not: what it has heard would be lost and its model
loaded twice. A question asked meanwhile waits and its tab shows the step "wait_memory";
it gets its turn between two calls of the speech child (decoding, voice gate, engine),
before any of them that wait. Embedding models are language models here.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.core.jobs import JobContext, Progress

SPEECH = "speech"
LANGUAGE = "language"


@dataclass(eq=False)
class _Place:
    kind: str
    step_aside: Callable[[], None] | None


class Room:
    """Lets work of one kind in at a time; kinds in ``alone`` also only one by one."""

    def __init__(self, alone: frozenset[str] = frozenset()):
        self._alone = alone
        self._changed = threading.Condition()
        self._held: list[_Place] = []
        self._urgent = 0

    @contextlib.contextmanager
    def hold(
        self,
        kind: str,
        ctx: JobContext,
        *,
        urgent: bool = False,
        step_aside: Callable[[], None] | None = None,
        shared: bool = False,
    ) -> Iterator[None]:
        """Hold a place for work of ``kind``; waits for it, and ends waiting on Cancel.

        ``step_aside`` is called, from another thread, when urgent work wants the
        place: give it back soon. With ``shared`` other kinds do not matter. Raises
        ``Cancelled``.
        """
        place = _Place(kind, step_aside)
        self._enter(place, ctx, urgent, shared)
        try:
            yield
        finally:
            with self._changed:
                self._held.remove(place)
                self._changed.notify_all()

    def _enter(self, place: _Place, ctx: JobContext, urgent: bool, shared: bool) -> None:
        withdraw = ctx.on_cancel(self._wake)
        with self._changed:
            self._urgent += urgent
        try:
            told: set[int] = set()
            while not self._take(place, urgent, shared):
                ctx.check()
                if not told:
                    ctx.report(Progress("wait_memory"))
                if urgent:
                    self._ask_aside(place, told)
                told.add(0)
                self._wait(place, ctx, urgent, shared)
        finally:
            withdraw()
            with self._changed:
                self._urgent -= urgent
                self._changed.notify_all()

    def _take(self, place: _Place, urgent: bool, shared: bool) -> bool:
        with self._changed:
            if not self._free(place, urgent, shared):
                return False
            self._held.append(place)
            return True

    def _free(self, place: _Place, urgent: bool, shared: bool) -> bool:
        if shared:
            return True
        if self._urgent and not urgent:
            return False
        return not any(h.kind != place.kind or h.kind in self._alone for h in self._held)

    def _wait(self, place: _Place, ctx: JobContext, urgent: bool, shared: bool) -> None:
        with self._changed:
            self._changed.wait_for(lambda: ctx.cancelled or self._free(place, urgent, shared))
        ctx.check()

    def _ask_aside(self, place: _Place, told: set[int]) -> None:
        with self._changed:
            holders = [h for h in self._held if h is not place and id(h) not in told]
        for holder in holders:
            told.add(id(holder))
            if holder.step_aside is not None:
                holder.step_aside()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


class MemoryPlan:
    """Who may hold memory when. Knows the engines only by four functions."""

    def __init__(
        self,
        *,
        unload_language: Callable[[], None],
        end_speech: Callable[[], None],
        roomy: Callable[[], bool] = lambda: False,
    ):
        """``unload_language`` empties the language server, ``end_speech`` ends the idle
        speech child; ``roomy`` says that there is memory for both at once."""
        self._unload_language = unload_language
        self._end_speech = end_speech
        self._roomy = roomy
        self._models = Room()
        self._reading = Room(alone=frozenset({"ocr"}))

    @contextlib.contextmanager
    def speech(
        self, ctx: JobContext, *, step_aside: Callable[[], None] | None = None
    ) -> Iterator[None]:
        """Hold the memory for speech: the language model is unloaded first."""
        roomy = self._roomy()
        with self._models.hold(SPEECH, ctx, step_aside=step_aside, shared=roomy):
            if not roomy:
                self._unload_language()
            yield

    @contextlib.contextmanager
    def language(self, ctx: JobContext, *, urgent: bool = False) -> Iterator[None]:
        """Hold the memory for a language model: the speech child has ended first."""
        roomy = self._roomy()
        with self._models.hold(LANGUAGE, ctx, urgent=urgent, shared=roomy):
            if not roomy:
                self._end_speech()
            yield

    @contextlib.contextmanager
    def reading(
        self,
        ctx: JobContext,
        *,
        urgent: bool = False,
        step_aside: Callable[[], None] | None = None,
    ) -> Iterator[None]:
        """Hold the right to read text in a picture; ``urgent`` for a key press."""
        with self._reading.hold("ocr", ctx, urgent=urgent, step_aside=step_aside):
            yield
