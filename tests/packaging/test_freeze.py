"""How the frozen program is tried: from elsewhere, with no streams, no PATH, and a time limit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.scripts import program, script

freeze = script("freeze")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="windows: the stand-in is a shell script")

# Writes where it stands, its environment and which of its streams are open.
WITNESS = """[ "$1" = --smoke-test ] && [ "$2" = --report ] || exit 9
open=""
for stream in 0 1 2; do [ -e /proc/self/fd/$stream ] && open="$open $stream"; done
printf '{"cwd": "%s", "path": "%s", "home": "%s", "qt": "%s", "open": "%s"}' \\
  "$PWD" "${PATH-none}" "$ALCOVE_HOME" "$QT_QPA_PLATFORM" "$open" > "$3"
exit 5"""


@pytest.fixture
def witness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict:
    """Run the smoke test of a stand-in and return what it saw, with its exit status."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    program(tmp_path / "frozen", "Alcove", WITNESS)
    report = tmp_path / "reports" / "smoke.json"
    code = freeze.smoke(tmp_path / "frozen", report, seconds=30)
    return {"code": code, **freeze.told(report)}


@pytest.mark.skipif(sys.platform != "linux", reason="macos: has no /proc to look into")
def test_no_stream_is_open(witness: dict) -> None:
    # The shell that runs the stand-in opens the lowest free number for its own script.
    assert set(witness["open"].split()) <= {"0"}


def test_the_program_stands_elsewhere_with_a_home_of_its_own(witness: dict, tmp_path: Path) -> None:
    assert not witness["cwd"].startswith((str(tmp_path), os.getcwd()))
    assert Path(witness["home"]).parent.name == Path(witness["cwd"]).name


@pytest.mark.skipif(sys.platform != "linux", reason="macos: always has a display")
def test_where_nothing_shows_it_the_program_draws_offscreen(witness: dict) -> None:
    assert witness["qt"] == "offscreen"


def test_the_exit_status_is_the_programs(witness: dict) -> None:
    assert witness["code"] == 5


def test_path_is_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = {}

    def run(command, **options):
        seen.update(options["env"])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(freeze.subprocess, "run", run)
    assert freeze.smoke(tmp_path, tmp_path / "r.json") == 0
    assert "PATH" not in seen
    assert not [name for name in seen if name.startswith(("PYTHON", "PIP", "ALCOVE_P"))]


def test_a_program_that_never_ends_is_given_up(tmp_path: Path) -> None:
    program(tmp_path / "frozen", "Alcove", f"exec {shutil.which('sleep')} 60")
    with pytest.raises(subprocess.TimeoutExpired):
        freeze.smoke(tmp_path / "frozen", tmp_path / "r.json", seconds=0.5)


def test_an_old_report_is_never_taken_for_a_new_one(tmp_path: Path) -> None:
    program(tmp_path / "frozen", "Alcove", "exit 0")
    report = tmp_path / "r.json"
    report.write_text('{"ok": true}', encoding="utf-8")
    assert freeze.smoke(tmp_path / "frozen", report) == 0
    assert freeze.told(report) == {}


@pytest.mark.parametrize("text", ["", "[]", "{", '"ok"'])
def test_a_report_that_is_no_object_tells_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.json").write_text(text, encoding="utf-8")
    assert freeze.told(tmp_path / "r.json") == {}


def test_libraries_that_their_makers_rewrote_are_not_stripped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a/x.so", "a/x.so.6.1", "numpy.libs/y.so", "a/data.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"0")
    (tmp_path / "a" / "link.so").symlink_to("x.so")
    asked: list[str] = []

    def run(command, **_):
        asked.extend(command[2:])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(freeze.subprocess, "run", run)
    monkeypatch.setattr(freeze.shutil, "which", lambda name: "/bin/strip")
    monkeypatch.setattr(freeze.sys, "platform", "linux")
    freeze.strip(tmp_path)
    assert sorted(Path(name).name for name in asked) == ["x.so", "x.so.6.1"]


def test_the_size_of_a_folder_counts_every_file_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(1_500_000))
    (tmp_path / "b").symlink_to("a")
    assert freeze.megabytes(tmp_path) == 2


def test_a_smoke_test_that_fails_fails_the_freeze(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path, "Alcove", 'echo \'{"failed": ["reader: gone"]}\' > "$3"; exit 1')
    monkeypatch.setattr(freeze, "FOLDER", tmp_path)
    monkeypatch.setattr(freeze, "REPORT", tmp_path / "reports" / "r.json")
    monkeypatch.setattr(freeze, "freeze", lambda: None)
    assert freeze.main([]) == 1
    out = capsys.readouterr().out
    assert json.loads(out[out.index("{") : out.rindex("}") + 1]) == {"failed": ["reader: gone"]}
    assert "exit status 1" in out
