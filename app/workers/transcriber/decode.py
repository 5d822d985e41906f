"""Any sound or video file to our own sound, with FFmpeg through PyAV.

The file is hostile: FFmpeg gets an open file instead of a name, may open no other
one, and may not use the formats that point elsewhere (play lists), read devices or
take any text for a picture. Damaged packets are skipped, memory stays bounded.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from app.core.disk import refused
from app.core.errors import InputError, StorageError
from app.core.jobs import JobContext, Progress
from app.core.meetings import recording_wav
from app.core.meetings.speech_header import (
    check_file,
    is_protected,
    mp3_is_counted,
    ogg_is_open,
    wav_sizes,
)
from app.core.meetings.speech_mix import Mixer
from app.core.meetings.speech_sound import RATE, Sound

MOST_HOURS = 24
_NEAR = 0.5  # seconds that a header may promise too much: encoders pad and round
_SHARE = 0.01
_MOST_BAD = 5000  # packets in a row that give no sound
_TELL_EVERY = RATE * 5
# No sound is sampled so rarely: such a header makes days of sound of a few kilobytes.
_LEAST_RATE = 1000  # Hz
KEEP_FREE = 50_000_000  # bytes, beside what is written: room for the library and a recording
_SAMPLE_BYTES = 2
_BYTES_A_SECOND = RATE * _SAMPLE_BYTES
_LEAST_BITS = 500  # a second of sound in any file: a header may promise weeks

# Formats that follow names to other files, read devices, or find "sound" in any text.
_REFUSED = frozenset(
    "hls applehttp dash concat concatf sdp rtsp rtp sap image2 image2pipe lavfi alsa oss fbdev "
    "kmsgrab v4l2 video4linux2 x11grab avfoundation dshow gdigrab vfwcap jack pulse sndio "
    "tty data bin xbin adf idf ffmetadata ass srt lrc sami sbg scc subviewer subviewer1 microdvd "
    "mpl2 mpsub jacosub pjs realtext stl tedcaptions vplayer webvtt aqtitle vobsub "
    "webm_dash_manifest imf rawvideo mpjpeg fits txd ivr cdg s337m".split()
)
# Their clock begins at 0, whenever their first stream does.
_FROM_ZERO = frozenset("matroska webm mov mp4 m4a".split())
# Of a longer clock than its own is a file whose streams all begin so late, in seconds.
_LATE = 300.0
# What is broadcast bears the sender's clock, which may be set anew at any place: more than
# so many seconds between two sounds are no silence, unless pictures go on meanwhile.
_BROADCAST = frozenset(("mpegts", "mpeg"))
_NEW_CLOCK = 60.0
_SAME_CLOCK = 1.0  # seconds beside an earlier clock: a wrong time stamp is over, it holds again
_MOST_CLOCKS = 8
_LEAP = 0.2  # seconds that the clock of a file may run ahead of its sound: jitter, padding
# Lengths of these come from a header or an index, not from a guess at the bit rate.
_COUNTED = frozenset("flac mov mp4 m4a matroska webm avi asf aiff au caf w64 wv tta ape".split())


@dataclass
class _Facts:
    """What is known while a file is decoded."""

    path: Path
    promised: float | None = None
    samples: int = 0
    silent: int = 0  # of the samples: where the clock of the file says that there is no sound
    bad: int = 0
    bad_in_row: int = 0
    broke_off: bool = False
    latest: float = 0.0

    @property
    def seconds(self) -> float:
        return self.samples / RATE

    @property
    def heard(self) -> float:
        return (self.samples - self.silent) / RATE


@lru_cache(maxsize=1)
def _allowed_formats() -> str:
    import av

    names = {part for name in av.formats_available for part in name.split(",")}
    return ",".join(sorted(n for n in names - _REFUSED if not n.endswith("_pipe")))


def decode(source: Path, target: Path, ctx: JobContext, name: str | None = None) -> Sound:
    """Write the sound of ``source`` to ``target`` as 16 kHz mono WAV.

    ``target`` appears only when it is whole. ``name`` is what errors call the
    source. Raises ``InputError`` (file_missing, file_is_folder, file_unreadable,
    file_empty, file_too_large, sound_none, sound_undecodable, sound_protected),
    ``StorageError`` disk_full or folder_not_writable, ``Cancelled``.
    """
    try:
        return _decode(source, target, ctx)
    except InputError as error:
        raise type(error)(error.code, **{**error.params, "path": name or str(source)}) from error


def _decode(source: Path, target: Path, ctx: JobContext) -> Sound:
    check_file(source)
    facts = _Facts(source)
    part = target.with_suffix(".part")
    try:
        with open(part, "wb") as out:
            out.write(recording_wav.header(RATE, 1, 0))
            _run(facts, out, ctx, target.parent)
            out.seek(0)
            out.write(recording_wav.header(RATE, 1, facts.samples))
            out.flush()
            truncated = _judge(facts)
            # The library will say for good that this is done: it must outlive a power cut.
            os.fsync(out.fileno())
        part.replace(target)
    except OSError as error:
        raise refused(error, target.parent) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return Sound(target, facts.samples, truncated)


def _run(facts: _Facts, out: BinaryIO, ctx: JobContext, folder: Path) -> None:
    """Decode everything into ``out``; FFmpeg's refusals become ours."""
    from av.error import FFmpegError

    if is_protected(facts.path):
        raise InputError("sound_protected", path=str(facts.path))
    with open(facts.path, "rb") as file:
        try:
            container = _open(file, facts.path)
        except (FFmpegError, ValueError) as error:
            raise InputError("sound_undecodable", path=str(facts.path)) from error
        with contextlib.closing(container):
            stream = container.streams.best("audio")
            if stream is None:
                other = any(s.type == "video" for s in container.streams)
                code = "sound_none" if other else "sound_undecodable"
                raise InputError(code, path=str(facts.path))
            facts.promised = _promise(container, stream, facts.path)
            _Pump(facts, container, stream, out, ctx, folder).run()


