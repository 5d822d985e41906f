"""Processes that go on after this one has let go of them: a recorder, a window.

Python says of a process that is forgotten while it runs that somebody should have
waited for it. Here nobody should: those that ended are taken notice of, so that
none stays behind as a zombie, and the others are let go at the end of this process.
"""

from __future__ import annotations

import atexit
import subprocess

_left: list[subprocess.Popen[bytes]] = []


def leave(process: subprocess.Popen[bytes]) -> None:
    """Let ``process`` go on without us."""
    _left[:] = [earlier for earlier in _left if earlier.poll() is None]
    _left.append(process)


@atexit.register
def let_go() -> None:
    """Take notice of those that ended, and forget the others without a word."""
    for process in _left:
        if process.poll() is None:
            process.returncode = 0  # as good as waited for
    _left.clear()
