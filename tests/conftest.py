"""What every test stands on: a data folder of its own and a guard against leaks."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.core import egress

pytest_plugins = ["support.plugin", "support.fake_ollama.fixtures"]

egress.install()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty data folder."""
    folder = tmp_path / "alcove-home"
    monkeypatch.setenv("ALCOVE_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_dangling_threads():
    """Fail a test that leaves a thread of ours running."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
    for thread in left:
        thread.join(2.0)
    left = [t for t in left if t.is_alive() and not _known(t)]
    assert not left, f"threads left running: {[t.name for t in left]}"


def _known(thread: threading.Thread) -> bool:
    # tqdm keeps one monitor thread for the life of the process.
    return type(thread).__name__ == "TMonitor"
