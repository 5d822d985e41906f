"""``settings [KEY [VALUE]]``: show or change the settings."""

from __future__ import annotations

import argparse
import dataclasses
import re
from typing import Any

from app.cli.output import Output
from app.core.errors import InputError
from app.core.settings import Settings, checked, defaults
from app.words import settings as words
from app.words import tr


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("settings", help=tr("Show or change the settings."))
    parser.add_argument("key", nargs="?", help=tr("the setting to show or change"))
    parser.add_argument("value", nargs="?", help=tr("its new value"))


def run(args: argparse.Namespace, services: Any, out: Output) -> int:
    """Show all settings or one, or change one."""
    if args.value is not None:
        services.settings.change(**{args.key: _typed(args.key, args.value)})
    rows = _rows(services.settings.current, args.key)
    for row in rows:
        mark = "" if row["value"] == row["default"] else "  *"
        out.text(f"{row['key']:18} {_shown(row['value'])!s:24}{words.title(row['key'])}{mark}")
    out.result({"settings": rows})
    return 0


def _rows(settings: Settings, key: str | None) -> list[dict[str, Any]]:
    base = defaults()
    if key is not None and key not in base:
        raise InputError("unknown_setting", key=key)
    fields = {f.name: f for f in dataclasses.fields(Settings)}
    rows = []
    for name in [key] if key else list(base):
        value = getattr(settings, name)
        if fields[name].metadata.get("secret") and value:
            value = "•" * 8  # a token never reaches a terminal or a log
        rows.append({"key": name, "value": value, "default": base[name]})
    return rows


def _shown(value: Any) -> str:
    return "–" if value == "" else str(value)


def _typed(key: str, text: str) -> Any:
    default = defaults().get(key, "")
    value: Any = text
    if isinstance(default, bool):
        value = {"true": True, "false": False}.get(text.lower(), text)
    elif isinstance(default, int) and re.fullmatch(r"[+-]?\d+", text):  # not "1_00"
        value = int(text)
    return checked(key, value)
