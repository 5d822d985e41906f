"""The commands around the environment: where a window can be shown, what `make` calls."""

from __future__ import annotations

import errno
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.scripts import ROOT, program, script

setup = script("alcove_setup")
linux = pytest.mark.skipif(sys.platform != "linux", reason="windows and macos have a display")


@pytest.fixture
def screenless(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Forget every display."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@linux
def test_no_display_is_no_display(screenless: pytest.MonkeyPatch) -> None:
    assert not setup.has_display()


@linux
def test_a_named_display_that_nobody_serves_is_none(screenless: pytest.MonkeyPatch) -> None:
    screenless.setenv("DISPLAY", ":64321")
    assert not setup.has_display()


@linux
@pytest.mark.parametrize("value", ["nonsense", ":", "host:", ":x"])
def test_a_display_that_cannot_be_read_is_none(screenless: pytest.MonkeyPatch, value: str) -> None:
    screenless.setenv("DISPLAY", value)
    assert not setup.has_display()


@linux
def test_a_display_that_answers_is_one(screenless: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind("\0/tmp/.X11-unix/X64320")
        server.listen()
        screenless.setenv("DISPLAY", ":64320.0")
        assert setup.has_display()


@linux
def test_wayland_is_a_display(screenless: pytest.MonkeyPatch) -> None:
    screenless.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert setup.has_display()


def test_a_platform_that_the_person_chose_is_left_to_them(screenless: pytest.MonkeyPatch) -> None:
    screenless.setenv("QT_QPA_PLATFORM", "offscreen")
    assert setup.has_display()


def make(*arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Ask make what it would do."""
    command = [shutil.which("make") or "make", "-C", str(ROOT), *arguments]
    environment = None if path is None else {"PATH": path}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=60
    )


needs_make = pytest.mark.skipif(sys.platform == "win32", reason="windows: there is no make")


@needs_make
@pytest.mark.parametrize("name", sorted(setup.COMMANDS))
def test_make_calls_the_script_for_every_command(name: str) -> None:
    done = make("-n", name)
    assert done.returncode == 0
    assert f"packaging/alcove_setup.py {name}" in done.stdout


@needs_make
def test_make_hands_arguments_on() -> None:
    assert "run -- read a.png" in make("-n", "run", "ARGS=read a.png").stdout
    assert '--meetings "m n"' in make("-n", "bench", "MEETINGS=m n").stdout


@needs_make
def test_make_passes_over_a_python_that_is_dead(tmp_path: Path) -> None:
    program(tmp_path / "shims", "python3", "exit 127")
    alive = program(tmp_path / "real", "python3", "exit 0")
    done = make("-n", "run", path=f"{tmp_path / 'shims'}:{tmp_path / 'real'}:/nowhere:/bin")
    assert f'"{alive}" packaging/alcove_setup.py run' in done.stdout


def test_a_group_that_there_is_not_is_a_wrong_call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "ensure", lambda groups: pytest.fail("something was set up"))
    assert setup.main(["setup", "--", "run", "--force"]) == 2
    assert "set-up knows run and test, not: run --force" in capsys.readouterr().err


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_that_cannot_be_written_to_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    def refuse(arguments: list[str]) -> int:
        raise OSError(number, "no", "/a/place")

    monkeypatch.setitem(setup.COMMANDS, "run", refuse)
    assert setup.main(["run"]) == 1
    assert "This folder cannot be written to (/a/place)." in capsys.readouterr().err


def test_the_tests_of_the_frozen_program_are_left_to_the_command_that_freezes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[tuple[str, ...]] = []
    for name in ("ensure", "ensure_system"):
        monkeypatch.setattr(setup, name, lambda groups: None)
    monkeypatch.setattr(setup, "in_venv", lambda *words: calls.append(words) or 0)
    monkeypatch.setattr(setup, "REPORTS", tmp_path)
    assert setup.test(["-x"]) == 0
    assert setup.package([]) == 0
    (tests, freeze, frozen) = calls
    assert tests[2:] == (f"--junitxml={tmp_path / 'junit.xml'}", "-m", "not frozen", "-x")
    assert freeze == ("packaging/freeze.py",)
    assert frozen[2:5] == (f"--junitxml={tmp_path / 'junit-frozen.xml'}", "-m", "frozen")


def test_a_freeze_that_failed_is_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ensure", "ensure_system"):
        monkeypatch.setattr(setup, name, lambda groups: None)
    monkeypatch.setattr(setup, "in_venv", lambda *words: 3)
    monkeypatch.setattr(setup, "pytest", lambda *words: pytest.fail("tests were run"))
    assert setup.package([]) == 3
