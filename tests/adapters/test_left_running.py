"""Processes that outlive the one that started them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.adapters import left_running

pytestmark = pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs POSIX processes")

ROOT = Path(__file__).resolve().parents[2]
WAITS = "import sys; sys.stdin.read()"
START = f"""
import subprocess, sys
sys.path.insert(0, sys.argv[1])
from app.adapters.left_running import leave
for code in ("", {WAITS!r}):
    quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    leave(subprocess.Popen([sys.executable, "-c", code], stdin=int(sys.argv[2]), **quiet))
print("left", flush=True)
"""


def test_who_ends_while_they_go_on_says_nothing_of_them() -> None:
    reading, writing = os.pipe()  # they go on until the test closes it
    try:
        done = subprocess.run(
            [sys.executable, "-W", "always", "-c", START, str(ROOT), str(reading)],
            pass_fds=[reading], capture_output=True, timeout=30,
        )  # fmt: skip
    finally:
        os.close(reading)
        os.close(writing)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, b"left", b"")


def test_one_that_ended_is_no_zombie_once_another_one_is_left(monkeypatch) -> None:
    monkeypatch.setattr(left_running, "_left", left := [])
    ended = subprocess.Popen([sys.executable, "-c", ""])
    left_running.leave(ended)
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    other = subprocess.Popen([sys.executable, "-c", WAITS], stdin=subprocess.PIPE)
    left_running.leave(other)
    assert ended.returncode == 0 and left == [other]
    other.communicate()
