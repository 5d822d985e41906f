"""The bytes: requests read, answers written, and whether the client is still there."""

from __future__ import annotations

import json
import select
import socket
import struct
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

_POLL = 0.01


class ClientGone(Exception):
    """The client hung up."""


def go_json(value: Any) -> bytes:
    """Return JSON as Go writes it: no spaces, and <, >, & escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode("utf-8")


def timestamp() -> str:
    """Return now as Go writes it: nine fraction digits, trailing zeros cut."""
    now = datetime.now(UTC)
    fraction = f"{now.microsecond:06d}{time.monotonic_ns() % 1000:03d}".rstrip("0")
    return now.strftime("%Y-%m-%dT%H:%M:%S") + (f".{fraction}" if fraction else "") + "Z"


class Wire(BaseHTTPRequestHandler):
    """One connection. Subclasses say what is answered."""

    protocol_version = "HTTP/1.1"
    server_version = "fake"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what matters is recorded."""

    def handle(self) -> None:
        """Serve the connection; a client that goes is nothing to report."""
        try:
            super().handle()
        except (ConnectionError, ClientGone, TimeoutError, ValueError):
            self.close_connection = True

    def read_body(self) -> bytes:
        """Return the body of the request."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def gone(self) -> bool:
        """Return whether the client has closed its end (a half-closed one counts)."""
        return self._readable(0.0)

    def _readable(self, seconds: float) -> bool:
        try:
            ready, _, _ = select.select([self.connection], [], [], seconds)
            return bool(ready) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except (OSError, ValueError):
            return True

    def wait(self, seconds: float = 0.0, gate: threading.Event | None = None) -> None:
        """Wait for a time or an event; raise ``ClientGone`` when the client goes first."""
        until = time.monotonic() + seconds
        while True:
            left = _POLL if gate is not None else until - time.monotonic()
            if self._readable(max(0.0, left)):
                raise ClientGone
            if gate.is_set() if gate is not None else time.monotonic() >= until:
                return

    def whole(self, status: int, content: bytes, kind: str, **headers: str) -> None:
        """Send an answer of known length."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def plain(self, status: int, text: str, **headers: str) -> None:
        """Send text/plain."""
        self.whole(status, text.encode(), "text/plain; charset=utf-8", **headers)

    def answer(self, value: Any, status: int = 200) -> None:
        """Send one JSON document."""
        self.whole(status, go_json(value), "application/json; charset=utf-8")

    def begin_stream(self) -> None:
        """Send the head of a stream of JSON lines."""
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def line(self, value: Any) -> None:
        """Send one line of a stream as one chunk."""
        self.chunk(go_json(value) + b"\n")

    def chunk(self, content: bytes) -> None:
        """Send one chunk."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))

    def end_stream(self) -> None:
        """End a stream properly."""
        self.wfile.write(b"0\r\n\r\n")

    def tear(self, *, reset: bool) -> None:
        """Break the connection as a killed server does; nothing announces it."""
        self.close_connection = True
        if reset:
            at_once = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            socket.close(self.connection.detach())  # at once: its files still refer to it
        else:
            self.connection.shutdown(socket.SHUT_RDWR)
