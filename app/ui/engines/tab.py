"""The Engines tab: what is here, which engine does what, how to get one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.core.engines.model import EngineReport
from app.core.engines.tasks import TASKS
from app.core.settings import Settings
from app.ui.dialogs import choose_file, choose_folder
from app.ui.engines.rows import engine_rows, part_rows, pull_rows
from app.ui.jobs import Job, Listeners
from app.ui.pages import AbovePage, Page
from app.ui.rows import RowList
from app.ui.tab import SPEECH, House, Tab
from app.ui.widgets import Card, ComboBox, JobBar, button, column, gap, label, named, row
from app.words import engines as words
from app.words import tr


class EnginesTab(Tab):
    """Parts and engines, the choice per task, and the ways to get more."""

    KEY = "engines"

    def __init__(self, house: House):
        super().__init__(house)
        self.report = EngineReport()
        self.choices: dict[str, ComboBox] = {}
        self._job: Job | None = None
        self._later: list[Callable[[], None]] = []
        self._build()
        house.settings.on_change(self._follow)
        self.look_again(quiet=True)

    def _build(self) -> None:
        self.parts = RowList(tr("What is on this laptop"), grows=True)
        self.engines = RowList(tr("Engines"), grows=True)
        self.pulls = RowList(tr("Lines that get a model"), grows=True)
        self.pulls.opened.connect(lambda _: self.copy_line())
        self.bar = JobBar(tr("Engines"))
        self.bar.cancelled.connect(lambda: self._job and self._job.cancel())
        again = button(tr("Loo&k again"), self.look_again, icon="retry", key="F5", role="primary")
        self.sample = button(tr("&Try the sample"), self.try_sample)
        top = row(label(tr("Engines"), "title"), None, again, self.sample)
        self.page = Page(
            column(
                top,
                Card(label(tr("What is on this laptop"), "heading"), self.parts),
                Card(label(tr("Engines"), "heading"), self.engines),
                self._choice_card(),
                self._add_card(),
                None,
                spacing=3,
            ),
        )
        self.setLayout(column(AbovePage(self.message, self.bar), self.page, spacing=0))

    def _choice_card(self) -> Card:
        lines: list[Any] = [label(tr("Which engine does what"), "heading")]
        for key in words.TASKS:
            box = ComboBox()
            box.setMinimumWidth(gap(90))
            box.activated.connect(lambda _, key=key: self._chosen(key))
            name = named(words.task(key), box)
            name.setMinimumWidth(gap(64))
            self.choices[key] = box
            lines.append(row(name, box, None))
        return Card(*lines)

    def _add_card(self) -> Card:
        self.whisper = button(tr("Add a Whisper &folder…"), self.add_folder, icon="add")
        whisper = tr(
            "A Whisper model is a folder with model.bin in it (CTranslate2, from "
            "faster-whisper). Bring it as a folder or ZIP; it is checked and copied."
        )
        ollama = tr(
            "Models for Ollama are fetched by Ollama itself. Alcove fetches nothing: "
            "copy a line, and run it on a machine with a network."
        )
        copy = button(tr("Cop&y the line"), self.copy_line)
        self.whisper.setAccessibleDescription(whisper)
        copy.setAccessibleDescription(ollama)
        return Card(
            label(tr("Get an engine"), "heading"),
            label(whisper, "muted"),
            row(
                self.whisper,
                button(tr("Add a Whisper &ZIP…"), self.add_zip, icon="add"),
                None,
            ),
            2,
            label(ollama, "muted"),
            self.pulls,
            row(copy, None),
        )

    def first_focus(self) -> QWidget | None:
        """Return the list of parts."""
        return self.parts

    # --- looking ----------------------------------------------------------------------

    def look_again(self, *, quiet: bool = False) -> None:
        """Look for engines again."""
        if self._job is not None:
            return
        if not quiet:
            self.message.clear()  # what was wrong with an engine may be so no longer
        services = self.house.services
        told = Listeners(done=lambda report: self._found(report, quiet), ended=self._free)
        self._job = self.start(
            tr("Looking for engines"), lambda ctx: services.look_for_engines(ctx), told
        )

    def _free(self) -> None:
        self._job = None
        self.bar.finish()
        if self._later:
            self._later.pop(0)()

    def _waits(self, then: Callable[[], None]) -> bool:
        """Return whether something is under way; if so, do ``then`` after it."""
        if self._job is not None:
            self._later.append(then)
        return self._job is not None

    def _found(self, report: EngineReport, quiet: bool) -> None:
        self.report = report
        services = self.house.services
        self.parts.show_rows(part_rows(report))
        free = services.free_memory()
        self.engines.show_rows(engine_rows(report, free))
        self.pulls.show_rows(pull_rows(services.total_memory()))
        self._fill(self.house.settings.current)
        if not quiet:
            ready = sum(part.state == "ready" for part in report.parts)
            self.house.speech.tell(
                tr("Looked again: {ready} of {all} parts are ready.").format(
                    ready=ready, all=len(report.parts)
                )
            )
            self.house.broadcast("engines")

    def _fill(self, settings: Settings) -> None:
        draft = any("transcribe_draft" in e.abilities for e in self.report.engines)
        for key, box in self.choices.items():
            task = TASKS[key]
            able = [e for e in self.report.engines if task.ability in e.abilities]
            box.clear()
            nobody = words.nobody_yet(key, draft=draft)
            box.addItem(tr("Automatic: the largest that fits") if able else nobody, "")
            for engine in able:
                box.addItem(words.engine_name(engine), engine.name)
            chosen = getattr(settings, task.setting)
            if chosen and box.findData(chosen) < 0:
                box.addItem(tr("{name} (not here)").format(name=chosen), chosen)
            box.setCurrentIndex(max(0, box.findData(chosen)))

    def _chosen(self, key: str) -> None:
        self.change(**{TASKS[key].setting: self.choices[key].currentData()})

    def _follow(self, settings: Settings) -> None:
        for key, box in self.choices.items():
            place = box.findData(getattr(settings, TASKS[key].setting))
            if place >= 0:
                box.setCurrentIndex(place)

    # --- getting ----------------------------------------------------------------------

    def add_folder(self) -> None:
        """Ask for a folder with a Whisper model."""
        folder = choose_folder(self, tr("Add a Whisper model"))
        if folder is not None:
            self.add_whisper(folder)

    def add_zip(self) -> None:
        """Ask for a ZIP with a Whisper model."""
        file = choose_file(self, tr("Add a Whisper model"), tr("ZIP files (*.zip)"))
        if file is not None:
            self.add_whisper(file)

    def add_whisper(self, source: Path) -> None:
        """Check and copy a Whisper model."""
        if self._waits(lambda: self.add_whisper(source)):
            return
        self.bar.begin(tr("Adding a Whisper model"))
        services = self.house.services
        told = Listeners(
            progress=self.bar.show_progress,
            done=lambda model: self._added(model.name),
            ended=self._free,
        )
        self._job = self.start(
            tr("Adding a Whisper model"),
            lambda ctx: services.add_whisper(source, ctx),
            told,
            keeps=True,
        )

    def _added(self, name: str) -> None:
        text = tr("The Whisper model {name} is ready.").format(name=name)
        self.message.say(text, good=True)
        self.house.speech.tell(text)
        self._later.insert(0, lambda: self.look_again(quiet=True))
        self.house.broadcast("engines")

    def copy_line(self) -> None:
        """Copy the current line into the clipboard."""
        chosen = self.pulls.current_row()
        if chosen is None and self.pulls.rows.rows:
            chosen = self.pulls.rows.rows[0]
        if chosen is not None:
            QGuiApplication.clipboard().setText(str(chosen.data))
            text = tr("Copied: {line}").format(line=chosen.data)
            self.message.say(text, good=True)
            self.house.speech.tell(text)

    def try_sample(self) -> None:
        """Try each engine for about five seconds and say how fast it is."""
        if self._waits(self.try_sample):
            return
        self.bar.begin(tr("Trying the engines"))
        services = self.house.services
        tried: list[Any] = []

        def heard(kind: str, data: Any) -> None:
            if kind == "tried":
                tried.append(data)
                good = all(one.error is None for one in tried)
                self.message.say("\n".join(map(words.tried, tried)), good=good)
                self.house.speech.tell(words.tried(data))

        told = Listeners(progress=self.bar.show_progress, data=heard, ended=self._free)
        self._job = self.start(
            tr("Trying the engines"), lambda ctx: services.try_engines(ctx), told, keeps=True
        )

    def accept(self, intent: str, data: Any) -> None:
        """Show the ways to get an engine ("speech" or "language"), or try the sample."""
        if intent == "get":
            way = self.whisper if data == SPEECH else self.pulls
            self.page.ensureWidgetVisible(way)
            way.setFocus()
        elif intent == "sample":
            self.try_sample()
