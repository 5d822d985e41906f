"""Microphones through PortAudio (``sounddevice``), with PulseAudio asked for names.

PortAudio is not safe to call from two threads and can hang with a suspended source,
so everything here is called from one thread of the recorder that nobody waits for.
The callback only copies: it takes no lock and makes no array.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from app.adapters import pulse
from app.core.errors import DeviceError
from app.core.meetings.recording_port import Microphone

BLOCK_SECONDS = 0.02  # 320 frames at 16 kHz; left to itself PortAudio calls with 1 to 64
_LATENCY = 0.1
_FRESH_SECONDS = 0.5
_SAMPLE_BYTES = 2

# Called from PortAudio's own thread: the samples, and whether some were dropped before.
Feed = Callable[[bytes, bool], None]


@dataclass(frozen=True)
class _Choice:
    """One way to open a device: PortAudio's number, the person's name, the Pulse source."""

    index: int
    name: str
    source: str = ""
    monitor: bool = False


class Stream:
    """An open microphone. ``name`` is what it is called, ``rate`` in Hz."""

    def __init__(self, stream: Any, choice: _Choice, rate: int, channels: int) -> None:
        self._stream = stream
        self.name = choice.name
        self.source = choice.source
        self.monitor = choice.monitor
        self.rate = rate
        self.channels = channels
        self.finished = False

    def end(self) -> None:
        """Close the microphone. ``stop`` would wait for ever for a suspended source."""
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)


@dataclass(frozen=True)
class Moved:
    """The source that the system moved a stream to."""

    source: str
    name: str
    monitor: bool
    wanted_exists: bool


class Microphones:
    """The microphones of this machine.

    ``changed`` is called (from a thread) when the sound server moved or lost something.
    """

    def __init__(self, changed: Callable[[], None] | None = None) -> None:
        self._library: Any = None
        self._read_at = 0.0
        self._changed = changed
        self._watch: pulse.Watch | None = None

    def _portaudio(self, *, fresh: bool) -> Any:
        """Return ``sounddevice``; ``fresh`` reads the list of devices anew.

        Only without an open stream: starting PortAudio again kills streams.
        """
        if self._library is None:
            try:
                import sounddevice
            except OSError as error:
                raise DeviceError("microphone_library") from error
            self._library = sounddevice
            self._read_at = time.monotonic()
        elif fresh and time.monotonic() - self._read_at > _FRESH_SECONDS:
            self._read_at = time.monotonic()
            with contextlib.suppress(self._library.PortAudioError):
                self._library._terminate()
            try:
                self._library._initialize()
            except self._library.PortAudioError as error:
                raise DeviceError("microphone_library") from error
        return self._library

    def prepare(self) -> None:
        """Load PortAudio ahead of its first use."""
        with contextlib.suppress(DeviceError):
            self._portaudio(fresh=False)

    def list(self, *, fresh: bool = True) -> list[Microphone]:
        """Return the microphones, the default first.

        Raises ``DeviceError`` "microphone_library" when PortAudio is not here,
        "microphone_failed" when it does not say.
        """
        library = self._portaudio(fresh=fresh)
        with _translated(library, ""):
            named = _pulse_microphones(library)
            return _portaudio_microphones(library) if named is None else named

    def open(self, device: str, rate: int, feed: Feed, *, monitors: bool = True) -> Stream:
        """Open ``device`` ("" is the default one) and let it call ``feed``.

        Tries ``rate`` and one channel first, then what the device prefers.
        ``monitors`` False refuses what only plays back a loudspeaker. Raises
        ``DeviceError`` "microphone_none", "microphone_missing", "microphone_failed",
        "microphone_library".
        """
        library = self._portaudio(fresh=True)
        with _translated(library, device):
            return self._open(library, device, rate, feed, monitors)

    def _open(self, library: Any, device: str, rate: int, feed: Feed, monitors: bool) -> Stream:
        choice = _choose(library, device, monitors)
        if choice.source:
            os.environ["PULSE_SOURCE"] = choice.source
            self._keep_watch()
        try:
            for wanted_rate, channels in _formats(library, choice.index, rate):
                stream = _try(library, choice, wanted_rate, channels, feed)
                if stream is not None:
                    return stream
        finally:
            os.environ.pop("PULSE_SOURCE", None)
        if not device:  # the default one of a sound system that has none, or has gone
            raise DeviceError("microphone_none")
        raise DeviceError("microphone_missing", device=choice.name)

    def _keep_watch(self) -> None:
        if self._changed is not None and (self._watch is None or not self._watch.alive):
            self.close()
            self._watch = pulse.Watch(self._changed)

    def close(self) -> None:
        """Stop to watch the sound server."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()

    @staticmethod
    def moved(stream: Stream) -> Moved | None:
        """Return where the sound server moved ``stream`` to, None when it did not."""
        if not stream.source:
            return None
        now = pulse.own_source(os.getpid())
        if now is None or now == stream.source:
            return None
        known = {s.name: s for s in pulse.sources() or []}
        source = known.get(now)
        if source is None:
            return None
        return Moved(now, source.description, source.monitor, stream.source in known)

    @staticmethod
    def known_good(stream: Stream) -> bool:
        """Return whether the sound server says that ``stream`` still hears its source.

        Zeros are then what the microphone really gives: nothing is to be gained by
        opening it again.
        """
        return bool(stream.source) and pulse.own_source(os.getpid()) == stream.source


