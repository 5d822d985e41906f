"""The whole window, with real services on an empty data folder."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEventLoop, QTimer

from app.bootstrap import Services
from app.ui.shell import TABS, Shell
from app.ui.start import make_application


@pytest.fixture(scope="session")
def qapp():
    yield make_application("light")


def live(seconds: float) -> None:
    """Let the window live for a moment."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


@pytest.fixture
def shell(qapp, home):
    services = Services()
    services.settings.change(speech_asked=True)
    made = Shell(services)
    made.show()
    made.begin()
    yield made
    made.close_now()
    made.deleteLater()
    live(0.05)
    services.close()


@pytest.fixture(params=list(TABS))
def tab(request, shell, qtbot):
    made = shell.open(request.param)
    qtbot.waitUntil(lambda: not shell.runner.running, timeout=60_000)
    return made
