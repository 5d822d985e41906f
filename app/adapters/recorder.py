"""The parent's side of the recorder: attach to the one that runs, or start it.

Unlike the other children the recorder outlives its parent. It is found by the OS
lock it holds. When it dies while it records it is started again, once, and goes on
in a new part; what was missed stands in the recording as a gap.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NoAnswer
from pathlib import Path
from typing import Any

from app.adapters import children
from app.adapters.left_running import leave
from app.core import build, paths
from app.core.errors import AppError, ChildError, DeviceError, from_wire
from app.core.jobs import Notice
from app.core.locks import is_held
from app.core.logs import place_of
from app.core.meetings.recording_port import IDLE, Listener, Microphone, State, state_from_json
from app.wire import endpoints, messages
from app.wire.frames import Channel, ChannelClosed

log = logging.getLogger("alcove.recorder")

_ANSWER_SECONDS = 20
_ATTACH_SECONDS = 5.0
_GOING_SECONDS = 1.0
# What a frame raises that is not as it should be.
_NOT_UNDERSTOOD = (KeyError, TypeError, ValueError, AttributeError)


class RecorderClient:
    """The port ``Recorder``. Safe from any thread; listeners are called from one of its own.

    ``orphan_seconds`` is how long a recording goes on with nobody attached;
    ``floor`` how many bytes of the disk stay free; ``restart`` the command that the
    recorder runs, once, should this process die while it records. ``pid`` and ``build``
    are those of the recorder that was attached to last.
    """

    def __init__(
        self,
        *,
        orphan_seconds: float = 600.0,
        floor: int | None = None,
        restart: list[str] | None = None,
    ) -> None:
        self._common: dict[str, Any] = {"orphan_seconds": orphan_seconds}
        if floor is not None:
            self._common["floor"] = floor
        self._restart = restart or []
        self._listeners: list[Listener] = []
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._channel: Channel | None = None
        self._reader: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        # By channel: those asked of a dead recorder end with it, those of the next do not.
        self._waiting: dict[tuple[Channel, int], Future[Any]] = {}
        self._last = State(clients=0)
        self._began: dict[str, Any] = {}
        self._asked_to_begin: tuple[Channel, int] | None = None
        self._restarted = self._begins = False
        self._refused: Channel | None = None
        self.pid: int | None = None
        self.build: str | None = None

    # The port

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell ``listener`` of everything from now on; returns how to stop that."""
        self._listeners.append(listener)

        def stop() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return stop

    def attach(self) -> State | None:
        """Attach to a recorder that runs already; None when there is none."""
        with self._lock:
            if self._channel is None and not self._attach():
                return None
        return self.state()

    def microphones(self) -> list[Microphone]:
        """Return what can be recorded from, the default first."""
        found = self._ask("devices")
        return [Microphone(m["name"], m["default"], m["virtual"]) for m in found]

    def start(
        self, folder: Path, *, device: str = "", rate: int = 16000, seconds: float | None = None
    ) -> State:
        """Start to record into a new folder below ``folder``."""
        wish = {"device": device, "rate": rate, "seconds": seconds, **self._common}
        self._restarted, self._began = False, wish
        self._begins = True
        try:
            return self._state("start", folder=str(folder), **wish)
        finally:
            self._begins = False

    def pause(self) -> State:
        """Close the microphone and let the meeting's clock stand."""
        return self._state("pause")

    def resume(self) -> State:
        """Open the microphone again."""
        return self._state("resume")

    def marker(self, text: str = "") -> float:
        """Set a marker or note now; returns its meeting time in seconds."""
        return float(self._ask("marker", text=text)["time"])

    def stop(self) -> State:
        """Close the recording and return its last state with its folder."""
        return self._state("stop")

    def test(self, device: str = "") -> State:
        """Open the microphone for levels alone."""
        return self._state("test", device=device)

    def end_test(self) -> State:
        """Close the microphone of a test."""
        return self._state("end_test")

    def state(self) -> State:
        """Return what the recorder does now; idle when none runs."""
        if self._channel is None:
            return State(clients=0)
        return self._state("state")

    def close(self) -> None:
        """Leave the recorder: a running recording goes on, an idle recorder ends."""
        with self._lock:
            channel, self._channel = self._channel, None
            process, self._process = self._process, None
            reader, self._reader = self._reader, None
        if channel is not None:
            with contextlib.suppress(ChannelClosed):
                channel.send(messages.request(0, "bye", {}))
        # The recorder closes its end upon "bye", which ends our reading thread.
        if reader is not None and reader is not threading.current_thread():
            reader.join(_ATTACH_SECONDS)
        if process is not None:
            try:
                process.wait(0 if self._last.running else _GOING_SECONDS)
            except subprocess.TimeoutExpired:
                leave(process)

    # Calls

    def _state(self, op: str, **args: Any) -> State:
        state = state_from_json(self._ask(op, **args))
        if self._channel is not None:  # else it has died since, and that is what holds
            self._last = state
        return state

    def _ask(self, op: str, **args: Any) -> Any:
        """Ask and wait for the answer.

        A recorder that was idle may end in the moment in which it is asked: another one is
        started then, once.
        """
        with self._lock:
            answer = self._sent(op, args)
        try:
            return self._answer(answer)
        except ChildError as error:
            if error.code != "child_died" or (self._last.running and not self._begins):
                raise
        with self._lock:
            self._forget_dead()
            answer = self._sent(op, args)
        return self._answer(answer)

    def _answer(self, answer: Future[Any] | None) -> Any:
        if answer is None:
            raise ChildError("child_died", child="recorder")
        try:
            return answer.result(_ANSWER_SECONDS)
        except NoAnswer as error:
            raise ChildError(
                "child_time", child="recorder", seconds=int(_ANSWER_SECONDS)
            ) from error

    def _forget_dead(self) -> None:
        """Let go of a recorder that does not answer, if its end was not seen yet."""
        if self._channel is not None and self._channel is self._refused:
            self._channel = None
            if self._process is not None:
                leave(self._process)
                self._process = None

    def _sent(self, op: str, args: dict[str, Any]) -> Future[Any] | None:
        """Send a request, starting a recorder if need be; None when it has just ended."""
        if self._channel is None and not self._attach():
            self._start()
        assert self._channel is not None
        channel, number, answer = self._channel, next(self._numbers), Future[Any]()
        self._waiting[channel, number] = answer
        if op == "start":
            self._asked_to_begin = channel, number
        try:
            channel.send(messages.request(number, op, args))
        except ChannelClosed:
            self._waiting.pop((channel, number), None)
            self._refused = channel
            return None
        return answer

    def _attach(self) -> bool:
        """Connect to the recorder that holds the lock; return whether there is one."""
        lock = paths.run() / "recorder.lock"
        if not is_held(lock):
            return False
        pointer = paths.run() / "recorder.json"
        try:
            channel = endpoints.connect(
                pointer, alive=lambda: is_held(lock), seconds=_ATTACH_SECONDS
            )
            if not channel.poll(_ATTACH_SECONDS):
                raise ChannelClosed
            hello = channel.receive().get("hello") or {}
        except ChannelClosed:
            return False
        if hello.get("protocol") != build.PROTOCOL:
            channel.close()
            raise ChildError("child_mismatch", child="recorder")
        self._use(channel, hello)
        return True

    def _start(self) -> None:
        try:
            running = children.spawn("recorder", "recorder", nice=False, lifeline=False)
        except ChildError:
            if self._attach():  # somebody else was quicker
                return
            raise
        self._process = running.process
        self._use(running.channel, running.hello)

    def _use(self, channel: Channel, hello: dict[str, Any]) -> None:
        self._channel = channel
        self.pid, self.build = hello.get("pid"), hello.get("build")
        self._reader = threading.Thread(
            target=self._read, args=(channel,), name="recorder-client", daemon=True
        )
        self._reader.start()
        if self._restart:
            with contextlib.suppress(ChannelClosed):
                channel.send(messages.request(0, "keep", {"restart": self._restart}))

    # What comes back

    def _read(self, channel: Channel) -> None:
        try:
            while True:
                frame = channel.receive()
                try:
                    self._take(channel, frame)
                except _NOT_UNDERSTOOD as error:
                    # An older recorder goes on; who stops to read would never see its end.
                    log.error("the recorder said something else: %s", place_of(error))
        except ChannelClosed:
            self._gone(channel)

    def _take(self, channel: Channel, frame: dict[str, Any]) -> None:
        kind = frame.get("event")
        if kind == "notice":
            self._tell("notice", Notice(str(frame["code"]), dict(frame["params"])))
        elif kind == "data" and frame.get("kind") == "state":
            self._last = state_from_json(frame["data"])
            self._tell("state", self._last)
        elif kind == "data":
            self._tell(str(frame["kind"]), frame["data"])
        else:
            self._answered(channel, frame)

    def _answered(self, channel: Channel, frame: dict[str, Any]) -> None:
        answer = self._waiting.pop((channel, int(frame.get("id", 0))), None)
        if answer is None:
            return
        if "result" in frame:
            answer.set_result(frame["result"])
            return
        try:
            error: AppError = from_wire(frame["error"])
        except _NOT_UNDERSTOOD:
            log.error("recorder: %s", frame.get("crash"))
            error = ChildError("child_died", child="recorder")
        answer.set_exception(error)

    def _tell(self, kind: str, data: Any) -> None:
        for listener in list(self._listeners):
            listener(kind, data)

    def _gone(self, channel: Channel) -> None:
        """The channel ended: start the recorder again if it died while it recorded."""
        with self._lock:
            ours = self._channel is channel
            process = None
            if ours:
                self._channel = None
                process, self._process = self._process, None
        channel.close()
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_ATTACH_SECONDS)
        died = ChildError("child_died", child="recorder")
        # Once the answer came there is a recording, whether or not who asked woke up already.
        begins = self._asked_to_begin in self._waiting
        for key in [key for key in list(self._waiting) if key[0] is channel]:
            answer = self._waiting.pop(key, None)
            if answer is not None:
                answer.set_exception(died)
        if ours and begins:
            # Nothing was recorded yet, and who asked to begin asks once more.
            self._last = State(IDLE, clients=0)
        elif ours and not (self._last.running and self._revive()):
            self._last = State(IDLE, clients=0)
            self._tell("ended", None)

    def _revive(self) -> bool:
        """Start the recorder once more on the recording of the one that died."""
        folder, again = self._last.folder, self._restarted
        self._restarted = True
        if folder is None or again:
            return False
        log.warning("the recorder died while it recorded and is started again")
        wish = self._began or dict(self._common)
        try:
            with self._lock:
                if self._channel is None and not self._attach():
                    self._start()
            threading.Thread(
                target=self._go_on, args=(folder, wish), name="recorder-revive", daemon=True
            ).start()
        except AppError:
            return False
        return True

    def _go_on(self, folder: Path, wish: dict[str, Any]) -> None:
        try:
            try:
                self._state("resume_after_death", folder=str(folder), **wish)
            except DeviceError as error:
                # Another window or command line was quicker: the recording goes on.
                if error.code != "recording_running" or not self._state("state").running:
                    raise
                self._tell("state", self._last)
            self._tell("notice", Notice("recorder_restarted"))
        except AppError:
            log.warning("the recording could not be continued")
            self._tell("ended", None)
