"""The recording panel: time, level, pause, notes and markers, stop."""

from __future__ import annotations

import contextlib
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame

from app.core.errors import AppError, DeviceError
from app.core.jobs import Notice
from app.core.meetings.recording_port import LOST, PAUSED, State
from app.ui.accessible import LineEdit
from app.ui.jobs import Listeners
from app.ui.meetings.level import QUIETEST_DB, LevelMeter
from app.ui.tab import House
from app.ui.widgets import button, gap, label, named, reachable, relabel, row
from app.words import tr
from app.words.durations import clock, moment, spoken

if TYPE_CHECKING:
    from app.core.meetings.desk import TakenIn

_HEARD_SECONDS = 5.0  # good speech has pauses of some tenths all the time


class RecordingPanel(QFrame):
    """Shown while something is being recorded."""

    finished = Signal(int)
    failed = Signal(object)
    noticed = Signal(object)
    left = Signal()  # it went with the keys on it
    closed = Signal()
    changed = Signal()  # it begins, pauses, goes on or ends
    heard = Signal()  # there is sound again after silence
    _told = Signal(str, object)

    def __init__(self, house: House):
        super().__init__()
        self.setProperty("role", "card")
        self._house = house
        self.state: State | None = None
        self._began_listening = False
        self._closing = False
        self._starting = False
        self._stopping: set[Path | None] = set()  # recordings that are being closed
        self._seconds = 0.0
        self._levels: deque[tuple[float, float]] = deque()  # of the last seconds: time, dB
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self.what = reachable(label("", "heading", wraps=False))
        self.level = LevelMeter()
        self.pause = button(tr("&Pause"), self.pause_or_resume, icon="pause", key="Ctrl+P")
        self.stop_ = button(
            tr("Stop &recording"), self.stop, role="danger", icon="stop", key="Ctrl+R"
        )
        self.note = LineEdit()
        self.note.returnPressed.connect(self._add_note)
        self.note.setMinimumWidth(gap(20))
        self.marker = button(tr("Set a mar&ker"), self.set_marker, icon="marker", key="Ctrl+M")
        inside = row(
            self.what,
            self.level,
            self.pause,
            self.stop_,
            named(tr("N&ote"), self.note),
            self.note,
            self.marker,
        )
        inside.setStretch(1, 1)
        inside.setStretch(5, 2)
        inside.setContentsMargins(gap(3), gap(2), gap(3), gap(2))
        self.setLayout(inside)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._ask_state)
        self.hide()

    @property
    def _recorder(self) -> Any:
        return self._house.services.recorder

    @property
    def running(self) -> bool:
        """Return whether something is being recorded."""
        return self.state is not None and self.state.running

    @property
    def starting(self) -> bool:
        """Return whether a recording was asked for and has not begun yet."""
        return self._starting

    def attach(self) -> None:
        """Attach to a recorder that an earlier window left running."""
        self._job(tr("Looking for a recording"), self._attach, self._attached)

    def _attach(self, ctx: Any) -> State | None:
        return self._held(self._recorder.attach())

    def _attached(self, state: State | None) -> None:
        if state is not None and state.running:
            self._listen()
            self._show(state)
            self._house.speech.tell(
                tr("A recording is still running: {time}.").format(time=spoken(state.time))
            )
        else:
            self._recover()

    def _recover(self) -> None:
        """Offer what an earlier recording left that nobody closed."""
        self._job(
            tr("Looking for recordings"),
            lambda ctx: self._house.services.desk.recover(),
            self._recovered,
        )

    def _recovered(self, taken: list[TakenIn]) -> None:
        for one in taken:
            if one.repaired:
                self.noticed.emit(Notice("recording_recovered", {"path": str(one.folder)}))
            self.finished.emit(one.meeting)

    def toggle(self) -> None:
        """Start a recording, or stop the one that runs."""
        if self.running:
            self.stop()
            return
        if self._starting:
            self._house.speech.tell(tr("The recording is starting."))
            return
        device = self._house.settings.current.microphone
        folder = self._house.services.recordings_root()
        self._listen()
        self._starting = True
        self.changed.emit()
        self._job(
            tr("Starting the recording"),
            lambda ctx: self._held(self._recorder.start(folder, device=device)),
            self._started,
            self._not_started,
            self._start_over,
        )

    def _held(self, state: State | None) -> State | None:
        """Say that this window keeps the recording, unless the command line began it."""
        if state is not None and state.running and state.folder is not None:
            self._house.services.desk.hold(state.folder)
        return state

    def _listen(self) -> None:
        if not self._began_listening:
            self._began_listening = True
            self._house.services.closing(self._recorder.listen(self._told.emit))

    def _not_started(self, error: AppError) -> None:
        if error.code != "recording_running":
            self.failed.emit(error)
            return

        def attached(state: State | None) -> None:
            if state is not None and state.running:
                self._attached(state)
            else:
                self.failed.emit(error)

        # Of the command line, say: it is shown, and can be stopped here.
        self._job(tr("Looking for a recording"), self._attach, attached)

    def _start_over(self) -> None:
        self._starting = False
        self.changed.emit()

    def _started(self, state: State) -> None:
        self._show(state)
        self._house.speech.tell(tr("Recording."))
        self.what.setFocus()

    def pause_or_resume(self) -> None:
        """Pause, or go on."""
        if not self.running or self.state is None:
            return
        paused = self.state.phase == PAUSED
        call = self._recorder.resume if paused else self._recorder.pause
        self._job(tr("Pausing"), lambda ctx: call(), self._paused)

    def _paused(self, state: State) -> None:
        self._show(state)
        words = tr("Paused.") if state.phase == PAUSED else tr("Recording goes on.")
        self._house.speech.tell(words)

    def stop(self) -> None:
        """Stop, and make a meeting of what was recorded."""
        if self.running and self.state is not None:
            folder = self.state.folder
            self._stopping.add(folder)
            self._job(
                tr("Closing the recording"),
                self._stop_and_keep,
                lambda number: self._stopped(number, folder),
                lambda error: self._not_stopped(error, folder),
            )

    def _stop_and_keep(self, ctx: Any) -> int:
        state = self._recorder.stop()
        if state.folder is None:  # it had ended by itself, with nothing to keep
            raise state.error or DeviceError("recording_empty", device=state.device)
        return self._house.services.desk.add_recording(state.folder, ctx)

    def stop_and_close(self) -> None:
        """Stop, keep, and then let the window close."""
        if not self.running:  # it has ended in the meantime
            self.closed.emit()
            return
        self._closing = True
        self.stop()

    def _keep_what_ended(self, folder: Path) -> None:
        """Make a meeting of a recording that ended by itself (a full disk, a lost device)."""
        self._job(
            tr("Keeping the recording"),
            lambda ctx: self._house.services.desk.add_recording(folder, ctx),
            lambda number: self._stopped(number, folder),
        )

    def _not_stopped(self, error: AppError, folder: Path | None) -> None:
        self._stopping.discard(folder)
        self._closing = False
        self.failed.emit(error)

    def _stopped(self, number: int, folder: Path | None) -> None:
        self._stopping.discard(folder)
        # The next recording may have begun while this one was joined and taken in.
        if self.state is None or not self.state.running or self.state.folder == folder:
            self._show(None)
        if self._closing:
            self._closing = False  # something else may keep the window open
            self.closed.emit()
            return
        self._house.speech.tell(tr("Recording stopped and kept."))
        self.finished.emit(number)

    def set_marker(self) -> None:
        """Mark this moment."""
        if self.running:
            self._job(tr("Setting a marker"), lambda ctx: self._recorder.marker(), self._marked)

    def _marked(self, time: float) -> None:
        self._kept(tr("Marker at {time}."), time)

    def _kept(self, what: str, time: float) -> None:
        """Say what was kept, and show it where the next note is written."""
        self.note.setPlaceholderText(what.format(time=clock(time)))
        self._house.speech.tell(what.format(time=moment(time)))

    def _add_note(self) -> None:
        text = self.note.text().strip()
        if self.running and text:
            self._job(
                tr("Keeping a note"),
                lambda ctx: self._recorder.marker(text),
                lambda time: self._noted(text, time),
            )

    def _noted(self, text: str, time: float) -> None:
        """Clear the field only now: a note that could not be kept stays to be tried again."""
        if self.note.text().strip() == text:
            self.note.clear()
        self._kept(tr("Note at {time}."), time)

    def _job(
        self, title: str, work: Any, done: Any, failed: Any = None, ended: Any = lambda: None
    ) -> None:
        told = Listeners(done=done, failed=failed or self.failed.emit, ended=ended)
        self._house.runner.start(title, work, told, keeps=True)

    # --- what the recorder tells ----------------------------------------------------

    def _hear(self, kind: str, data: Any) -> None:
        if kind == "state":
            before = self.state.folder if self.state is not None else None
            ended = self.running and not data.running and before not in self._stopping
            self._show(data)
            if ended and data.folder is not None:
                self._keep_what_ended(data.folder)
            if data.error is not None:
                self.failed.emit(data.error)
        elif kind == "level":
            self._hear_level(float(data.get("time", self._seconds)),
                             float(data.get("rms", QUIETEST_DB)))  # fmt: skip
        elif kind == "notice":
            self.noticed.emit(data)
        elif kind == "ended" and self.running:
            self._show(None)
            self._recover()

    def _hear_level(self, at: float, db: float) -> None:
        """Show a level; the recorder's own time comes with it, also after a sleep."""
        silent = self._is_silent
        self._seconds = at
        self._levels.append((at, db))
        while not 0 <= at - self._levels[0][0] <= _HEARD_SECONDS:
            self._levels.popleft()
        self.level.show_db(db)
        if silent and not self._is_silent:
            self.heard.emit()

    @property
    def _is_silent(self) -> bool:
        return all(db <= QUIETEST_DB for _, db in self._levels)

    def _ask_state(self) -> None:
        if self.state is not None and self.state.phase not in (PAUSED, LOST):
            self._say_time()

    def _show(self, state: State | None) -> None:
        was = self.running
        self.state = state
        keys = self.window().focusWidget()
        had_keys = keys is not None and self.isAncestorOf(keys)
        self.setVisible(self.running)
        if not self.running or state is None:
            self._clock.stop()
            self._levels.clear()
            self.note.setPlaceholderText("")
            self._house.sign("", None)
            self.changed.emit()
            if had_keys:
                self.left.emit()
            return
        self._seconds = state.time
        paused = state.phase == PAUSED
        relabel(self.pause, tr("Go on") if paused else tr("&Pause"), "play" if paused else "pause")
        if state.phase in (PAUSED, LOST):
            self.level.show_db(QUIETEST_DB)  # nothing is heard
        self._say_time()
        self.changed.emit()
        if not was or not self._clock.isActive():
            self._clock.start()

    def _say_time(self) -> None:
        phase = self.state.phase if self.state else ""
        words = {
            PAUSED: tr("Paused {time}"),
            LOST: tr("Microphone lost {time}"),
        }.get(phase, tr("Recording {time}"))
        text = words.format(time=clock(self._seconds))
        self.what.setText(text)
        self._house.sign(text, (tr("Stop recording"), self.stop))

    def state_words(self) -> str:
        """Return what the state key says: "recording 32 minutes, microphone good"."""
        if not self.running or self.state is None:
            return tr("not recording")
        if self.state.phase == PAUSED:
            return tr("recording paused at {time}").format(time=spoken(self._seconds))
        if self.state.phase == LOST:
            microphone = tr("microphone lost")
        else:
            microphone = tr("microphone silent") if self._is_silent else tr("microphone good")
        return tr("recording {time}, {microphone}").format(
            time=spoken(self._seconds), microphone=microphone
        )

    def close_down(self) -> None:
        """Leave. A recording that still runs is closed: nobody would see it any more."""
        self._clock.stop()
        if self.running:
            # The system ends the session, or the person insists: stop and keep. The next
            # start makes a meeting of it.
            with contextlib.suppress(AppError):
                self._recorder.stop()
