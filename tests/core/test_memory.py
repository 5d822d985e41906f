"""Giving memory back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import gc, sys
sys.path.insert(0, sys.argv[1])
import psutil
from app.core.memory import give_back
small = [bytes(400) for _ in range(300_000)]
keep = small[::50]  # holds the heap together, so that it does not shrink by itself
del small
gc.collect()
before = psutil.Process().memory_info().rss
give_back()
print(before - psutil.Process().memory_info().rss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is the C library of Linux")
def test_free_memory_goes_back_to_the_system() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(ROOT)],
        capture_output=True, text=True, check=True, env={"PYTHONMALLOC": "malloc"},
    )  # fmt: skip
    assert int(done.stdout) > 20_000_000
