"""What the tab says, and when it stops saying it; questions; the neighbours of what goes."""

from __future__ import annotations

import shutil
import threading

import pytest
from PySide6.QtCore import Qt
from support import meeting_values as values
from support.window import add_meeting, said, texts

from app.core.errors import EngineError, InputError
from app.core.jobs import Notice, Progress
from app.words.errors import error_words


@pytest.fixture
def three(services, tab, shell, idle):
    """Three meetings, the newest first; the second one is shown."""
    numbers = [add_meeting(services, title, values.transcript()) for title in ("C", "B", "A")]
    for age, number in enumerate(numbers):
        services.meetings._db.write(
            lambda c, n=number, a=age: c.execute("UPDATE meetings SET created = ? WHERE id = ?",
                                                 (1000.0 + a, n)))  # fmt: skip
    tab.refresh()
    idle(shell)
    tab.list.go_to(numbers[1], focus=True)
    idle(shell)
    assert texts(tab.list) == ["A", "B", "C"]
    return numbers[::-1]


class Unreadable:
    """The step that makes the sound, of a file that is none."""

    name = "sound"

    def __init__(self):
        self.go = threading.Event()
        self.error = InputError("sound_undecodable", path="sound.wav")

    def digest(self, meeting):
        return "same"

    def run(self, meeting, claim, ctx):
        assert self.go.wait(20)
        raise self.error


def test_a_message_about_one_meeting_goes_when_another_is_shown_and_comes_back(
    tab, three, shell, idle
) -> None:
    tab.presenter.noticed.emit(Notice("no_speech"), three[1])
    assert "speech" in tab.message.text
    tab.list.go_to(three[0])
    idle(shell)
    assert tab.message.text == ""
    tab.list.go_to(three[1])
    idle(shell)
    assert "speech" in tab.message.text


def test_a_message_about_a_meeting_that_is_not_shown_is_told_with_its_title(
    tab, three, shell
) -> None:
    tab.presenter.failed.emit(EngineError("ollama_busy"), three[2])
    assert tab.message.text == ""
    assert "C: Ollama is busy" in said(shell)


def test_what_was_wrong_with_a_meeting_goes_when_it_is_tried_again(tab, three) -> None:
    tab.presenter.failed.emit(EngineError("ollama_busy"), three[1])
    tab.presenter.begun.emit(three[1])
    assert tab.message.text == ""
    assert tab.said.told.of(three[1]) == []


def test_a_question_takes_the_keys_and_escape_gives_them_back(tab, three, shell, qtbot) -> None:
    tab.ask_delete()
    assert shell.focusWidget() is tab.message._close
    qtbot.keyClick(shell, Qt.Key.Key_Escape)
    assert tab.message.text == "" and shell.focusWidget() is tab.list
    assert texts(tab.list) == ["A", "B", "C"]


def test_escape_leaves_a_message_that_asks_nothing(tab, three, shell) -> None:
    tab.show_error(EngineError("ollama_busy"))
    shell.escape()
    assert "busy" in tab.message.text


@pytest.mark.parametrize(("place", "then"), [(0, "B"), (1, "C"), (2, "B")])
def test_after_deleting_the_neighbour_has_the_keys(tab, three, shell, idle, place, then) -> None:
    tab.list.go_to(three[place], focus=True)
    idle(shell)
    tab.ask_delete()
    tab.message._act.click()
    idle(shell)
    assert tab.list.current_row().text == then
    assert shell.focusWidget() is tab.list


def test_an_imported_meeting_is_shown_among_others(
    services, tab, three, shell, idle, sound
) -> None:
    services.pipeline._works = ()
    tab.accept("files", [sound])
    idle(shell)
    assert tab.list.current_row().text == "sound"


def test_what_is_not_there_yet_is_said_in_its_place(services, tab, shell, idle, sound) -> None:
    number = services.desk.add(sound, language="en")
    claim = services.meetings.claim(number, "sound")
    services.meetings.fail(claim, EngineError("engine_failed", engine="x"))
    tab.refresh()
    idle(shell)
    tab.list.go_to(number)
    idle(shell)
    view = tab.view
    # Nothing comes by itself any more: a promise would let somebody wait for ever.
    assert view.transcript._empty.startswith("There is no transcript. The line above says why")
    assert view.minutes.accessibleDescription().startswith("There are no minutes. The line above")
    services.pipeline.again(number, "sound")
    tab.show_meeting(number)
    idle(shell)
    assert view.transcript._empty == "What was said will stand here."
    assert view.minutes.accessibleDescription().startswith("Decisions, actions and questions")
    tab.export_.click()
    assert "nothing to export" in tab.message.text and "nothing to export" in said(shell)
    tab.read_aloud()
    assert "There are no minutes to read yet." in said(shell)


