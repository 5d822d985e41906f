from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton
from support.window import close_window, open_window, said

from app.core import paths
from app.core.jobs import Notice, Progress
from app.ui import start
from app.ui.shell import TABS


@pytest.fixture
def ready(shell, qtbot, idle):
    qtbot.waitUntil(lambda: shell.tab("meetings").ready, timeout=20_000)
    idle(shell)
    return shell


def held(go: threading.Event, done: list[str]):
    """Return work that lasts until it is let go or cancelled."""

    def work(ctx):
        ctx.report(Progress("transcribe", 1, 4, seconds_left=240))
        while not go.wait(0.01):
            ctx.check()
        done.append("done")

    return work


@pytest.mark.parametrize(("number", "key"), list(enumerate(TABS, 1)))
def test_each_tab_is_opened_by_its_key(ready, qtbot, idle, number, key) -> None:
    qtbot.keyClick(ready, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
    idle(ready)
    assert list(TABS)[ready.tabs.currentIndex()] == key
    assert ready.tab(key).isVisible()


@pytest.mark.parametrize("key", ["engines", "settings"])
def test_a_key_that_leads_to_a_page_leads_to_a_place_that_is_seen(ready, idle, qtbot, key) -> None:
    made = ready.open(key)
    idle(ready)
    ready.resize(700, 420)
    bar = made.page.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 400)
    bar.setValue(bar.maximum())
    qtbot.keyClick(ready, Qt.Key.Key_F6)
    qtbot.keyClick(ready, Qt.Key.Key_F6)
    first = made.first_focus()
    assert ready.focusWidget() is first
    assert not first.visibleRegion().isEmpty()
    assert first.visibleRegion().boundingRect().top() <= 0


