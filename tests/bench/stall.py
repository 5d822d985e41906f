"""How long the window's event loop is held up while it has most to do.

A timer of 5 ms in the window's own process tells how late each of its turns comes. The
window is the real one: an answer of 500 tokens a second streams from the scripted server
into the Documents tab, one question after the other, while the real child transcribes the
sample meeting. Beside it runs a bare Qt process with the same timer: where it stalled in
the same moment the machine was busy, not the window. Counted is everything from the first
token to the end of the transcription: searching and showing passages too. On a laptop
with up to 24 GB an answer waits for the transcription; the window is told that there is
more, so that both go on at once.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from _table import row
from _window import QUESTION, Story, language_server, open_window, settings

TICK = 0.005
P99, MOST = 0.016, 0.050
Ticks = list[tuple[float, float]]  # when, and how late

_BARE = """
import json, sys, threading, time
from PySide6.QtCore import QCoreApplication, Qt, QTimer
app = QCoreApplication([])
ticks, last = [], time.monotonic()
def tick():
    global last
    now = time.monotonic()
    ticks.append((now, max(0.0, now - last - 0.005)))
    last = now
timer = QTimer(); timer.setTimerType(Qt.TimerType.PreciseTimer); timer.setInterval(5)
timer.timeout.connect(tick); timer.start()
def end():
    sys.stdin.read()
    QTimer.singleShot(0, app, app.quit)
threading.Thread(target=end, daemon=True).start()
app.exec()
json.dump(ticks, sys.stdout)
"""


class Clock:
    """The 5 ms timer inside the window's process.

    On Linux it also asks the kernel how long this thread was ready and had no processor.
    """

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.ticks: list[tuple[float, float, float]] = []
        own = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._schedule = os.open(own, os.O_RDONLY) if own.exists() else None
        self._waited = self._waits()
        self._last = time.monotonic()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(TICK * 1000))
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now, waited = time.monotonic(), self._waits()
        self.ticks.append((now, max(0.0, now - self._last - TICK), waited - self._waited))
        self._last, self._waited = now, waited

    def _waits(self) -> float:
        """Return the seconds that this thread has waited for a processor so far."""
        if self._schedule is None:
            return 0.0
        return int(os.pread(self._schedule, 100, 0).split()[1]) / 1e9


class Stream:
    """Asks again and again, and counts what is streamed."""

    def __init__(self, tab: Any):
        self._tab = tab
        self.tokens, self.seconds, self.answers = 0, 0.0, 0
        self.began: float | None = None  # of all
        self._first: float | None = None  # of this answer
        self._text = ""

    def look(self) -> None:
        """Follow the answer; ask again when it is there."""
        if self._tab._asking is not None:
            if self._tab._answer and self._first is None:
                self._first = time.monotonic()
                self.began = self.began or self._first
            self._text = self._tab._answer
            return
        if self._first is not None:
            self.seconds += time.monotonic() - self._first
            self.tokens += len(re.findall(r"[^\W_]+|[^\w\s]", self._text))
            self.answers += 1
            self._first, self._text = None, ""
        self._tab._ask(QUESTION)


def inside() -> None:
    """Run in the window's process and print what was measured."""
    app, services, window = open_window()
    services.total_memory = lambda: 32 * 1024**3
    clock = Clock()
    result: dict[str, Any] = {}
    story = Story(_story(window, clock, result))
    status = app.exec()
    del story
    window.close_now()
    services.close()
    if status:
        raise SystemExit(status)
    json.dump(result, sys.stdout)


def _story(window: Any, clock: Clock, result: dict[str, Any]) -> Iterator[Callable[[], object]]:
    from PySide6.QtCore import QTimer

    from app.core import paths

    meetings, documents = window.open("meetings"), window.open("documents")
    yield lambda: meetings.ready and documents._adding is None
    documents.add([paths.samples() / "manuals"])
    yield lambda: documents._adding is None and documents.pages.currentIndex() == 1
    segments: list[Any] = []
    meetings.presenter.heard.connect(lambda *a: segments.append(a))
    meetings.try_sample()
    yield lambda: segments
    stream = Stream(documents)
    timer = QTimer()
    timer.timeout.connect(stream.look)
    timer.start(20)
    minutes: list[Any] = []  # the transcription is over when the next step reports
    meetings.presenter.progressed.connect(lambda _, step, p: minutes.append(step))
    yield lambda: meetings.presenter.current is None or minutes[-1:] not in ([], ["transcript"])
    ended = time.monotonic()
    timer.stop()
    assert stream.began is not None, "the transcription ended before the answer began"
    result.update(
        began=stream.began, ended=ended, ticks=clock.ticks, segments=len(segments),
        rate=stream.tokens / max(stream.seconds, 1e-3), answers=stream.answers,
    )  # fmt: skip


def measure(folder: Path) -> tuple[dict[str, Any], Ticks]:
    """Run window, server and bare timer; return what the window and the bare one saw."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "ALCOVE_HOME": str(folder / "home")}
    with language_server(folder) as host:
        settings(folder / "home", ollama_host=host)
        bare = subprocess.Popen(
            [sys.executable, "-c", _BARE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        window = subprocess.run(
            [sys.executable, __file__, "--inside"], env=env, stdout=subprocess.PIPE, text=True
        )
        seen, _ = bare.communicate("")
    if window.returncode:
        raise SystemExit("the window could not be measured")
    return json.loads(window.stdout), [(t, late) for t, late in json.loads(seen)]


def excused(at: float, late: float, bare: Ticks) -> float:
    """Return how long the bare process stalled inside a gap that ended ``at``."""
    begin = at - late - TICK
    both = (min(at, t) - max(begin, t - x) for t, x in bare if x > TICK)
    return sum(max(0.0, seconds) for seconds in both)


def percentile(values: list[float], share: float) -> float:
    """Return the value that ``share`` of all values do not pass."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _figures(lates: list[float]) -> str:
    return f"{percentile(lates, 0.99) * 1000:.1f} ms, most {max(lates) * 1000:.0f} ms"


def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory(prefix="alcove-bench-") as folder:
        window, bare = measure(Path(folder))
    began, ended = window["began"], window["ended"]
    ticks = [(t, late) for t, late, _ in window["ticks"] if began <= t <= ended]
    waits = [late - waited for t, late, waited in window["ticks"] if began <= t <= ended]
    beside = [(t, late) for t, late in bare if began <= t <= ended]
    ours = [late - excused(t, late, bare) for t, late in ticks if late > MOST]
    own = max(ours, default=0.0)
    lates, theirs = [late for _, late in ticks], [late for _, late in beside]
    load = f"{window['rate']:.0f} tokens/s, {window['answers']} answers"
    row("streamed while a meeting was transcribed", load, f"{ended - began:.0f} s")
    row("bare Qt timer beside it, 99th percentile", _figures(theirs))
    p99 = percentile(lates, 0.99)
    row("the window's event loop, 99th percentile", _figures(lates), "under 16 ms", p99 < P99)
    name = f"gaps over 50 ms: {len(ours)}; longest without the machine's"
    row(name, f"{own * 1000:.0f} ms", "none over 50 ms", own <= MOST)
    row("without the waits for a processor, 99th percentile", _figures(waits))


if __name__ == "__main__":
    if sys.argv[1:] == ["--inside"]:
        inside()
    else:
        main()
