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
from pathlib import Path

STUCK_SECONDS = 5.0  # PortAudio starts in 0.1 to 1.5 s: after this it hangs
SHARED_MEMORY = Path("/dev/shm")
PROCESSES = Path("/proc")


def set_aside(shared: Path = SHARED_MEMORY, processes: Path = PROCESSES) -> bool:
    """Move this person's registry out of the way; return whether that was done.

    It stays where it is when another program has it open: then it may not be stale.
    """
    if not hasattr(os, "getuid"):
        return False
    registry = shared / f"jack_db-{os.getuid()}"
    if not registry.is_dir() or _used(registry, processes):
        return False
    aside = registry.with_name(registry.name + ".stale")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        registry.rename(aside)
    except OSError:
        return False
    return True


def _used(registry: Path, processes: Path) -> bool:
    """Return whether another process of this person has the registry in its memory."""
    mark = f"{registry}/".encode()
    for maps in processes.glob("[0-9]*/maps"):
        if maps.parent.name == str(os.getpid()):
            continue
        with contextlib.suppress(OSError):
            if mark in maps.read_bytes():
                return True
    return False
