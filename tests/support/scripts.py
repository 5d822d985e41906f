"""Import the scripts of packaging/, which is a folder and no package."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging"


def script(name: str) -> ModuleType:
    """Import ``packaging/NAME.py`` as its neighbours do, by its bare name."""
    sys.path.insert(0, str(FOLDER))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(FOLDER))


def program(folder: Path, name: str, text: str) -> Path:
    """Write an executable shell script, a stand-in for a program on PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path
