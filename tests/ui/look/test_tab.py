from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtMultimedia import QVideoFrame
from PySide6.QtWidgets import QFileDialog
from support.fake_ollama.script import VISION, Answer
from support.fake_ollama.server import FakeOllama
from support.window import said, texts

from app.core import paths
from app.core.errors import ChildError, DeviceError

BOX = paths.samples() / "pictures" / "medicine-box.jpg"


@pytest.fixture
def tab(shell, idle):
    made = shell.open("look")
    idle(shell)
    return made


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    file = tmp_path / "plain.png"
    assert image.save(str(file))
    return file


def test_the_menu_of_samples_opens_on_the_first_one_so_that_it_is_heard(tab, qtbot) -> None:
    menu = tab.sample.menu()
    menu.setActiveAction(menu.actions()[1])
    menu.aboutToShow.emit()  # without a screen a menu can be shown only under protest
    first = menu.actions()[0].text()
    qtbot.waitUntil(lambda: menu.activeAction() and menu.activeAction().text() == first)


def test_the_text_of_a_picture_is_read_and_its_lines_are_framed(tab, shell, idle) -> None:
    tab.accept("files", [BOX])
    idle(shell)
    assert "Calmotel" in texts(tab.results)
    assert shell.focusWidget() is tab.results
    assert tab.picture._box is not None
    assert "medicine-box.jpg" in tab.picture.accessibleName()
    assert not tab.stop_button.isVisible()
    tab.read_aloud()
    assert "30 film-coated tablets" in said(shell)


def test_without_a_model_that_sees_it_is_said_below_the_text(tab, plain, shell, idle) -> None:
    tab.look_at(plain)
    assert not any("model here that sees" in text for text in texts(tab.results))
    idle(shell)
    assert texts(tab.results)[-1].startswith("There is no model here that sees pictures")


def test_a_picture_without_text_says_so(tab, plain, shell, idle) -> None:
    tab.look_at(plain)
    idle(shell)
    assert "No text was found in this picture." in texts(tab.results)
    assert not tab.picture.empty


def test_a_broken_picture_is_an_error_and_leaves_nothing_behind(
    tab, tmp_path, plain, shell, idle
) -> None:
    tab.look_at(plain)
    idle(shell)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    tab.look_at(broken)
    idle(shell)
    assert "not a picture" in tab.message.text
    assert tab.picture.empty
    assert "Reading" not in " ".join(texts(tab.results))


def test_in_place_of_a_broken_picture_another_one_is_asked_for(
    tab, tmp_path, plain, shell, idle, monkeypatch
) -> None:
    file = tmp_path / "broken.png"
    file.write_bytes(b"no picture")
    tab.look_at(file)
    idle(shell)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(plain), ""))
    assert tab.message._act.text() == "Another picture"
    tab.message._act.click()
    idle(shell)
    assert tab.message.text == "" and not tab.picture.empty


def test_a_reader_that_died_is_tried_again_with_the_same_picture(
    tab, plain, shell, idle, monkeypatch
) -> None:
    def fail(*_) -> None:
        raise ChildError("child_died", child="reader")

    with monkeypatch.context() as patch:
        patch.setattr(tab._desk, "look", fail)
        tab.look_at(plain)
        idle(shell)
    assert tab.message._act.text() == "Try again"
    tab.message._act.click()
    idle(shell)
    assert tab.message.text == "" and not tab.picture.empty


def test_an_empty_clipboard_says_so(tab, shell) -> None:
    QGuiApplication.clipboard().setText("only words")
    tab.paste.click()
    assert tab.message.text == "There is no picture in the clipboard."


def test_pixels_of_the_clipboard_are_looked_at(tab, plain, shell, idle) -> None:
    mime = QMimeData()
    mime.setData("image/png", plain.read_bytes())
    QGuiApplication.clipboard().setMimeData(mime)
    tab.paste.click()
    idle(shell)
    assert not tab.picture.empty


def test_a_copied_file_of_the_clipboard_is_looked_at(tab, plain, shell, idle) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(plain))])
    QGuiApplication.clipboard().setMimeData(mime)
    tab.paste_picture()
    idle(shell)
    assert "plain.png" in tab.picture.accessibleName()


def test_an_image_of_another_program_is_looked_at(tab, plain, shell, idle) -> None:
    QGuiApplication.clipboard().setImage(QImage(str(plain)))
    tab.paste_picture()
    idle(shell)
    assert not tab.picture.empty


def test_a_chosen_file_is_looked_at_and_a_cancelled_choice_is_not(
    tab, plain, shell, idle, monkeypatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: ("", ""))
    tab.choose()
    assert not shell.runner.running
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(plain), ""))
    tab.choose()
    idle(shell)
    assert not tab.picture.empty


