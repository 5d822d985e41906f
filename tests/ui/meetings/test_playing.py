"""Playing a meeting: from a row, pause and on, to the end, and without a loudspeaker."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from support import meeting_values as values
from support.window import add_meeting, said

from app.core.errors import ChildError, DeviceError
from app.ui.widgets import relabel


@pytest.fixture
def view(tab_with_meeting):
    return tab_with_meeting.view


@pytest.fixture
def begun(view, speaker, qtbot):
    """The meeting plays from its third entry, and the loudspeaker said so."""
    view.transcript.go_to(3, focus=True)
    qtbot.keyClick(view.transcript, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.place.text() == "00:03")
    return view


def click(qtbot, rows, key) -> None:
    rows.go_to(key)
    place = rows.visualRect(rows.currentIndex()).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_one_click_on_an_entry_plays_from_its_time(view, speaker, qtbot) -> None:
    click(qtbot, view.transcript, 3)
    qtbot.waitUntil(lambda: speaker.asked == [("sound.wav", 3.0)])
    view.player.stop()


def test_a_double_click_plays_once(view, speaker, qtbot) -> None:
    click(qtbot, view.transcript, 3)
    place = view.transcript.visualRect(view.transcript.currentIndex()).center()
    qtbot.mouseDClick(view.transcript.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: bool(speaker.asked))
    assert speaker.asked == [("sound.wav", 3.0)]
    view.player.stop()


def test_one_click_on_a_line_of_the_minutes_shows_what_it_comes_from(view, speaker, qtbot) -> None:
    click(qtbot, view.minutes, ("i", ("d", 0)))
    assert view.transcript.current_row().key == 2
    assert speaker.asked == []


def test_walking_through_the_minutes_marks_what_each_line_comes_from(view, speaker, qtbot) -> None:
    view.transcript.go_to(1)
    view.minutes.activateWindow()
    view.minutes.setFocus()
    view.minutes.go_to(("i", ("d", 0)))
    assert view.transcript.marked == {2}
    qtbot.keyClick(view.minutes, Qt.Key.Key_Home)
    assert view.transcript.marked == set()  # what kind of minutes they are comes from no entry
    assert view.transcript.current_row().key == 1 and speaker.asked == []


def test_pause_keeps_the_place_and_play_goes_on_from_there(begun, speaker, qtbot) -> None:
    begun.play.click()
    qtbot.waitUntil(lambda: begun.play.text() == "Play")
    begun.transcript.go_to(1)
    begun.play.click()
    qtbot.waitUntil(lambda: len(speaker.asked) == 2)
    assert speaker.asked[1] == ("sound.wav", pytest.approx(3.0, abs=0.2))
    begun.player.stop()


def test_the_button_says_and_shows_what_it_will_do(begun) -> None:
    assert (begun.play.text(), begun.play.property("icon_name")) == ("Pause", "pause")
    begun.player.stop()
    assert (begun.play.text(), begun.play.property("icon_name")) == ("Play", "play")


def test_the_key_of_the_button_works_each_time(begun, shell, qtbot) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for text in ("Play", "Pause", "Play"):
        qtbot.keyClick(shell, Qt.Key.Key_P, both)
        qtbot.waitUntil(lambda text=text: begun.play.text() == text)


def test_escape_pauses_what_plays(begun, shell, qtbot) -> None:
    shell.escape()
    qtbot.waitUntil(lambda: not begun.player.is_playing)
    assert begun.player.place == pytest.approx(3.0, abs=0.2)


def test_a_sound_that_has_ended_begins_anew(view, speaker, qtbot) -> None:
    speaker.held = False
    view.player.play(view._sound, 7.8)
    qtbot.waitUntil(lambda: not view.player.is_playing)
    view.transcript.go_to(1)
    view.play.click()
    qtbot.waitUntil(lambda: len(speaker.asked) == 2)
    assert speaker.asked[1] == ("sound.wav", 1.0)
    view.player.stop()


def test_without_a_loudspeaker_the_tab_says_what_to_do(
    tab_with_meeting, view, speaker, qtbot, monkeypatch
) -> None:
    def fail(*_) -> None:
        raise DeviceError("loudspeaker_none")

    monkeypatch.setattr(speaker, "play", fail)
    view.play.click()
    qtbot.waitUntil(lambda: "No loudspeaker" in tab_with_meeting.message.text)
    assert view.play.text() == "Play"


@pytest.mark.parametrize("way", ["played again", "another meeting"])
def test_that_a_player_died_is_not_said_any_more_once_that_is_over(
    tab_with_meeting, view, speaker, services, shell, idle, qtbot, monkeypatch, way
) -> None:
    def die(*_) -> None:
        raise ChildError("child_died", child="player")

    bar = tab_with_meeting.message
    with monkeypatch.context() as patch:
        patch.setattr(speaker, "play", die)
        view.play.click()
        qtbot.waitUntil(lambda: "(player) stopped unexpectedly" in bar.text)
    if way == "played again":
        view.play.click()
    else:
        other = add_meeting(services, "Market", values.transcript())
        tab_with_meeting.refresh()
        idle(shell)
        assert bar.isVisible(), "as long as nothing else is done"
        tab_with_meeting.list.go_to(other)
    qtbot.waitUntil(lambda: not bar.isVisible())
    view.player.stop()


def test_another_meeting_ends_what_plays(
    begun, tab_with_meeting, services, shell, idle, qtbot
) -> None:
    """Also what is paused: its place would stand beside the sound of the other one."""
    begun.play.click()
    qtbot.waitUntil(lambda: not begun.player.is_playing)
    assert begun.place.text() == "00:03"
    other = add_meeting(services, "Market", values.transcript())
    tab_with_meeting.refresh()
    idle(shell)
    tab_with_meeting.list.go_to(other)
    idle(shell)
    assert begun.title.text() == "Market" and begun.place.text() == ""
    assert begun.player.file is None and begun.player.place == 0.0


def test_a_button_keeps_its_key_when_its_text_changes(begun) -> None:
    relabel(begun.play, "&Something else")
    assert begun.play.shortcut().toString() == "Ctrl+Shift+P"
    assert "Ctrl+Shift+P" in begun.play.toolTip()
    begun.player.stop()


def test_minutes_lead_to_their_own_place_while_the_sound_is_written_down_anew(
    tab_with_meeting, view, done, services, speaker, qtbot, shell, idle
) -> None:
    """The entries that come then have other numbers and other times."""
    fresh = [replace(s, start=s.start + 100, end=s.end + 100) for s in values.transcript().segments]
    tab_with_meeting.presenter.partial[done] = fresh
    tab_with_meeting.show_meeting(done)
    idle(shell)
    view.minutes.go_to(("i", ("d", 0)), focus=True)
    qtbot.keyClick(view.minutes, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(speaker.asked))
    assert speaker.asked == [("sound.wav", 2.0)]
    view.player.stop()
    tab_with_meeting.presenter.partial.clear()


def test_a_meeting_that_is_gone_takes_its_paused_sound_along(
    begun, tab_with_meeting, services, done, shell, idle, qtbot
) -> None:
    """Deleted on the command line, say."""
    begun.play.click()
    qtbot.waitUntil(lambda: not begun.player.is_playing)
    services.desk.delete(done)
    tab_with_meeting.refresh()
    idle(shell)
    assert tab_with_meeting.shown is None
    assert begun.player.file is None and begun.place.text() == ""


def test_play_while_the_next_meeting_is_read_does_not_play_the_last_one(
    begun, tab_with_meeting, services, speaker, shell, idle, qtbot
) -> None:
    begun.play.click()
    qtbot.waitUntil(lambda: not begun.player.is_playing)
    other = add_meeting(services, "Market", values.transcript())
    tab_with_meeting.refresh()
    idle(shell)
    heard = len(speaker.asked)
    tab_with_meeting.list.go_to(other)
    begun.play_or_pause()
    idle(shell)
    assert len(speaker.asked) == heard


@pytest.mark.parametrize("how", ["button", "entry"])
def test_a_meeting_whose_sound_is_gone_says_why_it_cannot_be_played(
    tab_with_meeting, sound, shell, idle, qtbot, how
) -> None:
    sound.unlink()
    tab_with_meeting.show_meeting(tab_with_meeting.shown)
    idle(shell)
    view = tab_with_meeting.view
    if how == "button":
        view.play.click()
    else:
        click(qtbot, view.transcript, 3)
    assert "no longer where Alcove kept it" in tab_with_meeting.message.text
    assert "no longer where Alcove kept it" in said(shell)


def test_the_word_that_there_is_no_sound_goes_when_there_is(
    tab_with_meeting, sound, shell, idle
) -> None:
    away = sound.rename(sound.with_name("elsewhere.wav"))
    tab_with_meeting.show_meeting(tab_with_meeting.shown)
    idle(shell)
    tab_with_meeting.view.play.click()
    assert tab_with_meeting.message.text
    away.rename(sound)
    tab_with_meeting.show_meeting(tab_with_meeting.shown)
    idle(shell)
    assert tab_with_meeting.message.text == ""


def test_a_meeting_made_from_a_text_says_so_and_only_when_asked_to_play(
    tab_with_meeting, services, sound, shell, idle, qtbot
) -> None:
    number = services.meetings.create("Talk", original="talk.txt").id
    services.meetings.save_transcript(number, values.transcript())
    tab_with_meeting.refresh()
    idle(shell)
    tab_with_meeting.list.go_to(number)
    idle(shell)
    view = tab_with_meeting.view
    click(qtbot, view.transcript, 3)
    assert tab_with_meeting.message.text == ""
    view.play.click()
    assert "made from a text" in tab_with_meeting.message.text
