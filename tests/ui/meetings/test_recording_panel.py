from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from support.window import said

from app.core.errors import DeviceError, StorageError
from app.core.jobs import Notice
from app.core.meetings.recording_port import IDLE, LOST, PAUSED, RECORDING, State
from app.ui.widgets import gap


@pytest.fixture
def panel(tab):
    return tab.recording


@pytest.fixture
def recording(panel, shell, idle, qtbot):
    panel.toggle()
    idle(shell)
    assert panel.running
    return panel


def test_nothing_is_shown_while_nothing_is_recorded(panel) -> None:
    assert not panel.isVisible()
    assert panel.state_words() == "not recording"
    panel.stop()
    panel.pause_or_resume()
    panel.set_marker()


def test_recording_begins_with_the_chosen_microphone_and_says_so(
    tab, recorder, services, shell, idle
) -> None:
    services.settings.change(microphone="Jabra")
    tab.record.click()
    idle(shell)
    assert recorder.calls == ["start Jabra"]
    assert tab.recording.isVisible()
    assert "Recording." in said(shell)
    assert shell.focusWidget() is tab.recording.what


def test_the_level_moves_and_tells_whether_the_microphone_hears(recording, recorder, qtbot) -> None:
    assert "microphone silent" in recording.state_words()
    recorder.tell("level", {"peak": -3.0, "rms": -20.0})
    qtbot.waitUntil(lambda: recording.level.db == -20.0)
    assert "microphone good" in recording.state_words()


def test_pause_and_go_on(recording, recorder, shell, idle) -> None:
    recording.pause.click()
    idle(shell)
    assert recording.what.text() == "Paused 01:01"
    assert "paused at" in recording.state_words()
    recording.pause.click()
    idle(shell)
    assert recorder.calls[-2:] == ["pause", "resume"]
    assert "Recording goes on." in said(shell)


def test_markers_and_notes_are_set_and_told(recording, recorder, shell, idle, qtbot) -> None:
    recording.marker.click()
    idle(shell)
    recording.note.setText("  Ask about rust ")
    recording.note.returnPressed.emit()
    idle(shell)
    assert recorder.calls[-2:] == ["marker", "marker Ask about rust"]
    assert recording.note.text() == ""
    assert said(shell).splitlines()[-2:] == ["Marker at 12 seconds.", "Note at 12 seconds."]


def test_a_note_is_not_called_a_marker_and_both_are_seen_to_be_kept(
    recording, recorder, shell, idle
) -> None:
    recording.marker.click()
    idle(shell)
    assert recording.note.placeholderText() == "Marker at 00:12."
    recording.note.setText("Ask about rust")
    recording.note.returnPressed.emit()
    idle(shell)
    assert recording.note.placeholderText() == "Note at 00:12."
    assert shell.announcer.said[-1] == "Note at 12 seconds."
    recording._show(None)  # it is over
    assert recording.note.placeholderText() == ""


def test_a_lost_microphone_is_shown(recording, recorder, qtbot) -> None:
    recorder.tell("state", replace(recorder.running, phase=LOST, time=5.0))
    qtbot.waitUntil(lambda: recording.what.text() == "Microphone lost 00:05")
    assert "microphone lost" in recording.state_words()


def test_a_notice_of_the_recorder_stands_in_the_tab(recording, recorder, tab, qtbot) -> None:
    recorder.tell("notice", Notice("microphone_silent", {"device": "Jabra"}))
    qtbot.waitUntil(lambda: "complete silence" in tab.message.text)


def test_a_full_disk_ends_the_recording_and_says_why(recording, recorder, tab, qtbot) -> None:
    error = StorageError("disk_low_stopped", path="/data", free="1 GB")
    ended = State(IDLE, 12.0, None, "Jabra", error=error)
    recorder.running = None
    recorder.tell("state", ended)
    qtbot.waitUntil(lambda: "only 1 GB is free" in tab.message.text)
    assert "recording stopped" in tab.message.text and "is kept" in tab.message.text
    assert not recording.isVisible()


def test_no_microphone_is_an_error_in_the_tab(tab, recorder, shell, idle) -> None:
    recorder.error = DeviceError("microphone_none")
    tab.record.click()
    idle(shell)
    assert "No microphone was found" in tab.message.text
    assert not tab.recording.running