def test_the_buttons_that_move_the_tabs_show_an_arrow(ready, qtbot) -> None:
    """Where a narrow window has no room for all tabs there were two empty boxes."""
    ready.resize(480, 400)
    bar = ready.tabs.tabBar()
    moves = [made for made in bar.findChildren(QToolButton) if made.isVisible()]
    assert len(moves) == 2
    for made in moves:
        seen = made.grab().toImage()
        ground = seen.pixelColor(seen.width() // 2, seen.height() // 5)
        middle = range(seen.width() // 4, 3 * seen.width() // 4)
        rows = range(seen.height() // 3, 2 * seen.height() // 3)
        assert any(seen.pixelColor(x, y) != ground for x in middle for y in rows)


@pytest.mark.parametrize(("letter", "key"), [("D", "documents"), ("L", "look"), ("S", "settings")])
def test_the_letter_of_a_tab_leads_to_something_that_has_a_name(
    ready, qtbot, idle, letter, key
) -> None:
    ready.open("meetings")
    qtbot.keyClick(ready, getattr(Qt.Key, f"Key_{letter}"), Qt.KeyboardModifier.AltModifier)
    idle(ready)
    assert list(TABS)[ready.tabs.currentIndex()] == key
    assert ready.focusWidget() in (ready.tab(key).first_focus(), ready.tabs.tabBar())


def test_tabs_are_built_when_they_are_first_shown(ready) -> None:
    assert set(ready._built) == {"meetings"}
    ready.open("glossary")
    assert set(ready._built) == {"meetings", "glossary"}


def test_f6_goes_between_the_tabs_and_the_page(ready) -> None:
    ready.open("glossary")
    ready._next_part()
    assert ready.focusWidget() is ready.tabs.tabBar()
    ready._next_part()
    assert ready.focusWidget() is ready.tab("glossary").word


def test_f1_shows_the_keys(ready, qtbot) -> None:
    qtbot.keyClick(ready, Qt.Key.Key_F1)
    assert ready.focusWidget() is ready.tab("settings").key_list


def test_escape_stops_what_is_asked_and_leaves_what_works_for_later(ready, idle, qtbot) -> None:
    go, done = threading.Event(), []
    answer = ready.runner.start("An answer", held(go, done))
    import_ = ready.runner.start("An import", held(go, done), keeps=True)
    qtbot.waitUntil(lambda: import_.progress is not None)
    ready.escape()
    qtbot.waitUntil(lambda: answer.over)
    assert not import_.over
    go.set()
    idle(ready)
    assert done == ["done"]


def test_the_state_names_jobs_time_left_space_and_engine(ready, services, qtbot, idle) -> None:
    services.settings.change(chat_model="llama3")
    go: threading.Event = threading.Event()
    job = ready.runner.start("Import of talk.mp3", held(go, []), keeps=True)
    qtbot.waitUntil(lambda: job.progress is not None)
    ready.say_state()
    words = ready.state_words()
    assert "Import of talk.mp3, Writing the transcript, 4 minutes left" in words
    assert "free" in words and "engine llama3" in words
    assert words in said(ready)
    assert ready.status.text() == words
    go.set()
    idle(ready)
    assert "no job is running" in ready.state_words()


def test_the_state_that_was_asked_for_does_not_stand_until_it_is_wrong(ready, qtbot, idle) -> None:
    go = threading.Event()
    ready.runner.start("Import of talk.mp3", held(go, []), keeps=True)
    ready._state_shown.setInterval(1)
    ready.say_state()
    qtbot.waitUntil(lambda: ready.status.text() == "Import of talk.mp3")
    go.set()
    idle(ready)


def test_after_the_state_the_reading_key_reads_and_does_not_only_silence_it(
    ready, services, qtbot, monkeypatch
) -> None:
    services.settings.change(speech="own")
    voice, spoken = ready.speech.voice, []
    monkeypatch.setattr(type(voice), "available", True)
    for call in ("say", "say_next"):
        say = lambda text: (spoken.append(text), voice._waiting.append(""))
        monkeypatch.setattr(voice, call, say)
    qtbot.keyClick(ready, Qt.Key.Key_F8)
    assert spoken == [ready.state_words()]
    ready.tab("meetings").read(["The minutes."])
    assert spoken[-1] == "The minutes." and ready.speech.reading


def test_the_status_line_names_what_runs(ready, qtbot, idle) -> None:
    go = threading.Event()
    ready.runner.start("Import of talk.mp3", held(go, []), keeps=True)
    assert ready.status.text() == "Import of talk.mp3"
    go.set()
    idle(ready)
    assert ready.status.text() == "Ready"


def test_files_go_to_the_tabs_they_belong_to(ready, tmp_path, monkeypatch) -> None:
    given: list[tuple] = []
    monkeypatch.setattr(ready, "intent", lambda *what: given.append(what))
    names = ("talk.mp3", "manual.pdf", "photo.png")
    ready.take_files([str(tmp_path / name) for name in (*names, "strange.xyz")])
    assert given == [
        ("meetings", "files", [tmp_path / "talk.mp3"]),
        ("documents", "files", [tmp_path / "manual.pdf"]),
        ("look", "files", [tmp_path / "photo.png"]),
    ]
    assert "strange.xyz" in ready.tab("meetings").message.text


def test_dropped_files_are_taken(ready, tmp_path, monkeypatch) -> None:
    taken: list[str] = []
    monkeypatch.setattr(ready, "take_files", taken.extend)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "talk.mp3")), QUrl("https://example.org/x")])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    ready.dropEvent(event)
    assert [Path(f) for f in taken] == [tmp_path / "talk.mp3"]


def test_another_theme_dresses_tabs_and_buttons_again(ready, services, qapp) -> None:
    ready.open("look")
    speak = ready.tab("look").webcam
    before = speak.icon().cacheKey()
    services.settings.change(theme="dark")
    try:
        assert qapp.property("alcove_theme") == "dark"
        assert speak.icon().cacheKey() != before
    finally:
        services.settings.change(theme="light")


def test_a_confirmed_other_machine_is_named_above_every_tab(ready, services) -> None:
    services.settings.change(ollama_confirmed="studio.example")
    assert ready.banner.isVisible() and "studio.example" in ready.banner.text.text()
    assert not ready.private.isVisible()
    assert "is on studio.example, not on this laptop" in ready.state_words()
    services.settings.change(ollama_confirmed="")
    assert "laptop" not in ready.state_words()
    assert not ready.banner.isVisible() and ready.private.isVisible()


def test_another_machine_is_told_at_each_start(qapp, services, qtbot) -> None:
    services.settings.change(ollama_confirmed="studio.example")
    window = open_window(services)
    window.begin()
    try:
        qtbot.waitUntil(lambda: "go to studio.example" in said(window))
    finally:
        close_window(window)


def test_the_place_of_the_window_is_kept(qapp, services, qtbot) -> None:
    first = open_window(services)
    first.open("glossary")
    close_window(first)
    second = open_window(services)
    assert list(TABS)[second.tabs.currentIndex()] == "glossary"
    close_window(second)


