"""What the window does not load: it has to stay small beside a language model."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Opens every tab and makes highlights, as a window without an embedding engine does.
USE = """
import sys
sys.path.insert(0, sys.argv[1])
from app.bootstrap import Services
from app.core.meetings.files import read_lines
from app.core.meetings.highlights import make_highlights
from app.core.meetings.model import Transcript
from app.ui.shell import TABS, Shell
from app.ui.start import make_application

services = Services()
app = make_application("light")
shell = Shell(services, ask_first=False)
shell.show()
for key in TABS:
    shell.open(key)
lines = "\\n".join(f"We decided that shop {i} sells a lamp for the office." for i in range(300))
assert make_highlights(Transcript(tuple(read_lines(lines)), "file"), title="Shops").decisions
print(sorted({"numpy", "chromadb", "faster_whisper", "PySide6.QtMultimedia"} & set(sys.modules)))
import linecache
print(sum(1 for kept in linecache.cache.values() if len(kept) > 1), __import__.__name__)
shell.close_now()
services.close()
"""


def test_a_window_with_every_tab_open_loads_no_numbers_and_no_media(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", USE, str(ROOT)],
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
        env={**os.environ, "ALCOVE_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    media, kept = done.stdout.splitlines()
    assert media == "[]"
    # dataclasses and the like read a source now and then; PySide6 would keep some hundred.
    assert int(kept.split()[0]) < 5 and kept.split()[1] != "__feature_import__"
