"""Another machine for the language model: named, confirmed once, shown for ever."""

from __future__ import annotations

import os
from dataclasses import replace
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from app.core.egress import is_loopback
from app.core.engines.address import find_address
from app.core.errors import AppError
from app.core.settings import Settings
from app.ui.accessible import LineEdit
from app.ui.tab import House
from app.ui.widgets import Card, button, gap, label, named, row
from app.words import settings as words
from app.words import tr
from app.words.errors import error_words


def host_of(address: str) -> str:
    """Return the host part of an address as Ollama takes it; empty when there is none."""
    text = address.strip()
    try:
        return urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""


def _unnamed(settings: Settings) -> str:
    """Return which Ollama is asked while the settings name none: OLLAMA_HOST may say it."""
    try:
        plain = replace(settings, ollama_host="", ollama_confirmed="")
        return find_address(plain, os.environ).host
    except AppError:
        return "127.0.0.1:11434"


class ServerCard(Card):
    """The address of Ollama, its token, and the one question before anything is sent."""

    asked = Signal()  # the question is shown: it must be seen before it is answered
    taken = Signal(str)  # says which machine is asked from now on

    def __init__(self, house: House):
        self._house = house
        self.address = LineEdit(house.settings.current.ollama_host)
        self.address.setPlaceholderText(_unnamed(house.settings.current))
        self.token = LineEdit(house.settings.current.ollama_token)
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.use = button(tr("Use this address"), self.propose)
        self.question = label("", "warn")
        self.yes = button(tr("Yes, send to it"), self.confirm, role="danger")
        self.no = button(tr("No, stay on this laptop"), self.back_home)
        lines = []
        for key, line in (("ollama_host", self.address), ("ollama_token", self.token)):
            name = named(words.title(key), line)
            name.setMinimumWidth(gap(64))
            line.setMinimumWidth(gap(72))
            line.setAccessibleDescription(words.help_text(key))
            lines.append(row(name, line, *([self.use] if key == "ollama_host" else []), None))
        super().__init__(
            label(tr("Where the language model runs"), "heading"),
            label(words.help_text("ollama_host"), "muted"),
            *lines,
            self.question,
            row(self.yes, self.no, None),
        )
        self.address.returnPressed.connect(self.propose)
        self.token.editingFinished.connect(self._keep_token)
        house.settings.on_change(self._follow)
        self._follow(house.settings.current)

    def _change(self, **values: str) -> bool:
        try:
            self._house.settings.change(**values)
        except AppError as error:
            self._refused(error)
            return False
        return True

    def _refused(self, error: AppError) -> None:
        self.question.setText(error_words(error).sentence())
        for widget, shown in ((self.question, True), (self.yes, False), (self.no, False)):
            widget.setVisible(shown)
        self._house.speech.tell(self.question.text(), urgent=True)

    def _use(self, address: str, confirmed: str = "") -> None:
        values = {"ollama_host": address, "ollama_confirmed": confirmed}
        try:  # the address that counts: of an empty one OLLAMA_HOST may be it
            found = find_address(replace(self._house.settings.current, **values), os.environ)
        except AppError as error:
            self._refused(error)
            return
        if self._change(**values):
            self._ask("")
            here = tr("Ollama is asked on this laptop: {address}.")
            there = tr("Ollama is asked on {address} from now on. Every tab says so.")
            self.taken.emit((here if found.local else there).format(address=found.host))

    def propose(self) -> None:
        """Take an address of this laptop at once, and ask before any other."""
        host = host_of(self.address.text())
        if not host or is_loopback(host) or host in ("0.0.0.0", "::"):
            self._use(self.address.text().strip())
            return
        self._ask(host)

    def _ask(self, host: str) -> None:
        asking = bool(host)
        self.question.setText(
            tr(
                "{host} is another machine. Questions, transcripts and pictures for the "
                "language model would leave this laptop. Send them to {host}?"
            ).format(host=host)
            if asking
            else ""
        )
        self.yes.setAccessibleDescription(self.question.text())
        for widget in (self.question, self.yes, self.no):
            widget.setVisible(asking)
        if asking:
            self._house.speech.tell(self.question.text(), urgent=True)
            self.no.setFocus()
            self.asked.emit()

    def confirm(self) -> None:
        """Use the other machine from now on."""
        address = self.address.text().strip()
        self.address.setFocus()  # the button that has the keys is about to go
        self._use(address, host_of(address))

    def refuse(self) -> bool:
        """Leave all as it is (Esc); return whether there was a question to see."""
        asked = self.yes.isVisible()
        if asked:
            # First: a caret that moves before keeps Orca from saying where the keys are.
            self.address.setFocus()
            self.address.setText(self._house.settings.current.ollama_host)
            self._ask("")
        return asked

    def back_home(self) -> None:
        """Use this laptop."""
        self.address.setFocus()
        self.address.clear()
        self._use("")

    def _keep_token(self) -> None:
        self._change(ollama_token=self.token.text().strip())

    def _follow(self, settings: Settings) -> None:
        if not self.address.hasFocus():
            self.address.setText(settings.ollama_host)
        if not self.question.text():
            self._ask("")