def test_a_recorder_that_still_runs_is_taken_over(services, recorder, qapp, qtbot, idle) -> None:
    from support.window import close_window, open_window

    recorder.running = State(RECORDING, 1934.0, None, "Jabra")
    shell = open_window(services)
    tab = shell.tab("meetings")
    qtbot.waitUntil(lambda: tab.recording.running, timeout=20_000)
    assert tab.recording.what.text() == "Recording 32:14"
    assert "A recording is still running" in said(shell)
    idle(shell)
    close_window(shell)
    assert "stop" in recorder.calls  # never a microphone that nobody sees


def test_closing_while_recording_asks_first(recording, recorder, tab, shell) -> None:
    assert not shell.close()
    assert shell.isVisible()
    assert "A recording is running." in tab.message.text
    assert shell.focusWidget() is tab.message._close
    assert "stop" not in recorder.calls
    recorder.running = None
    recording._show(None)


def test_the_question_from_another_tab_leaves_the_keys_on_the_recording(
    recording, recorder, tab, shell
) -> None:
    shell.open("look")
    assert not shell.close()
    assert tab.isVisible()
    shell.escape()
    assert shell.focusWidget() is recording.what
    recorder.running = None
    recording._show(None)


def test_the_question_goes_when_the_recording_ends_by_itself(
    recording, recorder, tab, shell, qtbot
) -> None:
    assert not shell.close()
    recorder.running = None
    recorder.tell("state", State(IDLE, 3.0, None, "Jabra"))
    qtbot.waitUntil(lambda: not recording.running)
    assert tab.message.text == ""
    recording._closing = False
    recording.finished.emit  # noqa: B018 - nothing closes the window later
    assert shell.isVisible()


def test_stopping_to_close_when_it_has_ended_closes_at_once(
    recording, recorder, tab, qtbot
) -> None:
    recorder.running = None
    recording._show(None)
    with qtbot.waitSignal(recording.closed):
        recording.stop_and_close()
    assert not recording._closing


def test_escape_never_stops_a_recording(recording, recorder, shell) -> None:
    shell.escape()
    assert recording.running and "stop" not in recorder.calls


def test_the_state_key_says_how_long_and_how_good(recording, recorder, shell, qtbot) -> None:
    recorder.tell("state", replace(recorder.running, time=1934.0))
    recorder.tell("level", {"peak": -3.0, "rms": -20.0})
    qtbot.waitUntil(lambda: "32:14" in recording.what.text())
    qtbot.waitUntil(lambda: recording.level.db == -20.0)
    assert "recording 32 minutes" in shell.state_words()
    assert "microphone good" in shell.state_words()


def test_one_button_stops_and_has_the_key_that_began(tab, recorder, shell, idle) -> None:
    assert tab.record.isVisible() and not tab.recording.stop_.isVisible()
    tab.record.click()
    idle(shell)
    assert not tab.record.isVisible() and tab.recording.stop_.isVisible()
    assert not shell.sign.act.isVisible()
    assert tab.recording.stop_.shortcut().toString() == "Ctrl+R"
    recorder.running = None
    tab.recording._show(None)
    assert tab.record.isVisible() and tab.record.shortcut().toString() == "Ctrl+R"


def test_the_key_of_pause_works_each_time(recording, recorder, shell, idle, qtbot) -> None:
    for count in range(1, 5):
        qtbot.keyClick(shell, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda count=count: len(recorder.calls) == 1 + count)
        idle(shell)
    assert recorder.calls[-4:] == ["pause", "resume", "pause", "resume"]


def test_a_paused_microphone_shows_no_level(recording, recorder, shell, idle, qtbot) -> None:
    recorder.tell("level", {"peak": -3.0, "rms": -20.0})
    qtbot.waitUntil(lambda: recording.level.db == -20.0)
    recording.pause.click()
    idle(shell)
    assert recording.level.db == -60.0


