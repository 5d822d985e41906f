"""How much memory this machine has."""

from __future__ import annotations


def free_and_total() -> tuple[int, int]:
    """Return the bytes that programs can still get, and all that there are."""
    import psutil

    memory = psutil.virtual_memory()
    return int(memory.available), int(memory.total)
