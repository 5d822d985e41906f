"""Whether Ollama is installed on this laptop, running or not."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path


def usual_places() -> list[Path]:
    """Return where its installers put the program, besides the search path."""
    home = Path.home()
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local")
        programs = Path(os.environ.get("PROGRAMFILES") or "C:/Program Files")
        return [local / "Programs/Ollama/ollama.exe", programs / "Ollama/ollama.exe"]
    if sys.platform == "darwin":
        apps = [Path("/Applications/Ollama.app"), home / "Applications/Ollama.app"]
        return [*apps, Path("/opt/homebrew/bin/ollama"), Path("/usr/local/bin/ollama")]
    folders = ("/usr/local/bin", "/usr/bin", "/opt/ollama/bin", "/snap/bin")
    return [*(Path(f) / "ollama" for f in folders), home / ".local/bin/ollama"]


def is_installed(places: Iterable[Path] | None = None) -> bool:
    """Return whether the program is on the search path or in a usual place."""
    if shutil.which("ollama"):
        return True
    return any(path.exists() for path in (usual_places() if places is None else places))
