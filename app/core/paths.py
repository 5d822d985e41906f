"""Where everything lies. ``ALCOVE_HOME`` moves every path but the children's sockets.

Folders are made on first use and are readable by their owner alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

_OWNER_ONLY = 0o700


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
    if os.name == "posix" and folder.stat().st_uid == os.getuid():
        folder.chmod(_OWNER_ONLY)
    return folder


def _system_data() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "Alcove"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/Alcove"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "alcove"


def home() -> Path:
    """Return the data folder: ``ALCOVE_HOME`` or the system's place for it."""
    named = os.environ.get("ALCOVE_HOME")
    return _made(Path(named).expanduser().absolute() if named else _system_data())


def recordings() -> Path:
    """Return the folder of recordings: plain files in ``~/Alcove`` unless moved."""
    if os.environ.get("ALCOVE_HOME"):
        return _made(home() / "recordings")
    return _made(Path.home() / "Alcove")


def logs() -> Path:
    """Return the folder of logs and crash files."""
    return _made(home() / "logs")


def models() -> Path:
    """Return the folder of speech models that the person added."""
    return _made(home() / "models")


def run() -> Path:
    """Return the folder of locks."""
    return _made(home() / "run")


def sound() -> Path:
    """Return the folder of meetings' converted sound."""
    return _made(home() / "sound")


def index() -> Path:
    """Return the folder of the disposable vector index."""
    return _made(home() / "index")


def library_file() -> Path:
    """Return the one SQLite file that is the truth."""
    return home() / "library.sqlite3"


def settings_file() -> Path:
    """Return the settings file."""
    return home() / "settings.json"


def runtime() -> Path:
    """Return a short private folder for sockets, whose path length is limited."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    if base and Path(base).is_dir() and os.access(base, os.W_OK) and len(base) < 60:
        return _made(Path(base) / "alcove")
    owner = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    folder = Path(tempfile.gettempdir()) / f"alcove-{owner}"
    if len(str(folder)) > 70:
        folder = Path("/tmp") / f"alcove-{owner}"
    _made(folder)
    if os.name == "posix" and (folder.is_symlink() or folder.stat().st_uid != os.getuid()):
        # Somebody else made it first: never put keys into a stranger's folder.
        return Path(tempfile.mkdtemp(prefix="alcove-"))
    return folder


def resources() -> Path:
    """Return the folder of icons, themes, prompts and samples that ship with Alcove."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[2]
    return root / "resources"


def samples() -> Path:
    """Return the folder of the samples."""
    return resources() / "samples"
