"""The life of a child: listen, say hello, do one call after the other, end.

A thread reads the channel, so Cancel is seen while a call runs, and the end of the
parent ends this process. Where native code holds the interpreter, that thread
cannot run: on Linux a second pipe (standard input, held open by the parent) then
raises SIGIO, whose default action ends the process without any Python.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.core import build, logs
from app.core.errors import AppError, Cancelled
from app.core.jobs import JobContext
from app.wire import endpoints, messages
from app.wire.frames import Channel, ChannelClosed
from app.workers.imports import importable

Op = Callable[[dict[str, Any], JobContext], Any]


def serve(name: str, ops: Mapping[str, Op], endpoint: Path) -> int:
    """Serve ``ops`` to one parent until its end of the channel closes."""
    _end_with_parent()
    with endpoints.listen(endpoint) as listener:
        channel = Channel(listener.accept())
    channel.send(messages.hello(name, build.PROTOCOL, build.build_id()))
    server = Server(channel, {"ping": _ping, **ops})
    threading.Thread(target=server.read, name="channel", daemon=True).start()
    server.work()
    return 0


def _ping(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Say who this is, and which of ``modules`` can be loaded here."""
    found = importable(args.get("modules") or ())
    return {"pid": os.getpid(), "build": build.build_id(), "modules": found}


def _end_with_parent() -> None:
    """End when the parent's end of standard input closes, whatever runs here."""
    if sys.platform == "linux":
        import fcntl
        import signal
        import stat

        if not stat.S_ISFIFO(os.fstat(0).st_mode):
            return  # started by hand
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    # Ctrl-C in a terminal goes to the whole group; the parent decides what ends.
    import signal as signals

    signals.signal(signals.SIGINT, signals.SIG_IGN)


class Server:
    """One channel and the call that runs on it."""

    def __init__(self, channel: Channel, ops: Mapping[str, Op]):
        self._channel = channel
        self._ops = ops
        self._calls: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._running: tuple[int, JobContext] | None = None
        self._cancelled: set[int] = set()
        self._lock = threading.Lock()

    def read(self) -> None:
        """Take frames until the parent is gone; then end this process at once."""
        try:
            while True:
                frame = self._channel.receive()
                if "cancel" in frame:
                    self._cancel(frame["cancel"])
                else:
                    self._calls.put(frame)
        except ChannelClosed:
            logging.shutdown()
            os._exit(0)

    def _cancel(self, number: int) -> None:
        with self._lock:
            running = self._running
            if running is None or running[0] != number:
                self._cancelled.add(number)
                return
        running[1].cancel()

    def work(self) -> None:
        """Do calls one after the other for ever."""
        while True:
            frame = self._calls.get()
            if frame is None:
                return
            try:
                self._channel.send(self._answer(frame))
            except ChannelClosed:
                return

    def _answer(self, frame: dict[str, Any]) -> dict[str, Any]:
        number = int(frame.get("id", 0))
        op = self._ops.get(str(frame.get("op")))
        if op is None:
            return messages.crash(number, "no such call")
        ctx = self._context(number)
        with self._lock:
            self._running = (number, ctx)
            early = number in self._cancelled
        try:
            if early:
                ctx.cancel()
            ctx.check()
            return messages.result(number, op(dict(frame.get("args") or {}), ctx))
        except Cancelled:
            return messages.cancelled(number)
        except AppError as error:
            return messages.failure(number, error.to_wire())
        except Exception as error:
            logging.getLogger("alcove").exception("call failed")
            return messages.crash(number, logs.place_of(error))
        finally:
            with self._lock:
                self._running = None

    def _context(self, number: int) -> JobContext:
        send = self._channel.send
        return JobContext(
            lambda p: send(messages.progress(number, p.step, p.done, p.total, p.seconds_left)),
            lambda n: send(messages.notice(number, n.code, dict(n.params))),
            lambda kind, value: send(messages.data(number, kind, value)),
        )
