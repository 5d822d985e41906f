"""The window: tabs built when first shown, strips above, one status line below."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.core import paths
from app.core.errors import AppError
from app.core.memory import give_back
from app.core.settings import Settings, write_atomically
from app.ui import theme
from app.ui.announce import Announcer
from app.ui.devices.voice import Voice
from app.ui.icons import text_icon
from app.ui.jobs import JobRunner
from app.ui.kinds import tab_for
from app.ui.pages import Page
from app.ui.speech import Speech
from app.ui.strips import FirstQuestion, ServerBanner, Sign
from app.ui.tab import House, Tab
from app.ui.widgets import dress, gap, label
from app.words import tr
from app.words.durations import size, time_left
from app.words.notices import notice_words
from app.words.settings import elsewhere
from app.words.steps import step_words

# key: (module, class, title with its Alt key)
TABS: dict[str, tuple[str, str, str]] = {
    "meetings": ("app.ui.meetings.tab", "MeetingsTab", "&Meetings"),
    "documents": ("app.ui.documents.tab", "DocumentsTab", "&Documents"),
    "look": ("app.ui.look.tab", "LookTab", "&Look"),
    "glossary": ("app.ui.glossary.tab", "GlossaryTab", "Clinical &glossary"),
    "engines": ("app.ui.engines.tab", "EnginesTab", "&Engines"),
    "settings": ("app.ui.settings.tab", "SettingsTab", "&Settings"),
}
STATE_KEY = "F8"
_LOOK_AHEAD_MS = 300
_STATE_MS = 15_000  # so long the line below shows the state; then it would be an old one
_REST_MS = 10_000  # so long without work, and memory goes back to the system
_SIZE = QSize(1120, 760)


class Shell(QMainWindow):
    """The one window."""

    _was_away = False  # whether another program had the keys

    def __init__(self, services: Any, *, ask_first: bool = True):
        super().__init__()
        self.services = services
        self.setWindowTitle("Alcove")
        self.setWindowIcon(text_icon("alcove"))
        self.setAcceptDrops(True)
        self.runner = JobRunner(self)
        self.announcer = Announcer(self)
        self.speech = Speech(services.settings, self.announcer, Voice(parent=self))
        self.sign = Sign()
        self.house = House(
            services, self.runner, self.speech, self.intent, self.broadcast, self.sign.show_sign
        )
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(give_back)
        self._state_shown = QTimer(self)
        self._state_shown.setSingleShot(True)
        self._state_shown.setInterval(_STATE_MS)
        self._state_shown.timeout.connect(self._show_doing)
        self._built: dict[str, Tab] = {}
        self._may_close = False
        self._build(ask_first and not services.settings.current.speech_asked)
        self._keys()
        services.settings.on_change(self._follow)
        self.runner.changed.connect(self._show_jobs)
        self._restore()

    # --- building -----------------------------------------------------------------

    def _build(self, ask: bool) -> None:
        self.banner = ServerBanner()
        self.banner.follow(self.services.settings.current)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("tabs")
        self.tabs.tabBar().setAccessibleName(tr("Rooms"))
        self.tabs.setDocumentMode(True)
        for key, (_, _, title) in TABS.items():
            place = QWidget()
            layout = QVBoxLayout(place)
            layout.setContentsMargins(0, 0, 0, 0)
            self.tabs.addTab(place, text_icon(key), tr(title))
        self.tabs.currentChanged.connect(self._show_tab)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        self.question: FirstQuestion | None = None
        if ask:
            self.question = FirstQuestion()
            self.question.answered.connect(self._answered)
            layout.addWidget(self.question)
        layout.addWidget(self.tabs, 1)
        self.setCentralWidget(whole)
        self.status = label("", "muted", wraps=False)
        self.private = QLabel(tr("Nothing leaves this laptop"))
        self.private.setVisible(not self.services.settings.current.ollama_confirmed)
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().addPermanentWidget(self.sign)
        self.statusBar().addPermanentWidget(self.private)
        self.statusBar().setSizeGripEnabled(False)
        self._show_jobs()

    def _keys(self) -> None:
        for number, key in enumerate(TABS, 1):
            self._key(f"Ctrl+{number}", lambda key=key: self.open(key))
        self._key(STATE_KEY, self.say_state)
        self._key("Esc", self.escape)
        self._key("Ctrl+Q", self.close)
        self._key("F6", self._next_part)
        self._key("F1", lambda: self.open("settings").accept("keys", None))

    def _key(self, keys: str, do: Any) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(do)

    # --- tabs ---------------------------------------------------------------------

    def tab(self, key: str) -> Tab:
        """Return tab ``key``, built on first use."""
        if key not in self._built:
            module, name, _ = TABS[key]
            made: Tab = getattr(importlib.import_module(module), name)(self.house)
            self._built[key] = made
            place = self.tabs.widget(list(TABS).index(key))
            place.layout().addWidget(made)
        return self._built[key]

    def open(self, key: str) -> Tab:
        """Show tab ``key`` and put the keys where its work begins."""
        made = self.tab(key)
        self.tabs.setCurrentIndex(list(TABS).index(key))
        first = made.first_focus()
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)
            _show_on_page(first)
        return made

    def intent(self, key: str, what: str, data: Any = None) -> None:
        """Do something in another tab."""
        self.open(key).accept(what, data)

    def broadcast(self, what: str) -> None:
        """Tell every tab that was opened some news, without showing it."""
        for made in self._built.values():
            made.accept(what, None)

    def _show_tab(self, index: int) -> None:
        key = list(TABS)[index]
        fresh = key not in self._built
        made = self.tab(key)
        made.opened()
        self.sign.elsewhere(key != "meetings")
        if fresh:
            made.show()
        if self.focusWidget() is self.tabs.widget(index):
            # Qt found nothing in a tab that was not built yet: the keys were nowhere.
            (made.first_focus() or self.tabs.tabBar()).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def begin(self) -> None:
        """Show the first tab, ask the first question, tell what went on meanwhile."""
        self._show_tab(self.tabs.currentIndex())
        # A recording or unfinished work of an earlier window is taken up by the Meetings
        # tab, whichever tab is shown.
        QTimer.singleShot(0, self, lambda: self.tab("meetings"))
        self.tabs.tabBar().setFocus(Qt.FocusReason.OtherFocusReason)
        for notice in self.services.settings.notices:
            self.tab("meetings").message.notice(notice)
            self.speech.tell(notice_words(notice.code, notice.params))
        # After the first keys were answered, before the first thing that may be said.
        QTimer.singleShot(_LOOK_AHEAD_MS, self, self.speech.look_ahead)
        if self.question is not None:
            self.question.focus_first()
        QTimer.singleShot(600, self, self._say_what_stands_above)

    def _say_what_stands_above(self) -> None:
        """Say the strips above the tabs, which no key reaches by itself."""
        host = self.services.settings.current.ollama_confirmed
        if host:
            self.speech.tell(elsewhere(host))
        if self.question is None:
            return
        # Asked once, aloud, because the answer is not known yet: this is how a
        # person who sees nothing learns that there is a choice.
        if self.speech.reader_found():
            self.announcer.say(self.question.choices())
        elif self.speech.voice.available:
            self.speech.voice.say(self.question.words())

    def _answered(self, choice: str) -> None:
        self.speech.voice.stop()
        question, self.question = self.question, None
        if question is not None:
            question.hide()
            question.deleteLater()
        try:
            self.services.settings.change(speech=choice, speech_asked=True)
        except AppError as error:  # a full disk: asked again at the next start
            self.tab("settings").show_error(error)
        self.open(list(TABS)[self.tabs.currentIndex()])

    # --- keys that hold everywhere ------------------------------------------------

    def escape(self) -> None:
        """Stop speech and the answer being written; never a recording, never an import."""
        if self.question is not None:
            self._answered("auto")
            return
        self.speech.stop()
        for made in self._built.values():
            made.message.refuse()
            made.escape()
        self.runner.stop_answers()

    def _next_part(self) -> None:
        bar = self.tabs.tabBar()
        if bar.hasFocus():
            self.open(list(TABS)[self.tabs.currentIndex()])
        else:
            bar.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def say_state(self) -> None:
        """Say what goes on: recording, microphone, space, jobs, engine."""
        words = self.state_words()
        self.status.setText(words)
        self._state_shown.start()
        self.speech.say_asked(words)

    def state_words(self) -> str:
        """Return the state of the whole program as one sentence."""
        parts = [made.state_words() for made in self._built.values()]
        for job in self.runner.running:
            doing = step_words(job.progress.step) if job.progress else ""
            left = job.progress.seconds_left if job.progress else None
            words = [job.title, doing, time_left(left) if left is not None else ""]
            parts.append(", ".join(w for w in words if w))
        if not self.runner.running:
            parts.append(tr("no job is running"))
        parts.append(tr("{size} free").format(size=size(self.services.free_disk())))
        engine = self.services.language_model()
        if engine:
            parts.append(tr("engine {name}").format(name=engine))
        elif engine is not None:
            parts.append(tr("no language model, highlights only"))
        host = self.services.settings.current.ollama_confirmed
        if host:
            parts.append(
                tr("the language model is on {host}, not on this laptop").format(host=host)
            )
        return "; ".join(p for p in parts if p) + "."

    def _show_jobs(self) -> None:
        if self.runner.running:
            self._rest.stop()
        else:
            self._rest.start()
        self._show_doing()

    def _show_doing(self) -> None:
        jobs = self.runner.running
        self.status.setText("; ".join(job.title for job in jobs) if jobs else tr("Ready"))

    def changeEvent(self, event: QEvent) -> None:
        """Show what the command line changed while another program had the keys."""
        super().changeEvent(event)
        if event.type() != QEvent.Type.ActivationChange:
            return
        if not self.isActiveWindow():
            # A box of its own is nowhere else, and one that tells of a crash in reading would
            # come again each time that it is closed.
            self._was_away = QApplication.activeModalWidget() is None
        elif self._was_away:
            self._was_away = False
            made = self._built.get(list(TABS)[self.tabs.currentIndex()])
            if made is not None:
                made.seen_again()

    # --- settings, files, end -----------------------------------------------------

    def _follow(self, settings: Settings) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and app.property("alcove_theme") != theme.wanted(
            settings.theme
        ):
            theme.apply(app, settings.theme)
            for index, key in enumerate(TABS):
                self.tabs.setTabIcon(index, text_icon(key))
            for made in self.findChildren(QPushButton):
                dress(made)
        self.banner.follow(settings)
        self.private.setVisible(not settings.ollama_confirmed)

    def close_now(self) -> None:
        """Close without a question: the system ends the session."""
        self._may_close = True
        self.close()

    def take_files(self, files: list[str]) -> None:
        """Give files from a second start, a drop or the command line to their tabs."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()
        sorted_: dict[str, list[Path]] = {}
        for path in map(Path, files):
            sorted_.setdefault(tab_for(path), []).append(path)
        strangers = sorted_.pop("", [])
        for key, mine in sorted_.items():
            self.intent(key, "files", mine)
        if strangers:
            text = tr("Alcove does not open files like {name}.").format(name=strangers[0].name)
            shown = self.tab(list(TABS)[self.tabs.currentIndex()])
            shown.message.say(text)
            self.speech.tell(text)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that are dragged in."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Give dropped files to their tabs."""
        self.take_files([u.toLocalFile() for u in event.mimeData().urls() if u.isLocalFile()])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let each tab end its work, keep the place of the window, end the jobs."""
        for key, made in self._built.items():
            if not self._may_close and not made.may_close():
                # Its tab is shown, and the keys stay on the answer to its question.
                self.tabs.setCurrentIndex(list(TABS).index(key))
                made.message.focus_action()
                event.ignore()
                return
        self._keep_place()
        self.speech.stop()
        for made in self._built.values():
            made.close_down()
        self.runner.close()
        event.accept()

    def _restore(self) -> None:
        self.resize(_SIZE)
        try:
            place = json.loads((paths.home() / "window.json").read_text("utf-8"))
            self.restoreGeometry(QByteArray.fromBase64(str(place["geometry"]).encode()))
            index = list(TABS).index(place["tab"])
        except (OSError, ValueError, KeyError, TypeError):
            index = 0
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(index)
        self.tabs.blockSignals(False)

    def show_fitting(self) -> None:
        """Show the window; a screen that is smaller than it is used whole."""
        room = self.screen().availableSize()
        if self.size() == self.size().boundedTo(room):
            self.show()
        else:
            self.resize(self.size().boundedTo(room))
            self.showMaximized()

    def _keep_place(self) -> None:
        place = {
            "geometry": bytes(self.saveGeometry().toBase64().data()).decode(),
            "tab": list(TABS)[self.tabs.currentIndex()],
        }
        try:
            write_atomically(paths.home() / "window.json", json.dumps(place).encode())
        except AppError:
            pass  # a full disk must not keep the window open


def _show_on_page(widget: QWidget) -> None:
    """Let the page that ``widget`` lies on scroll to its beginning: a key may lead out of sight."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, Page):
        above = above.parentWidget()
    if above is not None:
        corner = widget.mapTo(above.widget(), QPoint(0, 0))
        above.ensureVisible(0, corner.y() + gap(6), 0, gap(12))
