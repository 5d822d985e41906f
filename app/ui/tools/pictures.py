"""Every state of every tab, in every theme, at 100 and 200 %: contact sheets to look at.

``main.py pictures [--output FOLDER]`` works in a data folder of its own: the sample is
written down once, and a process per scale draws all states from it. Answers of a
language model come from the scripted server of the tests where that is here, and
are stamped so; elsewhere those states are left out.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.core import logs, paths
from app.core.errors import AppError, ChildError, StorageError
from app.core.jobs import JobContext
from app.ui.theme import NAMES as THEMES
from app.ui.tools.console import Console
from app.words.errors import error_words

# scale: the window's size in its own pixels; at 200 % that of a full-HD screen.
SIZES: dict[int, tuple[int, int]] = {100: (1180, 800), 200: (960, 540)}
STAMP = "model answers scripted"


@dataclasses.dataclass(frozen=True)
class Picture:
    """One picture of a sheet."""

    tab: str
    theme: str
    scale: int
    name: str
    file: str
    scripted: bool = False


def run(argv: list[str], make_services: Callable[[], Any]) -> int:
    """Draw the sheets and return 0, or 1 when something could not be drawn."""
    args = _parser().parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if args.draw:
        return _draw(args, make_services)
    console = Console()
    folder = (args.output or paths.home() / "pictures").absolute()
    try:
        with _stage() as stage:
            _make(stage, folder, args, make_services, console)
    except AppError as error:
        console.line(error_words(error).sentence())
        return 1
    sys.stdout.write(f"{folder}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    from app.ui.shell import TABS

    parser = argparse.ArgumentParser(prog="alcove pictures", description=__doc__)
    parser.add_argument("--output", type=Path, help="where the sheets go")
    parser.add_argument("--tab", choices=list(TABS), action="append", help="only this tab")
    parser.add_argument("--theme", choices=THEMES, action="append", help="only this theme")
    parser.add_argument("--draw", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--scale", type=int, choices=list(SIZES), help=argparse.SUPPRESS)
    parser.add_argument("--scripted", default="", help=argparse.SUPPRESS)
    return parser


# --- the process that leads -------------------------------------------------------------


def _make(
    stage: Path,
    folder: Path,
    args: argparse.Namespace,
    make_services: Callable[[], Any],
    console: Console,
) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError("folder_not_writable", path=str(folder)) from error
    with _scripted_server() as host:
        _prepare(make_services, host, console)
        for scale in SIZES:
            console.line(f"{scale} %")
            _draw_in_child(stage / "parts", scale, host, args)
    from app.ui.tools.sheets import compose

    pictures = [
        Picture(**plain)
        for file in sorted((stage / "parts").glob("*.json"))
        for plain in json.loads(file.read_text("utf-8"))
    ]
    for made in compose(pictures, folder, STAMP):
        console.line(f"  {made.name}")


@contextlib.contextmanager
def _stage() -> Iterator[Path]:
    """Give a folder with a data folder that is thrown away; no server of the person's."""
    before = {key: os.environ.get(key) for key in ("ALCOVE_HOME", "OLLAMA_HOST")}
    with tempfile.TemporaryDirectory(prefix="alcove-pictures-", ignore_cleanup_errors=True) as name:
        stage = Path(name)
        os.environ["ALCOVE_HOME"] = str(stage / "full")
        os.environ["OLLAMA_HOST"] = "127.0.0.1:9"
        logs.start(paths.logs(), "pictures")
        try:
            yield stage
        finally:
            for key, value in before.items():
                os.environ.pop(key, None)
                if value is not None:
                    os.environ[key] = value


@contextlib.contextmanager
def _scripted_server() -> Iterator[str]:
    """Start the scripted server of the tests; its address, "" where there is none."""
    tests = Path(sys.argv[0]).resolve().parent / "tests"
    script = tests / "support" / "pictures_script.json"
    if getattr(sys, "frozen", False) or not script.is_file():
        yield ""
        return
    server = subprocess.Popen(
        [sys.executable, "-m", "support.fake_ollama", "--script", str(script)],
        stdout=subprocess.PIPE,
        cwd=tests,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])},
    )
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.communicate(timeout=10)


def _prepare(make_services: Callable[[], Any], host: str, console: Console) -> None:
    """Take the samples through the real parts, once for all pictures."""
    services = make_services()
    try:
        ctx = JobContext(console.progress)
        number = services.desk.add(paths.samples() / "meeting.ogg", language="en")
        services.meetings.rename(number, "Project meeting")
        services.pipeline.run(number, ctx)
        services.documents.add([paths.samples() / "manuals"], ctx)
        if host:
            _write_minutes(services, number, host, ctx)
    finally:
        services.close()


