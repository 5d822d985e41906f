"""What is read of the library is read away from the window's thread, and once too often never."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QStackedWidget

from app.core.errors import AppError, StorageError
from app.ui.jobs import JobRunner
from app.ui.reading import Reading, UnreadPage


class Shelf:
    """Something to read that can be held open."""

    def __init__(self) -> None:
        self.value, self.reads, self.threads = 1, 0, set[str]()
        self.may_end = threading.Event()
        self.may_end.set()
        self.fails = False

    def read(self) -> int:
        self.reads += 1
        self.threads.add(threading.current_thread().name)
        value = self.value
        assert self.may_end.wait(10)
        if self.fails:
            raise StorageError("library_busy")
        return value


@pytest.fixture
def made(qapp):
    runner, shelf = JobRunner(), Shelf()
    shown: list[int] = []
    failed: list[AppError] = []
    yield Reading(runner, "Reading", shelf.read, shown.append, failed.append), shelf, shown, failed
    shelf.may_end.set()
    runner.close()


def test_it_reads_in_a_job_and_shows_in_the_window(made, qtbot) -> None:
    reading, shelf, shown, _ = made
    reading.ask()
    qtbot.waitUntil(lambda: shown == [1])
    assert shelf.threads == {"job-1"}


def test_asked_often_while_it_reads_it_reads_once_more(made, qtbot) -> None:
    reading, shelf, shown, _ = made
    shelf.may_end.clear()
    reading.ask()
    qtbot.waitUntil(lambda: shelf.reads == 1)
    shelf.value = 2
    for _ in range(5):
        reading.ask()
    shelf.may_end.set()
    qtbot.waitUntil(lambda: shown == [1, 2])
    assert shelf.reads == 2


def test_what_follows_waits_until_what_it_needs_is_shown(made, qtbot) -> None:
    reading, shelf, shown, _ = made
    shelf.may_end.clear()
    reading.ask()
    qtbot.waitUntil(lambda: shelf.reads == 1)
    shelf.value = 2
    seen: list[list[int]] = []
    reading.ask(lambda: seen.append(list(shown)))
    shelf.may_end.set()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [[1, 2]]


def test_a_failure_is_told_and_the_next_reading_goes_on(made, qtbot) -> None:
    reading, shelf, shown, failed = made
    shelf.fails = True
    reading.ask(lambda: shown.append(99))
    qtbot.waitUntil(lambda: len(failed) == 1)
    assert failed[0].code == "library_busy" and shown == []
    shelf.fails = False
    reading.ask()
    qtbot.waitUntil(lambda: shown == [1])


@pytest.fixture
def unread(qapp, qtbot):
    """A page that is not read yet, in a window before the one with the button."""
    pressed: list[str] = []
    pages = QStackedWidget()
    qtbot.addWidget(pages)
    pages.addWidget(UnreadPage("&Try the sample", lambda: pressed.append("early")))
    button = QPushButton("&Try the sample")
    button.clicked.connect(lambda: pressed.append("button"))
    pages.addWidget(button)
    pages.show()
    pages.activateWindow()
    qtbot.waitUntil(pages.isActiveWindow)
    return pages, pressed


def press(qtbot, pages) -> None:
    qtbot.keyClick(pages, Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)


def test_the_letter_of_a_button_that_is_to_come_is_done_once_it_is_there(unread, qtbot) -> None:
    pages, pressed = unread
    press(qtbot, pages)
    press(qtbot, pages)
    pages.hide()  # another tab
    pages.show()
    qtbot.wait(20)
    assert pressed == []
    pages.setCurrentIndex(1)
    qtbot.waitUntil(lambda: pressed == ["early"])
    press(qtbot, pages)
    qtbot.waitUntil(lambda: pressed == ["early", "button"])


def test_without_a_key_nothing_is_done_when_the_page_comes(unread, qtbot) -> None:
    pages, pressed = unread
    pages.setCurrentIndex(1)
    qtbot.wait(20)
    assert pressed == []


@pytest.mark.parametrize("key", ["meetings", "documents"])
def test_the_sample_can_be_asked_for_before_the_library_is_read(
    shell, idle, qtbot, monkeypatch, key
) -> None:
    tab = shell.open(key)
    asked: list[object] = []
    if key == "meetings":
        monkeypatch.setattr(tab.presenter, "import_files", lambda files, **_: asked.append(files))
    else:
        monkeypatch.setattr(tab, "add", lambda paths, **_: asked.append(paths))
    shell.activateWindow()
    press(qtbot, shell)
    assert asked == []
    qtbot.waitUntil(lambda: len(asked) == 1)
    idle(shell)
    assert len(asked) == 1
