"""Who speaks: the screen reader or Alcove's voice, never both, or nobody.

``auto`` leaves speaking to a screen reader that is found; without one it is silent
except for what the person asked to hear.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject

from app.core.settings import SettingsStore
from app.ui.announce import Announcer
from app.ui.devices.voice import Voice

_LOOK_SECONDS = 5.0


def screen_reader_found() -> bool:
    """Return whether a screen reader seems to run on this machine.

    Processes are asked for by name: the flags of the systems are true for other
    programs too (Windows) or stay false beside a running Orca (Linux).
    """
    import psutil

    names = {
        "win32": {"nvda.exe", "jfw.exe", "narrator.exe"},
        "darwin": {"voiceover"},
    }.get(sys.platform, {"orca"})
    mine = os.getuid() if hasattr(os, "getuid") else None
    for process in psutil.process_iter(["name"]):
        if (process.info["name"] or "").lower() not in names:
            continue
        with contextlib.suppress(psutil.Error):  # it ended meanwhile
            if mine is None or process.uids().real == mine:
                return True
    return False


class Speech(QObject):
    """Routes each sentence to exactly one voice."""

    def __init__(self, settings: SettingsStore, announcer: Announcer, voice: Voice):
        super().__init__(announcer)
        self._settings = settings
        self._announcer = announcer
        self.voice = voice
        self._found: bool | None = None
        self._reading = False
        voice.idle.connect(self._read_out)
        announcer.idle.connect(self._announced)
        self._looked = 0.0
        self._first: threading.Thread | None = None

    @property
    def route(self) -> str:
        """Return who speaks now: "screen_reader", "own", "quiet" or "asked"."""
        chosen = self._settings.current.speech
        if chosen != "auto":
            return chosen
        return "screen_reader" if self.reader_found() else "asked"

    def reader_found(self) -> bool:
        """Return whether a screen reader runs; one that is started later is found too.

        The first answer is waited for; later ones are looked for in a thread, at most
        every few seconds, and are those of the last look.
        """
        if self._found is None:
            self.look_ahead()
            if self._first is not None:
                self._first.join()
        elif time.monotonic() - self._looked > _LOOK_SECONDS:
            self._looked = time.monotonic()
            threading.Thread(target=self._look, name="reader", daemon=True).start()
        return bool(self._found)

    def look_ahead(self) -> None:
        """Begin to look for a screen reader, so that the first answer is there when asked for.

        To ask each process of a desktop for its name takes some 100 ms.
        """
        if self._found is None and self._first is None:
            self._first = threading.Thread(target=self._look, name="reader", daemon=True)
            self._first.start()

    def _look(self) -> None:
        self._found = screen_reader_found()
        self._looked = time.monotonic()

    def tell(self, text: str, *, urgent: bool = False) -> None:
        """Say something that happened: a status, an error, a finished job.

        What is being read aloud goes on after it; an ``urgent`` sentence ends it.
        """
        route = self.route
        if route == "own":
            if urgent:
                self._reading = False
                self.voice.stop()
            self._speak(text, self.voice.say_next, urgent=urgent)
        elif route != "quiet":
            # Without a screen reader nobody hears an announcement, and none is harmed.
            self._announcer.say(text, urgent=urgent)

    @property
    def reads(self) -> bool:
        """Return whether anybody is here who could read aloud."""
        return self.route == "screen_reader" or self.voice.available

    @property
    def reading(self) -> bool:
        """Return whether something the person asked to hear is being spoken.

        Of what a screen reader speaks only how much it was not given yet is known.
        """
        return self._reading and (self.voice.speaking or self._announcer.busy)

    def read(self, text: str) -> None:
        """Read aloud what the person asked to hear: it counts as reading until it is over."""
        self._reading = True
        if self.route == "screen_reader":
            self._announcer.read(text)
        else:
            self._speak(text, self.voice.say)

    def say_asked(self, text: str) -> None:
        """Speak something short that the person asked for, before the rest of what is read."""
        if self.route == "screen_reader":
            self._announcer.say(text)
        else:
            self._speak(text, self.voice.say_next)

    def _read_out(self) -> None:
        self._reading = False

    def _announced(self) -> None:
        if not self.voice.speaking:  # else it is the voice that reads, and goes on
            self._read_out()

    def _speak(self, text: str, say: Callable[[str], None], *, urgent: bool = False) -> None:
        self.voice.rate = self._settings.current.speech_rate
        if self.voice.available:
            say(text)
        else:
            self._announcer.say(text, urgent=urgent)

    def stop(self) -> bool:
        """Be silent; return whether there was something to silence."""
        was, self._reading = self.voice.speaking, False
        self.voice.stop()
        self._announcer.stop()
        return was
