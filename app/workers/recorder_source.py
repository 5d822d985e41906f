"""The microphone while it is wanted: opened, watched, opened again when it goes.

Everything of PortAudio runs in another thread (``audio``), which may hang without
harm: sound on disk, Stop and the clock do not depend on it. The callback of
PortAudio only appends to a ``Feed``.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Protocol

from app.core.errors import DeviceError, StorageError
from app.core.logs import place_of
from app.core.meetings.recording_level import SilenceWatch
from app.core.meetings.recording_port import Microphone

log = logging.getLogger("alcove.recorder")

NO_DATA_SECONDS = 0.5
REOPEN_AFTER = 1.0
FIRST_DATA_SECONDS = 5.0
RETRY_SECONDS = 1.0
OTHER_DEVICE_AFTER = 3.0
ZEROS_REOPEN_SECONDS = 10.0
GIVE_UP_SECONDS = 12.0  # the person waits: less than the recorder's client does
_HELD_SECONDS = 30.0

Chunk = tuple[bytes, float]


class Stream(Protocol):
    """What the recorder uses of an open microphone."""

    name: str
    source: str
    monitor: bool
    rate: int
    channels: int
    finished: bool

    def end(self) -> None:
        """Close the microphone."""


class Microphones(Protocol):
    """What the recorder uses of ``app.adapters.microphone.Microphones``."""

    def list(self, *, fresh: bool = True) -> list[Microphone]:
        """Return the microphones."""

    def open(
        self, device: str, rate: int, feed: Callable[[bytes, bool], None], *, monitors: bool = True
    ) -> Stream:
        """Open one; raises ``DeviceError``."""

    def moved(self, stream: Any) -> Any:
        """Return where the system moved ``stream`` to, or None."""

    def known_good(self, stream: Any) -> bool:
        """Return whether ``stream`` surely hears its source."""


class Feed:
    """What PortAudio's thread hands over: chunks with the time at which they were complete.

    Bounded: behind a writer that is stuck for longer the newest is lost, which the
    timeline then finds missing.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._chunks: deque[Chunk] = deque()

    def __call__(self, data: bytes, dropped: bool) -> None:
        """Take a chunk; called by PortAudio."""
        now = self._clock()
        if not self._chunks or now - self._chunks[0][1] < _HELD_SECONDS:
            self._chunks.append((data, now))

    def take(self) -> list[Chunk]:
        """Return what has come since the last call."""
        return [self._chunks.popleft() for _ in range(len(self._chunks))]


