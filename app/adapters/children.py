"""The parent's side of each child: start on first need, watch, cancel, end.

A child is this program itself with ``--child NAME``, a plain subprocess. It is
killed when it passes its time or memory, or is not idle soon enough after Cancel to
be gone 150 ms after it, and the next call starts a fresh one. After a minute without
a call it ends.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from app.adapters import socket_folders
from app.adapters.socket_folders import SocketFolder
from app.core import build, paths
from app.core.disk import refused
from app.core.errors import Cancelled, ChildError, StorageError, from_wire
from app.core.jobs import JobContext, Progress
from app.wire import endpoints, messages
from app.wire.frames import Channel, ChannelClosed

log = logging.getLogger("alcove.children")

IDLE_SECONDS = 60.0
# A child that listens answers in 10 ms, on a busy machine in 40. To end a killed one and to
# free its memory takes 20 ms, there up to 140: all in all 200 ms must not be passed.
CANCEL_SECONDS = 0.06
_LOOK_SECONDS = 0.05  # between two looks at the limits of a call
_HELLO_SECONDS = 20.0  # it comes at once, unless the child stands still
_LOG_BYTES = 512 * 1024


def command(name: str) -> list[str]:
    """Return the command line that starts child ``name`` of this very program."""
    if getattr(sys, "frozen", False):
        program = Path(sys.executable).with_name(
            "alcove-cli.exe" if sys.platform == "win32" else "alcove-cli"
        )
        return [str(program), "--child", name]
    return [sys.executable, str(Path(__file__).resolve().parents[2] / "main.py"), "--child", name]


@dataclass
class Running:
    """A started child: its process, its channel and its folder."""

    process: subprocess.Popen[bytes]
    channel: Channel
    folder: SocketFolder
    hello: dict[str, Any]

    def alive(self) -> bool:
        """Return whether the process still runs."""
        return self.process.poll() is None


_swept = threading.Lock()


def _sweep_once() -> None:
    """Clear away what killed parents left, before the first child of this process."""
    if _swept.acquire(blocking=False):
        socket_folders.sweep()


def _never() -> bool:
    return False


def spawn(
    name: str,
    log_name: str,
    *,
    nice: bool,
    lifeline: bool = True,
    cancelled: Callable[[], bool] = _never,
) -> Running:
    """Start child ``name`` and shake hands with it, unless it is ``cancelled`` meanwhile.

    Raises ``ChildError`` "child_unstartable" when it cannot be started or ends
    before it listens, "child_mismatch" when it is of another build, ``StorageError``
    when the disk takes neither its key nor its log, ``Cancelled``.
    """
    _sweep_once()
    folder = socket_folders.make(locked=lifeline)
    try:
        endpoint = _endpoint(folder.path)
        extra = ["--endpoint", str(endpoint), "--log", log_name] + (["--nice"] if nice else [])
        process = _start([*command(name), *extra], log_name, lifeline)
    except OSError as error:
        folder.remove()
        raise ChildError("child_unstartable", child=name) from error
    except StorageError:
        folder.remove()
        raise

    def alive() -> bool:
        return process.poll() is None and not cancelled()

    try:
        channel = endpoints.connect(endpoint, alive=alive)
        hello = _hello(channel, alive)
    except ChannelClosed as error:
        _kill(process)
        folder.remove()
        if cancelled():
            raise Cancelled from error
        raise ChildError("child_unstartable", child=name) from error
    running = Running(process, channel, folder, hello)
    if (hello.get("protocol"), hello.get("build")) != (build.PROTOCOL, build.build_id()):
        end(running)
        raise ChildError("child_mismatch", child=name)
    return running


def _hello(channel: Channel, alive: Callable[[], bool]) -> dict[str, Any]:
    """Return how a child introduces itself; raises ``ChannelClosed`` when it does not."""
    ends = time.monotonic() + _HELLO_SECONDS
    while not channel.poll(_LOOK_SECONDS):
        if not alive() or time.monotonic() > ends:
            channel.close()
            raise ChannelClosed
    return channel.receive().get("hello") or {}


def _endpoint(folder: Path) -> Path:
    try:
        return endpoints.make(folder)
    except OSError as error:
        raise refused(error, folder) from error


def _start(args: list[str], log_name: str, lifeline: bool) -> subprocess.Popen[bytes]:
    output = paths.logs() / f"{log_name}.out"
    with contextlib.suppress(OSError):  # another child may still write there
        if output.exists() and output.stat().st_size > _LOG_BYTES:
            os.replace(output, output.with_name(output.name + ".1"))
    flags: dict[str, Any] = {}
    if sys.platform == "win32":
        flags["creationflags"] = subprocess.CREATE_NO_WINDOW
    else:
        flags["start_new_session"] = not lifeline
    with _opened(output) as sink:
        process = subprocess.Popen(
            args,
            stdin=subprocess.PIPE if lifeline else subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            close_fds=True,
            env={**os.environ, "PYTHONUTF8": "1"},
            **flags,
        )
    if lifeline:
        _join_job(process)
    return process


def _opened(output: Path) -> BinaryIO:
    try:
        return open(output, "ab")
    except OSError as error:
        raise refused(error, output.parent) from error


_job_handle: Any = None


def _join_job(process: subprocess.Popen[bytes]) -> None:
    """On Windows, put the child into a job object that dies with this process."""
    global _job_handle
    if sys.platform != "win32":
        return
    from app.adapters import windows_job

    if _job_handle is None:
        _job_handle = windows_job.create()
    windows_job.assign(_job_handle, process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        process.kill()
    # Popen.wait sleeps longer and longer between its looks, up to 50 ms too long.
    ends = time.monotonic() + 5
    while process.poll() is None and time.monotonic() < ends:
        time.sleep(0.002)
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()


def end(running: Running, *, seconds: float = 0.0) -> None:
    """Close the channel, give the child ``seconds`` to go by itself, then kill it."""
    running.channel.close()
    if seconds:
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.process.wait(seconds)
    _kill(running.process)
    running.folder.remove()


class Child:
    """A child by name, started on first need; one call runs at a time."""

    def __init__(
        self,
        name: str,
        *,
        instance: str = "",
        nice: bool = True,
        idle_seconds: float = IDLE_SECONDS,
    ):
        self.name = name
        self._log_name = f"{name}-{instance}" if instance else name
        self._nice = nice
        self._idle_seconds = idle_seconds
        self._numbers = itertools.count(1)
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._running: Running | None = None
        self._timer: threading.Timer | None = None

    @property
    def pid(self) -> int | None:
        """Return the process id while the child runs."""
        running = self._running
        return running.process.pid if running and running.alive() else None

    def call(
        self,
        op: str,
        args: dict[str, Any],
        ctx: JobContext,
        *,
        seconds: float | None = None,
        megabytes: int | None = None,
    ) -> Any:
        """Run ``op`` in the child and return its plain answer.

        Progress, notices and data go into ``ctx``. ``seconds`` and ``megabytes``
        (resident) are limits. Raises the ``AppError`` of the child, ``ChildError``
        when it died or passed a limit, ``Cancelled`` when ``ctx`` was cancelled.
        """
        self._wait_for_turn(ctx)
        try:
            self._keep()
            running = self._ensure(ctx)
            return _Call(self, running, next(self._numbers), ctx, seconds, megabytes).run(op, args)
        finally:
            self._turn.release()
            self._end_when_idle()

    def _wait_for_turn(self, ctx: JobContext) -> None:
        while not self._turn.acquire(timeout=0.05):
            ctx.check()
        if ctx.cancelled:
            self._turn.release()
            raise Cancelled

    def _ensure(self, ctx: JobContext) -> Running:
        running = self._running
        if running is not None and running.alive():
            return running
        if running is not None:
            self.kill()
        self._running = spawn(
            self.name, self._log_name, nice=self._nice, cancelled=lambda: ctx.cancelled
        )
        log.info("child %s started", self._log_name)
        return self._running

    def kill(self) -> None:
        """Kill the child; the next call starts a fresh one."""
        with self._state:
            running, self._running = self._running, None
        if running is not None:
            end(running)
            log.info("child %s ended", self._log_name)

    def _keep(self) -> None:
        with self._state:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _end_when_idle(self) -> None:
        with self._state:
            if self._running is None:
                return
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._idle_seconds, self.rest)
            self._timer.daemon = True
            self._timer.start()

    def rest(self) -> bool:
        """End the child unless a call runs; return whether none runs any more."""
        if not self._turn.acquire(blocking=False):
            return False
        try:
            self.kill()
        finally:
            self._turn.release()
        return True

    def close(self) -> None:
        """End the child now and stop its timer."""
        self._keep()
        self.kill()


class _Call:
    """One call: send, forward events, watch the limits."""

    def __init__(
        self,
        child: Child,
        running: Running,
        number: int,
        ctx: JobContext,
        seconds: float | None,
        megabytes: int | None,
    ):
        self._child = child
        self._running = running
        self._number = number
        self._ctx = ctx
        self._ends = time.monotonic() + seconds if seconds else None
        self._seconds = seconds
        self._megabytes = megabytes
        self._cancel_at: float | None = None
        self._weigh_at = 0.0
        self._answered = False

    def run(self, op: str, args: dict[str, Any]) -> Any:
        forget = self._ctx.on_cancel(self._send_cancel)
        try:
            self._send(messages.request(self._number, op, args))
            while (frame := self._frame()) and "event" in frame:
                self._forward(frame)
            return self._finish(frame)
        except BaseException:
            # Who listened failed (a full disk): nobody waits for the child any more.
            self._abandon()
            raise
        finally:
            forget()

    def _frame(self) -> dict[str, Any]:
        """Return the next frame of this call."""
        while (frame := self._next()).get("id") != self._number:
            pass
        self._answered = "event" not in frame
        return frame

    def _abandon(self) -> None:
        """Stop a child that still works: it hears Cancel, or is killed."""
        if self._answered or not self._running.alive():
            return
        if self._cancel_at is None:
            self._send_cancel()
        with contextlib.suppress(Cancelled, ChildError):
            while not self._answered:
                self._frame()

    def _send(self, frame: dict[str, Any]) -> None:
        try:
            self._running.channel.send(frame)
        except ChannelClosed as error:
            raise self._died() from error

    def _send_cancel(self) -> None:
        self._cancel_at = time.monotonic()
        with contextlib.suppress(ChannelClosed):
            self._running.channel.send(messages.cancel(self._number))

    def _next(self) -> dict[str, Any]:
        channel = self._running.channel
        # Looked at before each frame: a child that never stops talking is watched too.
        self._watch()
        while not channel.poll(self._patience()):
            self._watch()
        try:
            return channel.receive()
        except ChannelClosed as error:
            raise self._died() from error

    def _patience(self) -> float:
        """Return how long to wait for a frame before the next look at the limits."""
        if self._cancel_at is None:
            return _LOOK_SECONDS
        left = self._cancel_at + CANCEL_SECONDS - time.monotonic()
        return min(_LOOK_SECONDS, max(0.0, left))

    def _watch(self) -> None:
        now = time.monotonic()
        if self._cancel_at is not None and now - self._cancel_at >= CANCEL_SECONDS:
            self._child.kill()
            raise Cancelled
        if self._ends is not None and now > self._ends:
            self._child.kill()
            raise ChildError("child_time", child=self._child.name, seconds=int(self._seconds or 0))
        if self._megabytes and now > self._weigh_at:
            self._weigh_at = now + 0.25
            if self._weight() > self._megabytes:
                self._child.kill()
                raise ChildError("child_memory", child=self._child.name, megabytes=self._megabytes)

    def _weight(self) -> float:
        import psutil

        try:
            return psutil.Process(self._running.process.pid).memory_info().rss / 1e6
        except psutil.Error:
            return 0.0

    def _died(self) -> Exception:
        self._child.kill()
        if self._ctx.cancelled:
            return Cancelled()
        return ChildError("child_died", child=self._child.name)

    def _forward(self, frame: dict[str, Any]) -> None:
        kind = frame["event"]
        if self._ctx.cancelled:
            return
        if kind == "progress":
            self._ctx.report(Progress(frame["step"], frame["done"], frame["total"], frame["left"]))
        elif kind == "notice":
            self._ctx.notice(frame["code"], **frame["params"])
        elif kind == "data":
            self._ctx.emit(frame["kind"], frame["data"])

    def _finish(self, frame: dict[str, Any]) -> Any:
        if frame.get("cancelled") or (self._ctx.cancelled and "error" not in frame):
            raise Cancelled
        if "error" in frame:
            try:
                error: Exception = from_wire(frame["error"])
            except ValueError:
                error = ChildError("child_died", child=self._child.name)
            raise error
        if "crash" in frame:
            log.error("child %s crashed: %s", self._child.name, frame["crash"])
            self._child.kill()
            raise ChildError("child_died", child=self._child.name)
        return frame.get("result")
