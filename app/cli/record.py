"""``record``: the microphone into a file, until Ctrl-C or for a number of seconds."""

from __future__ import annotations

import argparse
import contextlib
import queue
import sys
from pathlib import Path
from typing import Any

from app.cli.output import Output
from app.cli.target import check, folder_of, is_device, name_of
from app.core.errors import AppError, ChildError, DeviceError, InputError, UsageError
from app.core.jobs import JobContext, Notice
from app.core.meetings import recording as rec
from app.core.meetings.recording import Recording
from app.core.meetings.recording_hold import Holds
from app.core.meetings.recording_level import FLOOR
from app.core.meetings.recording_port import Recorder, State
from app.core.meetings.recording_repair import recover, recover_all
from app.words import tr

_DAY = 86400.0
_BAR = 20
_WAIT_SECONDS = 0.2
_SHOWN_DECIBEL = 60.0


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("record", help=tr("Record from the microphone."))
    parser.add_argument("--seconds", type=_seconds, help=tr("Stop after so many seconds."))
    parser.add_argument("--device", default="", help=tr("The microphone, by its name."))
    parser.add_argument("--output", type=name_of, help=tr("Where to put the WAV file."))


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        seconds = float(text)
        if 0 < seconds <= _DAY:
            return seconds
    raise argparse.ArgumentTypeError(tr("a number of seconds up to 86400"))


def run(args: argparse.Namespace, services: Any, out: Output) -> int:
    """Record, and print where the sound is."""
    target = None if args.output is None else _target(args.output)
    settings = services.settings.current
    root = rec.root(settings.recordings_folder)
    for found in recover_all(root):
        out.notice(Notice("recording_recovered", {"path": str(found.folder)}))
    recorder: Recorder = services.recorder
    holds = Holds()
    # Ctrl-C stops and keeps, to the end: pressed twice, it must not stop the keeping.
    with _Follower(recorder, out) as follower, out.context(on_interrupt=follower.interrupt):
        begun = _begin(recorder, root, args, settings.microphone, out)
        if begun.folder is not None:
            # Ours to keep, although a window may attach and see its end as well.
            holds.take(begun.folder)
        state = follower.follow()
        if state.folder is None:
            raise state.error or DeviceError("recording_empty", device=state.device)
        with holds.held(state.folder, JobContext()):
            return _deliver(state, state.folder, target, out)


def _target(text: str) -> Path:
    """Return the file or folder to put a recording at, checked before anything is recorded.

    A recording replaces its file whole: a device would be lost, and the sound with it.
    """
    path = folder_of(text)
    if path.is_dir():
        check(path, [])
        return path
    if path.suffix.lower() not in ("", ".wav"):
        raise UsageError("usage", detail=tr("--output must end in .wav"))
    if is_device(path):
        raise InputError("output_not_writable", path=str(path))
    check(path, [])
    return path


def _begin(
    recorder: Recorder, root: Path, args: argparse.Namespace, chosen: str, out: Output
) -> State:
    """Start to record, or attach to a recording whose window is gone."""
    running = recorder.attach()
    if running is None or not running.running:
        return recorder.start(root, device=args.device or chosen, seconds=args.seconds)
    if running.clients > 1:
        raise DeviceError("recording_running")
    out.notice(Notice("recording_attached"))
    return running


