"""Memory that was needed for a moment, given back to the system."""

from __future__ import annotations

import contextlib
import sys


def give_back() -> None:
    """Return free memory to the system where the C library (glibc) keeps it.

    Takes a few milliseconds, so it is for moments in which nothing goes on.
    """
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):  # musl has no such function
        ctypes.CDLL(None).malloc_trim(0)
