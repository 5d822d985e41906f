"""The guards of the test run itself: what a test leaves behind fails it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LEAVES_A_CHILD = """
from app.adapters.children import Child
from app.core.jobs import JobContext
kept = []

def test_leaves_a_child():
    kept.append(Child("index"))
    kept[0].call("ping", {}, JobContext())
    kept[0]._keep()
"""
LEAVES_NOTHING = """
from app.adapters.children import Child
from app.core.jobs import JobContext

def test_leaves_nothing():
    child = Child("index")
    child.call("ping", {}, JobContext())
    child.close()
"""
COMPLAINS = """
from PySide6.QtCore import qWarning

def test_complains(qapp):
    qWarning("{text}")
"""


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (LEAVES_A_CHILD, "processes left running"),
        (LEAVES_NOTHING, ""),
        (COMPLAINS.format(text="something is wrong"), "Failure: Qt messages with level WARNING"),
        (COMPLAINS.format(text="This plugin does not support propagateSizeHints()"), ""),
    ],
)
def test_what_is_left_behind_fails_the_test(tmp_path, code: str, says: str) -> None:
    file = tmp_path / "test_one.py"
    file.write_text("import sys\n" + code, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"),
         f"--rootdir={ROOT}", "-p", "no:cacheprovider", "-p", "conftest", str(file)],
        capture_output=True, text=True, timeout=60, cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode != 0) is bool(says), done.stdout
    assert says in done.stdout
