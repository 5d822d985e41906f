"""A window without a screen, for pictures of what the real parts show."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer

from app.core.errors import StorageError

WIDTH, HEIGHT = 1180, 800
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
    if not shell.grab().save(str(file)):
        raise StorageError("disk_full", path=str(file))
    return file


def draw_tabs(services: Any, folder: Path) -> dict[str, Path]:
    """Open every tab, run its sample where it shows nothing yet, and draw it."""
    from app.ui.shell import TABS

    shell = open_shell(services)
    files = {}
    try:
        for key in TABS:
            tab = shell.open(key)
            wait(lambda: not shell.runner.running, 60)
            if key in _SAMPLES:
                tab.accept("sample", None)
                wait(lambda: not shell.runner.running, 60)
                wait(lambda: not shell.runner.running, 60)
            files[key] = draw(shell, folder / f"{key}.png")
    finally:
        shell.close()
    return files
