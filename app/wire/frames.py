"""JSON frames over a local channel: length first, size capped, bytes only.

``multiprocessing.connection`` gives the length prefix and the key challenge; only
its byte calls are used, so nothing is ever unpickled.
"""

from __future__ import annotations

import json
import threading
from multiprocessing.connection import Connection
from typing import Any

MOST_BYTES = 16 * 1024 * 1024


class ChannelClosed(Exception):
    """The other end is gone, or sent something that is not a frame."""


class Channel:
    """One end of a channel; sending is safe from any thread, receiving from one."""

    def __init__(self, connection: Connection):
        self._connection = connection
        self._sending = threading.Lock()

    def send(self, frame: dict[str, Any]) -> None:
        """Send one frame; raise ``ChannelClosed`` when nobody is there."""
        # "surrogatepass": the name of a file may be bytes that are no UTF-8.
        text = json.dumps(frame, ensure_ascii=False, allow_nan=False)
        data = text.encode("utf-8", "surrogatepass")
        if len(data) > MOST_BYTES:
            raise ValueError("frame too large: hand big data over in a file")
        try:
            with self._sending:
                self._connection.send_bytes(data)
        except (OSError, ValueError) as error:
            raise ChannelClosed from error

    def receive(self) -> dict[str, Any]:
        """Return the next frame; raise ``ChannelClosed`` at the end."""
        try:
            data = self._connection.recv_bytes(MOST_BYTES)
            frame = json.loads(data.decode("utf-8", "surrogatepass"))
        except (EOFError, OSError, ValueError, RecursionError) as error:
            raise ChannelClosed from error
        if not isinstance(frame, dict):
            raise ChannelClosed
        return frame

    def poll(self, seconds: float) -> bool:
        """Return whether a frame (or the end) is there within ``seconds``."""
        try:
            return self._connection.poll(seconds)
        except (OSError, ValueError, EOFError):
            return True

    def close(self) -> None:
        """Close this end; a second call does nothing."""
        try:
            self._connection.close()
        except OSError:
            pass
