from __future__ import annotations

import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from support import meeting_values as values
from support.window import add_meeting, said, texts

from app.core.errors import EngineError, InputError, StorageError
from app.core.jobs import Notice
from app.core.meetings.records import BLOCKED, DONE, FAILED
from app.ui.meetings import tab as tab_module


def steps_of(services, number):
    return {s.name: s.state for s in services.meetings.get(number).steps}


def test_an_empty_library_shows_how_to_begin(tab) -> None:
    assert tab.pages.currentWidget() is tab.empty
    assert not tab.left.isVisible()
    assert tab.first_focus() is tab.record


def test_a_meeting_of_the_library_is_listed_with_its_length_and_shown(tab_with_meeting) -> None:
    row = tab_with_meeting.list.current_row()
    assert row.text == "Harbour"
    assert "00:08" in row.detail
    assert tab_with_meeting.view.title.text() == "Harbour"
    assert "“Buy it.”" in texts(tab_with_meeting.view.minutes)
    assert tab_with_meeting.first_focus() is tab_with_meeting.list


def test_a_long_title_is_shortened_for_the_eye_and_whole_for_the_ear(
    services, tab, done, shell, idle
) -> None:
    title = "The extraordinary meeting about the harbour " * 7
    services.meetings.rename(done, title.strip())
    tab.refresh()
    idle(shell)
    row = tab.list.rows.rows[0]
    assert row.text.endswith("…") and len(row.text) < 100
    assert title.strip() in row.words()


def test_enter_on_a_meeting_goes_to_its_minutes(tab_with_meeting, qtbot, shell) -> None:
    tab_with_meeting.list.setFocus()
    qtbot.keyClick(tab_with_meeting.list, Qt.Key.Key_Return)
    assert shell.focusWidget() is tab_with_meeting.view.minutes


def test_each_step_shows_its_state_and_offers_to_do_it_again(tab_with_meeting) -> None:
    cards = tab_with_meeting.view.steps.cards
    assert list(cards) == ["sound", "transcript", "minutes", "export"]
    assert {card.state.text() for card in cards.values()} == {"done"}
    assert all(card._retry.isVisibleTo(card) for card in cards.values())
    assert not tab_with_meeting.view.steps.why.isVisible()


def test_a_failed_step_says_why_in_the_whole_width_and_to_the_ear(
    services, tab_with_meeting, done, shell, idle
) -> None:
    services.meetings.reset(done, "minutes")
    claim = services.meetings.claim(done, "minutes")
    services.meetings.fail(claim, EngineError("ollama_busy"))
    tab_with_meeting.show_meeting(done)
    idle(shell)
    view = tab_with_meeting.view
    assert view.steps.cards["minutes"].state.text() == "failed"
    assert "Ollama is busy" in view.steps.why.text() and view.steps.why.isVisible()
    assert "Ollama is busy" in view.steps.cards["minutes"].state.accessibleName()


def test_a_step_that_needs_a_model_leads_to_the_ways_to_get_one(
    services, tab_with_meeting, done, shell, idle, qtbot
) -> None:
    services.meetings.reset(done, "transcript")
    claim = services.meetings.claim(done, "transcript")
    services.meetings.fail(claim, EngineError("engine_language", language="de"), blocked=True)
    tab_with_meeting.show_meeting(done)
    idle(shell)
    steps = tab_with_meeting.view.steps
    assert steps.why.isVisible() and steps.ways.isVisible()
    steps.ways.click()
    idle(shell)
    qtbot.waitUntil(lambda: shell.focusWidget() is shell.tab("engines").whisper)


def test_a_step_that_failed_for_another_reason_offers_no_engine(
    services, tab_with_meeting, done, shell, idle
) -> None:
    services.meetings.reset(done, "minutes")
    claim = services.meetings.claim(done, "minutes")
    services.meetings.fail(claim, EngineError("ollama_busy"))
    tab_with_meeting.show_meeting(done)
    idle(shell)
    assert not tab_with_meeting.view.steps.ways.isVisible()


def test_highlights_instead_of_minutes_lead_to_the_ways_to_get_a_model(
    tab_with_meeting, shell, idle, qtbot
) -> None:
    tab_with_meeting.show_notice(
        Notice("engine_stepped_down", {"wanted": "ollama", "used": "extract"})
    )
    bar = tab_with_meeting.message
    assert bar.text and bar._act.isVisible() and bar._act.text() == "Ways to get one"
    bar._act.click()
    idle(shell)
    qtbot.waitUntil(lambda: shell.focusWidget() is shell.tab("engines").pulls)


