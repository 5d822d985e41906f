from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalSocket

from app.ui import start
from app.ui.single import SingleWindow, _address, hand_over

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def first(qapp, home):
    made = SingleWindow()
    assert made.acquire()
    made.listen()
    yield made
    made.release()


def test_a_second_window_does_not_get_the_lock(first) -> None:
    assert not SingleWindow().acquire()


def test_the_lock_is_free_again_when_the_window_is_gone(first, qapp) -> None:
    first.release()
    second = SingleWindow()
    assert second.acquire()
    second.release()


def test_a_second_start_hands_its_files_to_the_first(first, qtbot, home) -> None:
    heard: list[list[str]] = []
    first.handed.connect(heard.append)
    code = (
        "import sys; from PySide6.QtCore import QCoreApplication; app = QCoreApplication([]);"
        "from app.ui.single import hand_over;"
        "sys.exit(0 if hand_over(['/a b/ü.mp3', 'x.pdf']) else 1)"
    )
    second = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    qtbot.waitUntil(lambda: bool(heard), timeout=15_000)
    assert heard == [["/a b/ü.mp3", "x.pdf"]]
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=15_000)
    assert second.returncode == 0


@pytest.mark.parametrize("line", [b"{not json\n", b'"text"\n', b"\xff\xfe\n"])
def test_nonsense_is_not_answered_and_does_no_harm(first, qtbot, line) -> None:
    heard: list[list[str]] = []
    first.handed.connect(heard.append)
    socket = QLocalSocket()
    socket.connectToServer(_address())
    assert socket.waitForConnected(3000)
    socket.write(line)
    socket.flush()
    other = QLocalSocket()
    other.connectToServer(_address())
    assert other.waitForConnected(3000)
    other.write(b'["good"]\n')
    other.flush()
    qtbot.waitUntil(lambda: heard == [["good"]])
    assert socket.bytesAvailable() == 0
    for made in (socket, other):
        made.abort()


def test_without_a_first_window_nothing_is_handed_over(qapp, home) -> None:
    assert not hand_over(["x.pdf"])


def test_a_second_start_waits_for_a_window_that_does_not_listen_yet(monkeypatch) -> None:
    tries: list[list[str]] = []

    def hand_over_later(files: list[str]) -> bool:
        tries.append(files)
        return len(tries) == 3

    monkeypatch.setattr("app.ui.single.hand_over", hand_over_later)
    assert start._hand_over(["x.pdf"]) == 0
    assert tries == [["x.pdf"]] * 3


def test_once_the_window_is_shown_it_listens_and_garbage_is_looked_for_again(qapp, qtbot) -> None:
    """That is switched off for the start alone: else what goes in circles would never be freed."""

    class Listener(QObject):
        heard = False

        def listen(self) -> None:
            self.heard = True

    made = Listener()
    gc.disable()
    try:
        start._once_shown(made)
        qtbot.waitUntil(lambda: made.heard and gc.isenabled())
    finally:
        gc.enable()