def test_a_step_that_waits_says_for_what(services, tab, done, shell, idle) -> None:
    services.meetings.reset(done, "transcript")
    claim = services.meetings.claim(done, "transcript")
    services.meetings.fail(claim, EngineError("engine_language", language="de"), blocked=True)
    tab.refresh()
    idle(shell)
    tab.list.go_to(done)
    idle(shell)
    assert tab.view.steps.cards["transcript"].state.text() == "needs a Whisper model"
    assert "needs a Whisper model" in tab.list.current_row().detail


def test_tab_goes_from_the_steps_to_the_minutes(tab_with_meeting, shell, qtbot) -> None:
    view, stops = tab_with_meeting.view, []
    first = view.steps.cards["sound"].state
    first.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(9):
        stops.append(shell.focusWidget())
        qtbot.keyClick(shell.focusWidget(), Qt.Key.Key_Tab)
    cards = view.steps.cards.values()
    assert stops[:8] == [w for card in cards for w in (card.state, card._retry)]
    assert stops[8] is view.minutes


def test_the_steps_show_where_the_keys_are(tab_with_meeting) -> None:
    assert tab_with_meeting.view.steps.cards["sound"].state.property("reach") is True


def test_what_comes_before_the_work_is_named_and_does_not_move_its_bar(tab_with_meeting) -> None:
    card = tab_with_meeting.view.steps.cards["transcript"]
    card.show_progress(Progress("listen", 46, 100))
    assert card.state.text() == "Finding speech" and card._bar.maximum() == 0
    card.show_progress(Progress("transcribe", 13, 100, 60.0))
    assert card.state.text().startswith("13%") and card._bar.value() == 130


def test_after_deleting_the_neighbour_is_what_is_shown(tab, three, shell, idle) -> None:
    for gone, then in ((0, "B"), (0, "C")):
        tab.list.go_to(tab.list.rows.rows[gone].key, focus=True)
        idle(shell)
        tab.ask_delete()
        tab.message._act.click()
        idle(shell)
        assert tab.list.current_row().text == tab.view.title.text() == then
        assert tab.shown == tab.list.current_row().data


def test_a_message_that_was_closed_does_not_come_back(tab, three, shell, idle) -> None:
    tab.presenter.noticed.emit(Notice("no_speech"), three[1])
    tab.message._close.click()
    for number in (three[0], three[1]):
        tab.list.go_to(number)
        idle(shell)
    assert tab.message.text == ""


def test_an_error_that_is_closed_lets_the_notices_behind_it_be_read(
    services, tab, three, shell, idle
) -> None:
    claim = services.meetings.claim(three[1], "sound", again=True)
    services.meetings.notice(claim, Notice("file_truncated", {"path": "talk.mp3"}))
    services.meetings.finish(claim)
    tab.presenter.noticed.emit(Notice("file_truncated", {"path": "talk.mp3"}), three[1])
    for code in ("ollama_busy", "ollama_no_model"):
        tab.presenter.failed.emit(EngineError(code), three[1])
    assert "breaks off early" not in tab.message.text
    tab.message._close.click()
    assert "breaks off early" in tab.message.text
    idle(shell)
    assert services.meetings.get(three[1]).step("sound").notices
    tab.message._close.click()
    idle(shell)
    assert tab.message.text == ""
    assert not services.meetings.get(three[1]).step("sound").notices


def test_news_of_no_meeting_that_is_closed_gives_back_what_it_hid(tab, three) -> None:
    tab.presenter.noticed.emit(Notice("no_speech"), three[1])
    tab.show_error(EngineError("ollama_busy"))
    assert "speech" not in tab.message.text
    tab.message._close.click()
    assert "No speech" in tab.message.text
    tab.message._close.click()
    assert tab.message.text == ""


def test_nothing_is_saved_for_an_error_that_is_closed(tab, three, shell) -> None:
    tab.presenter.failed.emit(EngineError("ollama_busy"), three[1])
    tab.message._close.click()
    assert tab.message.text == "" and not shell.runner.running


def test_one_code_told_of_two_steps_in_other_words_is_not_lost(tab, three, shell, idle) -> None:
    for wanted, used in (("Whisper", "draft"), ("ollama", "extract")):
        stepped = Notice("engine_stepped_down", {"wanted": wanted, "used": used})
        for _ in range(2):
            tab.presenter.noticed.emit(stepped, three[1])
    told = tab.message.text
    assert told.count("draft recogniser wrote") == told.count("these are highlights") == 1


