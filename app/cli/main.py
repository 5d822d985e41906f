"""The command line: one subcommand per feature, one place that catches all."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import logging
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from app.cli.output import Output
from app.core import logs
from app.core.build import VERSION
from app.core.errors import AppError, Cancelled, Unforeseen, UsageError
from app.words import tr
from app.words.errors import error_words

COMMANDS = ("transcribe", "summarize", "record", "docs", "look", "read", "define", "settings",
            "doctor")  # fmt: skip


class Parser(argparse.ArgumentParser):
    """A parser that raises ``UsageError`` instead of leaving the program.

    Options are named in full: a shortened ``--json`` would be understood by the parser
    and by nothing else.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the call."""
        raise UsageError("usage", detail=f"{self.prog}: {message}")


def build_parser(only: str = "") -> argparse.ArgumentParser:
    """Return the parser of every command, or of ``only`` one: the rest is not loaded."""
    parser = Parser(prog="alcove", description=tr("Everything stays on this laptop."))
    parser.add_argument("--version", action="version", version=f"Alcove {VERSION}")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=Parser
    )
    for name in [only] if only in COMMANDS else COMMANDS:
        module = importlib.import_module(f"app.cli.{name}")
        module.add_parser(commands)
    tour = commands.add_parser("tour", help=tr("Take the samples of every tab through."))
    tour.add_argument("--json", action="store_true")
    for command in commands.choices.values():
        if not any("--json" in a.option_strings for a in command._actions):
            command.add_argument("--json", action="store_true", help=tr("Print one JSON object."))
    return parser


def run(argv: list[str], make_services: Callable[[], Any]) -> int:
    """Run one command and return its exit status: 0, 1 failed, 2 usage, 130 stopped."""

    def work(out: Output) -> int:
        args = build_parser(argv[0] if argv else "").parse_args(argv)
        _check_format(args)
        return _run_command(args, make_services, out)

    return guarded(argv, work)


def check_tour(argv: list[str]) -> None:
    """Read the arguments of the tour, which begin with its name; raise ``UsageError``."""
    build_parser("tour").parse_args(argv)


def guarded(argv: list[str], work: Callable[[Output], int]) -> int:
    """Do ``work``, say what goes wrong, and return the exit status; see ``run``."""
    _speak_utf8()
    out = Output(_wants_json(argv))
    try:
        return work(out)
    except BrokenPipeError:
        return 1
    except AppError as error:
        _tell(out, partial(out.error, error))
        return 2 if isinstance(error, UsageError) else 1
    except (Cancelled, KeyboardInterrupt):
        _tell(out, out.cancelled)
        return 130
    except Exception as error:  # the catch-all of the command line
        logging.getLogger("alcove").exception("command failed")
        unforeseen = Unforeseen("unforeseen", place=logs.place_of(error))
        _tell(out, partial(out.error, unforeseen))
        return 1
    finally:
        _let_go_of_streams()


def _wants_json(argv: list[str]) -> bool:
    """Return whether ``--json`` stands among the options, not behind ``--``."""
    options = argv[: argv.index("--")] if "--" in argv else argv
    return "--json" in options


def _tell(out: Output, say: Callable[[], None]) -> None:
    """Say how the command ended, on standard error where standard output refuses."""
    try:
        say()
    except BrokenPipeError:
        pass
    except AppError as error:
        out.say(error_words(error).sentence())


def _let_go_of_streams() -> None:
    """Let nothing be flushed at the end of the process into a pipe or disk that refused."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)


def _check_format(args: argparse.Namespace) -> None:
    if getattr(args, "json", False) and getattr(args, "format", None):
        raise UsageError("usage", detail=tr("--json and --format exclude each other."))


def _run_command(args: argparse.Namespace, make_services: Callable[[], Any], out: Output) -> int:
    module = importlib.import_module(f"app.cli.{args.command}")
    services = make_services()
    try:
        for notice in services.settings.notices:
            out.notice(notice)
        return int(module.run(args, services, out))
    finally:
        services.close()


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
