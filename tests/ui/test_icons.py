"""The marks that the style sheet draws lie in files, which do not pile up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.core import paths
from app.ui import theme
from app.ui.icons import coloured_folder

ROOT = Path(__file__).resolve().parents[2]
_WINDOW = """
import os, sys
sys.path.insert(0, sys.argv[1])
from app.ui import theme
from app.ui.icons import coloured_folder
print(coloured_folder(theme.load("dark")), flush=True)
if sys.argv[2] == "killed":
    os._exit(9)
"""


def _run(temporary: Path, end: str) -> Path:
    env = {**os.environ, **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(temporary))}
    env["XDG_RUNTIME_DIR"] = str(temporary)
    done = subprocess.run(
        [sys.executable, "-c", _WINDOW, str(ROOT), end],
        env=env, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return Path(done.stdout.strip())


def test_the_marks_of_a_killed_window_go_with_the_next_one(tmp_path: Path) -> None:
    temporary = tmp_path / "t"
    temporary.mkdir(mode=0o700)
    killed = _run(temporary, "killed")
    assert (killed / "tick.svg").is_file()
    assert _run(temporary, "closed") != killed
    assert list(temporary.rglob("*.svg")) == []


def test_the_marks_have_the_colours_of_their_theme() -> None:
    dark, light = (Path(coloured_folder(theme.load(name))) for name in ("dark", "light"))
    assert theme.load("dark").accent in (dark / "tick.svg").read_text("utf-8")
    assert theme.load("light").text in (light / "down.svg").read_text("utf-8")
    assert paths.runtime() in dark.parents
