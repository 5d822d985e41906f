"""Logs: nothing that people said, and the evidence of a crash is kept."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from app.core import logs
from app.core.errors import StorageError

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; sys.path.insert(0, sys.argv[1])\nfrom pathlib import Path\n"
START += "from app.core import logs\nlogs.start(Path(sys.argv[2]), 'part')\n"


def _run(code: str, folder: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", START + code, str(ROOT), str(folder)],
        capture_output=True, timeout=30,
    )  # fmt: skip
    return done.returncode


def test_a_crash_in_native_code_is_still_told_after_the_next_start(tmp_path) -> None:
    assert _run("import ctypes; ctypes.string_at(0)", tmp_path) != 0
    told = (tmp_path / "part.fault").read_text()
    assert "Fatal" in told or "exception" in told
    for _ in range(2):  # a start without a crash keeps it too
        assert _run("", tmp_path) == 0
        assert (tmp_path / "part.fault.1").read_text() == told


def _line(name: str, message: str, *args: object) -> str:
    record = logging.LogRecord(name, logging.WARNING, "/x/y.py", 7, message, args, None, "work")
    return logs.PlainFormatter().format(record)


def test_of_a_library_only_name_level_and_place_are_written() -> None:
    line = _line("urllib3.pool", "got %s", "a secret")
    assert line.endswith("WARNING urllib3.pool at y.py:7:work")


def test_a_logger_that_only_begins_alike_is_a_library() -> None:
    assert "secret" not in _line("alcovex", "secret")


@pytest.mark.parametrize("name", ["alcove", "alcove.meetings"])
def test_our_own_fixed_messages_are_written(name) -> None:
    assert _line(name, "took %.1f", 2.0).endswith(f"{name} took 2.0")


def test_an_exception_of_a_library_is_its_class_and_place() -> None:
    try:
        {}["a secret"]
    except KeyError:
        trouble = sys.exc_info()
    record = logging.LogRecord("lib", logging.ERROR, "/x/y.py", 7, "secret", (), trouble)
    line = logs.PlainFormatter().format(record)
    assert "KeyError" in line and "secret" not in line


def test_a_folder_that_cannot_hold_logs_is_one_error(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(logs, "_fault_file", None)
    with pytest.raises(StorageError) as caught:
        logs.start(tmp_path / "missing", "part")
    assert caught.value.code == "folder_not_writable"


def test_what_libraries_print_for_a_day_does_not_fill_the_disk(tmp_path) -> None:
    talk = """if True:
        import os, sys, time
        from app.core import logs
        logs.watch_output(0.01)
        os.write(2, b"underrun\\n" * 100_000)
        ends = time.monotonic() + 20
        while os.fstat(2).st_size and time.monotonic() < ends:
            time.sleep(0.01)
        os.write(2, b"last words")
    """
    output = tmp_path / "recorder.out"
    with open(output, "ab") as sink:
        subprocess.run([sys.executable, "-c", talk], stderr=sink, check=True, cwd=ROOT)
    assert output.read_bytes() == b"last words"