def test_without_a_camera_there_is_an_error_that_offers_a_file(tab, monkeypatch, plain) -> None:
    def none():
        raise DeviceError("camera_none")

    monkeypatch.setattr(tab.camera, "start", none)
    tab.webcam.click()
    assert "No camera was found" in tab.message.text
    assert tab.message._act.text() == "Open a picture"
    assert not tab.take.isVisible()


@pytest.fixture
def live(tab, monkeypatch):
    """Open the tab's camera as a machine with one would; frames come through its sink."""
    monkeypatch.setattr(type(tab.camera), "running", property(lambda self: self.sink is not None))
    monkeypatch.setattr(tab.camera, "start", tab.camera._make_sink)
    monkeypatch.setattr(tab.camera, "stop", lambda: setattr(tab.camera, "sink", None))
    tab.webcam.click()
    return tab


def frame(colour: str) -> QVideoFrame:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return QVideoFrame(image)


def test_a_frame_of_the_webcam_is_shown_taken_and_read(live, shell, idle, qtbot) -> None:
    assert live.take.isVisible()
    assert "The webcam is on." in said(shell)
    live.camera.sink.setVideoFrame(frame("red"))
    qtbot.waitUntil(lambda: not live.picture.empty)
    live.take.click()
    idle(shell)
    assert "No text was found in this picture." in texts(live.results)
    assert not live.take.isVisible()


def test_before_the_first_frame_nothing_is_taken(live, shell) -> None:
    live.take.click()
    assert "The webcam shows nothing yet." in said(shell)
    assert live.take.isVisible()


def test_the_webcam_is_closed_again(live) -> None:
    live.webcam.click()
    assert live.camera.sink is None
    assert not live.take.isVisible() and live.picture.empty


def test_a_camera_that_fails_is_closed_and_told(live) -> None:
    live.camera.failed.emit(DeviceError("camera_failed"))
    assert "The camera gave no picture" in live.message.text
    assert not live.take.isVisible()


def test_a_code_is_told_and_framed(tab, shell, idle) -> None:
    tab.accept("files", [BOX.with_name("qr-code.png")])
    idle(shell)
    shown = texts(tab.results)
    assert any("QR code: Alcove read this on your own laptop" in text for text in shown)
    assert "1 code." in said(shell)
    assert tab.results.go_to(("code", 0))
    assert tab.picture._box is not None


def test_the_key_of_the_webcam_works_each_time(live) -> None:
    tab = live
    assert tab.webcam.shortcut().toString() == "Ctrl+K"
    tab._close_camera()
    assert tab.webcam.shortcut().toString() == "Ctrl+K"


def test_a_picture_that_was_stopped_is_not_said_to_be_read(
    tab, plain, shell, idle, monkeypatch
) -> None:
    def wait(_file, ctx) -> None:
        stop = threading.Event()
        ctx.on_cancel(stop.set)
        stop.wait(20)
        ctx.check()

    monkeypatch.setattr(tab._desk, "look", wait)
    empty = texts(tab.results)
    tab.look_at(plain)
    assert texts(tab.results) != empty
    shell.escape()
    idle(shell)
    assert texts(tab.results) == empty and tab.picture.empty


def test_the_state_of_a_model_is_not_taken_for_its_name(
    tab, plain, shell, idle, qtbot, monkeypatch
) -> None:
    with FakeOllama([VISION]) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.host)
        server.load_gate, hold = threading.Event(), threading.Event()
        server.say(Answer("A white page. ", hold=hold))
        tab.look_at(plain)
        qtbot.waitUntil(lambda: tab.message.text == "Loading the model …", timeout=10_000)
        server.load_gate.set()
        qtbot.waitUntil(lambda: "white" in tab._description, timeout=10_000)
        rows = texts(tab.results)
        hold.set()
        idle(shell)
    assert any("the model tiny-vision" in text for text in rows)
    assert tab.message.text == ""


@pytest.mark.parametrize("by", ["person", "server"])
def test_a_description_that_stops_half_way_says_so(
    tab, plain, shell, idle, qtbot, monkeypatch, by: str
) -> None:
    with FakeOllama([VISION]) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.host)
        hold = threading.Event()
        server.say(Answer("A white page and", hold=hold, end="cut"))
        tab.look_at(plain)
        qtbot.waitUntil(lambda: "white" in tab._description, timeout=10_000)
        if by == "person":
            shell.escape()
        hold.set()
        idle(shell)
    rows = texts(tab.results)
    assert rows[rows.index("A white page and") + 2] == "The description broke off here."
