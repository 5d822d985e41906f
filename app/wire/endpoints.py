"""Where a child listens: a socket or pipe whose random key lies in an owner-only file.

The parent makes the endpoint and starts the child with its folder; the child
listens there and the parent connects. The recorder keeps listening, so that the
next window can attach to it.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import struct
import sys
import time
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import (
    Client,
    Connection,
    Listener,
    answer_challenge,
    deliver_challenge,
)
from pathlib import Path
from typing import Any

from app.wire.frames import Channel, ChannelClosed

_FILE = "endpoint.json"


def make(folder: Path) -> Path:
    """Write a fresh endpoint into ``folder`` (made owner-only) and return its file."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if sys.platform == "win32":
        address = rf"\\.\pipe\alcove-{secrets.token_hex(12)}"
    else:
        address = str(folder / "s")
    file = folder / _FILE
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump({"address": address, "key": secrets.token_hex(32)}, out)
    return file


def _read(file: Path) -> tuple[str, bytes]:
    plain: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return plain["address"], bytes.fromhex(plain["key"])


def listen(file: Path) -> Listener:
    """Return the child's listener for the endpoint in ``file``."""
    address, key = _read(file)
    if sys.platform != "win32":
        with contextlib.suppress(FileNotFoundError):
            os.unlink(address)
    return Listener(address, authkey=key, backlog=4)


def connect(file: Path, *, alive: Callable[[], bool], seconds: float = 20.0) -> Channel:
    """Connect to the child of ``file``, waiting until it listens.

    Raises ``ChannelClosed`` when the child is no longer ``alive`` or time is up; a child
    that stands still may have let us in and never says a word.
    """
    ends = time.monotonic() + seconds
    pause = 0.002
    while True:
        try:
            address, key = _read(file)
            return Channel(_connected(address, key, max(0.1, ends - time.monotonic())))
        except (FileNotFoundError, ConnectionError, ValueError, KeyError) as error:
            if not alive() or time.monotonic() > ends:
                raise ChannelClosed from error
        except (AuthenticationError, EOFError, OSError) as error:
            raise ChannelClosed from error
        time.sleep(pause)
        pause = min(0.05, pause * 1.5)


def _connected(address: str, key: bytes, seconds: float) -> Connection:
    """Connect and exchange the key, within about ``seconds``. Raises as ``Client`` does."""
    if sys.platform == "win32":
        return Client(address, authkey=key)
    with socket.socket(socket.AF_UNIX) as door:
        _limit(door, seconds)
        door.connect(address)
        connection = Connection(os.dup(door.fileno()))
        try:
            answer_challenge(connection, key)
            deliver_challenge(connection, key)
        except BaseException:
            connection.close()
            raise
        _limit(door, 0)
    return connection


def _limit(door: socket.socket, seconds: float) -> None:
    """Let no call on a socket wait for longer than ``seconds``, 0: for ever."""
    limit = struct.pack("ll", int(seconds), int(seconds % 1 * 1e6))
    for way in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        door.setsockopt(socket.SOL_SOCKET, way, limit)
