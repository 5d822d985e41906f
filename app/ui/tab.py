"""What a tab is to the shell, and what it may reach."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtWidgets import QWidget

from app.core.errors import AppError, DeviceError
from app.core.jobs import Notice, Progress
from app.core.settings import SettingsStore
from app.ui.jobs import Job, JobRunner, Listeners, Work
from app.ui.message import Action, MessageBar
from app.ui.speech import Speech
from app.words import tr
from app.words.errors import error_words
from app.words.notices import notice_words
from app.words.steps import WAITS, step_words

SPEECH, LANGUAGE = "speech", "language"
_NEEDS_LANGUAGE = ("ollama_not_installed", "ollama_no_model", "ollama_model_missing",
                   "ollama_old", "ability_missing")  # fmt: skip
_NAMES_ENGINE = ("engine_missing", "engine_broken", "engine_stepped_down")


def engine_needed(code: str | None, params: Mapping[str, Any]) -> str | None:
    """Return which kind of engine an error or notice asks for, None when that is no help."""
    if code in _NEEDS_LANGUAGE:
        return LANGUAGE
    if code == "engine_language":
        return SPEECH
    if code in _NAMES_ENGINE:
        named = params.get("wanted") or params.get("engine")
        return LANGUAGE if named == "ollama" else SPEECH
    return None


def ways() -> str:
    """Return the words of the button that leads to the Engines tab."""
    return tr("Ways to get one")


@dataclass(frozen=True)
class House:
    """What every tab receives: services, jobs, speech, and a way to another tab."""

    services: Any
    runner: JobRunner
    speech: Speech
    intent: Callable[[str, str, Any], None]  # tab, what to do there, with what
    broadcast: Callable[[str], None] = lambda what: None  # news for every open tab
    sign: Callable[[str, Action | None], None] = lambda text, action: None  # in every tab

    @property
    def settings(self) -> SettingsStore:
        """Return the settings."""
        return self.services.settings


class Tab(QWidget):
    """One tab. Subclasses set ``KEY``, build themselves, and answer the shell."""

    KEY = ""

    def __init__(self, house: House):
        super().__init__()
        self.house = house
        self.message = MessageBar()
        self.setObjectName(self.KEY)

    def start(
        self,
        title: str,
        work: Work,
        listeners: Listeners | None = None,
        *,
        keeps: bool = False,
        waits: bool = False,
    ) -> Job:
        """Run a job whose errors and notices appear in this tab unless said otherwise.

        With ``waits`` what it waits for appears as well: the job has no bar that tells it.
        """
        told = listeners or Listeners()
        fresh = Listeners()
        if told.failed is fresh.failed:
            told.failed = self.show_error
        if told.notice is fresh.notice:
            told.notice = self.show_notice
        if waits:
            told = self._with_waits(told, lambda: job.context.cancelled)
        job = self.house.runner.start(title, work, told, keeps=keeps)
        return job

    def _with_waits(self, told: Listeners, stopped: Callable[[], bool]) -> Listeners:
        # Of this job alone: one that was stopped may end while the next one waits already.
        about, shown = object(), ""

        def progress(how: Progress) -> None:
            nonlocal shown
            text = f"{step_words(how.step)} …" if how.step in WAITS else ""
            if text != shown and not stopped():
                self.message.withdraw(about)
                if text:
                    self.message.say(text, about=about)
                    self.house.speech.tell(text)
                shown = text
            told.progress(how)

        def ended() -> None:
            self.message.withdraw(about)
            told.ended()

        return replace(told, progress=progress, ended=ended)

    def change(self, **values: Any) -> bool:
        """Change settings; what cannot be written is shown in the tab. Return whether it was."""
        try:
            self.house.settings.change(**values)
        except AppError as error:
            self.show_error(error)
            return False
        return True

    def show_error(
        self, error: AppError, action: Action | None = None, *, about: Hashable = None
    ) -> None:
        """Show an error in the tab and say it."""
        self.message.error(error, action or self._way_on(error.code, error.params), about=about)
        self.house.speech.tell(error_words(error).sentence(), urgent=True)

    def show_notice(self, notice: Notice, *, about: Hashable = None) -> None:
        """Show a notice in the tab and say it."""
        self.message.notice(notice, self._way_on(notice.code, notice.params), about=about)
        self.house.speech.tell(notice_words(notice.code, notice.params))

    def _way_on(self, code: str, params: Mapping[str, Any]) -> Action | None:
        """Return the button to the Engines tab, where that helps."""
        kind = engine_needed(code, params)
        if kind is None or self.KEY == "engines":
            return None
        return ways(), lambda: self.show_ways(kind)

    def show_ways(self, kind: str) -> None:
        """Open the Engines tab where it says how to get an engine of ``kind``."""
        self.house.intent("engines", "get", kind)

    def read(self, sentences: Iterable[str]) -> None:
        """Read ``sentences`` aloud; the same button again stops, as Esc does."""
        speech = self.house.speech
        if speech.reading:
            speech.stop()
            return
        if not speech.reads:
            self.show_error(DeviceError("voice_none"))
            return
        for sentence in list(sentences) or [tr("There is nothing to read yet.")]:
            speech.read(sentence)

    def first_focus(self) -> QWidget | None:
        """Return where the keys go when the tab is opened for the first time."""
        return None

    def opened(self) -> None:
        """Hear that the tab is shown."""

    def seen_again(self) -> None:
        """Hear that the person comes back to the window: a command may have changed something."""

    def state_words(self) -> str:
        """Return what the state key says about this tab, empty when idle."""
        return ""

    def accept(self, intent: str, data: Any) -> None:
        """Do what another tab or the shell asks: "files", "sample", …"""

    def escape(self) -> bool:
        """Stop an answer being written; return whether there was one."""
        return False

    def may_close(self) -> bool:
        """Return whether the window may close now; False after asking in the tab."""
        return True

    def close_down(self) -> None:
        """Hear that the window closes."""
