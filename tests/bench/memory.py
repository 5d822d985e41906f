"""How much memory the program keeps, and how much it takes for a moment.

The program itself runs on a virtual screen of its own, with a sound server that plays into
nothing where PulseAudio is installed, and is used with keys as a hand presses them: started
and left alone; then every tab is opened, the sample meeting is imported, written down and
played, the sample manuals are added and one answer about them is streamed from the scripted
server, a process of its own. Children end by themselves after a minute without work.

Given are megabytes (10^6 bytes). The window is judged by its RSS, everything it has in memory;
the sum over all processes by PSS where the system has it (Linux), in which pages that processes
share are split among them, as the sum of RSS counts them in each. Both are printed. PSS of the
window alone depends on what else runs on the machine. Peaks are the highest sum of RSS over
the program and its children, looked at twenty times a second.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from _table import ROOT, row
from _window import QUESTION, language_server, settings

IDLE = 60.0
# Children end a minute after their last work; a little more, so that the last one is gone.
SETTLED = 66.0
STARTED, USED, ALL = 110.0, 160.0, 350.0
NEEDS = ("Xvfb", "openbox", "xdotool", "wmctrl", "dbus-daemon")
_PAUSE = threading.Event()


def family(root: psutil.Process) -> list[psutil.Process]:
    """Return the program and its children."""
    try:
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return [root]


def weigh(processes: list[psutil.Process]) -> tuple[float, float]:
    """Return the sums of PSS (RSS where the system has none) and RSS in megabytes."""
    shared = own = 0.0
    for process in processes:
        try:
            whole = process.memory_full_info()
        except psutil.Error:
            continue
        shared += getattr(whole, "pss", whole.rss) / 1e6
        own += whole.rss / 1e6
    return shared, own


class Peak(threading.Thread):
    """Follows the sum of RSS over the whole family; ``steps`` keeps the highest of each."""

    def __init__(self, root: psutil.Process):
        super().__init__(daemon=True)
        self._root = root
        self._over = threading.Event()
        self.step = ""
        self.steps: dict[str, tuple[float, int]] = {}

    def run(self) -> None:
        """Look twenty times a second."""
        while not self._over.wait(0.05):
            processes = family(self._root)
            total = 0.0
            for process in processes:
                try:
                    total += process.memory_info().rss / 1e6
                except psutil.Error:
                    continue
            name = self.step
            if name and total > self.steps.get(name, (0.0, 0))[0]:
                self.steps[name] = (total, len(processes))

    def close(self) -> None:
        """Stop looking."""
        self._over.set()
        self.join()


def until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for something; fail with what it was."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            raise SystemExit(f"did not happen in {seconds:.0f} s: {what}")
        _PAUSE.wait(0.1)


@contextlib.contextmanager
def screen() -> Iterator[tuple[Any, Any]]:
    """Give a private screen and a sound server that plays into nothing, or None."""
    from support import pulse
    from support.desktop import Desktop

    class Quiet(Desktop):
        """A desktop without a screen reader, as most have it."""

        def _accessibility(self) -> None:
            self.env |= {"QT_ACCESSIBILITY": "0"}

    server = None if pulse.missing() else pulse.Pulse(microphone=False)
    try:
        with Quiet(reader=False) as desktop:
            if server is not None:
                names = ("PULSE_SERVER", "PULSE_COOKIE")
                desktop.env |= {name: server.env[name] for name in names}
            yield desktop, server
    finally:
        if server is not None:
            server.close()


class Hand:
    """Uses the program by its keys and looks at its library from outside."""

    def __init__(self, desktop: Any, home: Path):
        self._desktop = desktop
        self._home = home

    def key(self, *keys: str) -> None:
        """Press keys."""
        self._desktop.key(*keys)
        _PAUSE.wait(0.7)

    def write(self, text: str) -> None:
        """Write text."""
        self._desktop.run("xdotool", "type", "--delay", "15", text)

    def count(self, question: str) -> int:
        """Return what a question to the library gives, without touching it."""
        import sqlite3

        file = self._home / "library.sqlite3"
        if not file.exists():
            return 0
        base = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)
        try:
            return int(base.execute(question).fetchone()[0])
        except sqlite3.OperationalError:
            return 0
        finally:
            base.close()


def play(hand: Hand, sound: Any) -> None:
    """Play the meeting from an entry of its minutes for five seconds."""
    hand.key("ctrl+1", "Return")
    for _ in range(10):
        hand.key("Down", "Return")
        if sound is None or "Sink Input" in sound.pactl("list", "sink-inputs"):
            break
    else:
        raise SystemExit("the meeting was not heard by the sound server")
    _PAUSE.wait(5.0)
    hand.key("Escape")  # pauses; the two minutes to the end would be no rest


def use(hand: Hand, peak: Peak, sound: Any) -> None:
    """Open every tab, transcribe, play, add manuals and ask."""
    peak.step = "every tab opened"
    for number in (2, 3, 4, 5, 6, 1):
        hand.key(f"ctrl+{number}")
        _PAUSE.wait(1.0)
    peak.step = "sample meeting written down"
    hand.key("alt+t")
    done = "SELECT count(*) FROM steps WHERE name = 'export' AND state = 'done'"
    until(lambda: hand.count(done), 240, "the meeting's last step")
    peak.step = "sound played"
    play(hand, sound)
    peak.step = "manuals added, first answer"
    hand.key("ctrl+2", "alt+t")
    answers = "SELECT count(*) FROM messages WHERE role = 'assistant'"
    until(lambda: hand.count(answers) >= 1, 90, "the answer to the sample question")
    peak.step = "one answer of 500 tokens/s streamed"
    hand.key("ctrl+2", "ctrl+a")
    hand.write(QUESTION)
    hand.key("Return")
    until(lambda: hand.count(answers) >= 2, 30, "the answer")
    peak.step = "idle afterwards"


def figures(root: psutil.Process, name: str, goal: float) -> None:
    """Print the rows of one state: the window, and everything together."""
    processes = family(root)
    for what, some, limit in (("window", processes[:1], goal), ("all", processes, ALL)):
        shared, own = weigh(some)
        label = f"{what} {name}" if what == "window" else f"all {len(processes)} processes {name}"
        met = (own if what == "window" else shared) < limit
        row(label, f"RSS {own:.0f}, PSS {shared:.0f} MB", f"under {limit:.0f} MB", met)
    for child in processes[1:]:
        with contextlib.suppress(psutil.Error):
            row(f"    still there: {' '.join(child.cmdline()[1:])[-50:]}", "")


def measure(folder: Path) -> None:
    """Start the program, use it, and print what it takes."""
    home = folder / "home"
    with screen() as (desktop, sound), language_server(folder, tokens=700) as server:
        settings(home, ollama_host=server, minutes_engine="extract", speech="quiet")
        program = desktop.start(sys.executable, str(ROOT / "main.py"), ALCOVE_HOME=str(home))
        root = psutil.Process(program.pid)
        peak = Peak(root)
        peak.step = "started"
        peak.start()
        desktop.window("Alcove", 30)
        _PAUSE.wait(IDLE)
        figures(root, "as started, idle for 60 s", STARTED)
        use(Hand(desktop, home), peak, sound)
        _PAUSE.wait(SETTLED)
        figures(root, "used, idle for 60 s", USED)
        peak.close()
        if program.poll() is not None:
            raise SystemExit("the program ended meanwhile")
    for step, (total, count) in peak.steps.items():
        row(f"peak: {step}", f"{total:.0f} MB in {count}")
    if sound is None:
        row("no PulseAudio here: sound was played into no device", "")


def main() -> None:
    """Print the rows."""
    gone = [name for name in NEEDS if shutil.which(name) is None]
    if gone:
        row(f"left out, needs {', '.join(gone)}", "")
        return
    with tempfile.TemporaryDirectory(prefix="alcove-bench-") as folder:
        measure(Path(folder))


if __name__ == "__main__":
    main()
