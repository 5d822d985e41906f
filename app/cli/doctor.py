"""``doctor``: what is here, in which version, and what to do about what is not."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import platform
from collections.abc import Callable
from typing import Any

from app.cli.output import Output
from app.core.errors import AppError
from app.words import doctor as words
from app.words import engines as engine_words
from app.words import tr
from app.words.durations import size
from app.words.errors import error_words

# Component, module that must be there, package that names its version.
_LIBRARIES = (
    ("window", "PySide6", "PySide6_Essentials"),
    ("decoder", "av", "av"),
    ("whisper_library", "faster_whisper", "faster-whisper"),
    ("documents", "pypdfium2", "pypdfium2"),
    ("index", "chromadb", "chromadb"),
    ("ocr", "rapidocr", "rapidocr"),
)


def add_parser(commands: Any) -> None:
    """Add the command."""
    commands.add_parser("doctor", help=tr("Say what is here and what is missing."))


def run(args: argparse.Namespace, services: Any, out: Output) -> int:
    """Look at everything and print it."""
    with out.context() as ctx:
        components = [_python(), *_libraries(), *_engines(services.look_for_engines(ctx))]
    components.append(_checked("library", lambda: services.library.slowest))
    components.append(_row("memory", size(services.total_memory()), True, ""))
    components.append(_row("disk", size(services.free_disk()), services.free_disk() > 1e9, ""))
    for row in components:
        mark = "✓" if row["found"] else "–"
        hint = f"  {row['hint']}" if row["hint"] else ""
        out.text(f"{mark} {words.component(row['name']):34} {row['version'] or '':16}{hint}")
    out.result({"components": components})
    return 0


def _row(name: str, version: str | None, found: bool, hint: str) -> dict[str, Any]:
    return {"name": name, "version": version or None, "found": found, "hint": hint}


def _python() -> dict[str, Any]:
    return _row("python", platform.python_version(), True, "")


def _libraries() -> list[dict[str, Any]]:
    rows = []
    for name, module, package in _LIBRARIES:
        found = importlib.util.find_spec(module) is not None
        hint = "" if found else words.hint(name)
        rows.append(_row(name, _version(package) if found else None, found, hint))
    return rows


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _engines(report: Any) -> list[dict[str, Any]]:
    rows = []
    for part in report.parts:
        if part.name == "ocr":
            continue  # stands among the libraries
        found = part.state in ("ready", "busy", "loading")
        hint = "" if found else words.hint_of_part(part)
        rows.append(_row(part.name, part.version, found, hint))
    for refused in report.refused:
        rows.append(_row(refused.name, None, False, engine_words.reason(refused.reason)))
    return rows


def _checked(name: str, look: Callable[[], Any]) -> dict[str, Any]:
    try:
        look()
    except AppError as error:
        return _row(name, None, False, error_words(error).sentence())
    return _row(name, None, True, "")
