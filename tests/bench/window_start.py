"""Process start until the first typed key is answered, against a bare QMainWindow."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _table import ROOT, median, row
from _window import settings

_BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow
app = QApplication([])
window = QMainWindow(); line = QLineEdit(); window.setCentralWidget(line)
window.show(); line.setFocus()
"""
_KEY = """
from PySide6.QtCore import QEvent, QObject, QTimer, Qt
from PySide6.QtGui import QKeyEvent
class Watch(QObject):
    def eventFilter(self, thing, event):
        if event.type() == QEvent.Type.KeyPress:
            QTimer.singleShot(0, done)
        return False
def done():
    sys.stdout.write(repr(time.monotonic() - float(sys.argv[1]))); sys.stdout.flush()
    import os; os._exit(0)
watch = Watch(); app.installEventFilter(watch)
def press():
    none = Qt.KeyboardModifier.NoModifier
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Right, none)
    app.postEvent(window.focusWidget() or window, key)
QTimer.singleShot(0, press)
app.exec()
"""


_ENV = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
_FROZEN = ROOT / "dist" / "Alcove" / ("Alcove.exe" if sys.platform == "win32" else "Alcove")


def bare(folder: Path) -> float:
    """Return the milliseconds of one start of a window with one line in it."""
    command = [sys.executable, "-c", _BARE + _KEY, repr(time.monotonic())]
    done = subprocess.run(command, env=_ENV, capture_output=True, text=True, timeout=60, check=True)
    return float(done.stdout) * 1000


def alcove(folder: Path, *program: str) -> float:
    """Return the milliseconds of one start of ``program`` on a data folder that is known to it."""
    home, answer = folder / "home", folder / "answer"
    command = [*program, "--first-key", str(answer), repr(time.monotonic())]
    env = {**_ENV, "ALCOVE_HOME": str(home)}
    subprocess.run(command, env=env, capture_output=True, timeout=60, check=True)
    return float(answer.read_text("ascii")) * 1000


def main() -> None:
    """Run all ten times, alternating; the first starts do not count."""
    source = (sys.executable, str(ROOT / "main.py"))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        settings(folder / "home")
        starts = {"bare": bare, "source": lambda f: alcove(f, *source)}
        if _FROZEN.exists():
            starts["frozen"] = lambda f: alcove(f, str(_FROZEN))
        took: dict[str, list[float]] = {name: [] for name in starts}
        for turn in range(11):
            for name, start in starts.items():
                milliseconds = start(folder)
                if turn:
                    took[name].append(milliseconds)
    least = median(took["bare"])
    row("bare QMainWindow, first key answered", f"{least:.0f} ms")
    _tell("Alcove, first key answered", median(took["source"]), least, 2.0)
    if "frozen" in took:
        _tell("Alcove frozen, first key answered", median(took["frozen"]), least, 1.7)
    else:
        row("Alcove frozen: make package first", "left out")


def _tell(what: str, took: float, least: float, most: float) -> None:
    ratio = took / least
    row(what, f"{took:.0f} ms = {ratio:.2f}x", f"at most {most:g}x", ratio <= most)


if __name__ == "__main__":
    main()
