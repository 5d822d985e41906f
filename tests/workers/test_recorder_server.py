"""Clients of the recorder: many at once, slow ones, dead ones, and none at all."""

from __future__ import annotations

import contextlib
import gc
import json
import shutil
import socket
import sys
import tempfile
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest
from support.fake_microphones import Clock

from app.core import build, paths
from app.core.errors import DeviceError
from app.wire import endpoints, messages
from app.wire.frames import ChannelClosed
from app.workers import recorder_server
from app.workers.recorder_server import Server


class Door:
    """A server with its endpoint, and an engine that answers at once."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.asked: list[tuple[str, dict]] = []
        self.answer = {"phase": "idle"}
        self.error: Exception | None = None
        self.woken = threading.Event()
        self.server = Server(self.ask, self.clock, self.woken.set)
        self.folder = Path(tempfile.mkdtemp(dir=paths.runtime()))
        self.file = endpoints.make(self.folder)
        self.listener = endpoints.listen(self.file)
        self.server.listen(self.listener)
        self.channels = []
        self.gone = []

    def ask(self, op, args):
        self.asked.append((op, args))
        future = Future()
        if self.error:
            future.set_exception(self.error)
        else:
            future.set_result(self.answer)
        return future

    def enter(self):
        """Attach a client; returns its channel and hello."""
        channel = endpoints.connect(self.file, alive=lambda: True)
        self.channels.append(channel)
        return channel, channel.receive()["hello"]

    def leave(self, channel, *, bye: bool = True) -> None:
        """Detach a client and wait until the server knows."""
        self.woken.clear()
        with contextlib.suppress(ChannelClosed):
            if bye:
                channel.send(messages.request(0, "bye", {}))
        channel.close()
        self.channels.remove(channel)
        if channel not in self.gone:
            assert self.woken.wait(5)


@pytest.fixture
def door():
    made = Door()
    yield made
    for channel in list(made.channels):
        made.leave(channel)
    # accept() is woken by nothing but a visitor: close behind the last one.
    ended = threading.Event()
    made.server.joined = lambda channel: (channel.close(), made.listener.close(), ended.set())
    endpoints.connect(made.file, alive=lambda: True).close()
    assert ended.wait(5)
    shutil.rmtree(made.folder, ignore_errors=True)


def test_a_client_is_told_who_answers(door):
    _channel, hello = door.enter()
    assert (hello["protocol"], hello["build"]) == (build.PROTOCOL, build.build_id())


def test_a_request_is_answered_with_the_number_of_clients(door):
    one, _ = door.enter()
    door.enter()
    one.send(messages.request(7, "state", {"x": 1}))
    assert one.receive() == {"id": 7, "result": {"phase": "idle", "clients": 2}}
    assert door.asked == [("state", {"x": 1})]


def test_an_error_crosses_by_its_code(door):
    door.error = DeviceError("microphone_none")
    channel, _ = door.enter()
    channel.send(messages.request(3, "start", {}))
    error = {"code": "microphone_none", "params": {}}
    assert channel.receive() == {"id": 3, "error": error}


def test_an_unforeseen_error_crosses_as_its_place(door):
    door.error = KeyError("secret words")
    channel, _ = door.enter()
    channel.send(messages.request(3, "start", {}))
    assert "secret" not in str(channel.receive()["crash"])


def test_every_client_hears_every_event(door):
    channels = [door.enter()[0] for _ in range(2)]
    door.server.tell("notice", {"code": "microphone_lost", "params": {"device": "Mic"}})
    for channel in channels:
        frame = channel.receive()
        assert (frame["event"], frame["code"]) == ("notice", "microphone_lost")


def test_a_client_that_does_not_read_holds_nobody_up(door):
    door.enter()
    reading, _ = door.enter()
    for number in range(20_000):
        door.server.tell("level", {"peak": float(number), "rms": 0.0, "time": 0.0})
    door.server.tell("state", {"phase": "recording"})
    while True:
        frame = reading.receive()
        if frame["kind"] == "state":
            break
    assert frame["data"] == {"phase": "recording", "clients": 2}


def test_a_frame_that_is_no_request_ends_only_its_client(door):
    good, _ = door.enter()
    bad, _ = door.enter()
    bad.send({"id": "not a number"})
    with pytest.raises(ChannelClosed):
        while True:
            bad.receive()
    door.gone.append(bad)
    good.send(messages.request(1, "state", {}))
    assert good.receive()["result"]["phase"] == "idle"


def test_a_stranger_without_the_key_is_not_let_in(door):
    from multiprocessing import AuthenticationError
    from multiprocessing.connection import Client

    address, _ = endpoints._read(door.file)
    with pytest.raises(AuthenticationError):
        Client(address, authkey=b"guess")
    assert door.enter()[1]["child"] == "recorder"


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe of Windows takes no raw bytes")
def test_a_stranger_who_shouts_does_not_close_the_door(door):
    address = json.loads(door.file.read_text("utf-8"))["address"]
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(address)
        with contextlib.suppress(OSError):
            stranger.sendall(b"\x00\x00\xff\xff" + b"x" * 70_000)
        _channel, hello = door.enter()
    assert hello["child"] == "recorder"


def test_a_recorder_nobody_ever_came_to_ends(door):
    assert not door.server.over(False)
    door.clock.now += recorder_server.FIRST_CLIENT_SECONDS + 1
    assert door.server.over(False)


def test_an_idle_recorder_ends_when_its_last_client_said_goodbye(door):
    channel, _ = door.enter()
    door.clock.now += 50
    assert not door.server.over(False)
    door.leave(channel)
    assert door.server.over(False)


def test_an_idle_recorder_ends_when_its_window_asks_nothing_for_a_minute(door):
    channel, _ = door.enter()
    door.clock.now += 50
    channel.send(messages.request(1, "state", {}))
    assert "result" in channel.receive()
    door.clock.now += 50
    assert not door.server.over(False)
    door.clock.now += 11
    assert door.server.over(False)


def test_a_recording_with_a_quiet_window_goes_on(door):
    door.enter()
    door.clock.now += 100_000
    assert not door.server.over(True)


def test_a_test_of_levels_goes_on_while_the_window_only_listens(door):
    channel, _ = door.enter()
    channel.send(messages.request(1, "test", {}))
    assert "result" in channel.receive()
    door.clock.now += 1000
    assert not door.server.over(False)


def test_a_recording_goes_on_for_ten_minutes_alone_and_then_ends(door):
    channel, _ = door.enter()
    door.leave(channel, bye=False)
    door.clock.now += 599
    assert not door.server.over(True)
    door.clock.now += 2
    assert door.server.over(True)


def test_the_ten_minutes_begin_anew_with_each_client(door):
    channel, _ = door.enter()
    door.leave(channel)
    door.clock.now += 500
    channel, _ = door.enter()
    door.leave(channel)
    door.clock.now += 500
    assert not door.server.over(True)


def test_a_client_says_how_long_an_orphan_may_record(door):
    channel, _ = door.enter()
    channel.send(messages.request(1, "start", {"orphan_seconds": 3}))
    channel.receive()
    door.leave(channel)
    door.clock.now += 4
    assert door.server.over(True)


def test_a_test_of_levels_ends_with_the_client_that_asked_for_it(door):
    stays, _ = door.enter()
    channel, _ = door.enter()
    channel.send(messages.request(1, "test", {}))
    channel.receive()
    channel.send(messages.request(0, "bye", {}))
    with pytest.raises(ChannelClosed):
        channel.receive()
    door.gone.append(channel)
    assert [op for op, _ in door.asked] == ["test", "end_test"]


def test_a_window_that_dies_while_it_records_is_started_again_once(door, monkeypatch):
    started = []
    monkeypatch.setattr(recorder_server, "leave", lambda window: None)
    monkeypatch.setattr(recorder_server.subprocess, "Popen", lambda args, **_: started.append(args))
    channel, _ = door.enter()
    channel.send(messages.request(0, "keep", {"restart": ["window"]}))
    channel.send(messages.request(1, "state", {}))
    channel.receive()
    door.leave(channel, bye=False)
    assert not door.server.over(True)
    assert started == []
    door.clock.now += recorder_server.RESTART_SECONDS + 1
    door.server.over(True)
    door.server.over(True)
    assert started == [["window"]]


def test_a_window_that_is_started_again_is_not_said_to_be_forgotten(door, monkeypatch):
    """A forgotten process is a ResourceWarning, which fails this test."""
    kept = []
    monkeypatch.setattr(recorder_server, "leave", kept.append)
    door.server._restart = [sys.executable, "-c", "import time; time.sleep(60)"]
    door.server._start_window()
    gc.collect()
    (window,) = kept
    window.kill()
    window.wait()


def test_a_window_that_dies_again_in_the_same_recording_stays_closed(door, monkeypatch):
    started = []
    monkeypatch.setattr(recorder_server, "leave", lambda window: None)
    monkeypatch.setattr(recorder_server.subprocess, "Popen", lambda args, **_: started.append(args))
    for op in ("start", "state", "state", "start"):
        channel, _ = door.enter()
        channel.send(messages.request(0, "keep", {"restart": ["window"]}))
        channel.send(messages.request(1, op, {}))
        channel.receive()
        door.leave(channel, bye=False)
        door.clock.now += recorder_server.RESTART_SECONDS + 1
        door.server.over(True)
    assert len(started) == 2  # once in each of two recordings


@pytest.mark.parametrize(("bye", "busy"), [(True, True), (False, False)])
def test_a_window_that_closed_or_did_not_record_stays_closed(door, monkeypatch, bye, busy):
    started = []
    monkeypatch.setattr(recorder_server, "leave", lambda window: None)
    monkeypatch.setattr(recorder_server.subprocess, "Popen", lambda args, **_: started.append(args))
    channel, _ = door.enter()
    channel.send(messages.request(0, "keep", {"restart": ["window"]}))
    channel.send(messages.request(1, "state", {}))
    channel.receive()
    door.leave(channel, bye=bye)
    door.clock.now += recorder_server.RESTART_SECONDS + 1
    door.server.over(busy)
    assert started == []
