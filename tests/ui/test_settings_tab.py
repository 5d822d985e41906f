"""The settings page and the question before another machine is used."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import Qt
from support.window import StandInRecorder

from app.core import egress, paths
from app.core.errors import DeviceError, StorageError
from app.ui.announce import Announcer
from app.ui.devices.voice import Voice
from app.ui.jobs import JobRunner
from app.ui.settings.server import host_of
from app.ui.settings.tab import SettingsTab
from app.ui.speech import Speech
from app.ui.tab import House
from app.words.keys import lines


@pytest.fixture
def tab(qapp, qtbot, services):
    from PySide6.QtWidgets import QWidget

    window = QWidget()
    qtbot.addWidget(window)
    announcer = Announcer(window)
    runner = JobRunner(window)
    speech = Speech(services.settings, announcer, Voice())
    made = SettingsTab(House(services, runner, speech, lambda *_: None))
    qtbot.addWidget(made)
    made.show()
    yield made
    runner.close()


def test_every_setting_with_a_page_has_a_control_with_a_name(tab) -> None:
    for key, control in tab.controls.items():
        assert control.accessibleName(), key


def test_a_choice_is_written_at_once(tab) -> None:
    box = tab.controls["speech"]
    box.setCurrentIndex(box.findData("own"))
    box.activated.emit(box.currentIndex())
    assert tab.house.settings.current.speech == "own"


def test_a_number_is_written_at_once(tab) -> None:
    tab.controls["speech_rate"].setValue(200)
    assert tab.house.settings.current.speech_rate == 200


def test_a_choice_that_a_full_disk_refuses_does_not_stay(tab, monkeypatch) -> None:
    def full(**_: object) -> None:
        raise StorageError("disk_full", path="settings.json")

    monkeypatch.setattr(tab.house.settings, "change", full)
    box, speed = tab.controls["speech"], tab.controls["speech_rate"]
    before = (box.currentData(), speed.value())
    box.setCurrentIndex(box.findData("own"))
    box.activated.emit(box.currentIndex())
    speed.setValue(200)
    assert "disk is full" in tab.message.text
    assert (box.currentData(), speed.value()) == before


def test_a_change_made_elsewhere_is_shown(tab) -> None:
    tab.house.settings.change(theme="dark", speech_rate=220)
    assert tab.controls["theme"].currentData() == "dark"
    assert tab.controls["speech_rate"].value() == 220


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("", "127.0.0.1:9"),  # as OLLAMA_HOST says
        ("127.0.0.1:11435", "127.0.0.1:11435"),
        ("localhost", "localhost:11434"),
        ("http://[::1]:11434", "[::1]:11434"),
        ("0.0.0.0", "127.0.0.1:11434"),
    ],
)
def test_this_laptop_needs_no_question(tab, address, asked) -> None:
    tab.server.address.setText(address)
    tab.server.propose()
    assert not tab.server.yes.isVisible()
    assert tab.house.settings.current.ollama_host == address
    assert tab.message.text == f"Ollama is asked on this laptop: {asked}."


@pytest.mark.parametrize("address", ["http://[", "localhost:99999", "ftp://localhost"])
def test_an_address_that_is_none_is_refused_and_not_said_to_be_asked(tab, address) -> None:
    tab.server.address.setText("127.0.0.1:11435")
    tab.server.propose()
    tab.message.clear()
    tab.server.address.setText(address)
    tab.server.propose()
    assert tab.message.text == ""
    assert tab.server.question.isVisible() and address in tab.server.question.text()
    assert tab.house.settings.current.ollama_host == "127.0.0.1:11435"
    tab.server.address.setText("localhost")
    tab.server.propose()
    assert not tab.server.question.isVisible()


def test_another_machine_whose_address_is_none_is_not_asked_for_again(tab) -> None:
    tab.server.address.setText("studio.example:99999")
    tab.server.propose()
    tab.server.confirm()
    assert "studio.example:99999" in tab.server.question.text()
    assert not tab.server.yes.isVisible() and not tab.server.no.isVisible()
    assert tab.message.text == "" and tab.house.settings.current.ollama_confirmed == ""


def test_another_machine_is_used_only_after_it_was_confirmed(tab) -> None:
    tab.server.address.setText("http://192.0.2.7:11434")
    tab.server.propose()
    assert tab.server.yes.isVisible() and "192.0.2.7" in tab.server.question.text()
    assert tab.house.settings.current.ollama_host == ""
    assert not egress._permitted("192.0.2.7")
    assert tab.message.text == ""
    tab.server.confirm()
    assert "from now on" in tab.message.text
    assert tab.house.settings.current.ollama_confirmed == "192.0.2.7"
    assert egress._permitted("192.0.2.7")
    tab.server.back_home()
    assert "on this laptop" in tab.message.text
    assert tab.house.settings.current.ollama_confirmed == ""
    assert not egress._permitted("192.0.2.7")


def test_an_empty_address_shows_which_ollama_counts(tab) -> None:
    assert tab.server.address.text() == ""
    assert tab.server.address.placeholderText() == os.environ["OLLAMA_HOST"]


def test_the_address_is_emptied_only_once_it_has_the_keys(tab) -> None:
    """Orca says nothing of a line whose caret moves before it gets the focus."""
    for answer in (tab.server.back_home, tab.server.refuse):
        tab.server.address.setText("192.0.2.7:11434")
        tab.server.propose()
        focused: list[bool] = []
        told = tab.server.address.textChanged.connect(
            lambda _, heard=focused: heard.append(tab.focusWidget() is tab.server.address)
        )
        answer()
        tab.server.address.textChanged.disconnect(told)
        assert focused and all(focused)


def test_the_answer_that_sends_says_what_it_answers(tab) -> None:
    tab.server.address.setText("192.0.2.7:11434")
    tab.server.propose()
    assert "192.0.2.7 is another machine" in tab.server.yes.accessibleDescription()


def test_escape_refuses_another_machine_and_keeps_the_one_that_was_confirmed(tab) -> None:
    tab.server.address.setText("studio.example:11434")
    tab.server.propose()
    tab.server.confirm()
    assert tab.escape() is False
    tab.server.address.setText("elsewhere.example")
    tab.server.propose()
    assert tab.escape() is True
    assert not tab.server.yes.isVisible() and tab.server.question.text() == ""
    assert tab.server.address.text() == "studio.example:11434"
    assert tab.house.settings.current.ollama_confirmed == "studio.example"
    tab.server.back_home()


@pytest.mark.parametrize(
    ("address", "host"),
    [("http://a.example:1", "a.example"), ("a.example:11434", "a.example"), ("[::1]:1", "::1"),
     ("", ""), ("http://[", "")],
)  # fmt: skip
def test_the_host_of_an_address(address, host) -> None:
    assert host_of(address) == host


def test_the_microphones_that_are_here_are_offered_and_any_name_can_be_written(tab, qtbot) -> None:
    tab.house.services.__dict__["recorder"] = StandInRecorder()
    box = tab.controls["microphone"]
    assert box.currentText() == "Automatic"
    tab.opened()
    qtbot.waitUntil(lambda: box.count() == 2)
    assert box.itemText(1) == "Stand-in" and box.currentText() == "Automatic"
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert tab.house.settings.current.microphone == "Stand-in"
    box.lineEdit().setText("Jabra at work")
    box.lineEdit().editingFinished.emit()
    assert tab.house.settings.current.microphone == "Jabra at work"
    tab.opened()
    qtbot.waitUntil(lambda: not tab.house.runner.running)
    assert box.currentText() == "Jabra at work"
    tab.house.settings.change(microphone="")
    assert box.currentText() == "Automatic"


def test_without_an_answer_of_the_recorder_the_name_stays(tab, qtbot) -> None:
    recorder = StandInRecorder()
    recorder.microphones = lambda: (_ for _ in ()).throw(DeviceError("sound_stuck"))
    tab.house.services.__dict__["recorder"] = recorder
    tab.house.settings.change(microphone="Jabra")
    tab.opened()
    qtbot.waitUntil(lambda: not tab.house.runner.running)
    assert tab.controls["microphone"].currentText() == "Jabra" and tab.message.text == ""


def test_a_list_of_microphones_that_comes_late_leaves_what_is_being_written(tab, qtbot) -> None:
    box = tab.controls["microphone"]
    line = box.lineEdit()
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "USB Headset")
    box.offer(["Jabra"])
    assert line.text() == "USB Headset" and box.findData("Jabra") >= 0
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert tab.house.settings.current.microphone == "USB Headset"


def test_the_models_that_are_here_are_offered_and_any_name_can_be_written(tab, qtbot) -> None:
    from types import SimpleNamespace

    services = tab.house.services
    services.__dict__["recorder"] = StandInRecorder()
    chat = SimpleNamespace(name="llama3.2:3b", abilities=frozenset({"chat"}))
    services.look_for_engines = lambda ctx: SimpleNamespace(engines=(chat,))
    tab.opened()
    box = tab.controls["chat_model"]
    qtbot.waitUntil(lambda: box.count() == 2)
    assert box.itemText(1) == "llama3.2:3b" and box.currentText() == "Automatic"
    assert tab.controls["vision_model"].count() == 1
    box.lineEdit().setText("qwen3:8b")
    box.lineEdit().editingFinished.emit()
    assert services.settings.current.chat_model == "qwen3:8b"


def test_automatic_is_understood_however_it_is_written(tab, qtbot) -> None:
    box = tab.controls["microphone"]
    tab.house.settings.change(microphone="Jabra")
    box.setEditText("automatic")
    box.lineEdit().editingFinished.emit()
    assert tab.house.settings.current.microphone == ""
    assert box.currentText() == "Automatic"


def test_a_long_name_is_shown_from_its_beginning(tab) -> None:
    tab.house.settings.change(microphone="Built-in microphone " * 9)
    assert tab.controls["microphone"].lineEdit().cursorPosition() == 0


def test_all_keys_are_listed_without_a_list_that_scrolls_in_the_page(tab, qtbot) -> None:
    rows = tab.key_list.rows.rows
    assert [row.words() for row in rows] == lines()
    assert rows[0].tag == "Ctrl+1 … Ctrl+6"
    last = tab.key_list.rows.index(len(rows) - 1)
    assert tab.key_list.visualRect(last).bottom() < tab.key_list.viewport().height()
    assert tab.key_list.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("height", [300, 500])
def test_the_question_before_another_machine_is_used_is_seen(tab, qtbot, height) -> None:
    """Its safe answer has the keys, and the address may stand at the foot of the page."""
    tab.resize(900, height)
    qtbot.waitUntil(lambda: tab.page.height() <= height)
    tab.activateWindow()
    tab.server.address.setFocus()
    bar = tab.page.verticalScrollBar()
    bottom = tab.server.address.mapTo(tab.page.widget(), tab.server.address.rect().bottomLeft())
    bar.setValue(bottom.y() - tab.page.viewport().height())
    tab.server.address.setText("studio.example:11434")
    qtbot.keyClick(tab.server.address, Qt.Key.Key_Return)
    view = tab.page.viewport()

    def seen(part) -> bool:
        top = part.mapTo(view, part.rect().topLeft()).y()
        return 0 <= top and top + part.height() <= view.height()

    parts = (tab.server.question, tab.server.yes, tab.server.no)
    qtbot.waitUntil(lambda: all(map(seen, parts)), timeout=2000)
    assert tab.server.no.hasFocus()
    tab.server.yes.click()
    assert tab.server.address.hasFocus()


@pytest.mark.parametrize("height", [300, 900])
def test_the_list_of_keys_is_shown_from_its_beginning(tab, height) -> None:
    tab.resize(900, height)
    tab.activateWindow()
    view = tab.page.viewport()
    for _ in range(2):
        tab.page.verticalScrollBar().setValue(0)
        tab.accept("keys", None)
        first = tab.key_list.visualRect(tab.key_list.currentIndex())
        assert tab.key_list.currentIndex().row() == 0 and tab.key_list.hasFocus()
        top = tab.key_list.viewport().mapTo(view, first.topLeft()).y()
        assert 0 <= top and top + first.height() <= view.height()


def test_an_empty_folder_for_recordings_shows_where_they_lie(tab) -> None:
    assert tab.controls["recordings_folder"].placeholderText() == str(paths.recordings())
