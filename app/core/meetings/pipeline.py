"""The way of a meeting through its steps: sound, transcript, minutes, export.

Each step is claimed, run, and stored together with its end, so that a crash leaves
either both or neither; what is done stays done when a later step fails. A step that
cannot go on until something is there (a Whisper model) is blocked, not failed.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from app.core.errors import AppError, Cancelled, StorageError
from app.core.jobs import PASSING, JobContext, Notice, Progress
from app.core.meetings.records import (
    BLOCKED,
    DONE,
    WAITING,
    Claim,
    Meeting,
    MeetingRepository,
)

log = logging.getLogger("alcove.meetings")

# What is missing can come later, and the meeting then goes on by itself.
BLOCKING = frozenset({"engine_language", "engine_missing", "language_needed"})

_GONE = frozenset({"meeting_missing", "step_taken"})


def keep_notice(meetings: MeetingRepository, claim: Claim, notice: Notice) -> None:
    """Keep a notice with its step, so that it is found after a restart too.

    It is told now, whatever the disk says: only a step that is no longer held raises
    ``StorageError``.
    """
    if notice.code in PASSING:
        return
    try:
        meetings.notice(claim, notice)
    except StorageError as error:
        if error.code in _GONE:
            raise


@contextlib.contextmanager
def telling(meetings: MeetingRepository, claim: Claim, ctx: JobContext) -> Iterator[JobContext]:
    """Give the context of one step: what it tells is kept with the step and told as well."""
    part = ctx.child(ctx.report, on_notice=lambda n: keep_notice(meetings, claim, n))
    try:
        yield part
    finally:
        part.end()


class Work(Protocol):
    """One step: what it is computed from, and how.

    ``run`` stores its result with the claim (a ``save_`` call of the repository or
    ``finish``), so that result and end of the step are one transaction.
    """

    name: str

    def digest(self, meeting: Meeting) -> str:
        """Return what names the step's input: another digest means computing again.

        The same input has the same digest at every start; nothing of the step itself
        is in it.
        """

    def run(self, meeting: Meeting, claim: Claim, ctx: JobContext) -> None:
        """Do the step. Raises ``AppError`` or ``Cancelled``."""


class Pipeline:
    """Takes meetings through the steps, in their order."""

    def __init__(self, meetings: MeetingRepository, works: Sequence[Work]):
        self._meetings = meetings
        self._works = tuple(works)
        self._pausing = False

    def pause(self) -> None:
        """Let a step that is stopped from now on wait for the next start of the program."""
        self._pausing = True

    def run(
        self,
        number: int,
        ctx: JobContext,
        changed: Callable[[int], None] = lambda number: None,
        *,
        only: str | None = None,
    ) -> Meeting:
        """Do every step of the meeting that is not done; return the meeting as it is then.

        A step that was done from another input than there is now (another title,
        another engine chosen) is done again, and those after it with it. Stops at the
        first step that fails, is blocked, or belongs to another process. ``changed``
        hears after each change of a step. With ``only`` no other step is touched: what a
        person wrote is in the files then, and what a model wrote stays although another
        one is chosen by now. Raises ``Cancelled``; the error of a failed
        step is kept with the step and not raised.
        """
        for work in self._works:
            ctx.check()
            meeting = self._meetings.get(number)
            step = meeting.step(work.name)
            if only not in (None, work.name):
                if step.state != DONE:
                    break
                continue
            digest = work.digest(meeting)
            if step.state == DONE:
                if step.input_digest in (None, digest):  # None: nobody noted the input
                    continue
                self._meetings.reset(number, work.name)
                changed(number)
            claim = self._meetings.claim(number, work.name, input_digest=digest, engine=None)
            if claim is None:
                break
            changed(number)
            if not self._do(work, meeting, claim, ctx):
                changed(number)
                break
            changed(number)
        return self._meetings.get(number)

    def _do(self, work: Work, meeting: Meeting, claim: Claim, ctx: JobContext) -> bool:
        part = ctx.child(
            lambda p: self._report(claim, p, ctx),
            on_notice=lambda n: keep_notice(self._meetings, claim, n),
        )
        try:
            work.run(meeting, claim, part)
        except Cancelled:
            self._meetings.stop(claim, cancelled=not self._pausing)
            raise
        except AppError as error:
            log.info("step %s of a meeting failed: %s", work.name, error.code)
            self._meetings.fail(claim, error, blocked=error.code in BLOCKING)
            return False
        except BaseException:
            # Unforeseen: the step must not stay "running" until the next start.
            self._meetings.stop(claim, cancelled=True)
            raise
        finally:
            part.end()
        return True

    def _report(self, claim: Claim, progress: Progress, ctx: JobContext) -> None:
        ctx.report(progress)
        try:
            self._meetings.progress(claim, progress.done, progress.total)
        except StorageError as error:
            # How far it is may go unwritten; a step that is no longer ours must stop.
            if error.code in _GONE:
                raise

    def again(self, number: int, step: str) -> None:
        """Let a step and those after it wait again (Retry, or another engine)."""
        self._meetings.reset(number, step)

    def to_do(self, *, blocked: bool = False) -> tuple[int, ...]:
        """Return the meetings with a step that waits, oldest first.

        With ``blocked`` those that were blocked wait again: something they needed
        may be there now.
        """
        if blocked:
            for meeting in self._meetings.list():
                for step in meeting.steps:
                    if step.state == BLOCKED:
                        self._meetings.reset(meeting.id, step.name)
        found: dict[int, None] = {}
        for number, _ in self._meetings.waiting():
            if self._can_go_on(number):
                found[number] = None
        return tuple(found)

    def _can_go_on(self, number: int) -> bool:
        """Return whether the first step that is not done is one that waits."""
        for step in self._meetings.get(number).steps:
            if step.state != DONE:
                return step.state == WAITING
        return False
