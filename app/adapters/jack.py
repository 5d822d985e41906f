"""What a killed program leaves in JACK's shared memory, and that makes PortAudio hang.

PortAudio asks JACK for its devices where JACK's library is installed, also when no JACK
server runs. JACK 1 keeps a registry in shared memory, one for each person; a program that
is killed at the wrong moment leaves it locked, and from then on every program that
starts PortAudio waits for ever.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from pathlib import Path

STUCK_SECONDS = 5.0  # PortAudio starts in 0.1 to 1.5 s: after this it hangs
_STUCK_NAME = b"alcove-stuck"  # the system keeps 15 letters
SHARED_MEMORY = Path("/dev/shm")
PROCESSES = Path("/proc")
_naming = threading.Lock()
_own_name: bytes | None = None  # while this process is named as one that hangs


def set_aside(shared: Path = SHARED_MEMORY, processes: Path = PROCESSES) -> bool:
    """Move this person's registry out of the way; return whether that was done.

    Only for a process that hangs in it: true too when the registry that it hangs in has
    been moved by another one. The registry stays where it is when a program has it open
    that does not hang as well: then it may not be stale. Who calls this calls
    ``say_started`` when PortAudio starts after all.
    """
    if not hasattr(os, "getuid"):
        return False
    registry = shared / f"jack_db-{os.getuid()}"
    aside = registry.with_name(registry.name + ".stale")
    _say_stuck(processes)
    if _maps(processes / "self" / "maps", aside):
        return True
    if not registry.is_dir() or _used(registry, processes):
        return False
    try:
        shutil.rmtree(aside, ignore_errors=True)
        registry.rename(aside)
    except OSError:
        return False
    return True


def _used(registry: Path, processes: Path) -> bool:
    """Return whether another process that does not hang has the registry in its memory."""
    return any(
        _maps(maps, registry) and not _is_stuck(maps.parent)
        for maps in processes.glob("[0-9]*/maps")
        if maps.parent.name != str(os.getpid())
    )


def _maps(maps: Path, folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return f"{folder}/".encode() in maps.read_bytes()
    return False


def _say_stuck(processes: Path) -> None:
    """Tell other programs of ours that this one hangs, by its name among the processes.

    Else two that hang in one registry would each take the other for one that uses it.
    The name ends with the process, or with ``say_started``.
    """
    global _own_name
    name = processes / "self" / "comm"
    with _naming, contextlib.suppress(OSError):
        if _own_name is None:
            _own_name = name.read_bytes().rstrip(b"\n")
        name.write_bytes(_STUCK_NAME)


def say_started(processes: Path = PROCESSES) -> None:
    """Take back that this process hangs, if it was said: it uses its registry now.

    Else another program that hangs would move the registry away from under it.
    """
    global _own_name
    with _naming, contextlib.suppress(OSError):
        if _own_name is not None:
            (processes / "self" / "comm").write_bytes(_own_name)
            _own_name = None


def _is_stuck(process: Path) -> bool:
    with contextlib.suppress(OSError):
        return (process / "comm").read_bytes().strip() == _STUCK_NAME
    return False
