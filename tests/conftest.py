"""What every test stands on: a data folder of its own and a guard against leaks."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

import psutil
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.core import egress

pytest_plugins = ["support.plugin", "support.fake_ollama.fixtures"]

egress.install()

ROOT = Path(__file__).resolve().parents[1]
_STARTED = frozenset({"--child", str(ROOT / "main.py"),
                      str(ROOT / "tests" / "support" / "echo_worker.py")})  # fmt: skip


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


@pytest.fixture(autouse=True)
def no_orphans():
    """Fail a test that leaves a child process of ours running, and end that process."""
    before = {process.pid for process in _ours()}
    yield
    left = [process for process in _ours() if process.pid not in before]
    _, left = psutil.wait_procs(left, timeout=2.0)
    for process in left:
        process.kill()
    psutil.wait_procs(left, timeout=5.0)
    assert not left, f"processes left running: {[p.info for p in left]}"


def _ours() -> list[psutil.Process]:
    """Return the children of this process that run Alcove or a worker of the tests."""
    found = []
    try:
        children = psutil.Process().children(recursive=True)
    except psutil.Error:  # a test that patches open() or gives up rights sees no processes
        return []
    for process in children:
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()
            if process.status() != psutil.STATUS_ZOMBIE and any(w in _STARTED for w in words):
                process.info = words
                found.append(process)
    return found


def _known(thread: threading.Thread) -> bool:
    # tqdm keeps one monitor thread for the life of the process.
    return type(thread).__name__ == "TMonitor"