def test_a_meeting_without_a_language_asks_for_it_and_goes_on_with_the_answer(
    services, tab, done, qtbot, idle, shell
) -> None:
    services.meetings.reset(done, "transcript")
    services.meetings.set_language(done, None)
    claim = services.meetings.claim(done, "transcript")
    services.meetings.fail(claim, EngineError("language_needed"), blocked=True)
    tab.refresh()
    idle(shell)
    tab.list.go_to(done)
    idle(shell)
    view = tab.view
    assert view.language.isVisible()
    assert not view.steps.why.isVisible()
    view.language.box.setCurrentIndex(view.language.box.findData("de"))
    view.language.chosen.emit(view.language.box.currentData())
    idle(shell)
    qtbot.waitUntil(lambda: steps_of(services, done)["transcript"] in (BLOCKED, FAILED, DONE))
    assert services.meetings.get(done).language == "de"
    assert services.settings.current.spoken_language == "de"
    assert not view.language.isVisible()


def test_a_decision_leads_to_what_was_said_and_plays_it(tab_with_meeting, qtbot, sound) -> None:
    view = tab_with_meeting.view
    assert view.minutes.go_to(("i", ("d", 0)))
    view.minutes.setFocus()
    qtbot.keyClick(view.minutes, Qt.Key.Key_Return)
    assert view.transcript.current_row().key == 2
    assert view.player.file == sound
    view.player.stop()


def test_enter_on_an_entry_of_the_transcript_plays_from_its_time(tab_with_meeting, qtbot) -> None:
    view, asked = tab_with_meeting.view, []
    view.player.play = lambda file, seconds: asked.append((file.name, seconds))
    view.transcript.go_to(3, focus=True)
    qtbot.keyClick(view.transcript, Qt.Key.Key_Return)
    assert asked == [("sound.wav", 3.0)]


def test_play_begins_at_the_current_entry(tab_with_meeting) -> None:
    view, asked = tab_with_meeting.view, []
    view.player.play = lambda file, seconds: asked.append(seconds)
    view.play_or_pause()
    view.transcript.go_to(4)
    view.play_or_pause()
    assert asked == [0.0, 4.0]


def test_without_sound_there_is_nothing_to_play(services, tab, shell, idle) -> None:
    number = add_meeting(services, "Written", values.transcript())
    tab.refresh()
    idle(shell)
    tab.list.go_to(number)
    idle(shell)
    tab.view.play.click()
    assert tab.message.text
    assert not tab.view.player.is_playing


def test_the_place_in_the_sound_is_shown_as_it_plays(tab_with_meeting) -> None:
    tab_with_meeting.view.player.moved.emit(4.2)
    assert tab_with_meeting.view.place.text() == "00:04"


def test_deleting_asks_first_and_gives_a_receipt(
    services, tab_with_meeting, done, shell, idle
) -> None:
    tab_with_meeting.ask_delete()
    assert "Delete “Harbour”" in tab_with_meeting.message.text
    assert services.meetings.list()
    assert shell.focusWidget() is tab_with_meeting.message._close
    assert tab_with_meeting.message._close.text() == "Keep it"
    tab_with_meeting.message._act.click()
    idle(shell)
    assert services.meetings.list() == ()
    assert tab_with_meeting.message.text.startswith("Deleted.")
    assert "Deleted." in said(shell)
    assert tab_with_meeting.pages.currentWidget() is tab_with_meeting.empty


def test_a_question_that_is_closed_deletes_nothing(services, tab_with_meeting) -> None:
    tab_with_meeting.ask_delete()
    tab_with_meeting.message._close.click()
    assert len(services.meetings.list()) == 1
    assert tab_with_meeting.message.text == ""


def test_a_meeting_gets_another_title(
    services, tab_with_meeting, done, shell, idle, monkeypatch
) -> None:
    monkeypatch.setattr(tab_module, "ask_text", lambda *a: ("  The crane  ", True))
    tab_with_meeting.rename()
    idle(shell)
    assert services.meetings.get(done).title == "The crane"
    assert texts(tab_with_meeting.list) == ["The crane"]
    assert tab_with_meeting.view.title.text() == "The crane"
    assert "Renamed to The crane." in said(shell)


@pytest.mark.parametrize("answer", [("", True), ("   ", True), ("Other", False)])
def test_no_title_and_no_answer_rename_nothing(
    services, tab_with_meeting, done, shell, idle, monkeypatch, answer
) -> None:
    monkeypatch.setattr(tab_module, "ask_text", lambda *a: answer)
    tab_with_meeting.rename()
    idle(shell)
    assert services.meetings.get(done).title == "Harbour"


