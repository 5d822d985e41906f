"""The recorder: a child that listens for windows, outlives them, and is never hidden.

It holds an OS lock for its life and writes, beside it, an owner-only file that
says where it listens and with which key; the next window finds it there. With
nobody attached it closes its file after ten minutes and ends; without a recording
it ends at once.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app.adapters import jack
from app.adapters.microphone import Microphones
from app.core import paths
from app.core.errors import StorageError
from app.core.locks import FileLock
from app.core.meetings.recording_timeline import steady
from app.core.settings import write_atomically
from app.wire import endpoints
from app.workers.recorder_engine import Engine
from app.workers.recorder_server import Server

log = logging.getLogger("alcove.recorder")

STEP_SECONDS = 0.04


def main(endpoint: Path, rest: list[str]) -> int:
    """Record for whoever attaches at ``endpoint`` until nobody needs it any more."""
    folder = paths.run()
    lock = FileLock(folder / "recorder.lock")
    if not lock.acquire():
        log.info("another recorder runs already")
        return 3
    pointer = folder / "recorder.json"
    _clean_after(pointer, endpoint)
    with contextlib.suppress(StorageError):  # a full disk: only the next window will not find us
        write_atomically(pointer, endpoint.read_bytes())
    try:
        with endpoints.listen(endpoint) as listener:
            _Recorder().run(listener)
        pointer.unlink(missing_ok=True)
        shutil.rmtree(endpoint.parent, ignore_errors=True)
    finally:
        crash = sys.exc_info()
        if crash[0] is not None:
            sys.excepthook(*crash)  # the end below would skip it
        lock.release()
        logging.shutdown()
        # PortAudio may hang in a thread of its own, which an interpreter that ends waits
        # for: it would hold the lock for ever, and nobody could record again.
        os._exit(0 if crash[0] is None else 1)


def _clean_after(pointer: Path, endpoint: Path) -> None:
    """Remove the socket's folder of a recorder that was killed; we hold its lock now."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        old = Path(json.loads(pointer.read_text("utf-8"))["address"]).parent
        if old.parent == endpoint.parent.parent and old != endpoint.parent:
            shutil.rmtree(old, ignore_errors=True)


class _Recorder:
    """Engine, clients and the loop that drives them."""

    def __init__(self) -> None:
        self._wake = threading.Event()
        self._ended = False
        self._audio = ThreadPoolExecutor(1, "audio")
        self._microphones = Microphones(lambda: self._engine.source.look())
        self._engine = Engine(self._microphones, self._tell, self._audio)
        self._server = Server(self._engine.call, steady, self._wake.set)
        self._looked = steady()

    def _tell(self, kind: str, data: Any) -> None:
        self._server.tell(kind, data)

    def run(self, listener: Any) -> None:
        """Serve until over, then close what is being recorded."""
        _on_end(self._end)
        prepared = self._audio.submit(self._microphones.prepare)
        self._server.listen(listener)
        while not self._ended and not self._server.over(self._engine.busy):
            self._engine.step()
            if not prepared.done():
                self._look_after()
            else:
                jack.say_started()
            self._wake.wait(STEP_SECONDS)
            self._wake.clear()
        self._engine.finish()
        self._server.close()
        self._microphones.close()

    def _look_after(self) -> None:
        """PortAudio does not start: take away what it may hang on, and end.

        The thread that hangs cannot be freed. Who asked for a microphone starts another
        recorder when this one is gone. Looks again and again: another program of ours
        that hangs as well may take it away.
        """
        if steady() - self._looked < jack.STUCK_SECONDS:
            return
        self._looked = steady()
        log.warning("PortAudio does not start")
        if jack.set_aside():
            log.warning("a stale registry of JACK was set aside")
            self._end()

    def _end(self) -> None:
        """Have the loop end at its next turn.

        A signal calls this in the middle of anything that the loop does, so it takes no
        lock, not even that of an event: the loop may hold it.
        """
        self._ended = True


def _on_end(end: Any) -> None:
    """Have the end of the session close the file; Ctrl-C belongs to the command line."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: end())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
