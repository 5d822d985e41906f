"""What the Meetings tab does, without a widget: one meeting after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.core.errors import AppError
from app.core.jobs import JobContext, Progress
from app.ui.jobs import Job, Listeners
from app.ui.tab import House
from app.words import tr, trn
from app.words.meetings import step_name

if TYPE_CHECKING:
    from app.core.meetings.model import Segment
    from app.core.meetings.records import Meeting

_NAMED = 3  # so many files are named when they are imported, more are counted


class MeetingsPresenter(QObject):
    """Imports, runs, cancels and deletes meetings; tells the tab by signals."""

    listed = Signal()  # the list of meetings changed
    changed = Signal(int)  # steps or results of one meeting changed
    progressed = Signal(int, str, object)  # meeting, step, Progress
    heard = Signal(int, object)  # meeting, a Segment that was just written down
    imported = Signal(object)  # the meetings that were just imported
    begun = Signal(int)  # a meeting is worked on from now on
    stuck = Signal(object, object)  # a Meeting, its Step that failed or waits for something
    failed = Signal(object, object)  # AppError, the meeting it is about or None
    noticed = Signal(object, object)  # Notice, the meeting it is about or None

    def __init__(self, house: House):
        super().__init__()
        self._house = house
        self._queue: list[int] = []
        self._job: Job | None = None
        self._current: int | None = None
        self._once_free: dict[int, Callable[[], None]] = {}
        self._deleting: set[int] = set()
        self._blocked: dict[int, str | None] = {}  # what these wait for, as it was said
        self.latest: tuple[int, str, Progress] | None = None
        self.partial: dict[int, list[Segment]] = {}  # what is being written down just now

    @property
    def _services(self) -> Any:
        return self._house.services

    def meetings(self) -> tuple[Meeting, ...]:
        """Return all meetings, the newest first."""
        return self._services.meetings.list()

    @property
    def current(self) -> int | None:
        """Return the meeting that is being worked on."""
        return self._current

    def begin(self) -> None:
        """Go on with what an earlier run of the program left."""

        def work(ctx: JobContext) -> tuple[int, ...]:
            from app.core.meetings.records import BLOCKED

            steps = [(m.id, step) for m in self.meetings() for step in m.steps]
            self._blocked = {n: step.error for n, step in steps if step.state == BLOCKED}
            return self._services.pipeline.to_do(blocked=True)

        self._work(tr("Looking for unfinished meetings"), work, self._take_up)

    def _take_up(self, numbers: Sequence[int]) -> None:
        self.enqueue(*numbers)
        self.listed.emit()

    def engines_changed(self) -> None:
        """Let meetings go on that waited for an engine."""
        self.begin()

    def import_files(
        self, files: Sequence[Path], *, language: str | None = None, title: str = ""
    ) -> None:
        """Make a meeting of each file and start to work on them."""
        chosen = list(files)
        names = ", ".join(path.name for path in chosen)
        if len(chosen) > _NAMED:
            names = trn("{count} file", "{count} files", len(chosen))
        self._house.speech.tell(tr("Importing {names}.").format(names=names))

        def work(ctx: JobContext) -> list[int]:
            add, numbers = self._services.desk.add, []
            for path in chosen:
                try:
                    numbers.append(add(path, language=language, title=title))
                except AppError as error:  # one bad file does not stop the others
                    ctx.emit("error", error)
            return numbers

        told = Listeners(
            done=self._imported, failed=self._fail, data=lambda kind, error: self._fail(error)
        )
        self._house.runner.start(tr("Importing"), work, told, keeps=True)

    def _imported(self, numbers: Sequence[int]) -> None:
        self.listed.emit()
        self.enqueue(*numbers)
        if numbers:
            self.imported.emit(tuple(numbers))

    def enqueue(self, *numbers: int) -> None:
        """Work on these meetings after those that wait."""
        for number in numbers:
            if number not in self._queue and number != self._current:
                self._queue.append(number)
        self._next()

    def _next(self) -> None:
        if self._job is not None or not self._queue:
            return
        number = self._current = self._queue.pop(0)
        step = _Running()
        told = Listeners(
            progress=lambda p: self._progress(number, step.name, p),
            notice=lambda notice: self.noticed.emit(notice, number),
            data=lambda kind, data: self._data(number, step, kind, data),
            done=self._ended,
            failed=lambda error: self.failed.emit(error, number),
            cancelled=lambda: self._stopped(number, step),
            ended=lambda: self._free(number),
        )

        def work(ctx: JobContext) -> Meeting:
            return self._services.pipeline.run(
                number, ctx, lambda n: ctx.emit("step", _running_step(self._services, n))
            )

        self.begun.emit(number)
        self._job = self._house.runner.start(tr("Working on a meeting"), work, told, keeps=True)

    def _data(self, number: int, step: _Running, kind: str, data: Any) -> None:
        if kind == "step":
            step.name = data
            self.latest = None
            if data == "transcript":
                self.partial[number] = []
            self.changed.emit(number)
        elif kind == "segment":
            self.partial.setdefault(number, []).append(data)
            self.heard.emit(number, data)
        elif kind == "restart":  # another engine begins from the start
            self.partial[number] = []
            self.changed.emit(number)
        elif kind == "minutes":
            self.changed.emit(number)

    def _progress(self, number: int, step: str, progress: Progress) -> None:
        if step:
            self.latest = (number, step, progress)
            self.progressed.emit(number, step, progress)

    def _ended(self, meeting: Meeting) -> None:
        from app.core.meetings.records import BLOCKED, DONE, FAILED

        known = self._blocked.pop(meeting.id, None)
        stuck = next((s for s in meeting.steps if s.state in (FAILED, BLOCKED)), None)
        if stuck is not None and (stuck.state == FAILED or stuck.error != known):
            self.stuck.emit(meeting, stuck)
        if all(step.state == DONE for step in meeting.steps):
            self._house.speech.tell(tr("The minutes of {title} are ready.").format(
                title=meeting.title))  # fmt: skip

    def _stopped(self, number: int, step: _Running) -> None:
        self._blocked.pop(number, None)
        if number not in self._once_free:  # not to begin anew, nor to be deleted
            stopped = tr("{step} stopped.").format(step=step_name(step.name))
            self._house.speech.tell(stopped if step.name else tr("Stopped."))

    def _free(self, number: int) -> None:
        self._job, self._current = None, None
        self.partial.pop(number, None)
        self.latest = None
        self.changed.emit(number)
        then = self._once_free.pop(number, None)
        if then is not None:
            then()
        self._next()

    def _when_free(self, number: int, then: Callable[[], None]) -> None:
        """Do something with a meeting once nothing works on it any more."""
        if number == self._current:
            self._once_free[number] = then
        else:
            then()

    def cancel(self, number: int) -> None:
        """Stop the step that runs; what is done stays."""
        if number == self._current and self._job is not None:
            self._job.cancel()
        elif number in self._queue:
            self._queue.remove(number)

    def close_down(self) -> None:
        """Let what runs go on at the next start: closing the window is no Cancel."""
        self._queue.clear()
        if self._job is not None:
            self._services.pipeline.pause()

    def retry(self, number: int, step: str) -> None:
        """Do a step and those after it again; what runs of them would count for nothing."""
        if number in self._deleting:
            return
        self.cancel(number)
        self._blocked.pop(number, None)  # who asks is answered

        def again(ctx: JobContext) -> int:
            self._services.pipeline.again(number, step)
            return number

        self._when_free(number, lambda: self._work(tr("Trying again"), again, self.enqueue))

    def set_language(self, number: int, language: str) -> None:
        """Remember the language of the meetings and go on, with all that waited for it."""
        try:
            self._house.settings.change(spoken_language=language)
        except AppError as error:
            self._fail(error)

        def work(ctx: JobContext) -> list[int]:
            self._services.meetings.set_language(number, language)
            # It is asked once: what was imported together waits for the same answer.
            steps = [(m.id, m.step("transcript")) for m in reversed(self.meetings())]
            waited = [n for n, s in steps if s.error == "language_needed" and n != number]
            for one in (number, *waited):
                self._services.pipeline.again(one, "transcript")
            return [number, *waited]

        self._work(tr("Going on"), work, lambda numbers: self.enqueue(*numbers))

    def rename(self, number: int, title: str) -> None:
        """Give a meeting another title."""
        said = tr("Renamed to {title}.").format(title=title)
        self._do(number, lambda: self._services.meetings.rename(number, title), said)

    def add_note(self, number: int, text: str, time: float | None = None) -> None:
        """Keep a note."""
        add = self._services.meetings.add_note
        self._do(number, lambda: add(number, text, time), tr("The note is kept."))

    def change_note(self, number: int, note: int, text: str) -> None:
        """Give a note another text; without one it is taken away."""
        meetings = self._services.meetings
        if text:
            self._do(number, lambda: meetings.change_note(note, text), tr("The note is changed."))
            return
        self._do(number, lambda: meetings.remove_note(note), tr("The note is taken away."))

    def forget_notices(self, number: int) -> None:
        """Let what was told of a meeting not come back: the person closed it."""
        forget = self._services.meetings.forget_notices
        self._work(tr("Saving"), lambda ctx: forget(number), lambda _: None)

    def delete(self, number: int, done: Any) -> None:
        """Delete a meeting with everything computed from it; ``done`` gets the receipt."""
        self.cancel(number)
        self._deleting.add(number)

        def finish(receipt: Any) -> None:
            self.listed.emit()
            done(receipt)

        def failed(error: AppError) -> None:
            self._deleting.discard(number)
            self._fail(error)

        delete = self._services.desk.delete
        self._when_free(
            number, lambda: self._work(tr("Deleting"), lambda ctx: delete(number), finish, failed)
        )

    def export(self, number: int, folder: Path, done: Any) -> None:
        """Write the files of a meeting into ``folder``."""
        self._work(tr("Exporting"), lambda ctx: self._services.desk.export(number, folder), done)

    def _do(self, number: int, call: Any, said: str) -> None:
        """Change what a person wrote about a meeting; its exported files follow.

        ``said`` is told when that is done.
        """

        def work(ctx: JobContext) -> None:
            call()
            self._services.pipeline.run(number, ctx, only="export")

        def finish(_: None) -> None:
            self._house.speech.tell(said)
            self.listed.emit()
            self.changed.emit(number)

        self._work(tr("Saving"), work, finish)

    def _work(self, title: str, work: Any, done: Any, failed: Any = None) -> None:
        told = Listeners(
            done=done,
            failed=failed or self._fail,
            notice=lambda notice: self.noticed.emit(notice, None),
        )
        self._house.runner.start(title, work, told, keeps=True)

    def _fail(self, error: AppError) -> None:
        self.failed.emit(error, None)


class _Running:
    """Which step of the running meeting the progress belongs to."""

    name = ""


def _running_step(services: Any, number: int) -> str:
    from app.core.meetings.records import RUNNING

    for step in services.meetings.get(number).steps:
        if step.state == RUNNING:
            return step.name
    return ""
