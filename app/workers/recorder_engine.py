"""What the recorder does, step by step: commands, sound, the end of a recording.

One thread calls ``step`` and nothing in it waits for a device or a client.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from app.core.errors import AppError, DeviceError, StorageError
from app.core.meetings import recording as rec
from app.core.meetings.recording_level import level
from app.core.meetings.recording_port import (
    IDLE,
    LOST,
    OPENING,
    PAUSED,
    RECORDING,
    TESTING,
)
from app.core.meetings.recording_timeline import steady
from app.workers.recorder_session import WARN_SECONDS, Session, Wish, megabytes
from app.workers.recorder_source import (
    FIRST_DATA_SECONDS,
    GIVE_UP_SECONDS,
    Microphones,
    Source,
    Stream,
)

LEVEL_SECONDS = 0.1

Answer = dict[str, Any] | list[dict[str, Any]]


class Engine:
    """The recorder's state machine. ``call`` is safe from any thread, the rest is not.

    ``tell(kind, data)`` hears "state", "level" and "notice"; it must not wait.
    """

    def __init__(
        self,
        microphones: Microphones,
        tell: Callable[[str, Any], None],
        audio: Executor,
        *,
        clock: Callable[[], float] = steady,
    ) -> None:
        self._microphones = microphones
        self._tell = tell
        self._audio = audio
        self._clock = clock
        self._commands: queue.SimpleQueue[tuple[str, dict[str, Any], Future[Any]]] = (
            queue.SimpleQueue()
        )
        self.source = Source(microphones, audio, clock, self._opened, self._notice)
        self._session: Session | None = None
        self._paused = False
        self._begun_at = 0.0
        self._meter = bytearray()
        self._said_low = False
        self._told: str = IDLE
        self._result: dict[str, Any] | None = None
        self._listing: list[tuple[float, Future[Any], Future[Any]]] = []
        self._ops: dict[str, Callable[[dict[str, Any], Future[Any]], Answer | None]] = {
            "state": lambda args, future: self.state(),
            "devices": self._devices,
            "start": self._start,
            "resume_after_death": self._go_on,
            "test": self._test,
            "end_test": self._end_test,
            "pause": self._pause,
            "resume": self._resume,
            "marker": self._marker,
            "stop": self._stop,
        }

    # What it does now

    @property
    def busy(self) -> bool:
        """Return whether a recording exists."""
        return self._session is not None

    @property
    def phase(self) -> str:
        """Return one of the phases of ``recording_port``."""
        if self._session is None:
            return TESTING if self.source.wanted else IDLE
        if self._paused:
            return PAUSED
        if self.source.lost:
            return LOST
        return RECORDING if self.source.live else OPENING

    def state(self) -> dict[str, Any]:
        """Return the plain form of ``recording_port.State``."""
        return {
            "phase": self.phase,
            "time": round(self._time(), 3),
            "folder": str(self._session.folder) if self._session else None,
            "device": self.source.device,
            "error": None,
        }

    def _time(self) -> float:
        if self._session is None:
            return 0.0
        if self.source.lost and self._session.timeline.running:
            return self._session.timeline.time(self._clock())
        return self._session.end

    # Commands

    def call(self, op: str, args: dict[str, Any]) -> Future[Any]:
        """Queue a command; the future holds its plain answer or its ``AppError``."""
        future: Future[Any] = Future()
        self._commands.put((op, args, future))
        return future

    def _do(self, op: str, args: dict[str, Any], future: Future[Any]) -> None:
        try:
            answer = self._ops[op](args, future)
        except AppError as error:
            future.set_exception(error)
        else:
            if answer is not None:
                future.set_result(answer)

    def _devices(self, args: dict[str, Any], future: Future[Any]) -> None:
        job = self._audio.submit(self._microphones.list, fresh=not self.source.wanted)
        self._listing = [*self._listing, (self._clock() + GIVE_UP_SECONDS, job, future)]

    def _listed(self) -> None:
        """Answer who asked for the devices, also when the sound system never does."""
        asked, self._listing = self._listing, []
        for until, job, future in asked:
            if job.done():
                _pass_on(job, future, _plain_devices)
            elif self._clock() < until:
                self._listing.append((until, job, future))
            else:
                future.set_exception(DeviceError("sound_stuck"))

    def _start(self, args: dict[str, Any], future: Future[Any]) -> None:
        if self.busy:
            raise DeviceError("recording_running")
        wish = _wish(args)
        self._take_over(Session.begin(Path(args["folder"]), wish))
        opening = self.source.open(wish.device, wish.rate)
        opening.add_done_callback(lambda done: self._started(done, future))

    def _started(self, opening: Future[None], future: Future[Any]) -> None:
        error = opening.exception()
        if error is None:
            future.set_result(self.state())
            return
        session, self._session = self._session, None
        if session is not None:  # nothing was heard yet: the start fails as a whole
            session.close(self._clock(), lost=False)
        future.set_exception(error)

    def _go_on(self, args: dict[str, Any], future: Future[Any]) -> Answer:
        """Continue the recording of a recorder that died, in a new part."""
        if self.busy:
            raise DeviceError("recording_running")
        wish = _wish(args)
        session = Session.go_on(Path(args["folder"]), wish, self._clock())
        self._take_over(session)
        self._paused = session.recording.state == rec.PAUSED
        if not self._paused:
            self.source.open(session.recording.device or wish.device, wish.rate, persist=True)
        return self.state()

    def _take_over(self, session: Session) -> None:
        self._session = session
        self._result = None
        self._paused = self._said_low = False
        self._begun_at = self._clock()

    def _test(self, args: dict[str, Any], future: Future[Any]) -> Answer | None:
        if self.busy:
            return self.state()
        opening = self.source.open(str(args.get("device") or ""), 16000)
        opening.add_done_callback(lambda done: _pass_on(done, future, lambda _: self.state()))
        return None

    def _end_test(self, args: dict[str, Any], future: Future[Any]) -> Answer:
        self.end_test()
        return self.state()

    def end_test(self) -> None:
        """Close the microphone of a test; a recording is left alone."""
        if not self.busy:
            self.source.close()

    def _pause(self, args: dict[str, Any], future: Future[Any]) -> Answer:
        session = self._need()
        if not self._paused:
            self._drain()
            session, lost = self._need(), self.source.lost
            self.source.close()
            # Also when the disk refuses to note it: nothing is heard, and it can go on.
            self._paused = True
            session.pause(self._clock() if lost else None)
        return self.state()

    def _resume(self, args: dict[str, Any], future: Future[Any]) -> Answer:
        session = self._need()
        if self._paused:
            session.resume()
            self._paused = False
            self._begun_at = self._clock()
            self.source.open(session.recording.device, session.wish.rate, persist=True)
        return self.state()

    def _marker(self, args: dict[str, Any], future: Future[Any]) -> Answer:
        return {"time": self._need().marker(str(args.get("text") or ""), self._clock())}

    def _stop(self, args: dict[str, Any], future: Future[Any]) -> Answer:
        """End the recording; of one that has just ended every client gets the same answer."""
        if self._session is not None:
            self._finish(None)
        result = self._result
        if result is None:
            raise DeviceError("recording_none")
        if result["folder"] is None and result["error"] is None:
            raise DeviceError("recording_empty", device=result["device"])
        return result

    def _need(self) -> Session:
        if self._session is None:
            raise DeviceError("recording_none")
        return self._session

    # Step by step

    def step(self) -> None:
        """Do what there is to do now."""
        while not self._commands.empty():
            op, args, future = self._commands.get_nowait()
            self._guard(lambda o=op, a=args, f=future: self._do(o, a, f))
        self._guard(self.source.step)
        self._guard(self._drain)
        self._listed()
        if self._session is not None and not self._paused:
            self._guard(self._tick)
        if self.phase != self._told:
            self._told = self.phase
            self._tell("state", self.state())

    def _guard(self, action: Callable[[], None]) -> None:
        """Do ``action``; a disk that refuses ends the recording, which keeps what it has."""
        try:
            action()
        except StorageError as error:
            self._finish(error)

    def _opened(self, stream: Stream) -> None:
        if self._session is not None:
            self._session.broken = True
            self._session.use(stream.rate, stream.channels, stream.name)

    def _drain(self) -> None:
        full = False
        for pcm, now in self.source.take():
            self._measure(pcm)
            if self._session is not None and not full:
                full = self._session.sound(pcm, now)
        if full:
            self._finish(None)

    def _measure(self, pcm: bytes) -> None:
        if self.source.format is None:
            return
        rate, channels = self.source.format
        self._meter += pcm
        if len(self._meter) >= rate * channels * 2 * LEVEL_SECONDS:
            now = level(bytes(self._meter))
            self._meter.clear()
            data = {"peak": now.peak, "rms": now.rms, "time": round(self._time(), 3)}
            self._tell("level", data)

    def _tick(self) -> None:
        session, now = self._need(), self._clock()
        session.tick(now)
        if self._overdue(session, now):
            self._finish(None)
        elif not self._said_low and session.room_seconds() < WARN_SECONDS:
            self._said_low = True
            self._notice("disk_filling", free=megabytes(session.free()))

    def _overdue(self, session: Session, now: float) -> bool:
        """Return whether the asked-for time is over without enough sound to end it."""
        limit = session.wish.seconds
        if limit is None:
            return False
        if not session.timeline.running:
            return now - self._begun_at > limit - session.end + FIRST_DATA_SECONDS
        return session.timeline.time(now) > limit + (0 if self.source.lost else 2)

    # The end

    def _finish(self, error: StorageError | None) -> None:
        """Close the recording and keep its result for those who ask with ``stop``."""
        session, lost = self._session, self.source.lost
        if session is None:
            return
        if error is None and not self._paused:
            try:
                for pcm, now in self.source.take():
                    if session.sound(pcm, now):
                        break
            except StorageError as late:
                error = late
        self._session = None
        recording = session.close(self._clock(), lost=lost)
        holds = bool(recording.parts or recording.markers)
        end: AppError | None = error
        if end is None and lost and holds:
            end = DeviceError("microphone_lost", device=self.source.device)
        self._result = {
            "phase": IDLE,
            "time": recording.duration or 0.0,
            "folder": str(session.folder) if holds else None,
            "device": recording.device or self.source.device,
            "error": end.to_wire() if end else None,
        }
        self.source.close()
        self._meter.clear()
        self._paused = False
        self._told = IDLE
        self._tell("state", self._result)

    def finish(self) -> None:
        """Close a running recording: the recorder ends."""
        self._finish(None)

    def _notice(self, code: str, **params: Any) -> None:
        self._tell("notice", {"code": code, "params": params})


def _wish(args: dict[str, Any]) -> Wish:
    return Wish(
        device=str(args.get("device") or ""),
        rate=int(args.get("rate") or Wish.rate),
        seconds=float(args["seconds"]) if args.get("seconds") else None,
        floor=int(args["floor"]) if args.get("floor") is not None else Wish.floor,
    )


def _plain_devices(found: Any) -> list[dict[str, Any]]:
    return [{"name": m.name, "default": m.default, "virtual": m.virtual} for m in found]


def _pass_on(done: Future[Any], future: Future[Any], plain: Callable[[Any], Any]) -> None:
    error = done.exception()
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(plain(done.result()))
