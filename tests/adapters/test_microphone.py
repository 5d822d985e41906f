"""Microphones of a real sound server through the real PortAudio."""

from __future__ import annotations

import os
import threading

import pytest
from support.pulse import Pulse, ramp
from support.recording_rig import pulse, use  # noqa: F401 - pulse is a fixture

from app.adapters.microphone import Microphones
from app.core.errors import DeviceError
from app.core.meetings.recording_port import Microphone

pytestmark = pytest.mark.display


class Ear:
    """Takes chunks and says when there were enough."""

    def __init__(self, chunks: int = 10) -> None:
        self.chunks: list[bytes] = []
        self._wanted = chunks
        self.enough = threading.Event()

    def __call__(self, data: bytes, dropped: bool) -> None:
        self.chunks.append(data)
        if len(self.chunks) >= self._wanted:
            self.enough.set()


@pytest.fixture
def microphones(pulse):  # noqa: F811
    found = Microphones()
    yield found
    found.close()


def test_microphones_are_listed_with_names_that_people_know(microphones):
    assert microphones.list() == [
        Microphone("TestMic", default=True),
        Microphone("Monitor of TestSpeaker", virtual=True),
        Microphone("Monitor of Null Output", virtual=True),
    ]


@pytest.mark.parametrize("wanted", ["", "TestMic", "testmic", "mic"])
def test_a_microphone_is_opened_by_default_or_by_a_part_of_its_name(microphones, wanted):
    ear = Ear()
    stream = microphones.open(wanted, 16000, ear)
    assert ear.enough.wait(10)
    stream.end()
    assert (stream.name, stream.rate, stream.channels, stream.monitor) == (
        "TestMic", 16000, 1, False,
    )  # fmt: skip
    assert {len(chunk) for chunk in ear.chunks} == {640}


def test_a_named_loudspeaker_may_be_recorded_but_not_in_place_of_a_microphone(microphones):
    stream = microphones.open("Monitor of TestSpeaker", 16000, Ear())
    stream.end()
    assert stream.monitor
    with pytest.raises(DeviceError, match="microphone_missing"):
        microphones.open("Monitor of TestSpeaker", 16000, Ear(), monitors=False)


def test_the_choice_of_one_stream_does_not_stay_for_the_next(microphones):
    microphones.open("Monitor of TestSpeaker", 16000, Ear()).end()
    assert "PULSE_SOURCE" not in os.environ


def test_an_unknown_microphone_is_missing(microphones):
    with pytest.raises(DeviceError) as caught:
        microphones.open("Headset", 16000, Ear())
    assert (caught.value.code, caught.value.params) == ("microphone_missing", {"device": "Headset"})


def test_a_stream_knows_where_it_is_and_where_it_was_moved(microphones, pulse):  # noqa: F811
    pulse.play(ramp(20))
    ear = Ear()
    stream = microphones.open("", 16000, ear)
    assert ear.enough.wait(10)
    assert microphones.known_good(stream)
    assert microphones.moved(stream) is None
    pulse.unplug()
    while (moved := microphones.moved(stream)) is None:
        pass
    stream.end()
    assert moved.monitor and not moved.wanted_exists


def test_without_any_source_there_is_no_microphone():
    server = Pulse(microphone=False, speaker=False)
    with use(server):
        with pytest.raises(DeviceError, match="microphone_none"):
            Microphones().open("", 16000, Ear())
        assert Microphones().list() == []
    server.close()


def test_without_a_sound_server_there_is_no_microphone(monkeypatch):
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    with pytest.raises(DeviceError, match="microphone_none"):
        Microphones().open("", 16000, Ear())


def test_without_portaudio_the_sound_system_is_missing(monkeypatch):
    import builtins

    real = builtins.__import__

    def no_portaudio(name, *args, **kwargs):
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_portaudio)
    with pytest.raises(DeviceError, match="microphone_library"):
        Microphones().list()


def test_a_sound_system_that_fails_in_any_of_its_calls_is_one_error(microphones, monkeypatch):
    import sounddevice

    microphones.list()

    def gone(*_args, **_words):
        raise sounddevice.PortAudioError("Device unavailable", -9985)

    monkeypatch.setattr(sounddevice, "query_devices", gone)
    with pytest.raises(DeviceError, match="microphone_failed"):
        microphones.list(fresh=False)
    with pytest.raises(DeviceError, match="microphone_failed"):
        microphones.open("", 16000, Ear())
