"""The real window inside the process of a measurement, and a server for it outside."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _table import ROOT

QUESTION = "What do the error codes of the LP30 mean?"
# A little more than is wanted: the server waits between tokens, and sending takes time too.
PACE = 620


def settings(home: Path, **values: Any) -> None:
    """Write the settings of a person who was asked the first question long ago."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "settings.json").write_text(json.dumps({"speech_asked": True, **values}), "utf-8")


def answer_text(tokens: int) -> str:
    """Return an answer of so many words and signs, in paragraphs, that cites passages.

    No stretch of it comes again and again: an answer that loops would be stopped.
    """
    rng = random.Random(tokens)
    words = "the printer shows code before its motor stops and a paper tray opens again".split()
    said: list[str] = []
    for number in range(tokens):
        if number % 15 == 14:
            said[-1] += f" [{number // 15 % 3 + 1}]." + ("\n\n" if number % 120 == 119 else "")
        else:
            said.append(rng.choice(words))
    return " ".join(said)


@contextmanager
def language_server(folder: Path, tokens: int = 2000) -> Iterator[str]:
    """Start the scripted server as a process of its own; give its host and port."""
    script = folder / "server.json"
    answer = {
        "match": "error codes of the LP30",
        "text": answer_text(tokens),
        "again": True,
        "per_second": PACE,
    }
    script.write_text(json.dumps({"answers": [answer]}), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "support.fake_ollama", "--script", str(script)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT / "tests",
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(5)


def open_window() -> tuple[Any, Any, Any]:
    """Open the window as the program does; return application, services and window."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app import words
    from app.bootstrap import Services
    from app.core import egress, logs, paths

    egress.install()
    words.use_language(paths.resources() / "translations")
    from app.ui.shell import Shell
    from app.ui.start import make_application

    logs.start(paths.logs(), "window")
    services = Services()
    app = make_application(services.settings.current.theme)
    window = Shell(services)
    window.show()
    window.begin()
    return app, services, window


class Story:
    """Steps that follow each other when their time has come, inside the event loop.

    ``tell`` is a generator that yields what to wait for.
    """

    def __init__(self, tell: Iterator[Callable[[], object]], *, seconds: float = 200.0):
        from PySide6.QtCore import QTimer

        self._tell = tell
        self._until: Callable[[], object] = lambda: True
        self._timer = QTimer()
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        QTimer.singleShot(round(seconds * 1000), self._too_long)

    def _look(self) -> None:
        if not self._until():
            return
        try:
            self._until = next(self._tell)
        except StopIteration:
            self._leave(0)
        except BaseException:
            self._leave(1)
            raise

    def _too_long(self) -> None:
        sys.stderr.write("the measurement did not come to its end\n")
        self._leave(1)

    def _leave(self, status: int) -> None:
        from PySide6.QtWidgets import QApplication

        self._timer.stop()
        QApplication.exit(status)