class _Nameless:
    """An open file without its name, so that FFmpeg judges the content alone."""

    def __init__(self, file: BinaryIO):
        self.read = file.read
        self.seek = file.seek
        self.tell = file.tell


def _open(file: BinaryIO, path: Path) -> Any:
    import av
    from av.error import FFmpegError

    options = {"format_whitelist": _allowed_formats(), "protocol_whitelist": "none"}
    try:
        return av.open(_Nameless(file), mode="r", options=options, metadata_errors="ignore")
    except (FFmpegError, ValueError):
        # Some formats have no mark of their own: only the ending of the name tells.
        file.seek(0)
        named = _Nameless(file)
        named.name = "sound" + path.suffix.lower()  # type: ignore[attr-defined]
        return av.open(named, mode="r", options=options, metadata_errors="ignore")


def _promise(container: Any, stream: Any, path: Path) -> float | None:
    """Return the seconds that the header promises, None where it is only a guess."""
    kinds = _kinds(container)
    if "wav" in kinds:
        return None  # its own sizes are read: they are exact
    if not (kinds & _COUNTED or ("mp3" in kinds and mp3_is_counted(path))):
        return None
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return _length(container) or None


def _kinds(container: Any) -> set[str]:
    return set(container.format.name.split(","))


def _beginning(container: Any) -> float:
    """Return the time stamp that is the beginning of the file, in seconds."""
    start = (container.start_time or 0) / 1e6
    # A piece of a stream or of a longer film bears the clock of the whole.
    is_piece = start >= min(_LATE, (container.duration or 0) / 1e6)
    return start if is_piece or not _kinds(container) & _FROM_ZERO else 0.0


def _length(container: Any) -> float:
    """Return how many seconds the file is said to hold, 0 where nothing says so."""
    told, begin = (container.duration or 0) / 1e6, _beginning(container)
    # Matroska tells where its clock ends; what is earlier than its beginning tells a length.
    return told - begin if _kinds(container) & _FROM_ZERO and begin < told else told


