"""Where everything lies. ``ALCOVE_HOME`` moves every path but the children's sockets.

Folders are made on first use and are readable by their owner alone; one that cannot be
made or used is ``StorageError`` "folder_not_writable" or "disk_full". ``ALCOVE_MODELS``
names another folder of speech models, so that a data folder for one run need not copy
them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
import threading
from pathlib import Path

from app.core.disk import refused
from app.core.errors import StorageError

_OWNER_ONLY = 0o700
_stand_in: Path | None = None
_standing_in = threading.Lock()


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
        found = folder.stat()
        mine = os.name == "posix" and found.st_uid == os.getuid()
        usable = os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    except OSError as error:
        raise refused(error, folder) from error
    except ValueError as error:  # a name with a zero in it
        raise StorageError("folder_not_writable", path=str(folder)) from error
    # A folder that all share, such as /tmp, is none for this: closed to them, the whole
    # system would break; open, everybody could read what lies in it. One below it is fine.
    if not usable or found.st_mode & stat.S_ISVTX:
        raise StorageError("folder_not_writable", path=str(folder))
    if mine:
        with contextlib.suppress(OSError):  # some file systems know no modes
            folder.chmod(_OWNER_ONLY)
    return folder


def chosen(text: str) -> Path:
    """Return the folder that a person named, "~" read as theirs. Raises ``StorageError``."""
    try:
        return Path(text).expanduser().absolute()
    except (OSError, RuntimeError) as error:  # "~nobody", or the working folder is gone
        raise StorageError("folder_not_writable", path=text) from error


def _home_of_person() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        raise StorageError("folder_not_writable", path="~") from error


def _system_data() -> Path:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else _home_of_person() / "AppData/Local") / "Alcove"
    if sys.platform == "darwin":
        return _home_of_person() / "Library/Application Support/Alcove"
    shared = os.environ.get("XDG_DATA_HOME")
    return (Path(shared) if shared else _home_of_person() / ".local/share") / "alcove"


def home() -> Path:
    """Return the data folder: ``ALCOVE_HOME`` or the system's place for it."""
    named = os.environ.get("ALCOVE_HOME")
    return _made(chosen(named) if named else _system_data())


def recordings() -> Path:
    """Return the folder of recordings: plain files in ``~/Alcove`` unless moved."""
    if os.environ.get("ALCOVE_HOME"):
        return _made(home() / "recordings")
    return _made(_home_of_person() / "Alcove")


def logs() -> Path:
    """Return the folder of logs and crash files."""
    return _made(home() / "logs")


def models() -> Path:
    """Return the folder of speech models that the person added; it is made with the first."""
    named = os.environ.get("ALCOVE_MODELS")
    return chosen(named) if named else home() / "models"


def whisper() -> Path:
    """Return the folder of the Whisper models among them."""
    return models() / "whisper"


def unfinished(folder: Path) -> Path:
    """Return where in a folder of models a new one lies until it is whole."""
    return folder / ".adding"


def run() -> Path:
    """Return the folder of locks."""
    return _made(home() / "run")


def used_models() -> Path:
    """Return the list of language models that may be in memory; it may not be there."""
    return home() / "run" / "models-used"


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
    if base and len(base) < 60 and os.access(base, os.W_OK) and _is_private(Path(base) / "alcove"):
        return Path(base) / "alcove"
    owner = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    folder = Path(tempfile.gettempdir()) / f"alcove-{owner}"
    if len(str(folder)) > 70:
        folder = Path("/tmp") / f"alcove-{owner}"
    return folder if _is_private(folder) else _another_place()


def turn(name: str) -> Path:
    """Return the lock file by which processes on one data folder take turns at ``name``.

    It lies outside the data folder: a command that keeps nothing leaves nothing there.
    """
    whose = hashlib.sha256(str(home().resolve()).encode()).hexdigest()[:12]
    return runtime() / f"turn-{whose}-{name}.lock"


def _is_private(folder: Path) -> bool:
    """Make ``folder`` and return whether it is ours alone: a real folder, of our own.

    Looked at before anything is changed: what a stranger put there is not touched.
    """
    try:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=_OWNER_ONLY)
        found = os.lstat(folder)
        if not stat.S_ISDIR(found.st_mode):
            return False
        if os.name == "posix":
            if found.st_uid != os.getuid():
                return False
            if stat.S_IMODE(found.st_mode) != _OWNER_ONLY:
                folder.chmod(_OWNER_ONLY)
    except OSError:
        return False
    return True


def _another_place() -> Path:
    """Return a fresh private folder, the same one for the life of this process."""
    global _stand_in
    with _standing_in:
        if _stand_in is None or not _is_private(_stand_in):
            try:
                _stand_in = Path(tempfile.mkdtemp(prefix="alcove-"))
            except OSError as error:
                raise refused(error, Path(tempfile.gettempdir())) from error
        return _stand_in


def resources() -> Path:
    """Return the folder of icons, themes, prompts and samples that ship with Alcove."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[2]
    return root / "resources"


def samples() -> Path:
    """Return the folder of the samples."""
    return resources() / "samples"
