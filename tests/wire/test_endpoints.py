"""Where a child listens, and those who do not answer there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from app.wire import endpoints
from app.wire.frames import Channel, ChannelClosed


@pytest.fixture
def endpoint():
    """Give an endpoint under a short name: the paths of sockets are limited."""
    folder = Path(tempfile.mkdtemp(prefix="e"))
    yield endpoints.make(folder)
    shutil.rmtree(folder)


def accept_one(listener, into: list) -> None:
    with contextlib.suppress(Exception):
        into.append(Channel(listener.accept()))


def waits_for_ever(channel: Channel) -> bool:
    if sys.platform == "win32":
        return True
    with socket.socket(fileno=os.dup(channel._connection.fileno())) as end:
        return not any(end.getsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, 16))


def test_two_ends_with_one_key_understand_each_other(endpoint) -> None:
    accepted: list[Channel] = []
    with endpoints.listen(endpoint) as listener:
        door = threading.Thread(target=accept_one, args=(listener, accepted))
        door.start()
        channel = endpoints.connect(endpoint, alive=lambda: True, seconds=20)
        door.join(20)
    channel.send({"id": 1})
    assert accepted[0].receive() == {"id": 1}
    assert waits_for_ever(channel), "the limit is for the handshake alone"
    channel.close()
    accepted[0].close()


def test_a_stranger_without_the_key_is_not_let_in(endpoint) -> None:
    accepted: list[Channel] = []
    with endpoints.listen(endpoint) as listener:
        door = threading.Thread(target=accept_one, args=(listener, accepted))
        door.start()
        plain = json.loads(endpoint.read_text("utf-8"))
        endpoint.write_text(json.dumps({**plain, "key": "00" * 32}), "utf-8")
        with pytest.raises(ChannelClosed):
            endpoints.connect(endpoint, alive=lambda: True, seconds=20)
        door.join(20)
    assert accepted == []


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe of Windows has no such queue")
def test_a_child_that_stands_still_is_not_waited_for_for_ever(endpoint) -> None:
    address = json.loads(endpoint.read_text("utf-8"))["address"]
    with socket.socket(socket.AF_UNIX) as stopped, pytest.raises(ChannelClosed):
        stopped.bind(address)
        stopped.listen(4)  # the system lets us in, and nobody says a word
        endpoints.connect(endpoint, alive=lambda: True, seconds=0.5)
