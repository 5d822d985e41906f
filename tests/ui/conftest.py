"""The one application of the tests, dressed as the program is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.window import close_window, open_window

from app.bootstrap import Services
from app.ui.shell import Shell
from app.ui.start import make_application


@pytest.fixture(scope="session")
def qapp():
    yield make_application("light")


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test ask an Ollama that runs on this machine."""
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")


@pytest.fixture
def services():
    made = Services()
    yield made
    made.close()


@pytest.fixture
def idle(qtbot) -> Callable[..., None]:
    """Wait until a window has no job any more, nor one that follows from it."""

    def wait(shell: Shell, timeout: int = 20_000) -> None:
        qtbot.waitUntil(lambda: not shell.runner.running, timeout=timeout)

    return wait


@pytest.fixture
def shell(qapp, qtbot, services):
    made = open_window(services)
    yield made
    qtbot.waitUntil(lambda: made.tab("meetings").ready, timeout=20_000)
    close_window(made)
