"""The one door, as it is started: a data folder that cannot be is said in one sentence."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.scripts import program

ROOT = Path(__file__).resolve().parents[1]


def start(*args: str, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *args],
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
        env={**os.environ, "ALCOVE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", **env},
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


@pytest.mark.parametrize(
    ("words", "window"),
    [
        (["talk.wav"], ["--files", "talk.wav"]),
        (["talk.wav", "talk.wav"], ["--files", "talk.wav", "talk.wav"]),
        (["transcribe", "talk.wav"], None),
        (["gone.wav"], None),
        (["docs"], None),
    ],
)
def test_files_alone_open_in_the_window_and_commands_stay_commands(
    monkeypatch, tmp_path, words, window
) -> None:
    from app import bootstrap
    from app.__main__ import _run

    (tmp_path / "talk.wav").touch()
    (tmp_path / "docs").touch()  # a file that is called as a command is
    monkeypatch.chdir(tmp_path)
    asked: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "run_window", lambda args: asked.append(args) or 0)
    monkeypatch.setattr(bootstrap, "run_cli", lambda args: 0)
    _run(list(words))
    assert asked == ([window] if window else [])


def bare(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Start a copy of ``main.py`` in ``folder`` with a Python that has no packages."""
    (folder / "main.py").write_bytes((ROOT / "main.py").read_bytes())
    command = [os.path.realpath(sys._base_executable), "-S", str(folder / "main.py"), *args]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.skipif(os.name == "nt", reason="windows: a shell script is no program")
def test_the_python_of_the_system_hands_over_to_the_environment(tmp_path) -> None:
    program(tmp_path / ".venv" / "bin", "python", 'for word in "$@"; do echo "$word"; done')
    done = bare(tmp_path, "read", "a letter.png", "--json")
    told = [str(tmp_path / "main.py"), "read", "a letter.png", "--json"]
    assert (done.returncode, done.stdout.splitlines()) == (0, told), done.stderr


def test_where_a_program_cannot_be_replaced_the_first_one_leaves_ctrl_c_to_the_second(
    tmp_path, monkeypatch
) -> None:
    """On Windows both hear it: a recording that is being kept must not lose its prompt."""
    spec = importlib.util.spec_from_file_location("door", ROOT / "main.py")
    door = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(door)
    python = tmp_path / ".venv" / "Scripts" / "python.exe"
    python.parent.mkdir(parents=True)
    python.touch()
    heard: list[object] = []

    def call(command: list[str]) -> int:
        heard.extend((command[0], signal.getsignal(signal.SIGINT)))
        return 7

    monkeypatch.setattr(door, "__file__", str(tmp_path / "main.py"))
    monkeypatch.setattr(door, "os", SimpleNamespace(name="nt", path=os.path))
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.setattr(subprocess, "call", call)
    before = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(SystemExit) as ended:
            door.go_on_in_venv()
    finally:
        signal.signal(signal.SIGINT, before)
    assert (ended.value.code, heard) == (7, [str(python), signal.SIG_IGN])


def test_a_checkout_that_is_not_set_up_says_how(tmp_path) -> None:
    done = bare(tmp_path, "define", "MI")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Alcove is not set up here" in done.stderr and done.stderr.count("\n") == 1


def test_files_without_a_screen_are_a_usage_error_and_no_crash(tmp_path, monkeypatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "talk-1.wav").touch()
    done = start(str(tmp_path / "talk-1.wav"), home=tmp_path / "home", QT_QPA_PLATFORM="")
    assert done.returncode == 2 and "transcribe" in done.stderr
    assert "Traceback" not in done.stderr
