"""What the recorder relies on, held by the real microphones and by the fake ones alike."""

from __future__ import annotations

import pytest
from support.fake_microphones import FakeMicrophones
from support.pulse import Pulse
from support.recording_rig import pulse, use  # noqa: F401 - pulse is a fixture

from app.adapters.microphone import Microphones
from app.core.errors import DeviceError

KINDS = ["fake", pytest.param("real", marks=pytest.mark.display)]


@pytest.fixture(params=KINDS)
def microphones(request):
    """One microphone named TestMic, and loudspeakers."""
    if request.param == "fake":
        yield FakeMicrophones(plugged=["TestMic"], loud=["Monitor of TestSpeaker"])
        return
    request.getfixturevalue("pulse")
    found = Microphones()
    yield found
    found.close()


@pytest.fixture(params=KINDS)
def nothing(request):
    """No microphone and no loudspeaker."""
    if request.param == "fake":
        yield FakeMicrophones(plugged=[])
        return
    server = Pulse(microphone=False, speaker=False)
    with use(server):
        yield Microphones()
    server.close()


def ignore(data: bytes, dropped: bool) -> None:
    """Take sound and do nothing with it."""


def test_the_default_comes_first_and_is_the_only_one(microphones):
    found = microphones.list()
    assert [m.default for m in found] == [True] + [False] * (len(found) - 1)
    assert found[0].name == "TestMic" and not found[0].virtual


def test_the_default_is_opened_when_none_is_named(microphones):
    stream = microphones.open("", 16000, ignore)
    running = not stream.finished
    stream.end()
    assert running and not stream.monitor
    assert (stream.name, stream.rate, stream.channels) == ("TestMic", 16000, 1)


def test_a_name_that_is_not_there_is_missing(microphones):
    with pytest.raises(DeviceError) as caught:
        microphones.open("Headset", 16000, ignore)
    assert caught.value.to_wire() == {"code": "microphone_missing", "params": {"device": "Headset"}}


def test_a_loudspeaker_is_opened_by_name_but_refused_in_place_of_a_microphone(microphones):
    stream = microphones.open("Monitor of TestSpeaker", 16000, ignore)
    stream.end()
    assert stream.monitor
    with pytest.raises(DeviceError, match="microphone_missing"):
        microphones.open("Monitor of TestSpeaker", 16000, ignore, monitors=False)


def test_a_stream_that_nobody_moved_was_not_moved(microphones):
    stream = microphones.open("TestMic", 16000, ignore)
    assert microphones.moved(stream) is None
    stream.end()


def test_with_nothing_plugged_in_there_is_no_microphone(nothing):
    assert nothing.list() == []
    for name in ("", "TestMic"):
        with pytest.raises(DeviceError, match="microphone_none"):
            nothing.open(name, 16000, ignore)
