"""Places in memory that all processes on one data folder take in turn.

The window and commands beside it know nothing of each other's work. What must not happen
twice on a small laptop is held by a lock of the operating system, which takes it back
when its owner is killed. Nobody is asked to hurry: who waits looks again ten times a
second, says so, and ends waiting on Cancel.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from app.core.errors import StorageError
from app.core.jobs import JobContext, Progress
from app.core.locks import FileLock, is_held

WAITING = "wait_process"
_LOOK_SECONDS = 0.1


class Place:
    """One place among all processes; the threads of one process hold it together.

    ``file`` gives the path of the lock. Where none can be made the place is free: the
    plan saves memory, and work goes before it.
    """

    def __init__(self, file: Callable[[], Path]):
        self._file = file
        self._mutex = threading.Lock()
        self._holders = 0
        self._lock: FileLock | None = None

    @contextlib.contextmanager
    def hold(self, ctx: JobContext, *, shared: bool = False) -> Iterator[None]:
        """Hold the place, with ``shared`` beside other processes that share it too.

        Reports ``WAITING`` while another process has it, which sees that it is wanted.
        Raises ``Cancelled``.
        """
        wish = _Wish(self._wish_file)
        try:
            wait(ctx, lambda: self._enter(shared) or wish.keep())
        finally:
            wish.drop()
        try:
            yield
        finally:
            self._leave()

    @property
    def taken(self) -> bool:
        """Return whether some process holds it alone."""
        try:
            return is_held(self._file())
        except StorageError:
            return False

    @property
    def wanted(self) -> bool:
        """Return whether another process waits for it."""
        try:
            return is_held(self._wish_file())
        except StorageError:
            return False

    def _wish_file(self) -> Path:
        file = self._file()
        return file.with_name(f"{file.name}.wanted")

    def _enter(self, shared: bool) -> bool:
        with self._mutex:
            if not self._holders:
                try:
                    lock = FileLock(self._file())
                    if not lock.acquire(shared=shared):
                        return False
                    self._lock = lock
                except StorageError:
                    self._lock = None
            self._holders += 1
            return True

    def _leave(self) -> None:
        with self._mutex:
            self._holders -= 1
            if not self._holders and self._lock is not None:
                self._lock.release()
                # The last one takes the file away: only who has it alone may.
                with contextlib.suppress(StorageError):
                    if self._lock.acquire():
                        self._lock.drop()
                self._lock = None


class _Wish:
    """Says to who has a place that somebody waits for it. One who waits is enough."""

    def __init__(self, file: Callable[[], Path]):
        self._file = file
        self._lock: FileLock | None = None

    def keep(self) -> bool:
        """Say it from now on, unless another one does; always False: it is no entry."""
        with contextlib.suppress(StorageError):
            self._lock = self._lock or FileLock(self._file())
            self._lock.acquire()
        return False

    def drop(self) -> None:
        """Say it no longer."""
        if self._lock is not None and self._lock.held:
            self._lock.drop()


class ReadingPlace:
    """The right to read text in pictures: one process at a time, a key press first."""

    def __init__(self, file: Callable[[str], Path]):
        """``file`` gives the path of the lock of a name."""
        self._place = Place(lambda: file("reading"))
        self._pressed = Place(lambda: file("pressed"))

    @contextlib.contextmanager
    def hold(self, ctx: JobContext, *, urgent: bool) -> Iterator[None]:
        """Hold it for one page; an import lets every waiting key press go first.

        Raises ``Cancelled``.
        """
        if urgent:
            with self._pressed.hold(ctx), self._place.hold(ctx):
                yield
            return
        wait(ctx, lambda: not self._pressed.taken)
        with self._place.hold(ctx):
            yield


def wait(ctx: JobContext, ready: Callable[[], bool]) -> None:
    """Wait for another process. Raises ``Cancelled`` as soon as the job is cancelled."""
    stopped = threading.Event()
    withdraw = ctx.on_cancel(stopped.set)
    try:
        ctx.check()
        if ready():
            return
        ctx.report(Progress(WAITING))
        while not ready():
            stopped.wait(_LOOK_SECONDS)
            ctx.check()
    finally:
        withdraw()
