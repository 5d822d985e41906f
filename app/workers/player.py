"""The player: one sound of ours at a time, to the loudspeaker."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from app.adapters.loudspeaker import LEAD, Loudspeaker
from app.core.errors import DeviceError, InputError
from app.core.jobs import JobContext
from app.core.meetings import recording_wav as wav
from app.core.playing import PLACE

_BLOCK_SECONDS = 0.04  # how long Cancel may go unheard
_TELL_SECONDS = 0.1


def play(args: dict[str, Any], ctx: JobContext) -> None:
    """Play the file ``path`` from ``start`` seconds to its end."""
    path = Path(args["path"])
    found = wav.read(path)
    if found is None:
        raise InputError("sound_lost", path=str(path))
    speaker = Loudspeaker(found.rate, found.channels)
    try:
        _quiet(LEAD, speaker, ctx)
        _play(path, found, float(args["start"]), speaker, ctx)
        _quiet(speaker.tail, speaker, ctx)
    finally:
        speaker.close()


def _play(path: Path, found: wav.Wav, start: float, speaker: Loudspeaker, ctx: JobContext) -> None:
    frame = found.channels * wav.SAMPLE_BYTES
    at = min(found.frames, round(start * found.rate))
    convert = _converter(found, speaker.rate)
    told = 0.0
    with open(path, "rb") as file:
        file.seek(wav.HEADER_BYTES + at * frame)
        while data := file.read(round(found.rate * _BLOCK_SECONDS) * frame):
            ctx.check()
            speaker.write(convert(data[: len(data) // frame * frame]))
            at += len(data) // frame
            if time.monotonic() - told >= _TELL_SECONDS:
                told = time.monotonic()
                ctx.emit(PLACE, max(start, at / found.rate - speaker.delay))
    ctx.check()
    ctx.emit(PLACE, at / found.rate)


def _quiet(seconds: float, speaker: Loudspeaker, ctx: JobContext) -> None:
    """Write silence before the sound, so that it begins whole, or behind, so that it ends."""
    for _ in range(round(seconds / _BLOCK_SECONDS)):
        ctx.check()
        speaker.write(speaker.silence(_BLOCK_SECONDS))


def _converter(found: wav.Wav, rate: int) -> Any:
    """Return what makes blocks of the file's rate into those of the loudspeaker's."""
    if rate == found.rate:
        return lambda data: data
    import numpy as np

    from app.core.meetings.recording_resample import Resampler

    resample = Resampler(found.rate, rate)

    def convert(data: bytes) -> bytes:
        frames = np.frombuffer(data, "<i2").reshape(-1, found.channels)
        return np.clip(np.rint(resample.feed(frames)), -32768, 32767).astype("<i2").tobytes()

    return convert


def trial(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Say whether there is a loudspeaker; none is an answer too.

    On Linux PortAudio belongs to the system, so a machine may lack it. Raises
    ``DeviceError``.
    """
    try:
        Loudspeaker(16_000, 1).close()
    except DeviceError as error:
        absent = error.code == "microphone_library" and sys.platform.startswith("linux")
        if error.code != "loudspeaker_none" and not absent:
            raise
        return {"loudspeaker": False, "error": error.code}
    return {"loudspeaker": True}


OPS = {"play": play, "trial": trial}