class _Follower:
    """Shows what the recorder tells, until it or the person ends the recording.

    Events come from another thread and from the signal handler, so they go through
    a queue that both may use.
    """

    def __init__(self, recorder: Recorder, out: Output) -> None:
        self._recorder = recorder
        self._out = out
        self._line = LevelLine()
        self._folder: Path | None = None
        self._events: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()

    def __enter__(self) -> _Follower:
        self._unlisten = self._recorder.listen(lambda kind, data: self._events.put((kind, data)))
        return self

    def __exit__(self, *_: object) -> None:
        self._unlisten()
        self._line.clear()

    def interrupt(self) -> None:
        """Stop and keep (Ctrl-C)."""
        self._events.put(("interrupt", None))

    def follow(self) -> State:
        """Return the last state of the recording once it has ended."""
        while True:
            kind, data = self._next()
            if kind == "level":
                self._line.show(data["time"], data["peak"])
            elif kind == "notice":
                self._line.clear()
                self._out.notice(data, again=True)  # a microphone may go twice
            elif kind == "state":
                self._folder = data.folder or self._folder
                if not data.running:
                    return self._ended(data)
            if kind == "interrupt":
                return self._ended(self._recorder.stop())
            if kind == "ended":
                return self._rescue()

    def _ended(self, state: State) -> State:
        self._line.clear()
        return state

    def _next(self) -> tuple[str, Any]:
        while True:
            with contextlib.suppress(queue.Empty):
                # Not for ever: on Windows a waiting thread hears no Ctrl-C.
                return self._events.get(timeout=_WAIT_SECONDS)

    def _rescue(self) -> State:
        """The recorder died and could not be started again: repair what it left."""
        died = ChildError("child_died", child="recorder")
        found = recover(self._folder) if self._folder is not None else None
        if found is None:
            raise died
        return State(folder=found.folder, device=found.recording.device, error=died)


def _deliver(state: State, folder: Path, target: Path | None, out: Output) -> int:
    """Make one file of the recording, put it where it is wanted, and say so."""
    # Needs numpy, which no other command should wait for.
    from app.core.meetings.recording_join import join, move

    recording = rec.load(folder)
    into = target / f"{folder.name}.wav" if target is not None and target.is_dir() else target
    if recording is None or not recording.parts:
        if recording is not None and recording.markers:
            _give_notes(folder, recording, into, out)
        raise state.error or DeviceError("recording_empty", device=state.device)
    shown, error = folder / recording.parts[0].file, state.error
    try:
        with out.context(on_interrupt=lambda: None) as ctx:
            recording = join(folder, recording, ctx)
        shown = folder / recording.parts[0].file
        if into is not None:
            try:
                notes = move(folder, recording, into.resolve())  # through a link to its file
            finally:
                shown = shown if shown.exists() else into
            if notes is not None:
                out.notice(Notice("recording_notes", {"path": str(notes)}))
    except AppError as late:  # the sound stays where it is; say where
        error = error or late
    plain = _plain(shown, recording)
    if error is not None:
        out.error(error, **plain)
        out.text(tr("What was recorded is in {path}").format(path=shown))
        return 1
    out.result(plain)
    out.text(tr("Recorded {length} to {path}").format(
        length=clock(recording.duration or 0.0), path=shown))  # fmt: skip
    return 0


def _give_notes(folder: Path, recording: Recording, into: Path | None, out: Output) -> None:
    """Say where the notes of a recording without sound are; the window takes in a folder."""
    from app.core.meetings.recording_join import move

    where = folder
    if into is not None:
        with contextlib.suppress(AppError):  # they stay in the folder then
            where = move(folder, recording, into) or folder
    out.notice(Notice("recording_notes", {"path": str(where)}))


def _plain(path: Path, recording: Recording) -> dict[str, Any]:
    return {
        "file": str(path),
        "device": recording.device,
        "duration": recording.duration,
        "gaps": [{"start": gap.start, "end": gap.end} for gap in recording.gaps],
    }


def clock(seconds: float) -> str:
    """Return ``seconds`` as people read a duration: 0:07, 12:34, 1:02:03."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


class LevelLine:
    """Elapsed time and level in one line that redraws itself; nothing off a terminal."""

    def __init__(self) -> None:
        self._live = sys.stderr is not None and sys.stderr.isatty()
        self._shown = False

    def show(self, seconds: float, peak: float) -> None:
        """Draw ``seconds`` of recording and a peak in dB below full scale."""
        if not self._live:
            return
        share = max(0.0, 1 + max(peak, -_SHOWN_DECIBEL) / _SHOWN_DECIBEL)
        full = round(share * _BAR)
        loud = "–" if peak <= FLOOR else f"{peak:.0f} dB"
        bar = "█" * full + "░" * (_BAR - full)
        sys.stderr.write(f"\r\x1b[K● {clock(seconds)}  {bar}  {loud}")
        sys.stderr.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
        self._shown = False