class _Beside:
    """From when to when the other streams of a file go on without a leap, by its clock."""

    def __init__(self) -> None:
        self._runs: dict[int, tuple[float, float]] = {}

    def see(self, packet: Any) -> None:
        if packet.dts is None or not packet.time_base:
            return
        at = float(packet.dts * packet.time_base)
        begin, last = self._runs.get(packet.stream_index, (at, at))
        begin = begin if 0 <= at - last <= _NEW_CLOCK else at
        self._runs[packet.stream_index] = begin, at

    def within(self, start: float, end: float) -> float:
        """Return for how many seconds between ``start`` and ``end`` one of them goes on."""
        return max((min(b, end) - max(a, start) for a, b in self._runs.values()), default=0.0)


class _Pump:
    """Packets in, mixed and resampled samples out."""

    def __init__(
        self,
        facts: _Facts,
        container: Any,
        stream: Any,
        out: BinaryIO,
        ctx: JobContext,
        folder: Path,
    ):
        self._facts = facts
        self._container = container
        self._stream = stream
        self._out = out
        self._ctx = ctx
        self._folder = folder
        self._mixer = Mixer()
        self._resampler: Any = None
        self._form: tuple[Any, ...] = ()
        self._told = 0
        self._bytes = max(1, facts.path.stat().st_size)
        self._clock = 0.0  # where the next frame begins if nothing is missing before it
        self._begin = _beginning(container)
        self._begins = deque([self._begin], _MOST_CLOCKS)  # by each clock that held so far
        self._end = self._latest_time()
        self._is_broadcast = bool(_kinds(container) & _BROADCAST)
        self._beside = _Beside()

    def run(self) -> None:
        self._look_at_disk(self._expected())
        for packet in self._packets():
            self._ctx.check()
            for frame in self._frames(packet):
                self._take(frame)
            self._tell(packet)
        self._flush()

    def _packets(self) -> Iterator[Any]:
        """Yield packets until the end; a container that breaks off ends here."""
        from av.error import FFmpegError

        facts = self._facts
        # The other streams say how far the file reaches when only sound ends early.
        packets = self._container.demux()
        while True:
            try:
                packet = next(packets)
            except (StopIteration, EOFError):
                return
            except (FFmpegError, ValueError):
                facts.broke_off = True
                return
            if packet.pts is not None and packet.time_base:
                at = float(packet.pts * packet.time_base) - self._begin
                facts.latest = max(facts.latest, at)
            if packet.stream_index == self._stream.index:
                yield packet
            else:
                self._beside.see(packet)
            if facts.bad_in_row > _MOST_BAD:
                return

    def _frames(self, packet: Any) -> list[Any]:
        from av.error import FFmpegError

        facts = self._facts
        try:
            if packet.size and packet.has_sidedata("encryption_info"):
                raise InputError("sound_protected", path=str(facts.path))
            frames = list(packet.decode())
        except EOFError:
            return []
        except (FFmpegError, ValueError):
            facts.bad += 1
            facts.bad_in_row += 1
            return []
        if frames:
            facts.bad_in_row = 0
        return frames

    def _take(self, frame: Any) -> None:
        if frame.sample_rate < _LEAST_RATE:
            raise InputError("sound_undecodable", path=str(self._facts.path))
        self._keep_time(frame)
        form = (frame.format.name, frame.layout.name, frame.layout.nb_channels, frame.sample_rate)
        if form != self._form:
            self._flush()
            self._form = form
            self._resampler = self._new_resampler(frame)
        frame.pts = None  # gaps in the clock of a file must not stop the resampler
        self._clock += frame.samples / frame.sample_rate
        self._write(self._resampled(frame))

    def _keep_time(self, frame: Any) -> None:
        """Leave silence where the clock of the file runs ahead of its sound.

        What a clock says that runs back, or past all that the file can hold, is no time.
        """
        at = None if frame.time is None else self._place_of(frame.time)
        if at is None or at - self._clock <= _LEAP or at > self._end:
            return
        self._flush()
        self._clock = at
        missing = round(at * RATE) - self._facts.samples
        if missing > 0:
            self._look_at_disk(missing * _SAMPLE_BYTES)
            # A hole, where the system knows holes.
            self._out.seek(missing * _SAMPLE_BYTES, os.SEEK_CUR)
            self._facts.samples += missing
            self._facts.silent += missing

    def _place_of(self, time: float) -> float:
        """Return which second of the sound ``time`` is, by the clock that holds from here on."""
        leap = time - self._begin - self._clock
        if not self._is_broadcast or abs(leap) <= _NEW_CLOCK:
            return time - self._begin
        earlier = (b for b in self._begins if abs(time - b - self._clock) <= _SAME_CLOCK)
        shown = self._beside.within(self._begin + self._clock, time)
        anew = time - self._clock if leap < 0 or shown < leap / 2 else self._begin
        self._begin = next(earlier, anew)
        if self._begin not in self._begins:
            self._begins.append(self._begin)
        return time - self._begin

    def _latest_time(self) -> float:
        """Return up to where a time stamp is believed, in seconds."""
        told = (self._container.duration or 0) / 1e6
        guessed = self._bytes * 8 / _LEAST_BITS
        return min(MOST_HOURS * 3600.0, told + 1.0 if told > 0 else guessed)

    def _new_resampler(self, frame: Any) -> Any:
        from av.audio.resampler import AudioResampler

        # FFmpeg knows how surround sound folds into two; two into one is our affair.
        layout = frame.layout if frame.layout.nb_channels <= 2 else "stereo"
        return AudioResampler(format="fltp", layout=layout, rate=RATE)

    def _resampled(self, frame: Any) -> list[Any]:
        from av.error import FFmpegError

        try:
            return list(self._resampler.resample(frame))
        except (FFmpegError, ValueError):
            self._facts.bad += 1
            return []

    def _flush(self) -> None:
        if self._resampler is not None:
            self._write(self._resampled(None))
            self._resampler = None
            self._form = ()

    def _write(self, frames: list[Any]) -> None:
        facts = self._facts
        for frame in frames:
            mono = self._mixer.mix(frame.to_ndarray())
            mono = np.nan_to_num(mono, nan=0.0, posinf=1.0, neginf=-1.0)
            whole = np.clip(np.rint(mono * 32767.0), -32768, 32767).astype("<i2")
            self._out.write(whole.tobytes())
            facts.samples += len(whole)
        if facts.seconds > MOST_HOURS * 3600:
            raise InputError("file_too_large", path=str(facts.path), limit=f"{MOST_HOURS} h")

    def _tell(self, packet: Any) -> None:
        facts = self._facts
        if facts.samples - self._told < _TELL_EVERY:
            return
        self._told = facts.samples
        self._look_at_disk()
        if packet.pos is not None and packet.pos > 0:
            self._ctx.report(Progress("convert", packet.pos, self._bytes))
        else:
            self._ctx.report(Progress("convert", facts.seconds, facts.promised))

    def _expected(self) -> int:
        """Return how many bytes the whole sound will take, as far as that is known."""
        seconds = self._facts.promised or _length(self._container)
        most = min(MOST_HOURS * 3600, self._bytes * 8 / _LEAST_BITS)
        return int(max(0.0, min(seconds, most)) * _BYTES_A_SECOND)

    def _look_at_disk(self, needed: int = 0) -> None:
        free = shutil.disk_usage(self._folder).free
        if free < needed + KEEP_FREE:
            raise StorageError("disk_full", path=str(self._folder))


def _judge(facts: _Facts) -> bool:
    """Return whether the file broke off; raise when nothing usable came out of it."""
    path = str(facts.path)
    sizes = wav_sizes(facts.path)
    if facts.samples == 0:
        empty = sizes is not None and not sizes.there and not sizes.written
        raise InputError("file_empty" if empty else "sound_undecodable", path=path)
    unfinished = ogg_is_open(facts.path) if sizes is None else sizes.cut
    truncated = facts.broke_off or unfinished or _falls_short(facts)
    if facts.heard < 1.0 and (truncated or facts.bad):
        raise InputError("sound_undecodable", path=path)
    return truncated


def _falls_short(facts: _Facts) -> bool:
    if facts.promised is None:
        return False
    reached = max(facts.seconds, facts.latest)
    return reached < facts.promised * (1 - _SHARE) - _NEAR
