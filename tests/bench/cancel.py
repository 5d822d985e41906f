"""From Cancel to the job ended and its child at rest.

Three kinds of work are cancelled in their middle, at moments that differ: the draft
recogniser and Whisper (a model with the sizes of "base" and random weights), both in native
code that cannot be asked to stop, and the conversion of a long file, which can. Then the
same through the window: the space bar on Cancel in the card of the step, until the job is
over for the window too. The child's processor time is read every 4 ms; a child that is kept
must be at rest, one that is killed must be gone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from _quiet import Quiet
from _table import median, row
from _window import Story, open_window, settings

GOAL = 200.0
ROUNDS = 5


def cancelled(services: Any, sound: Path, request: Any, step: str, wait: float) -> float:
    """Cancel ``wait`` seconds after the first report of ``step``; return the milliseconds."""
    from app.core.errors import Cancelled
    from app.core.jobs import JobContext
    from app.core.meetings.transcribe import transcribe

    told: list[float] = []
    watches: list[Quiet] = []
    timers: list[threading.Timer] = []

    def stop() -> None:
        watches.append(Quiet(services.transcription.pid))
        watches[0].start()
        told.append(time.monotonic())
        ctx.cancel()

    def heard(progress: Any) -> None:
        if progress.step == step and not timers:
            timers.append(threading.Timer(wait, stop))
            timers[0].start()

    ctx = JobContext(heard)
    try:
        transcribe(sound, request, services.transcription, ctx)
    except Cancelled:
        return (watches[0].ended(time.monotonic()) - told[0]) * 1000
    raise SystemExit(f"{step} was over before it could be cancelled")


def tell(name: str, delays: list[float]) -> None:
    """Print the row of one kind of work."""
    figure = f"{median(delays):.0f} ms, worst {max(delays):.0f} ms"
    row(f"Cancel: {name}", figure, f"under {GOAL:.0f} ms", max(delays) < GOAL)


def children() -> None:
    """Cancel at the parent's side of the child."""
    from support import tiny_whisper

    from app.bootstrap import Services
    from app.core import paths
    from app.core.meetings.transcribe import Request

    sample = paths.samples() / "meeting.ogg"
    own = paths.models() / "whisper"
    own.mkdir(parents=True, exist_ok=True)
    tiny_whisper.build_sized(own / "base", "base")
    long = _long(paths.home() / "long.wav")
    whisper, draft = Request("whisper", "en", "base"), Request("draft", "en")
    services = Services()
    try:
        for name, sound, request, step in (
            ("converting a long file", long, draft, "convert"),
            ("writing down with the draft recogniser", sample, draft, "transcribe"),
            ("writing down with Whisper (base)", sample, whisper, "transcribe"),
        ):
            waits = [0.05 + 0.13 * number for number in range(ROUNDS)]
            tell(name, [cancelled(services, sound, request, step, wait) for wait in waits])
    finally:
        services.close()


def _long(file: Path) -> Path:
    """Write an hour of sound that must be converted."""
    import wave

    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, 44100, 0, "NONE", ""))
        minute = bytes(44100 * 2 * 60)
        for _ in range(60):
            out.writeframes(minute)
    return file


def inside() -> None:
    """Run in the window's process: press Cancel, several times, and print the delays."""
    app, services, window = open_window()
    delays: list[float] = []
    story = Story(_story(window, services, delays))
    status = app.exec()
    del story
    window.close_now()
    services.close()
    if status:
        raise SystemExit(status)
    json.dump(delays, sys.stdout)


def _story(window: Any, services: Any, delays: list[float]) -> Iterator[Callable[[], object]]:
    from PySide6.QtCore import QEvent, QObject, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    tab = window.open("meetings")
    yield lambda: tab.ready
    segments: list[float] = []
    tab.presenter.heard.connect(lambda *_: segments.append(time.monotonic()))
    ended: list[float] = []
    jobs: list[Any] = []
    window.runner.changed.connect(
        lambda: jobs and jobs[-1].over and not ended and ended.append(time.monotonic())
    )

    def press(key: QObject) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
            QApplication.postEvent(key, event)

    for number in range(ROUNDS):
        segments.clear()
        if number == 0:
            tab.try_sample()
        else:
            tab.presenter.retry(tab.shown, "transcript")
        wait = 0.1 + 0.17 * number
        yield lambda wait=wait: segments and time.monotonic() > segments[0] + wait
        cancel = tab.view.steps.cards["transcript"]._cancel
        assert cancel.isVisible()
        cancel.setFocus()
        watch = Quiet(services.transcription.pid)
        watch.start()
        jobs.append(tab.presenter._job)
        ended.clear()
        began = time.monotonic()
        press(cancel)
        yield lambda: ended
        # What the job told the window, and the child: both at rest.
        delays.append((watch.ended(ended[0]) - began) * 1000)
        yield lambda: tab.presenter.current is None


def through_the_window(home: Path) -> None:
    """Print the row of the window."""
    settings(home)
    env = {**os.environ, "ALCOVE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, __file__, "--inside"], env=env, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise SystemExit("the window could not be measured")
    tell("the space bar on the step's card, window and all", json.loads(done.stdout))


def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory(prefix="alcove-bench-") as folder:
        os.environ["ALCOVE_HOME"] = str(Path(folder) / "home")
        children()
        through_the_window(Path(folder) / "window")


if __name__ == "__main__":
    if sys.argv[1:] == ["--inside"]:
        inside()
    else:
        main()
