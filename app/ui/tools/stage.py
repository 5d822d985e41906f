"""A window without a screen, for pictures of what the real parts show."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QEventLoop, QIODevice, QTimer

from app.core.settings import write_atomically
from app.words import tour as words

WIDTH, HEIGHT = 1180, 800
PATIENCE = 60.0  # seconds for the work of a tab
_SAMPLES = ("documents", "look", "glossary")


def wait(condition: Callable[[], bool], seconds: float) -> bool:
    """Let the window live until ``condition`` holds; return whether it does."""
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        loop = QEventLoop()
        QTimer.singleShot(20, loop.quit)
        loop.exec()
    return condition()


def open_shell(services: Any, theme: str = "", *, ask_first: bool = False) -> Any:
    """Return the program's own window on no screen.

    With ``ask_first`` the first question stands in it, and nothing has begun yet.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.ui.shell import Shell
    from app.ui.start import make_application

    make_application(theme or services.settings.current.theme)
    shell = Shell(services, ask_first=ask_first)
    shell.resize(WIDTH, HEIGHT)
    shell.show()
    if not ask_first:
        shell.begin()
    return shell


def draw(shell: Any, file: Path) -> Path:
    """Draw the window into ``file``. Raises ``StorageError``."""
    wait(lambda: False, 0.15)
    held = QByteArray()
    buffer = QBuffer(held)
    if not (buffer.open(QIODevice.OpenModeFlag.WriteOnly) and shell.grab().save(buffer, "PNG")):
        raise RuntimeError("nothing could be drawn")
    write_atomically(file, bytes(held.data()))
    return file


@dataclass(frozen=True)
class Drawn:
    """The pictures by tab, and what went wrong in a tab, in words."""

    files: dict[str, Path]
    troubles: dict[str, str]


def draw_tabs(services: Any, folder: Path, only: Sequence[str] = ()) -> Drawn:
    """Open every tab, run its sample where it shows nothing yet, and draw it.

    Every tab is drawn, whatever it shows. Raises ``StorageError``.
    """
    from app.ui.shell import TABS

    shell = open_shell(services)
    drawn = Drawn({}, {})
    try:
        for key in only or TABS:
            tab = shell.open(key)
            settled = _settles(shell)
            if key in _SAMPLES:
                tab.accept("sample", None)
                settled = _settles(shell) and settled
            drawn.files[key] = draw(shell, folder / f"{key}.png")
            if not settled:
                drawn.troubles[key] = words.still_working(PATIENCE)
            elif tab.message.text and tab.message.property("role") == "error":
                drawn.troubles[key] = tab.message.text
    finally:
        shell.close()
    return drawn


def _settles(shell: Any) -> bool:
    """Wait until no job runs, also none that the last one began; return whether it came."""
    return all(wait(lambda: not shell.runner.running, PATIENCE) for _ in range(2))