class Source:
    """One wanted microphone. Everything but ``look`` belongs to the engine's thread.

    ``opened(stream)`` is called before the first chunk of every stream is handed
    out, ``notice(code, **params)`` with what the person should know.
    """

    def __init__(
        self,
        microphones: Microphones,
        audio: Executor,
        clock: Callable[[], float],
        opened: Callable[[Stream], None],
        notice: Callable[..., None],
    ) -> None:
        self._microphones = microphones
        self._audio = audio
        self._clock = clock
        self._tell_opened = opened
        self._notice = notice
        self.device = ""
        self.wanted = False
        self.lost = False
        self.live = False
        self._rate = 16000
        self._monitor = True
        self._stream: Stream | None = None
        self._feed: Feed | None = None
        self._opening: Future[Stream] | None = None
        self._first: Future[None] | None = None
        self._checking: Future[Any] | None = None
        self._look = False
        self._silence = SilenceWatch()
        self._last_data = self._lost_at = self._retry_at = self._stepped = self._asked_at = 0.0
        self._said_silent = self._said_lost = False

    @property
    def format(self) -> tuple[int, int] | None:
        """Return rate and channels of the open stream."""
        return (self._stream.rate, self._stream.channels) if self._stream else None

    def open(self, device: str, rate: int, *, persist: bool = False) -> Future[None]:
        """Want ``device``; the future says when it is open, or why it cannot be.

        With ``persist`` a failure is no end: it is tried again until ``close``.
        """
        self.close()
        self.device, self._rate, self._monitor = device, rate, True
        self.wanted = True
        self._lost_at = self._clock()
        first: Future[None] = Future()
        if persist:
            first.set_result(None)
        else:
            self._first = first
        self._start(None, other=False)
        return first

    def close(self) -> None:
        """Want nothing any more and close the microphone."""
        stream, self._stream, self._feed = self._stream, None, None
        opening, self._opening = self._opening, None
        first, self._first = self._first, None
        self.wanted = self.live = self.lost = self._said_lost = self._said_silent = False
        if stream is not None:
            self._audio.submit(stream.end)
        if opening is not None:
            opening.add_done_callback(_end_late)
        if first is not None:
            first.set_exception(DeviceError("recording_none"))

    def look(self) -> None:
        """Say that the sound server changed something; from any thread."""
        self._look = True

    def take(self) -> list[Chunk]:
        """Return the sound that has come since the last call."""
        if self._stream is None or self._feed is None:
            return []
        chunks = self._feed.take()
        if chunks:
            self._last_data = chunks[-1][1]
            self._listen(chunks)
            if self._clock() - self._last_data < NO_DATA_SECONDS:
                self._alive()
        return chunks

    def _alive(self) -> None:
        if self._said_lost:
            self._notice("microphone_back", device=self.device)
        self.lost = self._said_lost = False
        self.live = True

    def _listen(self, chunks: list[Chunk]) -> None:
        assert self._stream is not None
        second = self._stream.rate * self._stream.channels * 2
        for pcm, _ in chunks:
            self._silence.heard(pcm, len(pcm) / second)
        if self._silence.silent and not self._said_silent:
            self._said_silent = True
            self._notice("microphone_silent", device=self.device)
        elif not self._silence.seconds:
            self._said_silent = False

    # Opening

    def _start(self, old: Stream | None, *, other: bool) -> None:
        self._feed = Feed(self._clock)
        self._stream = None
        self._asked_at = self._clock()
        self._opening = self._audio.submit(self._open_job, old, self._feed, self.device, other)

    def _open_job(self, old: Stream | None, feed: Feed, device: str, other: bool) -> Stream:
        """In the audio thread: close what was open, then open ``device`` or another one."""
        if old is not None:
            old.end()
        try:
            return self._microphones.open(device, self._rate, feed, monitors=self._monitor)
        except DeviceError:
            if not other:
                raise
            # Another real microphone rather than none, never what a loudspeaker plays.
            return self._microphones.open("", self._rate, feed, monitors=False)

    def _opened(self, job: Future[Stream]) -> None:
        first, self._first = self._first, None
        error = job.exception()
        if error is None:
            try:
                self._use(job.result())
            except StorageError as refused:  # the recording cannot note its microphone
                if first is None:
                    raise
                self.close()
                first.set_exception(refused)
            else:
                if first is not None:
                    first.set_result(None)
            return
        if not isinstance(error, DeviceError):
            # A fault of ours or of a library must not end the recorder: it is a lost device.
            log.error("a microphone could not be opened: %s", place_of(error))
            error = DeviceError("microphone_failed", device=self.device)
        if first is not None:
            self.close()
            first.set_exception(error)
        else:
            self._lose()
            self._retry_at = self._clock() + RETRY_SECONDS

    def _stuck(self) -> None:
        """Give up a first opening that hangs; of a later one say that nothing is heard."""
        waited = self._clock() - self._asked_at
        if self._first is None:
            if waited >= FIRST_DATA_SECONDS:
                self._say_lost()
        elif waited >= GIVE_UP_SECONDS:
            first, self._first = self._first, None
            self.close()
            first.set_exception(DeviceError("sound_stuck"))

    def _use(self, stream: Stream) -> None:
        self._stream = stream
        self._last_data = self._clock()
        self._silence.reset()
        self.live = False
        if self._said_lost and stream.name != self.device:
            self._notice("microphone_changed", device=stream.name)
        self.device, self._monitor = stream.name, stream.monitor
        self._look = True
        self._tell_opened(stream)

    # The watch-dog

    def step(self) -> None:
        """Watch over the stream; call it often."""
        now = self._clock()
        asleep, self._stepped = now - self._stepped > NO_DATA_SECONDS, now
        if asleep:
            # It was us who stood still (a busy or sleeping machine): the stream, which
            # may have buffered everything, gets its time to catch up.
            self._last_data = now
        if not self.wanted:
            return
        if self._opening is not None:
            if self._opening.done():
                job, self._opening = self._opening, None
                self._opened(job)
            else:
                self._stuck()
        elif self._stream is None:
            if self._clock() >= self._retry_at:
                self._reopen()
        else:
            self._watch(self._stream)

    def _watch(self, stream: Stream) -> None:
        quiet = self._clock() - self._last_data
        patience = NO_DATA_SECONDS if self.live or self.lost else FIRST_DATA_SECONDS
        if stream.finished or quiet >= patience:
            self._lose()
            if stream.finished or quiet >= max(patience, REOPEN_AFTER):
                self._reopen()
        elif self._silence.seconds >= ZEROS_REOPEN_SECONDS:
            self._silence.reset()
            self._check(self._microphones.known_good, self._judge_zeros)
        elif self._look and self._checking is None:
            self._look = False
            self._check(self._microphones.moved, self._judge_move)
        self._checked()

    def _lose(self) -> None:
        if not self.lost:
            self.lost, self.live = True, False
            self._lost_at = self._clock()

    def _say_lost(self) -> None:
        if not self._said_lost:
            self._said_lost = True
            self._notice("microphone_lost", device=self.device)
        self._lose()

    def _reopen(self) -> None:
        self._say_lost()
        other = self._clock() - self._lost_at >= OTHER_DEVICE_AFTER
        self._start(self._stream, other=other)

    def _check(self, ask: Callable[[Stream], Any], then: Callable[[Any], None]) -> None:
        if self._checking is None:
            stream = self._stream
            assert stream is not None
            self._checking = self._audio.submit(lambda: (stream, ask(stream), then))

    def _checked(self) -> None:
        if self._checking is None or not self._checking.done():
            return
        job, self._checking = self._checking, None
        error = job.exception()
        if error is not None:
            log.error("the sound server could not be asked: %s", place_of(error))
            return
        stream, answer, then = job.result()
        if stream is self._stream:
            then(answer)

    def _judge_zeros(self, good: bool) -> None:
        if not good:
            self._start(self._stream, other=False)

    def _judge_move(self, moved: Any) -> None:
        """Take in that the sound server moved the stream to another source."""
        if moved is None or self._stream is None:
            return
        if moved.monitor and not moved.wanted_exists:
            self._reopen()  # the microphone is gone, and what is heard now is a loudspeaker
            return
        self._stream.source, self._stream.name = moved.source, moved.name
        self.device, self._monitor = moved.name, moved.monitor
        self._tell_opened(self._stream)
        self._notice("microphone_changed", device=moved.name)


def _end_late(opening: Future[Stream]) -> None:
    """Close a microphone that opened after nobody wanted it any more (in the audio thread)."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().end()
