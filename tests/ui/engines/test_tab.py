from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from support import tiny_whisper
from support.fake_ollama.script import CHAT, CLOUD, VISION
from support.fake_ollama.server import FakeOllama
from support.window import said, texts

from app.core.engines.model import Engine
from app.core.errors import EngineError


@pytest.fixture
def server(monkeypatch):
    with FakeOllama([CHAT, VISION, CLOUD]) as made:
        monkeypatch.setenv("OLLAMA_HOST", made.host)
        yield made


@pytest.fixture
def tab(shell, idle):
    made = shell.open("engines")
    idle(shell)
    return made


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    folder = tiny_whisper.build(tmp_path / "made" / "tiny-words", [" one", " two"])
    return Path(shutil.make_archive(str(tmp_path / "tiny-words"), "zip", folder))


def choices(box) -> list[str]:
    return [box.itemText(n) for n in range(box.count())]


def test_every_part_is_listed_with_its_state(tab) -> None:
    rows = tab.parts.rows.rows
    names = [row.text for row in rows]
    assert "Ollama (language models)" in names and "Whisper (speech to text)" in names
    assert all(row.detail for row in rows)


def test_the_lists_are_as_tall_as_their_rows(tab, qtbot) -> None:
    for made in (tab.parts, tab.engines, tab.pulls):
        last = made.rows.index(made.rows.rowCount() - 1)
        assert made.visualRect(last).bottom() < made.viewport().height()
        assert made.verticalScrollBar().maximum() == 0


def test_the_arrows_scroll_the_page_to_the_current_row(tab, shell, qtbot) -> None:
    shell.resize(700, 400)
    tab.pulls.setFocus()
    bar = tab.page.verticalScrollBar()
    bar.setValue(0)
    qtbot.keyClick(tab.pulls, Qt.Key.Key_End)
    assert bar.value() > 0


def test_the_draft_recogniser_is_named_in_words(tab) -> None:
    drafts = [e for e in tab.report.engines if e.origin == "draft"]
    named = [t for t in texts(tab.engines) if t == "Draft recogniser (English only)"]
    assert len(named) == len(drafts)


def test_models_of_the_server_can_be_chosen_for_what_they_can_do(server, tab) -> None:
    assert choices(tab.choices["look"]) == [
        "Automatic: the largest that fits",
        "tiny-vision:latest",
    ]
    assert "tiny-chat:latest" in choices(tab.choices["minutes"])


def test_a_choice_is_kept_in_the_settings(server, tab, services) -> None:
    box = tab.choices["minutes"]
    box.setCurrentIndex(box.findData("tiny-chat:latest"))
    box.activated.emit(box.currentIndex())
    assert services.settings.current.chat_model == "tiny-chat:latest"
    services.settings.change(chat_model="")
    assert box.currentIndex() == 0


def test_a_chosen_engine_that_is_gone_is_shown_as_not_here(tab, services, shell, idle) -> None:
    services.settings.change(chat_model="gone:7b")
    tab.look_again()
    idle(shell)
    assert "gone:7b (not here)" in choices(tab.choices["minutes"])
    assert tab.choices["minutes"].currentData() == "gone:7b"


def test_a_model_of_the_cloud_is_listed_as_not_used(server, tab) -> None:
    refused = next(row for row in tab.engines.rows.rows if "cloud" in row.text)
    assert refused.detail == "not used: it runs in the cloud"


def test_looking_again_is_told(tab, shell, idle) -> None:
    tab.look_again()
    idle(shell)
    assert "parts are ready." in said(shell)


def test_looking_again_takes_away_what_was_wrong_before(tab, tmp_path, shell, idle) -> None:
    (tmp_path / "empty").mkdir()
    tab.add_whisper(tmp_path / "empty")
    idle(shell)
    assert "not a Whisper model" in tab.message.text
    tab.look_again()
    idle(shell)
    assert tab.message.text == ""


def test_a_line_that_gets_a_model_is_copied_with_enter(tab, qtbot, shell) -> None:
    tab.accept("get", None)
    assert shell.focusWidget() is tab.pulls
    qtbot.keyClick(tab.pulls, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text().startswith("ollama pull ")
    assert tab.message.text.startswith("Copied: ollama pull ")
    assert tab.message.property("role") == "done"


def test_a_whisper_zip_is_checked_copied_and_offered(tab, zipped, shell, idle, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(zipped), ""))
    tab.add_zip()
    idle(shell)
    assert tab.message.text == "The Whisper model tiny-words is ready."
    assert tab.message.property("role") == "done"
    assert "tiny-words" in choices(tab.choices["transcription"])


def test_a_folder_that_is_no_model_is_refused(tab, tmp_path, shell, idle, monkeypatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(
        QFileDialog, "getExistingDirectory", lambda *a, **k: str(tmp_path / "empty")
    )
    tab.add_folder()
    idle(shell)
    assert "not a Whisper model" in tab.message.text
    assert not tab.bar.isVisible()


def test_trying_the_engines_tells_how_fast_each_is(
    server, tab, services, shell, idle, monkeypatch
) -> None:
    monkeypatch.setattr(services, "_try_speech", lambda engine, ctx: 0.2)
    tab.try_sample()
    idle(shell)
    assert "tiny-chat:latest" in tab.message.text
    assert "tiny-chat:latest" in said(shell)
    assert tab.message.property("role") == "done"
    assert not tab.bar.isVisible()


def test_an_engine_that_cannot_be_tried_is_no_good_news(
    server, tab, services, shell, idle, monkeypatch
) -> None:
    def broken(engine, ctx):
        raise EngineError("engine_failed", engine=engine.name)

    monkeypatch.setattr(services, "_try_speech", broken)
    tab.try_sample()
    idle(shell)
    assert tab.message.property("role") == "notice"


def test_what_is_asked_for_while_engines_are_looked_for_is_done_after_it(
    tab, tmp_path, services, shell, idle, monkeypatch
) -> None:
    monkeypatch.setattr(services, "_try_speech", lambda engine, ctx: 0.2)
    (tmp_path / "empty").mkdir()
    tab.look_again()
    tab.try_sample()
    tab.add_whisper(tmp_path / "empty")
    idle(shell)
    assert "one minute of speech takes 12 seconds" in said(shell)
    assert "not a Whisper model" in tab.message.text


def test_the_hints_do_not_send_to_the_tab_that_one_is_in() -> None:
    from types import SimpleNamespace

    from app.words.engines import part_hint

    ollama = SimpleNamespace(
        name="ollama", state="not_installed", hint="ollama_not_installed", host=""
    )
    whisper = SimpleNamespace(name="whisper", state="no_model", hint="", host="")
    assert part_hint(ollama) and "Engines" not in part_hint(ollama)
    assert part_hint(whisper) and "Engines" not in part_hint(whisper)


def test_a_task_that_no_engine_here_can_do_says_so_and_what_is_done_instead(tab) -> None:
    assert choices(tab.choices["look"]) == ["None is here yet: only text is read"]
    assert tab.choices["look"].currentData() == ""


@pytest.mark.parametrize(("draft", "shown"), [(True, ": a draft, in English"), (False, "")])
def test_speech_to_text_names_the_draft_recogniser_where_it_is_here(tab, draft, shown) -> None:
    kept = [e for e in tab.report.engines if e.origin not in ("whisper", "draft")]
    able = frozenset({"transcribe_draft"})
    made = [Engine("draft/draft", "draft", "speech", able, "draft")] if draft else []
    tab.report = replace(tab.report, engines=(*kept, *made))
    tab._fill(tab.house.settings.current)
    assert choices(tab.choices["transcription"]) == [f"None is here yet{shown}"]