def test_a_small_screen_is_used_whole(ready) -> None:
    shell, room = ready, ready.screen().availableSize()
    shell.hide()
    shell.resize(room.width() + 300, room.height() + 200)
    shell.show_fitting()
    assert shell.isMaximized()
    assert shell.width() <= room.width() and shell.height() <= room.height()


def test_a_window_that_fits_keeps_its_size(ready) -> None:
    ready.hide()
    ready.resize(700, 600)
    ready.show_fitting()
    assert not ready.isMaximized() and ready.size() == QSize(700, 600)


def test_a_damaged_place_is_no_reason_not_to_start(qapp, services, home, qtbot) -> None:
    paths.home().joinpath("window.json").write_text('{"tab": 5}')
    shell = open_window(services)
    assert shell.tabs.currentIndex() == 0
    qtbot.waitUntil(lambda: shell.tab("meetings").ready, timeout=20_000)
    close_window(shell)


def test_what_happened_to_the_settings_is_told_at_the_start(qapp, services, qtbot) -> None:
    services.settings.notices.append(Notice("setting_reset", {"key": "theme"}))
    shell = open_window(services)
    assert "The setting theme" in shell.tab("meetings").message.text
    qtbot.waitUntil(lambda: shell.tab("meetings").ready, timeout=20_000)
    close_window(shell)


@pytest.mark.parametrize("choice", ["auto", "screen_reader", "own", "quiet"])
def test_the_first_question_is_answered_once(qapp, services, qtbot, choice) -> None:
    shell = open_window(services, ask=True)
    assert shell.question is not None and shell.question.isVisible()
    shell.question.buttons[choice].click()
    assert services.settings.current.speech == choice
    assert services.settings.current.speech_asked
    assert shell.question is None
    qtbot.waitUntil(lambda: shell.tab("meetings").ready, timeout=20_000)
    close_window(shell)


def test_news_of_engines_reach_only_the_tabs_that_are_built(ready, idle) -> None:
    ready.broadcast("engines")
    idle(ready)
    assert set(ready._built) == {"meetings"}


def test_the_state_names_the_model_that_was_chosen_by_itself_or_that_there_is_none(
    ready, services
) -> None:
    assert "engine" not in ready.state_words() and "highlights" not in ready.state_words()
    services.engines.last_chat = "llama3.2:3b"
    assert "engine llama3.2:3b" in ready.state_words()
    services.engines.last_chat = ""
    assert "no language model, highlights only" in ready.state_words()


def test_a_crash_in_reading_is_not_told_again_when_its_box_is_closed(
    ready, services, qtbot, idle, monkeypatch
) -> None:
    def crash() -> None:
        raise RuntimeError("unforeseen")

    told: list[str] = []
    ready.runner.crashed.connect(told.append)
    ready.runner.crashed.connect(start._show_crash)
    ready.activateWindow()
    qtbot.waitUntil(ready.isActiveWindow)
    monkeypatch.setattr(services.meetings, "list", crash)
    ready.tab("meetings").refresh()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    qtbot.waitUntil(lambda: not ready.isActiveWindow())
    QApplication.activeModalWidget().close()
    ready.activateWindow()  # as a desktop does
    qtbot.waitUntil(ready.isActiveWindow)
    idle(ready)
    assert len(told) == 1


@pytest.mark.parametrize("key", TABS)
def test_no_letter_of_a_tab_is_also_that_of_another_tab_or_button(ready, key) -> None:
    """Qt then only moves the keys from one to the other, and presses neither."""
    made = ready.open(key)
    bar = ready.tabs.tabBar()
    texts = [bar.tabText(n) for n in range(bar.count())]
    buttons = [b.text() for b in made.findChildren(QPushButton)]
    # These are never there beside the button that has their letter.
    alone = {"Stop &recording", "&Try the sample meeting", "&Try the sample manuals"}
    texts += [text for text in buttons if text not in alone]
    texts += [b.text() for b in made.findChildren(QLabel) if b.buddy() is not None]
    letters = [QKeySequence.mnemonic(text).toString() for text in texts]
    twice = {letter for letter in letters if letter and letters.count(letter) > 1}
    assert [t for t in texts if QKeySequence.mnemonic(t).toString() in twice] == []