def test_every_other_tab_shows_that_something_is_recorded_and_can_stop_it(
    recording, recorder, shell, idle, qtbot
) -> None:
    assert not shell.sign.isVisible()  # the panel says it at length
    shell.open("glossary")
    assert shell.sign.isVisible() and shell.sign.text.text().startswith("Recording ")
    recorder.tell("state", replace(recorder.running, phase=PAUSED, time=61.0))
    qtbot.waitUntil(lambda: shell.sign.text.text() == "Paused 01:01")
    shell.sign.act.click()
    qtbot.waitUntil(lambda: "stop" in recorder.calls)
    recorder.running = None
    recording._show(None)
    assert not shell.sign.isVisible()


def test_sound_after_silence_takes_the_warning_away(recording, recorder, tab, qtbot) -> None:
    recorder.tell("notice", Notice("microphone_silent", {"device": "Jabra"}))
    qtbot.waitUntil(lambda: "complete silence" in tab.message.text)
    recorder.tell("level", {"peak": -3.0, "rms": -20.0})
    qtbot.waitUntil(lambda: tab.message.text == "")


def test_a_note_that_cannot_be_kept_stays_in_its_field(
    recording, recorder, shell, idle, monkeypatch
) -> None:
    def fail(text="") -> float:
        raise StorageError("disk_full", path="x")

    monkeypatch.setattr(recorder, "marker", fail)
    recording.note.setText("Ask about rust")
    recording.note.returnPressed.emit()
    idle(shell)
    assert recording.note.text() == "Ask about rust"


def test_coming_back_to_the_tab_does_not_land_on_the_button_that_stops(recording, shell) -> None:
    shell.open("glossary")
    shell.open("meetings")
    assert shell.focusWidget() is recording.what


def test_the_key_that_records_also_stops_from_another_tab(
    recording, recorder, shell, qtbot
) -> None:
    shell.open("glossary")
    qtbot.keyClick(shell, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "stop" in recorder.calls)


def test_a_screen_reader_hears_no_level(recording) -> None:
    """It would speak each percent into the recording."""
    found = QAccessible.queryAccessibleInterface(recording.level)
    assert found.valueInterface() is None and recording.level.accessibleName() == "Sound level"


def test_a_recording_that_ended_empty_is_an_error_and_no_crash(
    recording, recorder, tab, shell, idle, monkeypatch
) -> None:
    monkeypatch.setattr(
        recorder, "stop", lambda: State(error=DeviceError("microphone_failed", device="x"))
    )
    recording.stop()
    idle(shell)
    assert tab.message.property("role") == "error"


@pytest.mark.parametrize(("keys", "later"), [("stop_", "record"), ("import_", "import_")])
def test_after_the_end_the_keys_are_where_the_next_recording_begins_or_where_they_were(
    recording, recorder, tab, shell, qtbot, keys, later
) -> None:
    getattr(tab if hasattr(tab, keys) else recording, keys).setFocus()
    recorder.running = None
    recorder.tell("state", State(IDLE, 3.0, None, "Jabra"))
    qtbot.waitUntil(lambda: not recording.isVisible())
    assert shell.focusWidget() is getattr(tab, later)


@pytest.fixture
def joining(services, monkeypatch, done):
    """Taking a recording in waits for this."""
    gate = threading.Event()
    monkeypatch.setattr(services.desk, "add_recording", lambda *a: gate.wait(10) and done)
    yield gate
    gate.set()


def test_the_next_recording_begins_while_the_last_one_is_taken_in(
    tab, recording, recorder, joining, shell, idle, qtbot, tmp_path
) -> None:
    recorder.folder = tmp_path / "second"
    recording.stop()
    qtbot.waitUntil(lambda: "stop" in recorder.calls)
    recorder.tell("state", State(IDLE, 3.0, None, "Jabra"))
    qtbot.waitUntil(lambda: not recording.running)
    tab.record.click()
    qtbot.waitUntil(lambda: recording.running)
    joining.set()
    idle(shell)
    assert recording.isVisible() and "recording" in shell.state_words()
    assert "not recording" not in shell.state_words()
    recorder.running = None
    recording._show(None)


