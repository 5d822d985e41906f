"""The default loudspeaker through PortAudio (``sounddevice``)."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from app.adapters import jack
from app.core.errors import DeviceError
from app.core.meetings.recording_wav import SAMPLE_BYTES

# Enough for a busy machine, and short enough that Pause is heard at once.
LATENCY = 0.15
_SERVER_SECONDS = 0.3
LEAD = 0.2  # seconds of silence first: a sink that wakes up swallows what it gets (0.14 s here)


class Loudspeaker:
    """An open loudspeaker for 16-bit samples. Belongs to one thread.

    ``rate`` in Hz is what it was asked for, or what the device prefers where it takes
    nothing else.
    """

    def __init__(self, rate: int, channels: int) -> None:
        """Open it. Raises ``DeviceError`` loudspeaker_none, sound_stuck, microphone_library."""
        library = _portaudio()
        self._stream, self.rate = _opened(library, rate, channels)

    @property
    def tail(self) -> float:
        """Return for how many seconds silence must follow so that the last word is heard.

        PortAudio's own way to wait for the end loses what lies in the sound server.
        """
        return self.delay + _SERVER_SECONDS

    def silence(self, seconds: float) -> bytes:
        """Return samples of silence."""
        return bytes(round(self.rate * seconds) * self._stream.channels * SAMPLE_BYTES)

    @property
    def delay(self) -> float:
        """Return how many seconds after its writing a sample is heard."""
        return float(self._stream.latency)

    def write(self, data: bytes) -> None:
        """Write samples; waits until there is room. Raises ``DeviceError``."""
        import sounddevice

        try:
            self._stream.write(data)
        except sounddevice.PortAudioError as error:
            raise DeviceError("loudspeaker_none") from error

    def close(self) -> None:
        """Be silent at once."""
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)


def _portaudio() -> Any:
    """Return ``sounddevice``, loaded in a thread of its own because that can hang."""
    found: list[Any] = []

    def load() -> None:
        try:
            import sounddevice
        except OSError as error:
            found.append(error)
        else:
            found.append(sounddevice)
        jack.say_started()

    thread = threading.Thread(target=load, name="portaudio", daemon=True)
    thread.start()
    thread.join(jack.STUCK_SECONDS)
    if not found:
        jack.set_aside()
        if not found:
            raise DeviceError("sound_stuck")
        jack.say_started()  # the thread may have said so before this one said the contrary
    if isinstance(found[0], OSError):
        raise DeviceError("microphone_library") from found[0]
    return found[0]


def _opened(library: Any, rate: int, channels: int) -> tuple[Any, int]:
    """Return an open stream and its rate: at ``rate`` if it can be, through Pulse if it is here."""
    trouble: Exception | None = None
    for device in _devices(library):
        for wanted in dict.fromkeys((rate, _own_rate(library, device) or rate)):
            stream = None
            try:
                stream = library.RawOutputStream(
                    samplerate=wanted,
                    channels=channels,
                    dtype="int16",
                    device=device,
                    latency=LATENCY,
                    extra_settings=_settings(library, device),
                )
                stream.start()
            except (library.PortAudioError, ValueError) as error:
                trouble = error
                if stream is not None:  # open, but it does not start: it holds the device
                    with contextlib.suppress(library.PortAudioError):
                        stream.close()
            else:
                return stream, wanted
    raise DeviceError("loudspeaker_none") from trouble


def _devices(library: Any) -> list[int]:
    """Return the devices to try: Pulse knows where sound goes, then the default one."""
    try:
        found = library.query_devices()
        through = [
            number
            for number, device in enumerate(found)
            if device["name"] == "pulse" and device["max_output_channels"] > 0
        ]
        default = int(library.default.device[1])
    except (library.PortAudioError, IndexError, TypeError):
        return []
    return [*through, *([default] if default >= 0 and default not in through else [])]


def _own_rate(library: Any, device: int) -> int:
    try:
        return int(library.query_devices(device)["default_samplerate"])
    except library.PortAudioError:
        return 0


def _settings(library: Any, device: int) -> Any:
    """Return what makes Windows convert rates by itself; nothing elsewhere."""
    interface = library.query_devices(device)["hostapi"]
    if "WASAPI" in str(library.query_hostapis(interface)["name"]):
        return library.WasapiSettings(auto_convert=True)
    return None
