"""The one contract of long work: report, check, stop.

Core work is a plain function or generator that takes a ``JobContext``. The command
line calls it directly, the window through its job runner, a child through its
channel; all three hand in the same object.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.errors import Cancelled


@dataclass(frozen=True)
class Progress:
    """How far a job is: ``done`` of ``total`` in the step's own unit.

    ``step`` is a key of ``app.words.steps``; ``total`` is None while nobody knows;
    ``seconds_left`` is None until there is an honest estimate.
    """

    step: str
    done: float = 0.0
    total: float | None = None
    seconds_left: float | None = None

    @property
    def fraction(self) -> float | None:
        """Return the share done, 0 to 1, or None when unknown."""
        if not self.total:
            return None
        return min(1.0, max(0.0, self.done / self.total))


@dataclass(frozen=True)
class Notice:
    """Something the person should know that is not a failure.

    The sentence stands in ``app.words.notices`` under ``code``.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


# Notices that are over when the work they announce is done: no word to find days later.
PASSING = frozenset({"time_needed"})


class JobContext:
    """What a job may say and must ask.

    Thread-safe: ``cancel`` may be called from any thread, the rest from the
    thread that does the work. Callbacks of ``on_cancel`` run at once, in the
    thread that cancels, and must be quick.
    """

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        on_notice: Callable[[Notice], None] | None = None,
        on_data: Callable[[str, Any], None] | None = None,
    ):
        self._on_progress = on_progress
        self._on_notice = on_notice
        self._on_data = on_data
        self._cancelled = threading.Event()
        self._callbacks: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._leave: Callable[[], None] = lambda: None
        self.notices: list[Notice] = []
        self.progress: Progress | None = None  # what was said last

    def report(self, progress: Progress) -> None:
        """Say how far the work is."""
        self.progress = progress
        if self._on_progress:
            self._on_progress(progress)

    def notice(self, code: str, **params: Any) -> None:
        """Say something once: a repeated notice with equal parameters is dropped."""
        notice = Notice(code, params)
        if notice in self.notices:
            return
        self.notices.append(notice)
        if self._on_notice:
            self._on_notice(notice)

    def emit(self, kind: str, data: Any) -> None:
        """Hand out a piece of the result early (a segment, a token)."""
        if self._on_data:
            self._on_data(kind, data)

    @property
    def cancelled(self) -> bool:
        """Return whether the work should stop."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise ``Cancelled`` when the work should stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def cancel(self) -> None:
        """Ask the work to stop; a second call does nothing."""
        with self._lock:
            if self._cancelled.is_set():
                return
            self._cancelled.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` when cancelled; at once if it already is.

        Returns a function that takes the callback back.
        """
        with self._lock:
            if not self._cancelled.is_set():
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

    def child(
        self,
        on_progress: Callable[[Progress], None],
        on_data: Callable[[str, Any], None] | None = None,
        on_notice: Callable[[Notice], None] | None = None,
    ) -> JobContext:
        """Return a context for a part of this job with its own progress.

        Notices and Cancel are shared with this one, and data unless ``on_data`` takes them;
        ``on_notice`` hears what this part says, before everybody else. A
        job of many parts says ``end`` of each, so that this one does not remember them all.
        """

        def say(notice: Notice) -> None:
            if on_notice is not None:
                on_notice(notice)
            self._pass_notice(notice)

        part = JobContext(on_progress, say, on_data or self._on_data)
        part._leave = self.on_cancel(part.cancel)
        return part

    def end(self) -> None:
        """Say that this part of a job is over: it hears no Cancel any more."""
        self._leave()

    def _pass_notice(self, notice: Notice) -> None:
        self.notice(notice.code, **notice.params)
