"""An answer, written by the scripted server and the real adapter before it."""

from __future__ import annotations

import datetime
import threading

import pytest
from PySide6.QtCore import Qt
from support.fake_ollama.script import CHAT, Answer
from support.fake_ollama.server import FakeOllama
from support.window import said, texts

from app.core.documents.model import Citation, Message
from app.ui.documents.rows import message_rows


@pytest.fixture
def server(monkeypatch):
    with FakeOllama([CHAT]) as made:
        monkeypatch.setenv("OLLAMA_HOST", made.host)
        yield made


@pytest.fixture
def tab(server, shell, idle, tmp_path):
    file = tmp_path / "press.md"
    file.write_text("The lamp blinks red when the paper is damp.", encoding="utf-8")
    made = shell.open("documents")
    made.add([file])
    idle(shell)
    return made


def ask(tab) -> None:
    tab.question.setText("red lamp")
    tab.ask()


def test_the_answer_stands_above_its_passages_with_who_wrote_it(server, tab, shell, idle) -> None:
    server.say(Answer("The paper is damp [1]. Dry it."))
    ask(tab)
    idle(shell)
    rows = texts(tab.results)
    assert rows[:2] == ["Answer", "The paper is damp [1]. Dry it."]
    assert "tiny-chat" in rows[2] and "may be wrong" in rows[2]
    assert rows.index("Passages") > 2


def test_the_answer_is_told_sentence_by_sentence(server, tab, shell, idle) -> None:
    server.say(Answer("The paper is damp [1]. Dry it."))
    ask(tab)
    idle(shell)
    assert "Dry it." in said(shell)


def test_escape_stops_the_answer_and_the_passages_stay(server, tab, shell, idle, qtbot) -> None:
    hold = threading.Event()
    server.say(Answer("The paper is damp and nobody knows why.", hold=hold))
    ask(tab)
    qtbot.waitUntil(lambda: "damp" in tab._answer, timeout=10_000)
    assert tab.stop_button.isVisible()
    shell.escape()
    idle(shell)
    hold.set()
    assert not tab.stop_button.isVisible()
    assert "Passages" in texts(tab.results)


def test_a_stopped_answer_says_who_wrote_it_and_that_it_stops_there(
    server, tab, shell, idle, qtbot
) -> None:
    hold = threading.Event()
    server.say(Answer("The paper [7] is damp and nobody knows why.", hold=hold))
    ask(tab)
    qtbot.waitUntil(lambda: "damp" in tab._answer, timeout=10_000)
    shell.escape()
    idle(shell)
    hold.set()
    rows = texts(tab.results)
    assert rows[:2] == ["Answer", "The paper is damp and nobody knows why."]
    assert "tiny-chat" in rows[2] and "broke off" in rows[3]
    assert texts(tab.chats) == ["red lamp"], "it stands among the earlier questions"


def test_an_answer_that_breaks_off_is_kept_and_can_be_asked_for_again(
    server, tab, shell, idle
) -> None:
    server.say(Answer("The paper is", end="cut"), Answer("The paper is damp [1]."))
    ask(tab)
    idle(shell)
    assert "The paper is" in texts(tab.results)
    assert tab.message.text and tab.message._act.isVisible()
    tab.message._act.click()
    idle(shell)
    assert "The paper is damp [1]." in texts(tab.results)


def test_an_answered_question_is_kept_and_shown_again(server, tab, shell, idle, qtbot) -> None:
    server.say(Answer("The paper is damp [1]."))
    ask(tab)
    idle(shell)
    assert texts(tab.chats) == ["red lamp"]
    today = datetime.date.today().isoformat()
    assert tab.chats.rows.rows[0].detail.startswith(today), "the same may be asked again"
    tab.new_chat()
    tab.chats.setCurrentIndex(tab.chats.rows.index(0))
    qtbot.keyClick(tab.chats, Qt.Key.Key_Return)
    idle(shell)
    assert texts(tab.results)[:2] == ["red lamp", "The paper is damp [1]."]


