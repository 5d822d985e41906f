"""Everything but the window works in a Python that refuses to load Qt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# A finder before all others: whoever asks for Qt gets what a missing package gives.
REFUSE = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6"):
            raise ModuleNotFoundError(f"no module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())
sys.path.insert(0, sys.argv.pop(1))
"""
EVERY_MODULE = """
import importlib, pkgutil
import app
names = [m.name for m in pkgutil.walk_packages(app.__path__, "app.", lambda name: None)
         if not (m.name + ".").startswith("app.ui.")]
for name in names:
    if name != "app.adapters.windows_job" or sys.platform == "win32":
        importlib.import_module(name)
print(len(names))
"""
THE_DOOR = """
from app.__main__ import main
raise SystemExit(main())
"""


def run(code: str, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", REFUSE + code, str(ROOT), *args],
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip


def test_qt_is_really_refused() -> None:
    assert "no module named 'PySide6'" in run("import PySide6").stderr


def test_every_room_but_the_windows_loads() -> None:
    done = run(EVERY_MODULE)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 150


@pytest.mark.parametrize(
    ("args", "holds"),
    [(("define", "MI", "--json"), "senses"), (("settings", "--json"), "settings")],
)
def test_a_command_needs_no_qt(args: tuple[str, ...], holds: str) -> None:
    done = run(THE_DOOR, *args)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[holds]


def test_a_child_needs_no_qt(tmp_path) -> None:
    """The door of a child is reached, and what it lacks then is its endpoint alone."""
    done = run(THE_DOOR, "--child", "index", "--endpoint", str(tmp_path / "none.json"))
    assert "PySide6" not in done.stderr and "FileNotFoundError" in done.stderr