def test_a_passing_word_gives_back_the_notice_it_hid(services, tab, done, shell, idle) -> None:
    tab.refresh()
    tab.list.go_to(done)
    idle(shell)
    tab.presenter.noticed.emit(Notice("file_truncated", {"path": "talk.mp3"}), done)
    times = [{"engine": "small", "seconds": 1500}]
    tab.presenter.noticed.emit(Notice("time_needed", {"times": times}), done)
    assert "Writing this down takes" in tab.message.text
    tab.presenter.changed.emit(done)
    idle(shell)
    assert "breaks off early" in tab.message.text


def test_news_waits_until_a_question_is_answered(tab, three, shell) -> None:
    tab.ask_delete()
    tab.presenter.noticed.emit(Notice("no_speech"), three[1])
    assert tab.message.text.startswith("Delete “B”")
    assert shell.focusWidget() is tab.message._close
    shell.escape()
    assert "No speech" in tab.message.text and shell.focusWidget() is tab.list


def test_a_question_that_is_withdrawn_gives_the_keys_back(tab, three, shell) -> None:
    tab.ask_delete()
    tab.message.withdraw(three[1])
    assert tab.message.text == "" and shell.focusWidget() is tab.list


@pytest.mark.parametrize("act", ["write_note", "rename"])
def test_what_is_written_in_a_box_goes_to_the_meeting_it_was_opened_for(
    services, tab, three, shell, idle, monkeypatch, act
) -> None:
    def moved_meanwhile(*args):
        tab.list.go_to(three[0])
        return "Dismiss Mr X", True

    monkeypatch.setattr("app.ui.meetings.tab.ask_text", moved_meanwhile)
    getattr(tab, act)()
    idle(shell)
    meetings = services.meetings
    about = meetings.notes if act == "write_note" else lambda n: [meetings.get(n)]
    assert "Dismiss Mr X" in str(about(three[1])) and "Dismiss Mr X" not in str(about(three[0]))


def test_of_several_notices_none_is_lost_and_the_time_needed_is_over_when_it_was(
    services, tab, three, shell, idle
) -> None:
    for code in ("file_truncated", "heard_by_draft"):
        tab.presenter.noticed.emit(Notice(code), three[1])
    times = [{"engine": "small", "seconds": 1500}]
    tab.presenter.noticed.emit(Notice("time_needed", {"times": times}), three[1])
    assert "Writing this down takes" in tab.message.text
    for number in (three[0], three[1]):
        tab.list.go_to(number)
        idle(shell)
    assert "breaks off early" in tab.message.text and "draft recogniser" in tab.message.text
    assert "Writing this down" not in tab.message.text


def test_the_time_needed_goes_when_the_transcript_is_there(
    services, tab, done, shell, idle
) -> None:
    tab.refresh()
    idle(shell)
    tab.list.go_to(done)
    idle(shell)
    times = [{"engine": "small", "seconds": 1500}]
    tab.presenter.noticed.emit(Notice("time_needed", {"times": times}), done)
    assert "Writing this down takes" in tab.message.text
    tab.presenter.changed.emit(done)
    idle(shell)
    assert tab.message.text == ""


def test_an_import_that_ends_leaves_the_meeting_that_is_being_read(
    services, tab, three, shell, idle, sound
) -> None:
    services.pipeline._works = ()
    idle(shell)
    tab.view.minutes.setFocus()
    read = tab.shown
    tab.accept("files", [sound])
    idle(shell)
    assert tab.shown == read and tab.list.current_row().key == read
    assert "imported" in tab.message.text
    tab.message._act.click()
    idle(shell)
    assert tab.list.current_row().text == "sound"


def test_of_many_files_the_number_is_told_and_none_is_passed_over(
    services, tab, three, shell, idle, sound
) -> None:
    services.pipeline._works = ()
    idle(shell)
    tab.view.minutes.setFocus()
    tab.accept("files", [sound] * 4)
    idle(shell)
    assert "Importing 4 files." in said(shell)
    assert tab.message.text == "4 files were imported."
    tab.accept("files", [sound] * 2)
    idle(shell)
    assert "Importing sound.wav, sound.wav." in said(shell)


@pytest.fixture
def import_beside(services, tab, three, shell, idle, qtbot):
    """Import files with ``work`` as their step while another meeting is read, to its end."""

    def run(work, files, told):
        services.pipeline._works = (work,)
        idle(shell)
        tab.view.minutes.setFocus()
        tab.accept("files", files)
        qtbot.waitUntil(lambda: tab.message.text == told)
        work.go.set()
        idle(shell)

    return run