@contextlib.contextmanager
def _translated(library: Any, device: str) -> Iterator[None]:
    """Raise ``DeviceError`` for what PortAudio says, whichever of its calls said it.

    A device that goes in the moment in which it is asked makes any of them fail.
    """
    try:
        yield
    except library.PortAudioError as error:
        raise DeviceError("microphone_failed", device=device) from error


def _pulse_index(library: Any) -> int | None:
    for index, device in enumerate(library.query_devices()):
        if device["name"] == "pulse" and device["max_input_channels"] > 0:
            return index
    return None


def _pulse_microphones(library: Any) -> list[Microphone] | None:
    if _pulse_index(library) is None:
        return None
    sources = pulse.sources()
    if sources is None:
        return None
    default = pulse.default_source()
    found = [
        Microphone(_label(s, sources), s.name == default and s.microphone, s.monitor)
        for s in sources
    ]
    return sorted(found, key=lambda m: (not m.default, m.virtual))


def _label(source: pulse.Source, among: list[pulse.Source]) -> str:
    """Return the description of ``source``, with its name where two are called the same."""
    same = [s for s in among if s.description == source.description]
    return f"{source.description} ({source.name})" if len(same) > 1 else source.description


def _portaudio_microphones(library: Any) -> list[Microphone]:
    default = _default_input(library)
    interface = _interface(library, default)
    found = [
        Microphone(str(device["name"]), index == default)
        for index, device in enumerate(library.query_devices())
        if device["max_input_channels"] > 0 and device["hostapi"] == interface
    ]
    return sorted(found, key=lambda m: not m.default)


def _default_input(library: Any) -> int:
    """Return PortAudio's number of the default input, -1 when there is none."""
    apis = library.query_hostapis()
    if sys.platform == "win32":  # MME, the first one, cuts names off at 31 letters
        for api in apis:
            if "WASAPI" in api["name"] and api["default_input_device"] >= 0:
                return int(api["default_input_device"])
    with contextlib.suppress(IndexError, TypeError):
        return int(library.default.device[0])
    return -1


def _interface(library: Any, index: int) -> int:
    return int(library.query_devices(index)["hostapi"]) if index >= 0 else 0


def _choose(library: Any, device: str, monitors: bool) -> _Choice:
    through = _pulse_index(library)
    sources = pulse.sources() if through is not None else None
    if through is not None and sources is not None and device not in ("pulse", "default"):
        return _choose_source(sources, device, through, monitors)
    default = _default_input(library)
    if not device:
        if default < 0:
            raise DeviceError("microphone_none")
        return _Choice(default, str(library.query_devices(default)["name"]))
    named = [
        (index, str(d["name"]))
        for index, d in enumerate(library.query_devices())
        if d["max_input_channels"] > 0
    ]
    interface = _interface(library, default)
    named.sort(key=lambda n: library.query_devices(n[0])["hostapi"] != interface)
    for index, name in _matching(named, device):
        return _Choice(index, name)
    raise DeviceError("microphone_missing" if named else "microphone_none", device=device)


def _choose_source(
    sources: list[pulse.Source], device: str, through: int, monitors: bool
) -> _Choice:
    allowed = [s for s in sources if monitors or not s.monitor]
    if not device:
        default = pulse.default_source()
        first = [s for s in allowed if s.name == default and s.microphone]
        first += [s for s in allowed if s.microphone and not s.monitor]
        first += [s for s in allowed if s.microphone]
        if not first:
            raise DeviceError("microphone_none")
        chosen = first[0]
    else:
        named = [(s, s.name) for s in allowed] + [(s, _label(s, sources)) for s in allowed]
        found = _matching(named, device)
        if not found:
            code = "microphone_missing" if any(s.microphone for s in sources) else "microphone_none"
            raise DeviceError(code, device=device)
        chosen = found[0][0]
    return _Choice(through, _label(chosen, sources), chosen.name, chosen.monitor)


def _matching(named: list[tuple[Any, str]], wanted: str) -> list[tuple[Any, str]]:
    """Return the entries called ``wanted``, else those whose name holds it."""
    exact = [n for n in named if n[1] == wanted]
    return exact or [n for n in named if wanted.casefold() in n[1].casefold()]


def _formats(library: Any, index: int, rate: int) -> list[tuple[int, int]]:
    device = library.query_devices(index)
    own = int(device["default_samplerate"]) or rate
    two = min(2, int(device["max_input_channels"]))
    formats = [(rate, 1), (own, 1), (rate, two), (own, two)]
    return list(dict.fromkeys(formats))


def _try(library: Any, choice: _Choice, rate: int, channels: int, feed: Feed) -> Stream | None:
    holder: list[Stream] = []

    def callback(data: Any, frames: int, when: Any, status: Any) -> None:
        feed(bytes(data), bool(status.input_overflow))

    def finished() -> None:
        for stream in holder:
            stream.finished = True

    extra = None
    if sys.platform == "win32" and "WASAPI" in _api_name(library, choice.index):
        extra = library.WasapiSettings(auto_convert=True)
    stream = None
    try:
        stream = library.RawInputStream(
            samplerate=rate,
            channels=channels,
            dtype="int16",
            device=choice.index,
            blocksize=round(rate * BLOCK_SECONDS),
            latency=_LATENCY,
            extra_settings=extra,
            callback=callback,
            finished_callback=finished,
        )
        holder.append(Stream(stream, choice, rate, channels))
        stream.start()
    except (library.PortAudioError, ValueError):
        if stream is not None:
            with contextlib.suppress(library.PortAudioError):
                stream.close(ignore_errors=True)
        return None
    return holder[0]


def _api_name(library: Any, index: int) -> str:
    return str(library.query_hostapis(library.query_devices(index)["hostapi"])["name"])