def test_a_note_is_kept_and_shown_with_the_minutes(
    services, tab_with_meeting, done, shell, idle, monkeypatch
) -> None:
    monkeypatch.setattr(tab_module, "ask_text", lambda *a: ("Ask about rust", True))
    tab_with_meeting.write_note()
    idle(shell)
    assert [n.text for n in services.meetings.notes(done)] == ["Ask about rust"]
    assert "Ask about rust" in texts(tab_with_meeting.view.minutes)
    assert "The note is kept." in said(shell)


def test_export_writes_into_the_chosen_folder_and_names_it(
    tab_with_meeting, shell, idle, monkeypatch, tmp_path
) -> None:
    target = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(target))
    tab_with_meeting.export()
    idle(shell)
    names = {file.name for file in target.iterdir()}
    assert "Harbour minutes.md" in names and "Harbour transcript.srt" in names
    assert str(target) in tab_with_meeting.message.text
    assert tab_with_meeting.message.property("role") == "done"
    assert tab_with_meeting.message._act.text() == "Open the folder"


def test_a_folder_that_cannot_be_written_is_an_error_in_the_tab(
    tab_with_meeting, shell, idle, monkeypatch, tmp_path
) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(file / "below"))
    tab_with_meeting.export()
    idle(shell)
    assert "written" in tab_with_meeting.message.text


def test_doing_a_step_again_resets_it_and_those_after(
    services, tab_with_meeting, done, shell, idle
) -> None:
    tab_with_meeting.view.steps.cards["minutes"]._retry.click()
    idle(shell)
    assert steps_of(services, done)["minutes"] == DONE
    assert services.meetings.get(done).step("minutes").attempt == 2
    assert services.meetings.minutes(done).engine == "ollama", "no model now: they stay"


def test_reading_aloud_says_every_row_of_the_minutes(tab_with_meeting, shell) -> None:
    tab_with_meeting.read_aloud()
    heard = said(shell)
    assert "Heading: Decisions" in heard and "Buy it." in heard


def test_a_broken_file_is_an_error_and_a_good_one_beside_it_is_still_imported(
    services, tab, shell, idle, tmp_path, sound
) -> None:
    services.pipeline._works = ()  # the steps have tests of their own
    empty = tmp_path / "empty.wav"
    empty.write_bytes(b"")
    tab.accept("files", [empty, sound])
    idle(shell)
    assert "empty.wav is empty" in tab.message.text
    assert texts(tab.list) == ["sound"]


def test_choosing_files_imports_them(services, tab, shell, idle, monkeypatch, sound) -> None:
    services.pipeline._works = ()
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a, **k: ([str(sound)], ""))
    tab.choose_files()
    idle(shell)
    assert texts(tab.list) == ["sound"]
    assert "Importing sound.wav." in said(shell)


def test_a_library_that_cannot_be_read_is_an_error_in_the_tab(
    services, tab, shell, idle, monkeypatch
) -> None:
    def broken():
        raise InputError("file_missing", path="library")

    monkeypatch.setattr(services.meetings, "list", broken)
    tab.opened()
    idle(shell)
    assert "There is no file library" in tab.message.text


def test_a_segment_appears_as_soon_as_it_is_written_down(tab_with_meeting, done) -> None:
    fresh = values.transcript(6).segments[-1]
    tab_with_meeting.presenter.heard.emit(done, fresh)
    assert tab_with_meeting.view.transcript.rows.rows[-1].text == fresh.text
    tab_with_meeting.presenter.heard.emit(done + 1, fresh)
    assert len(tab_with_meeting.view.transcript.rows.rows) == 5 + 2 + 1


def test_notes_are_shown_and_exported_before_there_are_minutes(services, tab, shell, idle) -> None:
    number = services.meetings.create("Bare").id
    services.meetings.add_note(number, "Ask about rust", None)
    services.pipeline._works = ()
    tab.refresh()
    idle(shell)
    tab.list.go_to(number)
    idle(shell)
    assert texts(tab.view.minutes) == ["Your notes and markers", "Ask about rust"]
    assert tab.export_.isEnabled()


