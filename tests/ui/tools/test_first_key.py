"""One start is measured as a person feels it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from app.core import paths
from app.ui.tools.first_key import FirstKey


def test_the_key_is_pressed_where_the_keys_are_and_its_answer_is_heard(qapp, qtbot) -> None:
    line, answered = QLineEdit("ab"), []
    qtbot.addWidget(line)
    line.show()
    line.setFocus()
    line.setCursorPosition(2)
    FirstKey(line, lambda: answered.append(line.cursorPosition()))
    qtbot.waitUntil(lambda: bool(answered))
    assert answered == [1]


def test_the_program_writes_how_long_it_took_and_ends(tmp_path: Path, home: Path) -> None:
    answer, began = tmp_path / "answer", time.monotonic()
    main = paths.resources().parent / "main.py"
    command = [sys.executable, str(main), "--first-key", str(answer), repr(began)]
    ended = subprocess.run(command, timeout=60, check=False)
    whole = time.monotonic() - began
    assert ended.returncode == 0
    assert 0 < float(answer.read_text("ascii")) <= whole