def _write_minutes(services: Any, number: int, host: str, ctx: JobContext) -> None:
    """Make a second meeting of what the sample's script says, its minutes by the server."""
    from app.core.meetings.model import Segment, Transcript
    from app.ui.tools.states import use_server

    script = json.loads((paths.samples() / "meeting.script.json").read_text("utf-8"))
    said = [
        Segment(n, s["start"], s["end"], s["text"], s["speaker"])
        for n, s in enumerate(script["segments"], 1)
    ]
    meetings, first = services.meetings, services.meetings.get(number)
    made = meetings.create("Project meeting, by a model", original=first.original, language="en")
    sound = meetings.claim(made.id, "sound")
    meetings.save_tracks(made.id, meetings.tracks(number), duration=first.duration, claim=sound)
    transcript = Transcript(tuple(said), "file", language="en", duration=first.duration)
    meetings.save_transcript(made.id, transcript, claim=meetings.claim(made.id, "transcript"))
    use_server(services, host)
    minutes = services.minutes_writer(ctx)(
        transcript, title=made.title, notes=(), language="en", ctx=ctx
    )
    meetings.save_minutes(made.id, minutes, claim=meetings.claim(made.id, "minutes"))
    meetings.finish(meetings.claim(made.id, "export"))
    services.settings.change(ollama_host="")


def _draw_in_child(parts: Path, scale: int, host: str, args: argparse.Namespace) -> None:
    """Draw all states at one scale: Qt takes the scale when it starts."""
    parts.mkdir(exist_ok=True)
    program = [sys.executable] + ([] if getattr(sys, "frozen", False) else [sys.argv[0]])
    only = [x for tab in args.tab or () for x in ("--tab", tab)]
    only += [x for theme in args.theme or () for x in ("--theme", theme)]
    command = [*program, "pictures", "--draw", str(parts), "--scale", str(scale), *only]
    env = {**os.environ, "QT_SCALE_FACTOR": str(scale / 100)}
    if subprocess.call([*command, "--scripted", host], env=env):
        raise ChildError("child_died", child="pictures")


# --- the process that draws -------------------------------------------------------------


class _Drawer:
    """Draws what a window shows and remembers what it was."""

    def __init__(self, folder: Path, theme: str, scale: int):
        self._folder = folder
        self._theme = theme
        self.scale = scale
        self.pictures: list[Picture] = []

    def draw(self, shell: Any, tab: str, name: str, *, scripted: bool = False) -> None:
        """Draw the window as the next picture of ``tab``."""
        from app.ui.tools.stage import draw

        file = f"{tab}-{self._theme}-{self.scale}-{len(self.pictures):03}.png"
        draw(shell, self._folder / file)
        path = str(self._folder / file)
        self.pictures.append(Picture(tab, self._theme, self.scale, name, path, scripted))

    def keep(self) -> None:
        """Write down what was drawn."""
        plain = [dataclasses.asdict(p) for p in self.pictures]
        file = self._folder / f"{self._theme}-{self.scale:03}.json"
        file.write_text(json.dumps(plain), "utf-8")


def _draw(args: argparse.Namespace, make_services: Callable[[], Any]) -> int:
    from app.ui.shell import TABS

    full = paths.home()
    logs.start(paths.logs(), "pictures")
    tabs = args.tab or list(TABS)
    for theme in args.theme or THEMES:
        drawer = _Drawer(args.draw, theme, args.scale)
        os.environ["ALCOVE_HOME"] = str(full.parent / f"empty-{theme}-{args.scale}")
        _draw_empty(make_services, drawer, tabs, theme)
        os.environ["ALCOVE_HOME"] = str(full)
        _draw_full(make_services, drawer, tabs, theme, args.scripted)
        drawer.keep()
    return 0


@contextlib.contextmanager
def _window(
    make_services: Callable[[], Any], theme: str, scale: int, *, ask_first: bool = False
) -> Iterator[Any]:
    from PySide6.QtGui import QCursor

    from app.ui.tools.stage import open_shell

    services = make_services()
    services.settings.change(speech="quiet", theme=theme, speech_asked=not ask_first)
    shell = open_shell(services, theme, ask_first=ask_first)
    shell.resize(*SIZES[scale])
    QCursor.setPos(10_000, 10_000)  # no tab looks as if the mouse were over it
    try:
        yield shell
    finally:
        shell.close_now()
        shell.deleteLater()
        services.settings.change(ollama_host="")
        services.close()


def _draw_empty(
    make_services: Callable[[], Any], drawer: _Drawer, tabs: list[str], theme: str
) -> None:
    from app.ui.tools.states import settle

    scale = drawer.scale
    with _window(make_services, theme, scale, ask_first=True) as shell:
        for key in tabs:
            shell.open(key)
            settle(shell)
            drawer.draw(shell, key, "The first question")
        shell.question.hide()
        shell.banner.follow(
            dataclasses.replace(shell.services.settings.current, ollama_confirmed="studio.example")
        )
        for key in tabs:
            shell.open(key)
            drawer.draw(shell, key, "Another machine was confirmed")
        shell.banner.hide()
    with _window(make_services, theme, scale) as shell:
        for key in tabs:
            shell.open(key)
            settle(shell)
            drawer.draw(shell, key, "Nothing is here yet")


def _draw_full(
    make_services: Callable[[], Any], drawer: _Drawer, tabs: list[str], theme: str, host: str
) -> None:
    from app.ui.tools.states import FULL, SCRIPTED, settle, use_server

    with _window(make_services, theme, drawer.scale) as shell:
        for key in tabs:
            tab = shell.open(key)
            settle(shell)
            for shown in FULL[key](shell, tab):
                drawer.draw(shell, key, shown.name)
        if not host:
            return
        use_server(shell.services, host)
        for key in tabs:
            if key in SCRIPTED:
                tab = shell.open(key)
                tab.message.clear()
                for shown in SCRIPTED[key](shell, tab):
                    drawer.draw(shell, key, shown.name, scripted=True)
