"""One voice at a time, and silence where silence is wanted."""

from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtWidgets import QWidget

from app.ui import announce as announce_module
from app.ui import speech as module
from app.ui.announce import Announcer
from app.ui.devices import voice as voice_module
from app.ui.devices.voice import Voice
from app.ui.speech import Speech


class SilentVoice(Voice):
    """A voice that notes what it would say."""

    def __init__(self):
        super().__init__()
        self.heard: list[str] = []

    @property
    def available(self) -> bool:
        return True

    def say(self, sentence: str) -> None:
        self.heard.append(sentence)

    def say_next(self, sentence: str) -> None:
        self.heard.append(sentence)


@pytest.fixture
def made(qapp, qtbot, services, monkeypatch):
    monkeypatch.setattr(module, "screen_reader_found", lambda: False)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    announcer, voice = Announcer(window), SilentVoice()
    return Speech(services.settings, announcer, voice), announcer, voice, services


def _said(made, setting: str, reader: bool, monkeypatch, call: str) -> tuple[list, list]:
    speech, announcer, voice, services = made
    monkeypatch.setattr(module, "screen_reader_found", lambda: reader)
    services.settings.change(speech=setting)
    getattr(speech, call)("Done.")
    return list(announcer.said), voice.heard


@pytest.mark.parametrize(
    ("setting", "reader", "call", "announced", "spoken"),
    [
        ("auto", True, "tell", True, False), ("auto", False, "tell", True, False),
        ("auto", True, "read", True, False), ("auto", False, "read", False, True),
        ("own", True, "tell", False, True), ("own", False, "read", False, True),
        ("screen_reader", False, "tell", True, False),
        ("screen_reader", True, "read", True, False),
        ("quiet", True, "tell", False, False), ("quiet", False, "read", False, True),
    ],
)  # fmt: skip
def test_each_sentence_goes_to_one_voice(
    made, monkeypatch, setting, reader, call, announced, spoken
) -> None:
    said, heard = _said(made, setting, reader, monkeypatch, call)
    assert (bool(said), bool(heard)) == (announced, spoken)


def test_announcements_are_shown_one_after_the_other(made, qtbot) -> None:
    _, announcer, _, _ = made
    shown: list[str] = []
    for n in range(3):
        announcer.say(f"Sentence {n}.")

    def note() -> bool:
        note = announcer._note
        if note is not None and note.isVisible() and note.words not in shown:
            shown.append(note.words)
        return len(shown) == 3

    qtbot.waitUntil(note, timeout=4000)
    assert shown == ["Sentence 0.", "Sentence 1.", "Sentence 2."]


def test_an_urgent_sentence_drops_those_that_wait(made, qtbot) -> None:
    _, announcer, _, _ = made
    for n in range(5):
        announcer.say(f"Sentence {n}.")
    announcer.say("Now.", urgent=True)
    assert list(announcer._waiting) == ["Now."]


def test_the_voice_speaks_in_order_and_stops_at_once(qapp, qtbot) -> None:
    voice = Voice()
    if not voice.available:
        pytest.skip("no voice here: apt install espeak-ng")
    started: list[str] = []
    voice.started.connect(started.append)
    voice.say("one")
    voice.say("two")
    assert started == ["one"] and voice.speaking
    voice.stop()
    assert not voice.speaking


@pytest.fixture
def system_voice(qapp, monkeypatch):
    """The voice of a system, by the engine that Qt has for tests."""
    engines = pytest.importorskip("PySide6.QtTextToSpeech").QTextToSpeech.availableEngines()
    assert "mock" in engines
    monkeypatch.setattr(voice_module, "_system_engine", lambda: "mock")
    monkeypatch.setattr(voice_module.shutil, "which", lambda name: None)
    voice = Voice()
    yield voice
    voice.stop()


def test_the_voice_of_the_system_speaks_until_all_is_said(system_voice, qtbot) -> None:
    assert system_voice.name == "system voice" and not system_voice.speaking
    with qtbot.waitSignal(system_voice.idle, timeout=10_000):
        system_voice.say("one")
        system_voice.say("two")
        assert system_voice.speaking
    assert not system_voice.speaking


def test_what_the_voice_of_the_system_reads_is_stopped_and_not_queued_again(
    made, system_voice, qtbot
) -> None:
    _, announcer, _, services = made
    speech = Speech(services.settings, announcer, system_voice)
    speech.read("The minutes of a long meeting.")
    assert speech.reading
    assert speech.stop() and not system_voice.speaking
    speech.read("one")
    qtbot.waitUntil(lambda: not system_voice.speaking, timeout=10_000)
    speech.say_asked("No job is running.")
    assert system_voice.speaking and not speech.reading


@pytest.mark.parametrize("by", ["espeak-ng", "the system"])
def test_what_happens_and_the_state_are_spoken_before_the_rest_of_what_is_read(
    made, request, monkeypatch, qtbot, by
) -> None:
    if by == "the system":
        voice = request.getfixturevalue("system_voice")
    else:
        monkeypatch.setattr(voice_module.shutil, "which", lambda name: sys.executable)
        voice = Voice()
    spoken: list[str] = []
    voice.started.connect(spoken.append)
    made[3].settings.change(speech="own")
    speech = Speech(made[3].settings, made[1], voice)
    for sentence in ("one", "two", "three"):
        speech.read(sentence)
    speech.tell("Imported.")
    speech.tell("The minutes are ready.")
    speech.say_asked("No job is running.")
    qtbot.waitUntil(lambda: not voice.speaking, timeout=10_000)
    said = ["Imported.", "The minutes are ready.", "No job is running."]
    assert spoken == ["one", *said, "two", "three"] and not speech.reading