def test_a_note_does_not_write_the_minutes_of_a_model_anew(
    services, tab_with_meeting, done, shell, idle, monkeypatch
) -> None:
    """Another model may be chosen by now, or none be there: what is done stays."""
    claimed: list[str] = []
    reset = services.meetings.reset
    monkeypatch.setattr(services.meetings, "reset", lambda n, s: (claimed.append(s), reset(n, s)))
    services.settings.change(chat_model="another:1b")
    monkeypatch.setattr(tab_module, "ask_text", lambda *a: ("Ask about rust", True))
    tab_with_meeting.write_note()
    idle(shell)
    assert claimed in ([], ["export"])
    assert "minutes of" not in " ".join(said(shell))


def test_a_recording_without_a_title_says_its_time_once(services, tab, shell, idle) -> None:
    number = services.meetings.create("2026-11-27 10:14", created=_at(2026, 11, 27, 10, 14)).id
    tab.refresh()
    idle(shell)
    tab.list.go_to(number)
    assert "2026-11-27" not in tab.list.current_row().detail
    services.meetings.rename(number, "Harbour")
    tab.refresh()
    idle(shell)
    assert "2026-11-27 10:14" in tab.list.current_row().detail


def _at(*when: int) -> float:
    return datetime.datetime(*when).timestamp()


def test_the_keys_go_to_the_list_when_the_first_meeting_takes_the_place_of_the_sample(
    services, tab, shell, idle
) -> None:
    services.pipeline._works = ()
    button = tab.empty.findChild(QPushButton)
    button.setFocus()
    button.click()
    idle(shell)
    assert shell.focusWidget() is tab.list
    assert tab.list.current_row().text == "Sample meeting"


@pytest.fixture
def noted(services, tab_with_meeting, done, shell, idle):
    """The meeting with one note, which is the current line of its minutes."""
    services.meetings.add_note(done, "Ask about russt", 3.0)
    tab_with_meeting.show_meeting(done)
    idle(shell)
    tab_with_meeting.view.minutes.go_to(("n", 0))
    return tab_with_meeting


def test_a_note_is_changed_where_it_stands(noted, services, done, shell, idle, monkeypatch) -> None:
    asked: list = []
    monkeypatch.setattr(
        tab_module, "ask_text", lambda *a: (asked.append(a[3]), ("Ask about rust", True))[1]
    )
    assert noted.change.isVisible()
    noted.change.click()
    idle(shell)
    assert asked == ["Ask about russt"]
    assert [(n.text, n.time) for n in services.meetings.notes(done)] == [("Ask about rust", 3.0)]
    assert "Ask about rust" in texts(noted.view.minutes)
    assert "The note is changed." in said(shell)


def test_a_note_without_a_word_is_taken_away(
    noted, services, done, shell, idle, monkeypatch
) -> None:
    monkeypatch.setattr(tab_module, "ask_text", lambda *a: (" ", True))
    noted.change.setFocus()
    noted.change.click()
    idle(shell)
    assert services.meetings.notes(done) == ()
    assert shell.focusWidget() is noted.view.minutes, "its button is gone"
    assert "The note is taken away." in said(shell)
    noted.view.minutes.go_to(("i", ("d", 0)))
    assert not noted.change.isVisible()


def test_a_marker_is_taken_away_as_a_note_is(
    services, tab_with_meeting, done, shell, idle, monkeypatch
) -> None:
    services.meetings.add_note(done, "", 3.0)
    tab_with_meeting.show_meeting(done)
    idle(shell)
    tab_with_meeting.view.minutes.go_to(("n", 0))
    monkeypatch.setattr(tab_module, "ask_text", lambda *a: ("", True))
    tab_with_meeting.change.click()
    idle(shell)
    assert services.meetings.notes(done) == ()


def test_a_note_that_could_not_be_taken_away_is_not_said_to_be(
    noted, services, shell, idle, monkeypatch
) -> None:
    def full(note: int) -> None:
        raise StorageError("disk_full", path="library")

    monkeypatch.setattr(tab_module, "ask_text", lambda *a: ("", True))
    monkeypatch.setattr(services.meetings, "remove_note", full)
    noted.change.click()
    idle(shell)
    assert "The note" not in said(shell) and noted.message.text


def test_what_a_command_made_is_there_when_the_person_comes_back_to_the_window(
    services, tab_with_meeting, shell, qtbot
) -> None:
    services.meetings.create("Made on the command line")
    away = QPushButton("another window")
    qtbot.addWidget(away)
    away.show()
    away.activateWindow()
    qtbot.waitUntil(lambda: not shell.isActiveWindow())
    shell.activateWindow()
    qtbot.waitUntil(lambda: "Made on the command line" in texts(tab_with_meeting.list))
