"""The settings: one page, generated; each change is written at once."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from app.core import paths
from app.core.engines.model import EngineReport
from app.core.engines.tasks import TASKS, able
from app.core.errors import AppError
from app.core.settings import Settings, defaults
from app.ui.accessible import LineEdit
from app.ui.dialogs import choose_folder
from app.ui.jobs import Listeners
from app.ui.pages import AbovePage, Page
from app.ui.rows import Row, RowList
from app.ui.settings.names import NameBox
from app.ui.settings.server import ServerCard
from app.ui.tab import House, Tab
from app.ui.widgets import Card, ComboBox, SpinBox, button, column, gap, label, named, row
from app.words import keys as key_words
from app.words import settings as words
from app.words import tr

_MODELS = {task.setting: name for name, task in TASKS.items() if task.setting}
# These have a card of their own, with the question that belongs to them.
_OWN = ("ollama_host", "ollama_token")


# Folders that the common programs keep a copy of elsewhere.
_CLOUDS = ("dropbox", "onedrive", "icloud", "google drive", "googledrive", "nextcloud",
           "owncloud", "syncthing", "pcloud", "mega", "creative cloud")  # fmt: skip


def synced(folder: str) -> bool:
    """Return whether ``folder`` lies in one that is copied to another machine."""
    parts = [part.casefold() for part in Path(folder).parts]
    return any(part.startswith(cloud) for part in parts for cloud in _CLOUDS)


class SettingsTab(Tab):
    """Every setting with its title, help and control."""

    KEY = "settings"

    def __init__(self, house: House):
        super().__init__(house)
        self.controls: dict[str, QWidget] = {}
        cards = [self._card(page, title) for page, title in words.PAGES.items()]
        self.server = ServerCard(house)
        self.server.taken.connect(self._taken)
        # The page has room for the question only once the card was laid out with it.
        self.server.asked.connect(self._show_question, Qt.ConnectionType.QueuedConnection)
        self.keys = self._keys_card()
        self.page = Page(
            column(label(tr("Settings"), "title"), *cards, self.server, self.keys, None, spacing=3),
        )
        self.setLayout(column(AbovePage(self.message), self.page, spacing=0))
        house.settings.on_change(self._follow)

    def opened(self) -> None:
        """Look which microphones and models are here; without an answer any can be written."""
        box, recorder = self.controls["microphone"], self.house.services.recorder
        told = Listeners(
            done=lambda found: box.offer([m.name for m in found if not m.virtual]),
            failed=lambda error: None,
        )
        self.start(tr("Looking for microphones"), lambda ctx: recorder.microphones(), told)
        services = self.house.services
        quiet = Listeners(
            done=self._offer_models, failed=lambda error: None, notice=lambda notice: None
        )
        self.start(tr("Looking for engines"), lambda ctx: services.look_for_engines(ctx), quiet)

    def _offer_models(self, report: EngineReport) -> None:
        for key, task in _MODELS.items():
            names = (engine.name for engine in able(report, task))
            self.controls[key].offer(list(dict.fromkeys(names)))

    def first_focus(self) -> QWidget | None:
        """Return the first control."""
        return self.controls["theme"]

    def escape(self) -> bool:
        """Answer no to the question whether another machine shall be used."""
        return self.server.refuse()

    def accept(self, intent: str, data: Any) -> None:
        """Show the list of keys, or one setting."""
        if intent == "keys":
            self.key_list.setFocus()
            self.key_list.setCurrentIndex(self.key_list.rows.index(0))
            # The whole list where there is room for it, in any case its beginning.
            self.page.ensureWidgetVisible(self.keys)
            self.key_list.show_current()
        elif intent == "show" and data in self.controls:
            self.controls[data].setFocus()
            self.page.ensureWidgetVisible(self.controls[data])

    def _taken(self, text: str) -> None:
        self.message.say(text, good=True)
        self.house.speech.tell(text)

    def _show_question(self) -> None:
        for part in (self.server.no, self.server.question):
            self.page.ensureWidgetVisible(part)

    def _card(self, page: str, title: str) -> Card:
        rows: list[Any] = [label(tr(title), "heading")]
        for field in dataclasses.fields(Settings):
            if field.metadata.get("page") == page and field.name not in _OWN:
                rows.append(self._row(field))
        return Card(*rows)

    def _row(self, field: dataclasses.Field[Any]) -> Any:
        control = self._control(field)
        self.controls[field.name] = control
        name = named(words.title(field.name), control)
        name.setMinimumWidth(gap(64))
        control.setMinimumWidth(gap(72))
        control.setAccessibleDescription(words.help_text(field.name))
        things: list[Any] = [name, control]
        if field.metadata.get("folder"):
            choose = button(tr("Choose…"), lambda: self._choose_folder(field.name))
            choose.setAccessibleName(tr("Choose the folder for recordings"))
            things.append(choose)
        line: QHBoxLayout = row(*things, None)
        help_text = label(words.help_text(field.name), "muted")
        help_text.setContentsMargins(gap(66), 0, 0, gap(1))
        return column(line, help_text, spacing=1) if words.help_text(field.name) else line

    def _control(self, field: dataclasses.Field[Any]) -> QWidget:
        key, value = field.name, getattr(self.house.settings.current, field.name)
        if key in ("microphone", *_MODELS):
            device = NameBox(value)
            device.changed.connect(lambda name: self._change(key, name))
            return device
        if "options" in field.metadata:
            made = ComboBox()
            for option in words.in_order(key, field.metadata["options"]):
                made.addItem(words.choice(key, option), option)
            made.setCurrentIndex(made.findData(value))
            made.activated.connect(lambda _: self._change(key, made.currentData()))
            return made
        if isinstance(field.default, bool):
            box = QCheckBox()
            box.setChecked(value)
            box.clicked.connect(lambda checked: self._change(key, checked))
            return box
        if isinstance(field.default, int):
            spin = SpinBox()
            low = min(field.default, field.metadata["low"])
            spin.setRange(low, field.metadata["high"])
            spin.setSingleStep(5 if field.metadata["high"] < 1000 else 1024)
            spin.setValue(value)
            spin.valueChanged.connect(lambda number: self._change(key, number))
            return spin
        line = LineEdit(value)
        if field.metadata.get("folder"):
            with contextlib.suppress(AppError):  # a folder that cannot be written is told elsewhere
                line.setPlaceholderText(str(paths.recordings()))  # they lie there while it is empty
        line.editingFinished.connect(lambda: self._change(key, line.text().strip()))
        return line

    def _choose_folder(self, key: str) -> None:
        now = getattr(self.house.settings.current, key)
        chosen = choose_folder(self, words.title(key), now)
        if chosen is not None:
            self._change(key, str(chosen))

    def _change(self, key: str, value: Any) -> None:
        if not self.change(**{key: value}):
            self._put_back(key)
            return
        self.message.clear()
        if key == "recordings_folder" and synced(value):
            text = tr(
                "This folder seems to be copied to a cloud. Recordings there are not private."
            )
            self.message.say(text)
            self.house.speech.tell(text)

    def _put_back(self, key: str) -> None:
        """Show what is in use where a choice was refused; what was typed stays to be mended."""
        control, value = self.controls[key], getattr(self.house.settings.current, key)
        with QSignalBlocker(control):
            if isinstance(control, ComboBox) and not isinstance(control, NameBox):
                control.setCurrentIndex(control.findData(value))
            elif isinstance(control, SpinBox):
                control.setValue(value)
            elif isinstance(control, QCheckBox):
                control.setChecked(value)

    def _follow(self, settings: Settings) -> None:
        for key, control in self.controls.items():
            value = getattr(settings, key)
            if isinstance(control, NameBox):
                if not control.hasFocus():
                    control.show_value(value)
            elif isinstance(control, ComboBox):
                control.setCurrentIndex(control.findData(value))
            elif isinstance(control, LineEdit) and not control.hasFocus():
                control.setText(value)
            elif isinstance(control, SpinBox) and control.value() != value:
                control.setValue(value)

    def reset(self) -> None:
        """Put every setting back to its default."""
        self.house.settings.change(**defaults())

    def _keys_card(self) -> Card:
        self.key_list = RowList(tr("Keys"), tag_width=gap(34), grows=True)
        said = zip(key_words.KEYS, key_words.lines(), strict=True)
        self.key_list.show_rows([Row(tr(what), tag=key, spoken=line) for (key, what), line in said])
        return Card(label(tr("Keys"), "heading"), self.key_list)
