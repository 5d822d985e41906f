"""The one door, as it is started: a data folder that cannot be is said in one sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def start(*args: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *args],
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
        env={**os.environ, "ALCOVE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip


@pytest.fixture
def unusable(tmp_path) -> Path:
    (tmp_path / "file").touch()
    return tmp_path / "file"


@pytest.mark.parametrize(
    "args", [("define", "MI"), ("settings",), ("tour",), ("--smoke-test", "--report", "x"), ()]
)
def test_an_unusable_data_folder_is_one_sentence_and_no_traceback(unusable, args) -> None:
    done = start(*args, home=unusable)
    assert done.returncode == 1
    assert str(unusable) in done.stderr and done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr and done.stdout == ""


@pytest.mark.parametrize("args", [("define", "MI", "--json"), ("tour", "--json")])
def test_with_json_it_is_an_error_object(unusable, args) -> None:
    done = start(*args, home=unusable)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "folder_not_writable"


def test_help_needs_no_data_folder(unusable) -> None:
    assert "usage" in start("define", "--help", home=unusable).stdout
