"""One meeting: its steps, its minutes beside its transcript, and the sound below."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.core.meetings.files import is_made_from_text
from app.core.meetings.model import Segment
from app.core.meetings.records import BLOCKED, FAILED, WAITING, Meeting, NoteRecord
from app.core.playing import SoundPlayer
from app.ui.devices.player import Player
from app.ui.jobs import JobRunner
from app.ui.meetings.language import LanguageQuestion
from app.ui.meetings.minutes_rows import (
    minutes_rows,
    note_place,
    notes_rows,
    segment_row,
    transcript_rows,
)
from app.ui.meetings.shown import Shown
from app.ui.meetings.steps import StepsBar
from app.ui.meetings.told import stuck_sentence
from app.ui.rows import Row, RowList
from app.ui.widgets import Splitter, button, column, gap, label, relabel, row, shorter
from app.words import meetings as words
from app.words import tr
from app.words.durations import clock
from app.words.languages import language_name

_LOW = 102  # measures of the system font: below that height the steps take one line each
_LISTS = 36  # measures that minutes and transcript have at least: below that the page scrolls
_JUST_BEGUN = 0.5  # seconds
_TITLE = 120  # characters that are shown; the tool tip and a screen reader have all


class MeetingView(QWidget):
    """Shows one meeting; says what the person wants by signals."""

    cancelled = Signal(str)
    retried = Signal(str)
    language_chosen = Signal(str)
    engine_wanted = Signal(str)
    failed = Signal(object)
    silent = Signal(str)  # why nothing can be played
    note_reached = Signal(bool)  # whether the current line of the minutes is a note

    def __init__(self, runner: JobRunner, sounds: Callable[[], SoundPlayer]) -> None:
        super().__init__()
        self.title = label("", "title")
        self.facts = label("", "muted", wraps=False)
        self.steps = StepsBar()
        self.steps.cancelled.connect(self.cancelled)
        self.steps.retried.connect(self.retried)
        self.steps.engine_wanted.connect(self.engine_wanted)
        self.language = LanguageQuestion()
        self.language.chosen.connect(self.language_chosen)
        self.minutes = RowList(tr("Minutes"), tag_width=gap(14))
        self.transcript = RowList(tr("Transcript"), tag_width=gap(14))
        self.minutes.opened.connect(self._open_item)
        self.minutes.clicked.connect(self._show_item)
        self.minutes.moved.connect(lambda _: self._tell_note())
        self.minutes.moved.connect(lambda _: self._mark_sources())
        self.transcript.opened.connect(self._open_segment)
        self.transcript.clicked.connect(self._open_segment)
        self.player = Player(runner, sounds, self)
        self.player.moved.connect(self._follow)
        self.player.playing.connect(self._playing)
        self.place = label("", "muted", wraps=False)
        self.play = button(tr("Play"), self.play_or_pause, icon="play", key="Ctrl+Shift+P")
        self._low = False
        self._sound: Path | None = None
        self._starts: dict[int, float | None] = {}
        self._no_sound = ""
        self._from_text = False
        self._notes: tuple[NoteRecord, ...] = ()
        self._segments: tuple[Segment, ...] = ()
        self._followed: int | None = None
        self._opened: tuple[object, int] = (None, 0)
        self.player.failed.connect(self.failed)
        self._build()

    def _build(self) -> None:
        parts = Splitter(Qt.Orientation.Horizontal)
        for title, made in ((tr("Minutes"), self.minutes), (tr("Transcript"), self.transcript)):
            side = QWidget()
            name: QLabel = label(title, "heading", wraps=False)
            name.setBuddy(made)
            side.setLayout(column(name, made, spacing=1))
            parts.addWidget(side)
        parts.setSizes([500, 500])
        parts.setMinimumHeight(gap(_LISTS))
        self.setLayout(
            column(
                self._heading(),
                self.steps,
                self.language,
                parts,
                spacing=3,
            )
        )
        self.layout().setStretch(3, 1)

    def fit(self, height: int) -> None:
        """Give what was said its room where there are only ``height`` pixels for all."""
        low = height < gap(_LOW)
        if low != self._low:
            self._low = low
            self.steps.be_low(low)

    def _heading(self) -> QHBoxLayout:
        """Title and facts on one line: a small window needs its height for the minutes."""
        self.title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        made = row(self.title, self.facts)
        made.setStretch(0, 1)
        return made

    def show_meeting(self, shown: Shown) -> None:
        """Show title, facts and steps."""
        meeting = shown.meeting
        self.title.setText(shorter(meeting.title, _TITLE))
        self.title.setAccessibleName(meeting.title)
        # A tool tip is taken for HTML where it looks like that.
        self.title.setToolTip(escape(meeting.title) if len(meeting.title) > _TITLE else "")
        if shown.sound != self._sound:
            self.end_sound()
        self._sound = shown.sound
        facts = [] if meeting.duration is None else [clock(meeting.duration)]
        transcript = shown.transcript
        if transcript is not None and transcript.language:
            name = language_name(transcript.language)
            facts.append(tr("spoken in {language}").format(language=name))
        self.facts.setText("  ·  ".join(facts))
        self.facts.setVisible(bool(facts))
        self.steps.show_meeting(meeting, _sentences(shown))
        self._from_text = is_made_from_text(meeting.original)
        state = "text" if self._from_text else meeting.step("sound").state
        self._no_sound = words.no_sound(state)
        step = meeting.step("transcript")
        asking = step.state == BLOCKED and step.error == "language_needed"
        self.language.setVisible(asking)

    def end_sound(self) -> None:
        """Stop what plays or is paused: its meeting is no longer the one that is shown."""
        self.player.stop()
        self.place.clear()
        self._sound, self._no_sound = None, ""

    def show_results(self, shown: Shown, partial: Sequence[Segment] | None = None) -> None:
        """Show what was computed so far; ``partial`` is what is being written down now."""
        transcript, minutes = shown.transcript, shown.minutes
        for rows, step in ((self.transcript, "transcript"), (self.minutes, "minutes")):
            rows.say_empty(words.awaited(step, _state_up_to(shown.meeting, step)))
        if partial is not None:
            self._segments = tuple(partial)
            self.transcript.show_rows([segment_row(s) for s in partial])
        else:
            self._segments = transcript.segments if transcript else ()
            self.transcript.show_rows(transcript_rows(transcript, shown.gaps) if transcript else [])
        draft = transcript is not None and transcript.is_draft
        self._starts = {s.id: s.start for s in minutes.segments} if minutes else {}
        self._notes = shown.notes
        self.minutes.show_rows(
            minutes_rows(minutes, shown.notes, draft=draft) if minutes else notes_rows(shown.notes)
        )
        self._tell_note()
        self._mark_sources()

    def add_segment(self, segment: Segment) -> None:
        """Show a segment that was just written down."""
        self._segments = (*self._segments, segment)
        self.transcript.rows.append(segment_row(segment))

    # --- sound --------------------------------------------------------------------

    def current_note(self) -> NoteRecord | None:
        """Return the note or marker that is the current line of the minutes."""
        chosen = self.minutes.current_row()
        place = note_place(chosen.key) if chosen is not None else None
        return None if place is None or place >= len(self._notes) else self._notes[place]

    def _tell_note(self) -> None:
        self.note_reached.emit(self.current_note() is not None)

    def _mark_sources(self) -> None:
        """Mark the entries that the current line of the minutes comes from.

        They are brought into sight only for a person who walks through the minutes: whoever
        reads the transcript meanwhile keeps the place.
        """
        chosen = self.minutes.current_row()
        sources = chosen.data if chosen is not None and isinstance(chosen.data, tuple) else ()
        shown = {self._entry_of(int(segment)) for segment in sources} - {None}
        self.transcript.mark(shown, show=self.minutes.hasFocus())

    def _show_item(self, index: QModelIndex) -> None:
        """Show what a line of the minutes comes from, beside it; Enter goes there and plays."""
        chosen = self.minutes.current_row()
        if chosen is not None and isinstance(chosen.data, tuple) and chosen.data:
            self.transcript.go_to(self._entry_of(int(chosen.data[0])))

    def _open_item(self, index: QModelIndex) -> None:
        chosen = self.minutes.current_row()
        if chosen is None:
            return
        if isinstance(chosen.data, tuple) and chosen.data:
            segment = self._next_of(chosen)
            self.transcript.go_to(self._entry_of(segment), focus=True)
            self._play_from(self._starts.get(segment))
        elif isinstance(chosen.data, float):
            self._play_from(chosen.data)

    def _next_of(self, chosen: Row) -> int:
        """Return the first entry of a line, or the next one when it is opened again."""
        before, place = self._opened
        place = (place + 1) % len(chosen.data) if before == chosen.key else 0
        self._opened = (chosen.key, place)
        return int(chosen.data[place])

    def _entry_of(self, segment: int) -> int | None:
        """Return the shown entry that holds what ``segment`` of the minutes' transcript held.

        While the sound is being written down anew its entries have other numbers.
        """
        start = self._starts.get(segment)
        if start is None or any(s.id == segment and s.start == start for s in self._segments):
            return segment
        before = [s.id for s in self._segments if s.start is not None and s.start <= start]
        return before[-1] if before else None

    def _open_segment(self, index: QModelIndex) -> None:
        chosen = self.transcript.current_row()
        if chosen is not None and chosen.data is not None:
            self._play_from(chosen.data.start)

    def _play_from(self, seconds: float | None, *, asked: bool = False) -> None:
        if self._sound is None:
            # A mute button would leave one guessing; who only reads a meeting made from a text
            # expects no sound.
            if self._no_sound and (asked or not self._from_text):
                self.silent.emit(self._no_sound)
            return
        if seconds is None:
            return
        begun = self.player.is_playing and self.player.file == self._sound
        if begun and abs(self.player.place - seconds) < _JUST_BEGUN:
            return  # the second click of a double click
        self.player.play(self._sound, seconds)

    def play_or_pause(self) -> None:
        """Pause, go on from where it was paused, or play from the current entry."""
        if self.player.is_playing or self.player.place > 0:
            self.player.toggle()
            return
        chosen = self.transcript.current_row()
        start = getattr(chosen.data, "start", None) if chosen else None
        self._play_from(start if start is not None else 0.0, asked=True)

    def _playing(self, playing: bool) -> None:
        relabel(self.play, tr("Pause") if playing else tr("Play"), "pause" if playing else "play")

    def _follow(self, seconds: float) -> None:
        self.place.setText(clock(seconds))
        if not self.player.is_playing or self.transcript.hasFocus():
            return  # never move the row under a person who is reading
        for segment in self._segments:
            if segment.start is not None and segment.end is not None:
                if segment.start <= seconds < segment.end and segment.id != self._followed:
                    self._followed = segment.id
                    self.transcript.go_to(segment.id)

    def words(self) -> list[str]:
        """Return the minutes as the sentences that are read aloud."""
        return [r.words() for r in self.minutes.rows.rows]


def _state_up_to(meeting: Meeting, name: str) -> str:
    """Return the state of a step; while it waits for one that is stuck, the state of that one."""
    step = meeting.step(name)
    before = itertools.takewhile(lambda other: other.name != name, meeting.steps)
    stuck = (other.state for other in before if other.state in (FAILED, BLOCKED))
    return next(stuck, step.state) if step.state == WAITING else step.state


def _sentences(shown: Shown) -> dict[str, str]:
    """Return why a step failed or is blocked."""
    found: dict[str, str] = {}
    for step in shown.meeting.steps:
        if step.error == "language_needed":
            continue  # the question below says it
        if step.state in (FAILED, BLOCKED) and step.error:
            why = stuck_sentence(step)
            if why:
                found[step.name] = why
    return found
