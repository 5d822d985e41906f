"""The command line: one subcommand per feature, one place that catches all."""

from __future__ import annotations

import argparse
import importlib
import io
import logging
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from app.cli.output import Output
from app.core import logs
from app.core.build import VERSION
from app.core.errors import AppError, Cancelled, UsageError
from app.words import tr

COMMANDS = ("transcribe", "summarize", "record", "docs", "look", "read", "define", "settings",
            "doctor")  # fmt: skip


class Parser(argparse.ArgumentParser):
    """A parser that raises ``UsageError`` instead of leaving the program."""

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
    _speak_utf8()
    out = Output("--json" in argv)
    try:
        args = build_parser(argv[0] if argv else "").parse_args(argv)
        _check_format(args)
        return _run_command(args, make_services, out)
    except UsageError as error:
        out.error(error)
        return 2
    except AppError as error:
        out.error(error)
        return 1
    except (Cancelled, KeyboardInterrupt):
        out.cancelled()
        return 130
    except BrokenPipeError:
        return 1
    except Exception as error:  # the catch-all of the command line
        logging.getLogger("alcove").exception("command failed")
        out.say(tr("Alcove met an error it did not foresee: {place}").format(
            place=logs.place_of(error)))  # fmt: skip
        return 1


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
