"""The Meetings tab: record or import, watch the steps, read, listen, export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core import paths
from app.core.errors import AppError
from app.core.jobs import Notice
from app.ui.dialogs import ask_text, choose_files, choose_folder
from app.ui.jobs import Listeners
from app.ui.kinds import SOUND
from app.ui.meetings.imports import Imports
from app.ui.meetings.list_row import TITLE, meeting_row
from app.ui.meetings.messages import DELETED, NO_SOUND, NOTHING, MeetingMessages
from app.ui.meetings.presenter import MeetingsPresenter
from app.ui.meetings.recording import RecordingPanel
from app.ui.meetings.shown import Shown, read_shown
from app.ui.meetings.told import stuck_sentence
from app.ui.overflow import ButtonLine
from app.ui.pages import TallPage
from app.ui.reading import Reading, Then, UnreadPage
from app.ui.rows import RowList
from app.ui.tab import House, Tab
from app.ui.widgets import EmptyState, Splitter, button, column, gap, inset, relabel, row, shorter
from app.words import tr, trn
from app.words.meetings import step_name, step_state

if TYPE_CHECKING:
    from app.core.jobs import Progress
    from app.core.meetings.model import Segment
    from app.core.meetings.records import Meeting, Step
    from app.ui.meetings.view import MeetingView

_SETTLE_MS = 40
# What messages are about, besides meetings.
_RECORDING, _SILENCE, _PLAYING = "recording", "silence", "playing"


class MeetingsTab(Tab):
    """Meetings to the left, the chosen one to the right."""

    KEY = "meetings"

    def __init__(self, house: House):
        super().__init__(house)
        self.presenter = MeetingsPresenter(house)
        self.said = MeetingMessages(
            self.message, house.speech, self._way_on, self.presenter.forget_notices
        )
        self.presenter.listed.connect(lambda: self.refresh())
        self.presenter.changed.connect(self._changed)
        self.presenter.progressed.connect(self._progressed)
        self.presenter.heard.connect(self._heard)
        self.presenter.begun.connect(self.said.begin_anew)
        self.presenter.stuck.connect(self._stuck)
        self.presenter.failed.connect(self._tell)
        self.presenter.noticed.connect(self._tell)
        self.meetings: dict[int, Meeting] = {}
        self.shown: int | None = None
        self._written = False  # whether the shown meeting has something to export
        self._place = 0
        self.recording = RecordingPanel(house)
        self.recording.finished.connect(self._recorded)
        self.recording.failed.connect(self.show_error)
        self.recording.noticed.connect(self._tell_recording)
        self.recording.changed.connect(self._recording_changed)
        self.recording.left.connect(lambda: self.record.setFocus())
        self.recording.heard.connect(lambda: self.message.withdraw(_SILENCE))
        self.recording.closed.connect(lambda: self.window().close())
        self._reading = Reading(
            house.runner,
            tr("Reading the list of meetings"),
            self.presenter.meetings,
            self._show_list,
            self.show_error,
        )
        self._view: MeetingView | None = None
        self._page: TallPage | None = None
        self._turn: object = None
        self.ready = False
        self._build()
        self.imports = Imports(
            self.presenter,
            self.message,
            self.list,
            lambda: self.meetings,
            lambda: self.shown,
            lambda: self._has_keys(self._view),
            self.refresh,
        )
        # The first keys are answered before modules and library are read in a thread.
        QTimer.singleShot(_SETTLE_MS, self, self._open_library)

    def _build(self) -> None:
        self.list = RowList(tr("Meetings"))
        self.list.moved.connect(self._moved)
        self.list.opened.connect(lambda _: self.view.minutes.setFocus())
        self.record = button(
            tr("&Record"), self.recording.toggle, role="primary", icon="record", key="Ctrl+R"
        )
        self.import_ = button(tr("&Import…"), self.choose_files, icon="add", key="Ctrl+O")
        self.sample = button(tr("&Try the sample"), self.try_sample)
        self.left = QWidget()
        self.left.setLayout(column(self.list, self.sample))
        self.empty = EmptyState(
            tr("Meetings"),
            tr(
                "Record a meeting or import a sound or video file. It is written down and "
                "summarised on this laptop; every line of the minutes leads to what was said."
            ),
            button(tr("&Try the sample meeting"), self.try_sample),
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(UnreadPage(self.sample.text(), self.try_sample))
        self.pages.addWidget(self.empty)
        body = Splitter(Qt.Orientation.Horizontal)
        body.addWidget(self.left)
        body.addWidget(self.pages)
        body.setSizes([gap(55), gap(180)])
        body.setStretchFactor(1, 1)
        self.left.hide()
        top = row(self.record, self.import_, self.recording, None)
        top.setStretch(2, 1000)  # a low window has no second line for what is recorded
        self.setLayout(column(self.message, top, body, spacing=3))
        inset(self.layout())
        self.layout().setStretch(2, 1)

    @property
    def view(self) -> MeetingView:
        """Return the view of one meeting, built when the first one is shown."""
        if self._view is None:
            self._view = self._build_view()
        return self._view

    def _build_view(self) -> MeetingView:
        from app.ui.meetings import view as module  # heavy: only when a meeting is shown

        services = self.house.services
        view = module.MeetingView(self.house.runner, lambda: services.sounds)
        view.failed.connect(lambda error: self.show_error(error, about=_PLAYING))
        view.player.playing.connect(lambda on: self.message.withdraw(_PLAYING) if on else None)
        view.silent.connect(lambda why: self.said.say(why, NO_SOUND))
        view.cancelled.connect(lambda _: self._with_shown(self.presenter.cancel))
        view.retried.connect(self._retry)
        view.language_chosen.connect(self._language)
        view.engine_wanted.connect(self.show_ways)
        self.export_ = button(tr("E&xport…"), self.export, key="Ctrl+E")
        self.change = button(tr("Change the note…"), self.change_note)
        self.change.hide()
        view.note_reached.connect(self._note_reached)
        actions = ButtonLine(
            (view.play, view.place, self.change),
            (
                button(tr("Read &aloud"), self.read_aloud, icon="speak", key="F9"),
                self.export_,
                button(tr("Add a note…"), self.write_note),
                button(tr("Re&name…"), self.rename, key="F2"),
                button(tr("Delete…"), self.ask_delete),
            ),
        )
        content = column(view, actions, spacing=3)
        content.setStretch(0, 1)
        self._page = TallPage(content)  # a large font in a low window needs more room
        self._page.resized.connect(view.fit)
        self.pages.addWidget(self._page)
        return view

    def _open_library(self) -> None:
        """Open the library in a job: the window answers keys before its list is there."""
        told = Listeners(done=lambda _: self._library_opened())
        self.start(
            tr("Opening your library"), lambda ctx: self.house.services.pipeline, told, keeps=True
        )

    def _library_opened(self) -> None:
        self.ready = True
        self.refresh()
        self.presenter.begin()
        self.recording.attach()

    # --- showing ------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        """Return the list, or the first button while there is nothing.

        While it would stop a recording, that button is no place to land on.
        """
        if self.recording.running:
            return self.recording.what
        return self.list if self.meetings else self.record

    def refresh(self, then: Then | None = None) -> None:
        """Show the list of meetings again; ``then`` is called when it is there."""
        if self.ready:
            self._reading.ask(then)

    def _show_list(self, found: Sequence[Meeting]) -> None:
        self.meetings = {m.id: m for m in found}
        self.said.told.keep_only(set(self.meetings))
        self.list.show_rows([meeting_row(m) for m in found])
        self.left.setVisible(bool(found))
        if self.shown not in self.meetings:
            self.shown = None
            if found:
                # The neighbour of one that was deleted; the newest at the start. It may
                # stand in the very row that is current already: Qt tells nothing then.
                self.list.go_to(found[min(self._place, len(found) - 1)].id)
                self._moved(self.list.currentIndex())
            else:
                if self._view is not None:
                    self._view.end_sound()
                self.pages.setCurrentWidget(self.empty)

    def _moved(self, index: QModelIndex) -> None:
        chosen = self.list.current_row()
        if chosen is not None and chosen.key != self.shown:
            if self._view is not None:
                self._view.end_sound()
                self.message.withdraw(_PLAYING)
            self._place = max(0, index.row())
            self.show_meeting(int(chosen.data))
            self.said.show(int(chosen.data))

    def show_meeting(self, number: int) -> None:
        """Show one meeting on the right; it is read in a job, never in the window's thread."""
        self.shown = number
        turn = self._turn = object()
        told = Listeners(done=self._show, failed=self._gone)
        services = self.house.services
        self.start(
            tr("Opening a meeting"),
            lambda ctx: read_shown(services, number),
            told.only_while(lambda: self._turn is turn),
            keeps=True,
        )

    def _gone(self, error: AppError) -> None:
        if error.code != "meeting_missing":  # deleted in the meantime: the list says it
            self.show_error(error)

    def _show(self, shown: Shown) -> None:
        number = shown.meeting.id
        self.said.learn(shown.meeting)
        self.view.show_meeting(shown)
        if self.presenter.latest is not None and self.presenter.latest[0] == number:
            self.view.steps.show_progress(*self.presenter.latest[1:])
        partial = self.presenter.partial.get(number)
        self.view.show_results(shown, partial)
        self._written = bool(shown.transcript or shown.minutes or shown.notes)
        if self._written:
            self.said.over(number, NOTHING)
        if shown.sound is not None:
            self.said.over(number, NO_SOUND)
        if self._has_keys(self.empty):  # its button is about to go
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.pages.setCurrentWidget(self._page)

    def _has_keys(self, part: QWidget | None) -> bool:
        keys = self.window().focusWidget()
        return part is not None and keys is not None and part.isAncestorOf(keys)

    def _tell(self, what: AppError | Notice, about: int | None) -> None:
        title = self.meetings[about].title if about in self.meetings else ""
        self.said.tell(what, about, title)

    def _stuck(self, meeting: Meeting, step: Step) -> None:
        """Say aloud what stands with the steps: nobody else looks at them all the time."""
        self.imports.stuck(meeting, step)
        why = stuck_sentence(step) or f"{step_name(step.name)}: {step_state(step)}"
        self.house.speech.tell(f"{meeting.title}: {why}")

    def _tell_recording(self, notice: Notice) -> None:
        about = _SILENCE if notice.code == "microphone_silent" else _RECORDING
        self.show_notice(notice, about=about if self.recording.running else None)

    def _recording_changed(self) -> None:
        running = self.recording.running
        if running and self.record.hasFocus():
            self.recording.what.setFocus()  # and back again, also when it ends at once
        # One button that stops, in the panel; it has the same key.
        self.record.setVisible(not running)
        starting = self.recording.starting
        relabel(self.record, tr("Starting…") if starting else tr("&Record"), "record")
        if not running:
            for about in (_RECORDING, _SILENCE):
                self.message.withdraw(about)

    def _changed(self, number: int) -> None:
        if number == self.shown:
            self.show_meeting(number)
        self.refresh()

    def _progressed(self, number: int, step: str, progress: Progress) -> None:
        if number == self.shown:
            self.view.steps.show_progress(step, progress)

    def _heard(self, number: int, segment: Segment) -> None:
        if number == self.shown:
            self.view.add_segment(segment)

    # --- doing --------------------------------------------------------------------

    def choose_files(self) -> None:
        """Ask for sound or video files and import them."""
        kinds = " ".join(f"*{e}" for e in SOUND)
        sound = tr("Sound and video ({kinds});;All files (*)").format(kinds=kinds)
        files = choose_files(self, tr("Import sound or video"), sound)
        if files:
            self.imports.begin(files)

    def try_sample(self) -> None:
        """Import the meeting that came with Alcove."""
        self.imports.begin(
            [paths.samples() / "meeting.ogg"], language="en", title=tr("Sample meeting")
        )

    def _recorded(self, number: int) -> None:
        self.refresh(lambda: self.list.go_to(number))
        self.presenter.enqueue(number)

    def _with_shown(self, call: Any) -> None:
        if self.shown is not None:
            call(self.shown)

    def _note_reached(self, on: bool) -> None:
        if not on and self.change.hasFocus():
            self.view.minutes.setFocus(Qt.FocusReason.OtherFocusReason)  # where the note was
        self.change.setVisible(on)

    def _retry(self, step: str) -> None:
        self._with_shown(lambda number: self.presenter.retry(number, step))

    def _language(self, language: str) -> None:
        self._with_shown(lambda number: self.presenter.set_language(number, language))

    def read_aloud(self) -> None:
        """Speak the minutes, sentence by sentence; Esc stops."""
        self.read(self.view.words() or [tr("There are no minutes to read yet.")])

    def export(self) -> None:
        """Ask for a folder and write transcript and minutes into it."""
        if self.shown is None:
            return
        if not self._written:  # a button that does not answer would leave one guessing
            self.said.say(tr("There is nothing to export yet."), NOTHING)
            return
        number = self.shown  # another one may be shown when the dialog is answered
        folder = choose_folder(self, tr("Export into a folder"))
        if folder is not None:
            self.presenter.export(number, folder, lambda files: self._exported(folder, files))

    def _exported(self, folder: Path, files: list[Path]) -> None:
        count = trn("{count} file", "{count} files", len(files))
        text = tr("{files} written into {folder}.").format(files=count, folder=folder)
        self.message.say(text, (tr("Open the folder"), lambda: _open(folder)), good=True)
        self.house.speech.tell(text)

    def write_note(self) -> None:
        """Ask for a note and keep it with the meeting."""
        if self.shown is None:
            return
        number = self.shown
        text, given = ask_text(self, tr("Add a note"), tr("Note:"))
        if given and text.strip():
            self.presenter.add_note(number, text.strip())

    def change_note(self) -> None:
        """Ask for other words of the chosen note; without a word it is taken away."""
        number, old = self.shown, self.view.current_note()
        if number is None or old is None:
            return
        what = tr("Note (without a word it is taken away):")
        text, given = ask_text(self, tr("Change the note"), what, old.text)
        # A marker has no word to begin with.
        if given and (not text.strip() or text.strip() != old.text):
            self.presenter.change_note(number, old.id, text.strip())

    def rename(self) -> None:
        """Ask for another title."""
        if self.shown is None:
            return
        number, old = self.shown, self.meetings[self.shown].title
        title, given = ask_text(self, tr("Rename"), tr("Title:"), old)
        if given and title.strip():
            self.presenter.rename(number, title.strip())

    def ask_delete(self) -> None:
        """Ask in the tab before a meeting is deleted."""
        if self.shown is None:
            return
        number, title = self.shown, self.meetings[self.shown].title
        text = tr("Delete “{title}” with its recording, transcript and minutes?").format(
            title=shorter(title, TITLE)
        )
        self.message.ask(
            text, (tr("Delete"), lambda: self._delete(number)), tr("Keep it"), about=number
        )
        self.house.speech.tell(text)

    def _delete(self, number: int) -> None:
        self.view.player.stop()
        self.presenter.delete(number, self._deleted)

    def _deleted(self, receipt: Any) -> None:
        text = (
            tr("Deleted. Nothing of its text is left in Alcove's files.")
            if receipt.clean
            else tr("Deleted. Some of its text may still lie in a file another program holds.")
        )
        kept = receipt.kept
        if kept:
            text += " " + tr("Files that you exported elsewhere stay: {names}.").format(
                names=", ".join(Path(name).name for name in kept[:3])
            )
        self.house.speech.tell(text)

        def show() -> None:
            self._focus_list()
            self.message.say(text, about=DELETED, good=receipt.clean)

        self.refresh(show)  # in place of what the neighbour says that is shown now

    def _focus_list(self) -> None:
        (self.list if self.meetings else self.record).setFocus(Qt.FocusReason.OtherFocusReason)

    # --- the shell ----------------------------------------------------------------

    def opened(self) -> None:
        """Show what changed while another tab was open."""
        self.refresh()

    seen_again = opened

    def state_words(self) -> str:
        """Return what is being recorded."""
        return self.recording.state_words()

    def accept(self, intent: str, data: Any) -> None:
        """Take files, the sample, or the news that engines changed."""
        if intent == "files":
            self.imports.begin(data)
        elif intent == "sample":
            self.try_sample()
        elif intent == "engines":
            self.presenter.engines_changed()

    def close_down(self) -> None:
        """Let the recorder go on or end it, as it was told."""
        if self._view is not None:
            self._view.player.stop()
        self.presenter.close_down()
        self.recording.close_down()

    def may_close(self) -> bool:
        """Ask in the tab before a running recording is closed with the window."""
        if not self.recording.running:
            return True
        text = tr("A recording is running.")
        close = (tr("Stop it, keep it and close"), self.recording.stop_and_close)
        # From another tab the keys come here to stay: that one is no longer shown.
        back = None if self.isVisible() else self.recording.what
        self.message.ask(text, close, tr("Go on recording"), about=_RECORDING, back=back)
        self.house.speech.tell(text, urgent=True)
        return False


def _open(folder: Path) -> None:
    """Show a folder in the system's own program for files."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
