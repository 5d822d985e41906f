"""The steps of a meeting, each with state, progress, time left, Cancel and Retry."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar

from app.core.jobs import Progress
from app.core.meetings.records import (
    BLOCKED,
    CANCELLED,
    DONE,
    FAILED,
    RUNNING,
    WAITING,
    Meeting,
    Step,
)
from app.ui.pages import Fitting
from app.ui.tab import engine_needed, ways
from app.ui.widgets import button, column, dress, gap, label, reachable, row
from app.words import meetings as words
from app.words import tr
from app.words.durations import time_left
from app.words.steps import WAITS, step_words

_FRAME = 5  # pixels of frame and air that a reachable text keeps for the focus
_BEFORE = WAITS | {"listen"}


class StepCard(QFrame):
    """One step."""

    cancelled = Signal(str)
    retried = Signal(str)

    def __init__(self, name: str):
        super().__init__()
        self.name = name
        self.setProperty("role", "card")
        self._title = label(words.step_name(name), "heading", wraps=False)
        self._title.setContentsMargins(_FRAME, 0, 0, 0)
        # Reached by Tab, so that a screen reader can ask for one step's state.
        self.state = reachable(label("", "muted"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(words.step_name(name))
        self._bar.setProperty("slim", True)
        self._cancel = button(tr("Cancel"), lambda: self.cancelled.emit(name))
        self._retry = button(tr("Try again"), lambda: self.retried.emit(name), icon="retry")
        for made in (self._cancel, self._retry):
            made.setAccessibleName(f"{made.text()}: {words.step_name(name)}")
        said = column(None, self._title, self.state, self._bar, None, spacing=1)
        self._inside = row(said, self._cancel, self._retry)
        self._inside.setStretch(0, 1)
        self.setLayout(self._inside)
        self._text = ""
        self._low = False
        self._step: Step | None = None
        self.be_low(False)

    def show_step(self, step: Step, sentence: str = "") -> None:
        """Show where the step stands; ``sentence`` says why it failed or is blocked."""
        self._step = step
        # The question about the language is answered below, not by trying again.
        again = step.state in (FAILED, CANCELLED, BLOCKED, DONE)
        again = again and step.error != "language_needed"
        self._offer(cancel=step.state == RUNNING, again=again)
        self._name_retry()
        self._bar.setVisible(step.state == RUNNING)
        # Why it cannot go on is long and stands below the cards, in the whole width.
        if step.state in (FAILED, BLOCKED):
            self._say(words.step_state(step), sentence)
        else:
            self._say(sentence or words.state_name(step.state))
        if step.state == RUNNING and step.total:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * min(1.0, step.done / step.total)))
        elif step.state == RUNNING:
            self._bar.setRange(0, 0)
        # A bar that is hidden keeps its value: a reset one is read out as -100 percent.

    def show_progress(self, progress: Progress) -> None:
        """Show how far the running step is and how long still."""
        self._offer(cancel=True, again=False)
        self._bar.setVisible(True)
        # What comes before the work itself is named, and its share is not that of the step.
        before = progress.step in _BEFORE
        fraction = None if before else progress.fraction
        self._bar.setRange(0, 0 if fraction is None else 1000)
        if fraction is not None:
            self._bar.setValue(round(fraction * 1000))
        parts = [step_words(progress.step)] if before else []
        parts += [] if fraction is None else [f"{fraction:.0%}"]
        if progress.seconds_left is not None:
            parts.append(time_left(progress.seconds_left))
        self._say(", ".join(parts) or words.state_name(RUNNING))

    def _offer(self, *, cancel: bool, again: bool) -> None:
        """Show these buttons; the keys of one that goes stay on the card, on its state."""
        keys = self.window().focusWidget()
        if (keys is self._cancel and not cancel) or (keys is self._retry and not again):
            self.state.setFocus(Qt.FocusReason.OtherFocusReason)
        self._cancel.setVisible(cancel)
        self._retry.setVisible(again)

    def _name_retry(self) -> None:
        """Call the button what it does; a low card has no room for words once it is done."""
        done = self._step is not None and self._step.state == DONE
        text = tr("Again") if done else tr("Try again")
        said = f"{text}: {words.step_name(self.name)}"
        self._retry.setText("" if done and self._low else text)
        dress(self._retry)
        self._retry.setAccessibleName(said)
        self._retry.setToolTip(said)

    @property
    def share(self) -> int:
        """Return how much of the room the card wants, compared to the others."""
        if not self._low:  # more where there is something to say
            return 1 if self._quiet else 2
        shown = (made for made in (self._cancel, self._retry) if not made.isHidden())
        said = self.state.fontMetrics().horizontalAdvance(self.state.text())
        return said + sum(made.sizeHint().width() for made in shown) + gap(5)

    @property
    def _waits(self) -> bool:
        # Progress may be heard before the step is read anew.
        state = WAITING if self._step is None else self._step.state
        return state == WAITING and self._cancel.isHidden()

    @property
    def _quiet(self) -> bool:
        return self._waits or (self._step is not None and self._step.state == DONE)

    def be_low(self, low: bool) -> None:
        """Take one line instead of two, where the window has little height."""
        self._low = low
        self._name_retry()
        self._title.setVisible(not low)
        if low:
            self._inside.setContentsMargins(gap(2), gap(0.5), gap(1), gap(0.5))
        else:
            self._inside.setContentsMargins(gap(3), gap(2), gap(3), gap(2))
        self._inside.setSpacing(gap(1 if low else 2))
        self._show_text()

    def _show_text(self) -> None:
        name = words.step_name(self.name)
        if not self._low:
            text = self._text
        elif self._waits:
            text = name  # with nothing behind it: the room is for the steps that go on
        elif self._step is not None and self._step.state == DONE and self._cancel.isHidden():
            text = f"{name} ✓"
        else:
            text = f"{name}: {self._text}"
        self.state.setText(text)

    def _say(self, text: str, sentence: str = "") -> None:
        self._text = text
        self._show_text()
        said = ". ".join(part for part in (text, sentence) if part)
        self.state.setAccessibleName(f"{words.step_name(self.name)}: {said}")


class StepsBar(Fitting):
    """All steps side by side, on two lines where the window is narrow.

    Below them stands, in the whole width, why one cannot go on.
    """

    cancelled = Signal(str)
    retried = Signal(str)
    engine_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.cards: dict[str, StepCard] = {}
        self._lines: tuple[QHBoxLayout, QHBoxLayout] = (row(), row())
        self._first = 0  # so many cards stand on the first line
        # Made here and not when they are first shown: Tab goes in the order of making.
        for name in words.STEP_NAMES:
            self._card(name)
        self.why = label("", "warn")
        self.ways = button(ways(), lambda: self.engine_wanted.emit(self._needed))
        self._needed = ""
        said = row(self.why, self.ways)
        said.setStretch(0, 1)
        self.setLayout(column(*self._lines, said))
        self.fit_in()

    def show_meeting(self, meeting: Meeting, sentences: dict[str, str]) -> None:
        """Show the steps of ``meeting``; later steps get a card by themselves."""
        for step in meeting.steps:
            self._card(step.name).show_step(step, sentences.get(step.name, ""))
        self._share_room()
        stuck = [s for s in meeting.steps if s.state in (FAILED, BLOCKED)]
        why = [sentences[step.name] for step in stuck if step.name in sentences]
        self.why.setText("\n".join(why))
        self.why.setVisible(bool(why))
        needed = [engine_needed(step.error, step.error_params) for step in stuck]
        self._needed = next((kind for kind in needed if kind), "")
        self.ways.setVisible(bool(self._needed))

    def _card(self, name: str) -> StepCard:
        if name not in self.cards:
            card = self.cards[name] = StepCard(name)
            card.cancelled.connect(self.cancelled)
            card.retried.connect(self.retried)
            self._lines[0].addWidget(card, 1)
        return self.cards[name]

    def be_low(self, low: bool) -> None:
        """Take one line a step instead of two."""
        for card in self.cards.values():
            card.be_low(low)
        self._share_room()

    def _share_room(self) -> None:
        for place, card in enumerate(self.cards.values()):
            self._lines[place >= self._first].setStretchFactor(card, card.share)

    def minimumSizeHint(self) -> QSize:
        """Return the room that the cards need on two lines."""
        half = -(-len(self.cards) // 2)
        widths = self._widths()
        wide = max(self._room(widths[:half]), self._room(widths[half:]))
        return QSize(wide, super().minimumSizeHint().height())

    def _widths(self) -> list[int]:
        return [card.minimumSizeHint().width() for card in self.cards.values()]

    def _room(self, widths: list[int]) -> int:
        return sum(widths) + self._lines[0].spacing() * max(0, len(widths) - 1)

    def fit_in(self) -> None:
        """Take one line or two."""
        whole = len(self.cards)
        first = whole if self._room(self._widths()) <= self.width() else -(-whole // 2)
        if first == self._first:
            return
        self._first = first
        for place, card in enumerate(self.cards.values()):
            for line in self._lines:
                line.removeWidget(card)
            self._lines[place >= first].addWidget(card, card.share)

    def show_progress(self, step: str, progress: Progress) -> None:
        """Show the progress of one step."""
        if step in self.cards:
            self.cards[step].show_progress(progress)
            self._share_room()