def test_a_screen_reader_too_is_given_what_happens_before_the_rest_of_what_is_read(
    made, monkeypatch, qtbot
) -> None:
    speech, announcer, _, services = made
    given: list[str] = []
    tell = announce_module.Notification.tell
    monkeypatch.setattr(
        announce_module.Notification,
        "tell",
        lambda note, words: (given.append(words), tell(note, words)),
    )
    services.settings.change(speech="screen_reader")
    for sentence in ("one", "two"):
        speech.read(sentence)
    speech.tell("Imported.")
    speech.say_asked("No job is running.")
    with qtbot.waitSignal(announcer.idle, timeout=10_000):
        assert speech.reading
    assert given == ["one", "Imported.", "No job is running.", "two"] and not speech.reading


def test_long_minutes_are_read_to_their_end(made, system_voice, monkeypatch) -> None:
    spoken: list[str] = []
    system_voice.started.connect(spoken.append)
    speech = Speech(made[3].settings, made[1], system_voice)
    monkeypatch.setattr(system_voice, "_system_speaks", lambda: True)
    lines = [f"Line {n}." for n in range(1000)]
    for line in lines:
        speech.read(line)
    monkeypatch.setattr(system_voice, "_system_speaks", lambda: False)
    monkeypatch.setattr(system_voice, "_say_by_system", lambda text: None)
    system_voice._system_changed()
    assert spoken == lines


def test_what_the_voice_of_the_system_cannot_say_keeps_nothing_waiting(
    system_voice, qtbot, monkeypatch
) -> None:
    system_voice.say("one")
    monkeypatch.setattr(system_voice, "_say_by_system", lambda text: None)
    with qtbot.waitSignal(system_voice.idle, timeout=10_000):
        system_voice.say("two")
        system_voice.say("three")
        assert system_voice.speaking
    assert not system_voice.speaking


@pytest.mark.parametrize("missing", ["the module", "its plugin"])
def test_a_system_whose_voice_qt_cannot_reach_has_none(qapp, monkeypatch, missing) -> None:
    monkeypatch.setattr(voice_module.sys, "platform", "win32")
    monkeypatch.setattr(voice_module.shutil, "which", lambda name: None)
    if missing == "the module":
        monkeypatch.setitem(sys.modules, "PySide6.QtTextToSpeech", None)
    else:
        speech = pytest.importorskip("PySide6.QtTextToSpeech").QTextToSpeech
        monkeypatch.setattr(speech, "availableEngines", lambda: ["mock"])
    voice_module._system_engine.cache_clear()
    try:
        voice = Voice()
        voice.say("one")
        assert not voice.available and not voice.speaking
    finally:
        voice_module._system_engine.cache_clear()


def test_a_screen_reader_is_looked_for_ahead_and_away_from_the_window(made, monkeypatch) -> None:
    speech = made[0]
    looked: list[str] = []

    def look() -> bool:
        looked.append(threading.current_thread().name)
        return True

    monkeypatch.setattr(module, "screen_reader_found", look)
    speech.look_ahead()
    speech.look_ahead()
    assert speech.reader_found()
    assert looked == ["reader"]


def test_what_was_asked_for_is_being_read_until_it_is_over_or_stopped(made) -> None:
    speech, _, voice, _ = made
    voice._waiting.append("still speaking")
    speech.tell("A status.")
    assert not speech.reading
    speech.read("The minutes.")
    assert speech.reading
    voice.idle.emit()
    assert not speech.reading
    speech.read("The minutes.")
    speech.stop()
    assert not speech.reading


def test_the_state_that_was_asked_for_does_not_count_as_reading(made) -> None:
    speech, _, voice, _ = made
    voice._waiting.append("still speaking")
    speech.say_asked("No job is running.")
    assert voice.heard == ["No job is running."] and not speech.reading
    speech.read("The minutes.")
    speech.say_asked("No job is running.")
    assert speech.reading, "what is read goes on after it"


def test_an_urgent_sentence_ends_what_was_being_read(made) -> None:
    speech, _, voice, services = made
    services.settings.change(speech="own")
    speech.read("The minutes.")
    speech.tell("The disk is full.", urgent=True)
    voice._waiting.append("still speaking")
    assert not speech.reading


def test_news_that_nobody_hears_do_not_end_what_is_being_read(made, monkeypatch, qtbot) -> None:
    speech, announcer, voice, services = made
    monkeypatch.setattr(Voice, "speaking", True)
    services.settings.change(speech="auto")
    speech.read("The minutes.")
    with qtbot.waitSignal(announcer.idle, timeout=5000):
        speech.tell("Imported.")
    assert speech.reading
    monkeypatch.setattr(Voice, "speaking", False)
    voice.idle.emit()
    speech.tell("Exported.")  # while it is said nothing is being read
    assert announcer.busy and not speech.reading