@pytest.mark.parametrize("goes_on", ["open_earlier", "new_chat"])
def test_an_answer_being_written_does_not_write_over_what_is_opened_meanwhile(
    server, tab, shell, idle, qtbot, goes_on
) -> None:
    server.say(Answer("The paper is damp [1]."))
    ask(tab)
    idle(shell)
    tab.new_chat()
    hold = threading.Event()
    server.say(Answer("Nobody knows why it is wet.", hold=hold))
    ask(tab)
    qtbot.waitUntil(lambda: "knows" in tab._answer, timeout=10_000)
    if goes_on == "new_chat":
        tab.new_chat()
    else:
        tab.chats.setCurrentIndex(tab.chats.rows.index(0))
        qtbot.keyClick(tab.chats, Qt.Key.Key_Return)
    hold.set()
    idle(shell)
    assert not any("knows" in text for text in texts(tab.results))
    assert not tab.stop_button.isVisible()


def test_one_click_opens_an_earlier_question_and_its_answer_is_what_is_read(
    server, tab, shell, idle, qtbot
) -> None:
    server.say(Answer("The paper is damp [1]."), Answer("Nobody knows."))
    ask(tab)
    idle(shell)
    tab.new_chat()
    tab.question.setText("lamp blinks")
    tab.ask()
    idle(shell)
    tab.chats.setCurrentIndex(tab.chats.rows.index(texts(tab.chats).index("red lamp")))
    place = tab.chats.visualRect(tab.chats.currentIndex()).center()
    qtbot.mouseClick(tab.chats.viewport(), Qt.MouseButton.LeftButton, pos=place)
    idle(shell)
    assert texts(tab.results)[:2] == ["red lamp", "The paper is damp [1]."]
    assert tab.passage.toPlainText() == "The paper is damp [1]."
    shell.announcer.said.clear()
    tab.read_aloud()
    assert "The paper is damp" in said(shell) and "Nobody knows" not in said(shell)


def test_a_model_that_is_being_loaded_is_told_until_its_first_word(
    server, tab, shell, idle, qtbot
) -> None:
    server.load_gate = threading.Event()
    server.say(Answer("The paper is damp [1]."))
    ask(tab)
    qtbot.waitUntil(lambda: tab.message.text == "Loading the model …", timeout=10_000)
    assert "Passages" in texts(tab.results)
    server.load_gate.set()
    idle(shell)
    assert tab.message.text == ""
    assert "Loading the model …" in said(shell)


def test_the_source_of_a_kept_answer_is_said_without_signs() -> None:
    source = Citation(1, "/manuals/press.pdf", 3, "Dry the paper.")
    turn = Message("assistant", "Dry it [1].", citations=(source,))
    (source,) = message_rows(turn)[1:]
    assert (source.tag, source.text) == ("[1]", "press.pdf  ·  page 3")
    assert source.words() == "1. press.pdf, page 3"


def test_an_answer_that_names_no_passage_says_so_now_and_later(server, tab, shell, idle) -> None:
    server.say(Answer("A fuser failure."))
    ask(tab)
    idle(shell)
    assert "It names no passage" in texts(tab.results)[2]
    assert "from the passages" not in texts(tab.results)[2]
    (chat,) = tab.house.services.documents.chats.chats()
    turn = tab.house.services.documents.chats.messages(chat.id)[-1]
    assert [row.text for row in message_rows(turn)][1].startswith("It names no passage")


def test_what_a_kept_answer_cites_is_said_without_signs() -> None:
    cited = (Citation(2, "/manuals/press.pdf", 4, "…"), Citation(3, "/notes.md", None, "…"))
    rows = message_rows(Message("assistant", "It is damp [2][3].", citations=cited))
    assert [row.words() for row in rows[1:]] == ["2. press.pdf, page 4", "3. notes.md"]
    assert [(row.tag, row.text) for row in rows[1:]] == [
        ("[2]", "press.pdf  ·  page 4"), ("[3]", "notes.md"),
    ]  # fmt: skip


def test_that_no_passage_is_named_is_said_once_and_hides_no_other_word(
    server, tab, shell, idle
) -> None:
    server.say(Answer("A fuser failure [7]."))
    ask(tab)
    idle(shell)
    assert "passages that there are not: 7" in tab.message.text
    assert said(shell).count("names no passage") == 1
    assert "It names no passage" in texts(tab.results)[2]
