from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QMessageBox

from app.ui import single, start
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


@pytest.mark.skipif(sys.platform == "win32", reason="windows: links need rights there")
def test_a_data_folder_by_another_name_leads_to_the_same_window(
    first, home, tmp_path, monkeypatch
) -> None:
    address = _address()
    (tmp_path / "link").symlink_to(home)
    monkeypatch.setenv("ALCOVE_HOME", str(tmp_path / "link"))
    assert not SingleWindow().acquire()
    assert _address() == address


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


@pytest.fixture
def second(monkeypatch):
    """A second start: how many seconds a try takes, and what it was given in each."""

    class Start:
        seconds, taken_at, closed_at = 0.0, 10**9, 10**9

        def __init__(self) -> None:
            self.now, self.tries, self.told = 0.0, [], []

        def hand_over(self, files: list[str]) -> bool:
            self.tries.append(files)
            self.now += self.seconds
            return self.now >= self.taken_at

        def acquire(self) -> bool:
            return self.now >= self.closed_at

        def wait(self, seconds: float) -> None:
            self.now += seconds

    made = Start()
    monkeypatch.setattr("app.ui.single.hand_over", made.hand_over)
    monkeypatch.setattr(start.time, "monotonic", lambda: made.now)
    monkeypatch.setattr(start.time, "sleep", made.wait)
    monkeypatch.setattr(QMessageBox, "warning", lambda *what: made.told.append(what[2]))
    return made


def test_a_second_start_waits_for_a_window_that_does_not_listen_yet(second) -> None:
    second.taken_at = 12.0  # a first start from a slow disk
    assert start._hand_over(["x.pdf"], second) == 0
    assert len(second.tries) > 100 and second.tries[-1] == ["x.pdf"] and not second.told


def test_a_window_that_is_too_busy_to_answer_is_given_the_files_once(second) -> None:
    """It will read them; given twice, they would be imported twice."""
    second.seconds = single.ANSWER_SECONDS
    assert start._hand_over(["x.pdf"], second) == 1
    assert second.tries == [["x.pdf"]] and "does not answer" in second.told[0]


def test_a_second_start_is_the_first_one_when_the_other_window_has_closed(second) -> None:
    second.closed_at = 1.0
    assert start._hand_over(["x.pdf"], second) is None
    assert not second.told


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
