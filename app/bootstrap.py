"""The one place that builds real services, inside functions, per mode.

``Services`` is what the window and the command line receive: ports of core behind
lazy attributes, so that a command pays only for what it uses.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from app.core import egress, logs, paths
from app.core.settings import SettingsStore

WORKERS = ("recorder", "transcriber", "index", "reader")


class Services:
    """Everything that the window and the command line may use, made on first use."""

    def __init__(self) -> None:
        self._closers: list[Callable[[], None]] = []

    @cached_property
    def settings(self) -> SettingsStore:
        """Return the settings, with the confirmed server let through the guard."""
        store = SettingsStore(paths.settings_file())
        store.on_change(lambda _: self._let_through(store))
        self._let_through(store)
        return store

    @staticmethod
    def _let_through(store: SettingsStore) -> None:
        egress.forget()
        if store.current.ollama_confirmed:
            egress.allow(store.current.ollama_confirmed)

    def closing(self, close: Callable[[], None]) -> None:
        """Have ``close`` called when the services end, last made first."""
        self._closers.append(close)

    def close(self) -> None:
        """End children, threads and files; what was never made is not touched."""
        while self._closers:
            self._closers.pop()()


def _start(process: str, crash: Callable[[str], None] | None = None) -> None:
    logs.start(paths.logs(), process, crash=crash)


def run_child(argv: list[str]) -> int:
    """Run the child that ``argv`` names until its parent ends it."""
    parser = argparse.ArgumentParser(prog="alcove --child", add_help=False)
    parser.add_argument("name", choices=WORKERS)
    parser.add_argument("--endpoint", type=Path, required=True)
    parser.add_argument("--nice", action="store_true")
    args, rest = parser.parse_known_args(argv)
    _start(f"{args.name}-child")
    if args.nice:
        _step_back()
    module = importlib.import_module(f"app.workers.{args.name}")
    if hasattr(module, "main"):
        return int(module.main(args.endpoint, rest))
    from app.workers.serve import serve

    return serve(args.name, module.OPS, args.endpoint)


def _step_back() -> None:
    """Lower the priority of this process, so that the window stays quick."""
    if sys.platform == "win32":
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(10)


def run_cli(argv: list[str]) -> int:
    """Run one command of the command line."""
    from app import words

    words.use_language(paths.resources() / "translations")
    if argv[:1] == ["tour"]:
        return _tour_from_console(argv)
    _start("command-line")
    from app.cli.main import run

    return run(argv, Services)


def _tour_from_console(argv: list[str]) -> int:
    """Take the tour with the program that has the window, which draws the pictures."""
    import subprocess

    if not getattr(sys, "frozen", False):
        return run_window(argv)
    program = "Alcove.exe" if sys.platform == "win32" else "Alcove"
    window = Path(sys.executable).with_name(program)
    return subprocess.call([str(window), *argv])


def run_window(argv: list[str]) -> int:
    """Open the window, or run one of the tools that need it."""
    from app import words

    words.use_language(paths.resources() / "translations")
    from app.ui.start import run

    return run(argv, Services)
