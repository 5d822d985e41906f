"""Process start until the first typed key is answered, against a bare QMainWindow."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from _table import ROOT, median, row

_BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow
app = QApplication([])
window = QMainWindow(); line = QLineEdit(); window.setCentralWidget(line)
window.show(); line.setFocus()
"""
_OURS = """
import sys, time
sys.path.insert(0, sys.argv[2])
from app.core import egress
egress.install()
from app import words
from app.bootstrap import Services
from app.core import logs, paths
words.use_language(paths.resources() / "translations")
from app.ui.start import make_application
from app.ui.single import SingleWindow
from app.ui.shell import Shell
logs.start(paths.logs(), "window")
services = Services()
app = make_application(services.settings.current.theme)
single = SingleWindow(); single.acquire()
window = Shell(services); window.show(); window.begin()
line = window.focusWidget()
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


def once(program: str, home: str) -> float:
    """Return the milliseconds of one start."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "ALCOVE_HOME": home}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program + _KEY, repr(began), str(ROOT)],
        env=env, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return float(done.stdout) * 1000


def main() -> None:
    """Run both ten times, alternating."""
    with tempfile.TemporaryDirectory() as home:
        once(_OURS, home)
        once(_BARE, home)
        bare, ours = [], []
        for _ in range(10):
            bare.append(once(_BARE, home))
            ours.append(once(_OURS, home))
    ratio = median(ours) / median(bare)
    row("bare QMainWindow, first key answered", f"{median(bare):.0f} ms")
    row(
        "Alcove, first key answered",
        f"{median(ours):.0f} ms = {ratio:.2f}x",
        "at most 2x",
        ratio <= 2,
    )


if __name__ == "__main__":
    main()
