"""One window per data folder: a second start hands its files to the first and ends."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core import paths
from app.core.locks import FileLock

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

_MOST_BYTES = 1_000_000
ANSWER_SECONDS = 15.0  # a window that is busy reads what waits for it once it is free


def _address() -> str:
    mark = hashlib.sha256(str(paths.home().resolve()).encode()).hexdigest()[:12]
    if sys.platform == "win32":
        return f"alcove-window-{mark}"
    return str(paths.runtime() / f"w{mark}")


class SingleWindow(QObject):
    """Holds the data folder's window lock and hears second starts."""

    handed = Signal(list)  # paths as text; empty: only raise the window

    def __init__(self) -> None:
        super().__init__()
        self._lock = FileLock(paths.run() / "window.lock")
        self._server: QLocalServer | None = None

    def acquire(self) -> bool:
        """Take the lock; return False when another window holds it."""
        return self._lock.acquire()

    def listen(self) -> None:
        """Hear second starts from now on; one that came before tries again for seconds.

        Qt's network module takes its time to load, so that is not done before the first keys.
        """
        from PySide6.QtNetwork import QLocalServer

        QLocalServer.removeServer(_address())
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        self._server.listen(_address())

    def _connected(self) -> None:
        assert self._server is not None
        socket = self._server.nextPendingConnection()
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(socket.deleteLater)
        if socket.canReadLine():
            self._take(socket)

    def _read(self) -> None:
        from PySide6.QtNetwork import QLocalSocket

        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._take(socket)

    def _take(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _MOST_BYTES:
                socket.abort()
            return
        try:
            files = json.loads(bytes(socket.readLine().data()))
        except ValueError:
            files = None
        if isinstance(files, list):
            self.handed.emit([str(f) for f in files])
            socket.write(b"ok\n")
            socket.flush()

    def release(self) -> None:
        """Give the lock back and stop listening."""
        if self._server is not None:
            self._server.close()
        self._lock.release()


def hand_over(files: list[str]) -> bool:
    """Give ``files`` to the window that runs; return whether it took them.

    Who tries again after ``ANSWER_SECONDS`` without an answer may give them twice.
    """
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(_address())
    if not socket.waitForConnected(3000):
        return False
    socket.write(json.dumps(files).encode() + b"\n")
    socket.flush()
    took = socket.waitForReadyRead(round(ANSWER_SECONDS * 1000))
    socket.disconnectFromServer()
    return bool(took)
