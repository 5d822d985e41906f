"""One memory plan for all processes of an 8 GB laptop.

Speech and language models do not lie in memory together: before speech begins the
language model is unloaded, before a language model loads the speech child has ended.
That holds between processes too (``places``): a command waits for the window, and the
window for a command. An idle speech child ends as soon as another process wants its
place. Text in pictures has places of its own.

Whoever works holds a place; work of another kind waits until every place is given
back. Urgent work goes before all that wait.

A transcription does not yield: what it has heard would be lost and its model loaded
twice. A question asked meanwhile waits and its tab shows the step "wait_memory";
it gets its turn between two calls of the speech child (decoding, voice gate, engine),
before any of them that wait. Embedding models are language models here.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from app.core.engines.places import Place
from app.core.jobs import JobContext, Progress

SPEECH = "speech"
LANGUAGE = "language"
_LOOK_SECONDS = 0.25


class Room:
    """Lets work of one kind in at a time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held: list[str] = []
        self._urgent = 0

    @contextlib.contextmanager
    def hold(self, kind: str, ctx: JobContext, *, urgent: bool = False) -> Iterator[None]:
        """Hold a place for work of ``kind``; waits for it, and ends waiting on Cancel.

        Raises ``Cancelled``.
        """
        self._enter(kind, ctx, urgent)
        try:
            yield
        finally:
            with self._changed:
                self._held.remove(kind)
                self._changed.notify_all()

    def _enter(self, kind: str, ctx: JobContext, urgent: bool) -> None:
        withdraw = ctx.on_cancel(self._wake)
        with self._changed:
            self._urgent += urgent
        try:
            told = False
            while not self._take(kind, urgent):
                ctx.check()
                if not told:
                    ctx.report(Progress("wait_memory"))
                told = True
                self._wait(kind, ctx, urgent)
        finally:
            withdraw()
            with self._changed:
                self._urgent -= urgent
                self._changed.notify_all()

    def _take(self, kind: str, urgent: bool) -> bool:
        with self._changed:
            if not self._free(kind, urgent):
                return False
            self._held.append(kind)
            return True

    def _free(self, kind: str, urgent: bool) -> bool:
        if self._urgent and not urgent:
            return False
        return all(held == kind for held in self._held)

    def _wait(self, kind: str, ctx: JobContext, urgent: bool) -> None:
        with self._changed:
            self._changed.wait_for(lambda: ctx.cancelled or self._free(kind, urgent))
        ctx.check()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


class _Idle:
    """The idle speech child, which still has its model in memory.

    While it is up its process keeps the place for speech, so that no other one loads a
    model beside it; when another process wants the place, the child ends first.
    """

    def __init__(self, place: Place, up: Callable[[], bool], end: Callable[[], None]):
        self._place = place
        self._up = up
        self._end = end
        self._mutex = threading.Lock()
        self._working = 0
        self._closed = False
        self._kept: contextlib.ExitStack | None = None
        self._over = threading.Event()

    @contextlib.contextmanager
    def after(self) -> Iterator[None]:
        """Keep the place, which is held now, after the block until the child ends."""
        with self._mutex:
            self._working += 1
        try:
            yield
        finally:
            with self._mutex:
                self._working -= 1
                self._keep()

    def _keep(self) -> None:
        if self._kept is not None or self._closed or not self._up():
            return
        self._kept = contextlib.ExitStack()
        self._kept.enter_context(self._place.hold(JobContext()))
        self._over = threading.Event()
        watch = threading.Thread(
            target=self._watch, args=(self._over,), name="idle-speech", daemon=True
        )
        watch.start()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(_LOOK_SECONDS):
            with self._mutex:
                if not self._working:
                    self._look()

    def _look(self) -> None:
        if self._up() and self._place.wanted:
            self._end()
        if not self._up():
            self._let_go()

    def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        self._over.set()
        if kept is not None:
            kept.close()

    def end(self) -> None:
        """End the child and give the place back."""
        with self._mutex:
            self._end()
            self._let_go()

    def close(self) -> None:
        """End it for good."""
        self._closed = True
        if self._kept is not None:
            self.end()


class MemoryPlan:
    """Who may hold memory when. Knows the engines only by five functions."""

    def __init__(
        self,
        *,
        unload_language: Callable[[JobContext], None],
        end_speech: Callable[[], None],
        place: Place,
        roomy: Callable[[], bool] = lambda: False,
        speech_up: Callable[[], bool] = lambda: False,
    ):
        """``unload_language`` empties the language server or raises ``Cancelled``,
        ``end_speech`` ends the idle speech child, ``speech_up`` says whether there is one;
        ``place`` is what other processes see; ``roomy`` says that there is memory for both
        at once."""
        self._unload_language = unload_language
        self._place = place
        self._idle = _Idle(place, speech_up, end_speech)
        self._roomy = roomy
        self._models = Room()

    @contextlib.contextmanager
    def speech(self, ctx: JobContext) -> Iterator[None]:
        """Hold the memory for speech: the language model is unloaded first."""
        if self._roomy():
            yield
            return
        with self._models.hold(SPEECH, ctx), self._place.hold(ctx), self._idle.after():
            self._unload_language(ctx)
            yield

    @contextlib.contextmanager
    def language(self, ctx: JobContext, *, urgent: bool = False) -> Iterator[None]:
        """Hold the memory for a language model: the speech child has ended first."""
        if self._roomy():
            yield
            return
        with self._models.hold(LANGUAGE, ctx, urgent=urgent):
            self._idle.end()
            with self._place.hold(ctx, shared=True):
                yield

    def close(self) -> None:
        """Give back what is held for the idle speech child, which ends."""
        self._idle.close()
