"""The one bridge between threads and Qt.

A worker thread holds a job number and plain data, never a QObject. What it says
goes into a mailbox; one queued signal of one long-lived sender wakes the window,
which drains the mailbox at most every 33 ms, tokens joined (a post per token
stalls a window for seconds). What comes for a job that is over is dropped by its
number.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal, Slot

from app.core import logs
from app.core.errors import AppError, Cancelled
from app.core.jobs import JobContext, Notice, Progress

log = logging.getLogger("alcove.jobs")

Work = Callable[[JobContext], Any]
_DRAIN_MS = 33


def _nothing(*_: Any) -> None:
    pass


@dataclass
class Listeners:
    """Whom a job tells; all are called in the window's thread."""

    done: Callable[[Any], None] = _nothing
    failed: Callable[[AppError], None] = _nothing
    cancelled: Callable[[], None] = _nothing
    progress: Callable[[Progress], None] = _nothing
    notice: Callable[[Notice], None] = _nothing
    data: Callable[[str, Any], None] = _nothing
    ended: Callable[[], None] = _nothing

    def only_while(self, current: Callable[[], bool]) -> Listeners:
        """Return them deaf from the moment ``current`` no longer holds.

        An answer that was stopped must not write under the next question.
        """

        def guard(call: Callable[..., None]) -> Callable[..., None]:
            return lambda *what: call(*what) if current() else None

        return Listeners(**{f.name: guard(getattr(self, f.name)) for f in fields(self)})


@dataclass(eq=False)
class Job:
    """A running job, as the window sees it."""

    number: int
    title: str
    listeners: Listeners
    context: JobContext
    keeps: bool  # Esc and a closed tab leave it running (a transcription, an import)
    progress: Progress | None = None
    over: bool = False
    thread: threading.Thread | None = field(default=None, repr=False)

    def cancel(self) -> None:
        """Ask the job to stop."""
        # In a thread of its own: a callback of on_cancel may close a connection.
        threading.Thread(target=self.context.cancel, name="cancel", daemon=True).start()


class JobRunner(QObject):
    """Starts jobs and brings back what they say."""

    changed = Signal()
    crashed = Signal(str)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._jobs: dict[int, Job] = {}
        self._mail: deque[tuple[int, str, Any]] = deque()
        self._lock = threading.Lock()
        self._pending = False
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._drained = QElapsedTimer()
        self._timer.timeout.connect(self._drain)
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    def start(
        self, title: str, work: Work, listeners: Listeners | None = None, *, keeps: bool = False
    ) -> Job:
        """Run ``work`` in a thread and tell ``listeners`` in the window's thread."""
        number = next(self._numbers)
        context = JobContext(
            lambda p: self._post(number, "progress", p),
            lambda n: self._post(number, "notice", n),
            lambda kind, data: self._post(number, "data", (kind, data)),
        )
        job = Job(number, title, listeners or Listeners(), context, keeps)
        self._jobs[number] = job
        job.thread = threading.Thread(
            target=self._body, args=(number, work, context), name=f"job-{number}", daemon=True
        )
        job.thread.start()
        self.changed.emit()
        return job

    @property
    def running(self) -> list[Job]:
        """Return the jobs that are not over, oldest first."""
        return list(self._jobs.values())

    def _body(self, number: int, work: Work, context: JobContext) -> None:
        try:
            context.check()
            self._post(number, "done", work(context))
        except Cancelled:
            self._post(number, "cancelled", None)
        except AppError as error:
            self._post(number, "failed", error)
        except Exception as error:  # the catch-all of job bodies
            log.exception("job crashed")
            self._post(number, "crashed", logs.place_of(error))

    def _post(self, number: int, kind: str, payload: Any) -> None:
        with self._lock:
            if self._closed:
                return
            self._mail.append((number, kind, payload))
            wake, self._pending = not self._pending, True
        if wake:
            self._woken.emit()

    @Slot()
    def _wake(self) -> None:
        since = self._drained.elapsed() if self._drained.isValid() else _DRAIN_MS
        self._timer.start(max(0, _DRAIN_MS - since))  # what comes alone is not kept waiting

    @Slot()
    def _drain(self) -> None:
        with self._lock:
            mail, self._mail, self._pending = self._mail, deque(), False
        try:
            for number, kind, payload in _joined(mail):
                job = self._jobs.get(number)
                if job is not None and not job.over:
                    self._deliver_safely(job, kind, payload)
        finally:
            self._drained.start()  # counted from here: keys come between two long turns

    def _deliver_safely(self, job: Job, kind: str, payload: Any) -> None:
        """Deliver; a listener that fails must not take the mail of the others along."""
        try:
            self._deliver(job, kind, payload)
        except Exception as error:  # the window's end of a job body
            log.exception("a listener crashed")
            self.crashed.emit(logs.place_of(error))

    def _deliver(self, job: Job, kind: str, payload: Any) -> None:
        listeners = job.listeners
        if kind == "progress":
            job.progress = payload
            listeners.progress(payload)
        elif kind == "notice":
            listeners.notice(payload)
        elif kind == "data":
            if not job.context.cancelled:
                listeners.data(*payload)
        else:
            self._finish(job, kind, payload)

    def _finish(self, job: Job, kind: str, payload: Any) -> None:
        job.over = True
        del self._jobs[job.number]
        if job.context.cancelled and not job.keeps and kind in ("done", "failed"):
            kind = "cancelled"  # it was stopped just as it ended: nobody waits for it
        self.changed.emit()
        try:
            if kind == "done":
                job.listeners.done(payload)
            elif kind == "failed":
                job.listeners.failed(payload)
            elif kind == "cancelled":
                job.listeners.cancelled()
            else:
                self.crashed.emit(payload)
        finally:
            job.listeners.ended()

    def stop_answers(self) -> bool:
        """Cancel the jobs that Esc stops; return whether there were any."""
        jobs = [job for job in self._jobs.values() if not job.keeps]
        for job in jobs:
            job.cancel()
        return bool(jobs)

    def close(self, seconds: float = 2.0) -> None:
        """Cancel everything, drop what still comes, and wait a little for the threads."""
        with self._lock:
            self._closed = True
            self._mail.clear()
        self._timer.stop()
        for job in self._jobs.values():
            job.over = True
            job.context.cancel()
        for job in self._jobs.values():
            if job.thread is not None:
                job.thread.join(seconds)
        self._jobs.clear()


def _joined(mail: deque[tuple[int, str, Any]]) -> list[tuple[int, str, Any]]:
    """Join neighbouring pieces of one answer and keep only the newest progress of a run."""
    out: list[tuple[int, str, Any]] = []
    for number, kind, payload in mail:
        before = out[-1] if out else None
        if before and before[0] == number and before[1] == kind:
            if kind == "progress":
                out[-1] = (number, kind, payload)
                continue
            if kind == "data" and payload[0] == "piece" == before[2][0]:
                out[-1] = (number, kind, ("piece", before[2][1] + payload[1]))
                continue
        out.append((number, kind, payload))
    return out