def test_a_marker_that_fails_lets_no_recording_be_taken_in_twice(
    recording, recorder, joining, services, shell, idle, qtbot, monkeypatch, done
) -> None:
    taken: list = []
    monkeypatch.setattr(
        services.desk, "add_recording", lambda *a: (taken.append(a), joining.wait(10), done)[2]
    )
    recording.stop()
    qtbot.waitUntil(lambda: bool(taken))
    recording.set_marker()  # nothing is recorded any more
    qtbot.waitUntil(lambda: len(shell.runner.running) == 1)
    recorder.tell("state", State(IDLE, 3.0, recording.state.folder, "Jabra"))
    qtbot.waitUntil(lambda: not recording.running)
    joining.set()
    idle(shell)
    assert len(taken) == 1


def test_a_second_press_while_it_starts_does_nothing_but_say_so(
    tab, recorder, shell, idle, qtbot, monkeypatch
) -> None:
    gate, start = threading.Event(), recorder.start
    monkeypatch.setattr(recorder, "start", lambda *a, **k: (gate.wait(10), start(*a, **k))[1])
    tab.record.click()
    assert tab.record.text() == "Starting…" and tab.record.shortcut().toString() == "Ctrl+R"
    tab.record.click()
    assert "The recording is starting." in said(shell)
    gate.set()
    idle(shell)
    assert tab.recording.running and tab.message.text == "" and len(recorder.calls) == 1


def test_a_recording_that_something_else_began_is_taken_over(tab, recorder, shell, idle) -> None:
    recorder.running = State(RECORDING, 65.0, None, "Jabra")
    tab.record.click()
    idle(shell)
    assert tab.recording.running and tab.message.text == ""
    assert tab.record.text() == "&Record"
    recorder.running = None
    tab.recording._show(None)


def test_the_pauses_of_good_speech_are_no_silent_microphone(recording, recorder, qtbot) -> None:
    for tenth, level in enumerate((-20.0, -60.0, -60.0)):
        recorder.tell("level", {"rms": level, "time": tenth / 10})
    qtbot.waitUntil(lambda: len(recording._levels) == 3)
    assert "microphone good" in recording.state_words()
    recorder.tell("level", {"rms": -60.0, "time": 5.3})
    qtbot.waitUntil(lambda: recording._seconds == 5.3)
    assert "microphone silent" in recording.state_words()


def test_the_time_shown_is_the_recorders(recording, recorder, qtbot) -> None:
    """Also after a laptop slept, when no timer of the window has counted."""
    recorder.tell("level", {"rms": -20.0, "time": 3600.0})
    qtbot.waitUntil(lambda: recording._seconds == 3600.0)
    recording._ask_state()
    assert "1:00:00" in recording.what.text()
    assert "recording 60 minutes" in recording.state_words() or "1 hour" in recording.state_words()


def test_a_recording_that_ends_as_soon_as_it_began_leaves_the_keys_on_the_button(
    tab, recorder, shell
) -> None:
    """As a recorder without a microphone tells it, before the call that began it fails."""
    tab.record.setFocus()
    tab.recording._hear("state", State(RECORDING, 0.0))
    assert shell.focusWidget() is tab.recording.what
    error = DeviceError("microphone_none")
    tab.recording._hear("state", State(error=error))
    assert "No microphone" in tab.message.text
    assert shell.focusWidget() is tab.record


def test_what_is_recorded_takes_no_line_of_its_own(recording, tab, shell, qtbot) -> None:
    """A low window has its height for what was said."""
    shell.resize(960, 540)
    qtbot.waitUntil(lambda: tab.width() == 960)
    top, height = tab.import_.mapTo(tab, tab.import_.rect().center()).y(), recording.height()
    assert recording.y() < top < recording.y() + height
    assert recording.width() > 0.7 * tab.width()
    assert recording.note.width() >= gap(20) and recording.marker.isVisible()
    recording._show(None)
    assert not recording.isVisible() and tab.record.width() < gap(40)


def test_a_start_that_crashed_can_be_tried_again(tab, recorder, shell, idle, monkeypatch) -> None:
    def crash(*_, **__) -> State:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(recorder, "start", crash)
    tab.record.click()
    idle(shell)
    assert tab.record.text() == "&Record" and not tab.recording.starting


def test_a_recording_that_nobody_can_attach_to_is_told(
    tab, recorder, shell, idle, monkeypatch
) -> None:
    recorder.error = DeviceError("recording_running")
    tab.record.click()
    idle(shell)
    assert "already running" in tab.message.text
