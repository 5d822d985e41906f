"""What the sound server says of its sources."""

from __future__ import annotations

import threading

import pytest
from support.recording_rig import pulse  # noqa: F401 - a fixture

from app.adapters import pulse as server

pytestmark = pytest.mark.display


def test_a_microphone_is_told_from_what_a_loudspeaker_plays(pulse):  # noqa: F811
    found = {s.name: s for s in server.sources()}
    assert not found["mic"].monitor and found["mic"].description == "TestMic"
    assert found["spk.monitor"].monitor
    assert found["spk.monitor"].stand_in
    assert server.default_source() == "mic"


def test_a_process_that_records_nothing_has_no_source(pulse):  # noqa: F811
    assert server.own_source(1) is None


def test_a_change_is_told(pulse):  # noqa: F811
    changed = threading.Event()
    watch = server.Watch(changed.set)
    try:
        assert watch.alive
        while not changed.is_set():  # the watch takes a moment to be heard by the server
            pulse.pactl("set-source-mute", "mic", "toggle")
            changed.wait(0.1)
    finally:
        watch.close()
    assert not watch.alive


def test_a_sound_server_that_is_gone_gives_no_answers(pulse, monkeypatch):  # noqa: F811
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    assert server.sources() is None
    assert server.default_source() == ""
    assert server.own_source(1) is None


def test_without_pactl_there_are_no_answers(monkeypatch):
    monkeypatch.setattr(server, "available", lambda: False)
    assert server.sources() is None
    watch = server.Watch(lambda: None)
    assert not watch.alive
    watch.close()


@pytest.mark.parametrize("answer", [None, "", "{}", "[1", "no json"])
def test_an_answer_that_is_none_is_no_list_of_sources(monkeypatch, answer):
    monkeypatch.setattr(server, "_run", lambda *_words: answer)
    assert server.sources() is None


@pytest.mark.parametrize(
    ("plain", "monitor", "stand_in"),
    [
        ({"name": "alsa_input.usb", "driver": "PipeWire"}, False, False),
        ({"name": "alsa_output.hdmi.monitor", "driver": "PipeWire"}, True, False),
        ({"name": "auto_null.monitor", "driver": "module-null-sink.c"}, True, False),
        ({"name": "virtual.monitor", "driver": "module-null-sink.c"}, True, True),
        (
            {
                "name": "virtual.monitor",
                "driver": "PipeWire",
                "properties": {"factory.name": "support.null-audio-sink"},
            },
            True,
            True,
        ),
        ({"name": "odd", "properties": {"device.class": "monitor"}}, True, False),
    ],
)
def test_sources_of_pulseaudio_and_pipewire_are_understood(plain, monitor, stand_in):
    found = server._source(plain)
    assert (found.monitor, found.stand_in) == (monitor, stand_in)
