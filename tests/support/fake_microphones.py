"""Microphones without a sound system, on a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.core.errors import DeviceError
from app.core.meetings.recording_port import Microphone

CHUNK = 0.02


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class AtOnce(Executor):
    """Runs work where it is submitted; ``hang`` leaves it undone, like a stuck PortAudio."""

    def __init__(self) -> None:
        self.hang = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn`` now."""
        future: Future[Any] = Future()
        if self.hang:
            return future
        try:
            future.set_result(fn(*args, **kwargs))
        except (DeviceError, RuntimeError) as error:
            future.set_exception(error)
        return future


@dataclass
class FakeStream:
    """An open fake microphone."""

    name: str
    rate: int
    channels: int
    feed: Callable[[bytes, bool], None]
    monitor: bool = False
    source: str = ""
    finished: bool = False
    ended: bool = False

    def end(self) -> None:
        """Note that it was closed."""
        self.ended = True


@dataclass
class FakeMicrophones:
    """What is plugged in, by name; the first is the default. Monitors come from ``loud``."""

    plugged: list[str] = field(default_factory=lambda: ["Mic"])
    loud: list[str] = field(default_factory=list)
    formats: dict[str, tuple[int, int]] = field(default_factory=dict)
    opened: list[FakeStream] = field(default_factory=list)
    move: Any = None
    good: bool = True
    broken_library: bool = False
    fault: Exception | None = None

    def list(self, *, fresh: bool = True) -> list[Microphone]:
        """Return what is plugged in."""
        if self.broken_library:
            raise DeviceError("microphone_library")
        real = [Microphone(name, number == 0) for number, name in enumerate(self.plugged)]
        return real + [Microphone(name, virtual=True) for name in self.loud]

    def open(
        self, device: str, rate: int, feed: Callable[[bytes, bool], None], *, monitors: bool = True
    ) -> FakeStream:
        """Open one by name."""
        if self.broken_library:
            raise DeviceError("microphone_library")
        if self.fault is not None:
            raise self.fault
        known = self.plugged + (self.loud if monitors else [])
        name = device or (self.plugged[0] if self.plugged else "")
        if not known or not name:
            raise DeviceError("microphone_none")
        if name not in known:
            raise DeviceError("microphone_missing", device=name)
        own_rate, channels = self.formats.get(name, (rate, 1))
        stream = FakeStream(name, own_rate, channels, feed, name in self.loud, name)
        self.opened.append(stream)
        return stream

    def moved(self, stream: FakeStream) -> Any:
        """Return where a test says it was moved to."""
        return self.move

    def known_good(self, stream: FakeStream) -> bool:
        """Return what a test says of it."""
        if self.fault is not None:
            raise self.fault
        return self.good

    @property
    def stream(self) -> FakeStream:
        """Return the stream that was opened last."""
        return self.opened[-1]


class Bench:
    """An engine (or source) with its clock and microphones, driven by hand."""

    def __init__(self, microphones: FakeMicrophones) -> None:
        self.clock = Clock()
        self.audio = AtOnce()
        self.microphones = microphones
        self.told: list[tuple[str, Any]] = []
        self.sample = 0
        self.step: Callable[[], Any] = lambda: None

    def tell(self, kind: str, data: Any) -> None:
        """Take what the engine tells."""
        self.told.append((kind, data))

    def pass_time(self, seconds: float) -> None:
        """Let time pass without sound, a step every 20 ms."""
        for _ in range(round(seconds / CHUNK)):
            self.clock.now += CHUNK
            self.step()

    def speak(self, seconds: float, value: int | None = None) -> None:
        """Let time pass with sound: a ramp, or one value."""
        for _ in range(round(seconds / CHUNK)):
            self.clock.now += CHUNK
            stream = self.microphones.stream
            if not stream.ended:
                stream.feed(self._chunk(stream, value), False)
            self.step()

    def _chunk(self, stream: FakeStream, value: int | None) -> bytes:
        frames = round(stream.rate * CHUNK)
        numbers = np.arange(self.sample, self.sample + frames) % 32000 + 1
        self.sample += frames
        samples = numbers if value is None else np.full(frames, value)
        return np.repeat(samples, stream.channels).astype("<i2").tobytes()

    def notices(self) -> list[str]:
        """Return the codes of the notices so far."""
        return [data["code"] for kind, data in self.told if kind == "notice"]

    def phases(self) -> list[str]:
        """Return the phases that were told."""
        return [data["phase"] for kind, data in self.told if kind == "state"]
