"""What the system says of this machine's memory and disks."""

from __future__ import annotations

import shutil
from pathlib import Path


def free_memory() -> int:
    """Return the bytes of memory that could be used now."""
    import psutil

    return int(psutil.virtual_memory().available)


def total_memory() -> int:
    """Return the bytes of memory of this machine."""
    import psutil

    return int(psutil.virtual_memory().total)


def free_disk(folder: Path) -> int:
    """Return the bytes that are free where ``folder`` lies or will lie."""
    whole = folder.absolute()
    there = next((place for place in (whole, *whole.parents) if place.is_dir()), None)
    # None: a drive that was taken out, with all that could be on it.
    return 0 if there is None else shutil.disk_usage(there).free