def test_a_file_that_turned_out_to_be_no_sound_is_not_called_imported(
    import_beside, tab, shell, sound
) -> None:
    work = Unreadable()
    import_beside(work, [sound], "“sound” was imported.")
    assert tab.message.text == ""
    assert f"sound: {error_words(work.error).sentence()}" in said(shell)


class SomeUnreadable(Unreadable):
    """The step that makes the sound, of files of which some are none."""

    def __init__(self, meetings, broken):
        super().__init__()
        self._meetings, self._broken = meetings, set(broken)

    def run(self, meeting, claim, ctx):
        assert self.go.wait(20)
        if meeting.title in self._broken:
            raise self.error
        self._meetings.finish(claim)


@pytest.mark.parametrize(
    ("broken", "shown"),
    [("c", "2 files were imported."), ("a", "2 files were imported."), ("bc", "“a” was imported.")],
)
def test_of_several_files_only_those_that_hold_sound_are_called_imported(
    services, import_beside, tab, shell, idle, sound, broken, shown
) -> None:
    files = [sound.with_stem(name) for name in "abc"]
    for file in files:
        shutil.copy(sound, file)
    work = SomeUnreadable(services.meetings, broken)
    import_beside(work, files, "3 files were imported.")
    assert tab.message.text == shown
    tab.message._act.click()
    idle(shell)
    assert tab.list.current_row().text in set("abc") - set(broken)


def test_a_meeting_that_waits_for_an_answer_stays_imported_and_can_be_shown(
    import_beside, tab, shell, sound
) -> None:
    work = Unreadable()
    work.name, work.error = "transcript", EngineError("language_needed")
    import_beside(work, [sound], "“sound” was imported.")
    assert "sound: " in said(shell)
    assert tab.message.text == "“sound” was imported."


def test_what_an_earlier_run_told_is_shown_again_until_it_is_closed(
    services, tab, three, shell, idle
) -> None:
    claim = services.meetings.claim(three[2], "sound", again=True)
    services.meetings.notice(claim, Notice("file_truncated", {"path": "talk.mp3"}))
    services.meetings.finish(claim)
    tab.list.go_to(three[2])
    idle(shell)
    assert "breaks off early" in tab.message.text
    tab.message._close.click()
    idle(shell)
    assert not services.meetings.get(three[2]).step("sound").notices
    tab.show_meeting(three[2])
    idle(shell)
    assert tab.message.text == ""


def test_the_receipt_of_a_deleted_meeting_is_seen_before_what_its_neighbour_says(
    services, tab, three, shell, idle
) -> None:
    claim = services.meetings.claim(three[2], "sound", again=True)
    services.meetings.notice(claim, Notice("file_truncated", {"path": "talk.mp3"}))
    services.meetings.finish(claim)
    tab.ask_delete()
    tab.message._act.click()
    idle(shell)
    assert tab.shown == three[2] and tab.message.text.startswith("Deleted.")
    tab.message._close.click()
    assert "breaks off early" in tab.message.text


def test_closing_the_word_that_there_is_nothing_to_export_forgets_no_notice(
    services, tab, shell, idle
) -> None:
    number = services.meetings.create("Empty").id
    claim = services.meetings.claim(number, "sound")
    services.meetings.notice(claim, Notice("file_truncated", {"path": "talk.mp3"}))
    tab.refresh()
    idle(shell)
    tab.list.go_to(number)
    idle(shell)
    tab.export_.click()
    assert "nothing to export" in tab.message.text
    tab.message._close.click()
    idle(shell)
    assert services.meetings.get(number).step("sound").notices
    tab.export_.click()
    services.meetings.add_note(number, "Ask Tom")
    tab.show_meeting(number)
    idle(shell)
    assert "nothing to export" not in tab.message.text


def test_what_was_told_of_a_step_that_is_done_comes_back_when_the_meeting_goes_on(
    services, tab, three, shell, idle
) -> None:
    """As at each start, where a meeting that waits for a language or a model is tried again."""
    claim = services.meetings.claim(three[2], "sound", again=True)
    services.meetings.notice(claim, Notice("file_truncated", {"path": "talk.mp3"}))
    services.meetings.finish(claim)
    tab.list.go_to(three[2])
    idle(shell)
    assert "breaks off early" in tab.message.text
    tab.presenter.begun.emit(three[2])
    assert tab.message.text == ""
    tab.presenter.noticed.emit(Notice("no_speech"), three[2])
    tab.presenter.changed.emit(three[2])
    idle(shell)
    assert "breaks off early" in tab.message.text and "speech" in tab.message.text
