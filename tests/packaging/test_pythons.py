"""Which Python is taken: the first that really works, whatever its name promises."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from support.scripts import program, script

pythons = script("pythons")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="windows: the stand-ins are shell scripts")

BASE = os.path.realpath(sys._base_executable)
GOOD = {
    "executable": "/usr/bin/python3.12",
    "base": "/usr/bin/python3.12",
    "version": "3.12",
    "full": "3.12.4",
    "implementation": "cpython",
    "system": "linux",
    "machine": "x86_64",
    "bits": 64,
    "libc": ["glibc", "2.36"],
    "macos": "",
}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make PATH one empty folder and forget the Python that runs the tests."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("ALCOVE_PYTHON", raising=False)
    monkeypatch.setattr(pythons.sys, "executable", "")
    return folder


def tells(folder: Path, name: str, **changes: object) -> Path:
    """Put a Python on PATH that answers the probe as told."""
    answer = json.dumps({**GOOD, "executable": str(folder / name), **changes})
    return program(folder, name, f"echo '{answer}'")


def test_a_dead_shim_is_passed_over(path: Path) -> None:
    program(path, "python3.11", "echo 'pyenv: python3.11: command not found' >&2; exit 127")
    tells(path, "python3.12")
    found, refused = pythons.find("/nowhere")
    assert found.executable == str(path / "python3.12")
    assert refused == [
        f"{path / 'python3.11'}: does not start, or lacks venv, ensurepip, ssl or FTS5"
    ]


def test_a_living_python_behind_a_dead_shim_of_the_same_name_is_found(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = tmp_path / "behind"
    program(path, "python3.11", "exit 127")
    tells(behind, "python3.11", version="3.11")
    monkeypatch.setenv("PATH", f"{path}{os.pathsep}{behind}")
    assert pythons.find("/nowhere")[0].executable == str(behind / "python3.11")


def test_a_python_that_prints_nonsense_and_succeeds_is_refused(path: Path) -> None:
    program(path, "python3.11", "echo hello")
    assert pythons.find("/nowhere")[0] is None


def test_a_python_that_answers_and_then_fails_is_refused(path: Path) -> None:
    program(path, "python3.11", f"echo '{json.dumps(GOOD)}'; exit 1")
    assert pythons.find("/nowhere")[0] is None


def test_a_python_that_hangs_is_given_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "PROBE_SECONDS", 0.2)
    program(path, "python3.11", f"exec {shutil.which('tail', path='/usr/bin:/bin')} -f /dev/null")
    tells(path, "python3.13", version="3.13")
    assert pythons.find("/nowhere")[0].version == "3.13"


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.14"])
def test_a_version_without_packages_is_refused(path: Path, version: str) -> None:
    tells(path, "python3", version=version, full=f"{version}.1")
    found, refused = pythons.find("/nowhere")
    assert found is None
    assert refused == [f"{path / 'python3'}: is Python {version}.1"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bits": 32}, "32-bit"),
        ({"implementation": "pypy"}, "CPython"),
        ({"libc": ["glibc", "2.31"]}, "glibc 2.34"),
        ({"libc": ["", ""]}, "glibc 2.34"),
        ({"machine": "aarch64"}, "aarch64"),
        ({"system": "darwin", "machine": "x86_64", "macos": "15.1"}, "darwin, x86_64"),
        ({"system": "darwin", "machine": "arm64", "macos": "13.6"}, "macOS 14"),
    ],
)
def test_a_python_without_wheels_is_refused(changes: dict, reason: str) -> None:
    system, trouble = pythons.system_of({**GOOD, **changes})
    assert not system
    assert reason in trouble


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "linux-x86_64"),
        ({"system": "win32", "machine": "amd64", "libc": ["", ""]}, "windows-x86_64"),
        ({"system": "darwin", "machine": "arm64", "macos": "14.0"}, "macos-arm64"),
    ],
)
def test_every_promised_system_is_known_by_its_locks_name(changes: dict, name: str) -> None:
    assert pythons.system_of({**GOOD, **changes}) == (name, "")


def test_a_python_inside_the_environment_to_be_made_gives_way_to_its_base(path: Path) -> None:
    tells(path, "python3.12")
    assert pythons.find(str(path))[0].executable == GOOD["base"]


def test_the_named_python_alone_is_looked_at(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tells(path, "python3.11", version="3.11")
    chosen = tells(tmp_path / "own", "my-python", version="3.13")
    monkeypatch.setenv("ALCOVE_PYTHON", str(chosen))
    assert list(pythons.candidates()) == [(str(chosen),)]


def test_the_launcher_of_windows_is_asked_for_each_version(path: Path) -> None:
    launcher = program(path, "py", "exit 1")
    wanted = [(str(launcher), f"-{version}") for version in ("3.11", "3.12", "3.13")]
    assert list(pythons.candidates()) == wanted


def test_the_real_probe_passes_in_the_python_of_this_run() -> None:
    told = pythons.probe((BASE,))
    assert told["full"] == "{}.{}.{}".format(*sys.version_info[:3])
    assert pythons.system_of(told)[0]


@pytest.mark.parametrize(
    ("module", "fits"),
    [("venv", False), ("ensurepip", False), ("ssl", False), ("sqlite3", False), ("turtle", True)],
)
def test_the_real_probe_refuses_a_python_without_what_is_needed(
    module: str, fits: bool, path: Path, tmp_path: Path
) -> None:
    (tmp_path / f"{module}.py").write_text("raise ImportError(__name__)\n", encoding="utf-8")
    # -I keeps the environment out, so the broken module is put in front by hand.
    inner = f'import sys; sys.path.insert(0, "{tmp_path}"); exec(sys.argv[1])'
    program(path, "python3.11", f"shift 2; exec {BASE} -I -c '{inner}' \"$@\"")
    assert (pythons.probe((str(path / "python3.11"),)) is not None) == fits
