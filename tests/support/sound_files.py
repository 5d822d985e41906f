"""Sound and video files of every kind, made on the spot."""

from __future__ import annotations

import struct
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "resources" / "samples" / "meeting.ogg"
RATE = 16000


def tone(seconds: float, hertz: float = 440.0, rate: int = RATE, level: float = 0.3) -> np.ndarray:
    """Return a sine as float32, shape (n,)."""
    at = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def noise(seconds: float, rate: int = RATE, level: float = 0.2) -> np.ndarray:
    """Return white noise as float32, shape (n,)."""
    random = np.random.default_rng(7)
    return (level * random.standard_normal(round(seconds * rate))).astype(np.float32)


@cache
def speech(seconds: float = 12.0, start: float = 0.0) -> np.ndarray:
    """Return the first words of the sample meeting as float32 at 16 kHz."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    parts: list[np.ndarray] = []
    with av.open(str(SAMPLE)) as container:
        for frame in container.decode(audio=0):
            parts += [f.to_ndarray()[0] for f in resampler.resample(frame)]
            if sum(map(len, parts)) > (start + seconds) * RATE:
                break
    return np.concatenate(parts)[round(start * RATE) : round((start + seconds) * RATE)]


def write_wav(path: Path, *channels: np.ndarray, rate: int = RATE) -> Path:
    """Write 16-bit PCM with a right header."""
    data = _pcm(channels)
    path.write_bytes(wav_header(len(data), len(channels), rate) + data)
    return path


def _pcm(channels: tuple[np.ndarray, ...]) -> bytes:
    whole = np.stack(channels, axis=1)
    return np.clip(np.rint(whole * 32767), -32768, 32767).astype("<i2").tobytes()


def wav_header(size: int, channels: int = 1, rate: int = RATE) -> bytes:
    """Return a canonical header that promises ``size`` bytes."""
    block = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * block, block, 16)
    riff = (size + 36) & 0xFFFFFFFF
    return (
        b"RIFF"
        + struct.pack("<I", riff)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + (b"data" + struct.pack("<I", size))
    )


def encode(
    path: Path, samples: np.ndarray, codec: str, *, rate: int = RATE, layout: str = "mono"
) -> Path:
    """Write ``samples`` (at 16 kHz) with ``codec`` in the container that the name says."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        stream.bit_rate = 64000
        _feed(container, stream, samples)
    return path


def at_times(path: Path, codec: str, *plan: tuple[float, float], pictures: int = 0) -> Path:
    """Write a tone that sounds only from each start for so many seconds, by its time stamps.

    With ``pictures``, one is shown in each of so many seconds.
    """
    rate, block = 48000, 960
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        seen = container.add_stream("mpeg4", rate=1) if pictures else None
        shown = 0
        if seen is not None:
            seen.width, seen.height, seen.pix_fmt = 64, 48, "yuv420p"
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono")
        for start, seconds in plan:
            while seen is not None and shown < min(pictures, start + 1):
                black = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24")
                black.pts, black.time_base = shown, Fraction(1)
                container.mux(seen.encode(black))
                shown += 1
            sound = tone(seconds, rate=rate)
            for at in range(0, len(sound), block):
                frame = av.AudioFrame.from_ndarray(sound[None, at : at + block], "flt", "mono")
                frame.sample_rate = rate
                for piece in resampler.resample(frame):
                    piece.pts, piece.time_base = round(start * rate) + at, Fraction(1, rate)
                    container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
        if seen is not None:
            container.mux(seen.encode(None))
    return path


def with_wrong_time(path: Path, at: float, by: float) -> Path:
    """Set the time stamp of the first sound after ``at`` seconds of a transport stream wrong."""
    data = bytearray(path.read_bytes())
    begun: float | None = None
    for packet in range(0, len(data), 188):
        begins, extended = data[packet + 1] & 0x40, data[packet + 3] & 0x20
        head = packet + 4 + (1 + data[packet + 4] if extended else 0)
        if not begins or data[head : head + 4] != b"\0\0\1\xc0":
            continue
        high, low = struct.unpack(">xHH", data[head + 9 : head + 14])
        time = ((data[head + 9] >> 1 & 7) << 30 | high >> 1 << 15 | low >> 1) / 90000
        begun = time if begun is None else begun
        if time >= begun + at:
            ticks = round((time + by) * 90000)
            parts = (ticks >> 15 & 0x7FFF) << 1 | 1, (ticks & 0x7FFF) << 1 | 1
            data[head + 9] = 0x21 | (ticks >> 30 & 7) << 1
            data[head + 10 : head + 14] = struct.pack(">HH", *parts)
            break
    path.write_bytes(data)
    return path


def _feed(container, stream, samples: np.ndarray) -> None:
    codec = stream.codec_context
    resampler = av.AudioResampler(
        format=codec.format, layout=codec.layout, rate=codec.rate, frame_size=1024
    )
    for at in range(0, len(samples), RATE):
        frame = av.AudioFrame.from_ndarray(samples[None, at : at + RATE], "flt", "mono")
        frame.sample_rate = RATE
        for piece in resampler.resample(frame):
            container.mux(stream.encode(piece))
    for piece in resampler.resample(None):
        container.mux(stream.encode(piece))
    container.mux(stream.encode(None))


def video(path: Path, samples: np.ndarray | None, seconds: float = 2.0) -> Path:
    """Write a small video, with ``samples`` as its sound or without any."""
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("mpeg4", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        sound = None if samples is None else container.add_stream("aac", rate=RATE, layout="mono")
        for number in range(round(seconds * 10)):
            shade = np.full((48, 64, 3), number * 5 % 255, np.uint8)
            container.mux(pictures.encode(av.VideoFrame.from_ndarray(shade, "rgb24")))
        container.mux(pictures.encode(None))
        if sound is not None:
            _feed(container, sound, samples)
    return path
