"""What a tab shows of the library, read in a job: the window's thread waits for no disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.core.errors import AppError
from app.ui.jobs import JobRunner, Listeners

Then = Callable[[], object]


class Reading:
    """Reads the same thing again and again and shows what was read last.

    Asked again while it reads, it reads once more afterwards, however often it was asked.
    """

    def __init__(
        self,
        runner: JobRunner,
        title: str,
        read: Callable[[], Any],
        show: Callable[[Any], object],
        failed: Callable[[AppError], object],
    ):
        """``title`` names the job; ``show`` gets in the window's thread what ``read`` gave."""
        self._runner, self._title = runner, title
        self._read, self._show, self._failed = read, show, failed
        self._reading = False
        self._then: list[Then] = []
        self._asked = False

    def ask(self, then: Then | None = None) -> None:
        """Read and show anew; ``then`` is called once what stands there now is shown."""
        if then is not None:
            self._then.append(then)
        self._asked = True
        if not self._reading:
            self._begin()

    def _begin(self) -> None:
        self._reading, self._asked = True, False
        then, self._then = self._then, []
        self._runner.start(
            self._title,
            lambda ctx: self._read(),
            Listeners(
                done=lambda found: self._done(found, then), failed=self._failed, ended=self._ended
            ),
            keeps=True,
        )

    def _done(self, found: Any, then: list[Then]) -> None:
        self._show(found)
        for call in then:
            call()

    def _ended(self) -> None:
        self._reading = False
        if self._asked:
            self._begin()


class UnreadPage(QWidget):
    """The page while nothing was read yet: blank, but deaf to no key.

    Who knows the program presses the letter of a button before it stands there.
    """

    def __init__(self, text: str, pressed: Callable[[], object]):
        """``text`` is that of the button, with its letter; ``pressed`` what it does."""
        super().__init__()
        self._pressed, self._asked = pressed, False
        letter = QShortcut(QKeySequence.mnemonic(text), self)
        letter.activated.connect(self._ask)
        letter.activatedAmbiguously.connect(self._ask)  # the button is just coming

    def _ask(self) -> None:
        self._asked = True

    def hideEvent(self, event: QHideEvent) -> None:
        """Do what was asked for once another page is shown, not when another tab is."""
        super().hideEvent(event)
        if self._asked and self.isHidden():
            self._asked = False
            QTimer.singleShot(0, self, self._pressed)
