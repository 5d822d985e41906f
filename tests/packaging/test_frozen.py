"""The frozen folder: whole as it is, and without a part it says so instead of starting lamely.

Run by `make package`, right after the folder was made and had passed its own smoke test.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.scripts import ROOT, script

from app.core.build import build_id

freeze = script("freeze")
pytestmark = [pytest.mark.frozen, pytest.mark.timeout(900)]

CLI = f"alcove-cli{freeze.SUFFIX}"
WINDOW = f"Alcove{freeze.SUFFIX}"
INSIDE = "_internal"
# What is taken away, and the name under which the smoke test must miss it.
PARTS = {
    "ctranslate2": ([f"{INSIDE}/ctranslate2*"], "ctranslate2"),
    "Chroma bindings": ([f"{INSIDE}/chromadb_rust_bindings*"], "Chroma bindings"),
    "OCR models": ([f"{INSIDE}/rapidocr/models"], "OCR models"),
    "alcove-cli": ([CLI], "alcove-cli"),
}


@pytest.fixture
def copy() -> Iterator[Path]:
    """Make a copy of the frozen folder out of hard links, which takes no disk."""
    place = ROOT / "build" / "frozen-without"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(freeze.FOLDER, place, symlinks=True, copy_function=os.link)
    yield place
    shutil.rmtree(place)


def command(*arguments: str, cwd: Path, program: str = CLI) -> subprocess.CompletedProcess[str]:
    """Run the console program, or another of the folder, with next to no environment."""
    kept = {name: os.environ[name] for name in freeze.KEPT if name in os.environ}
    return subprocess.run(
        [str(freeze.FOLDER / program), *arguments],
        cwd=cwd,
        env={**kept, "ALCOVE_HOME": str(cwd / "home")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def test_the_smoke_test_of_the_whole_folder_found_everything() -> None:
    report = freeze.told(freeze.REPORT)
    assert report["ok"], report["failed"]
    assert report["build"] == build_id()
    assert set(report["children"]) == {"recorder", "transcriber", "index", "reader", "player"}
    assert {child["build"] for child in report["children"].values()} == {build_id()}
    assert len({child["pid"] for child in report["children"].values()}) == len(report["children"])
    assert len(report["tabs"]) == 6
    assert report["neighbours"][0] == 12
    assert report["transcript"]["text"]
    assert report["transcript"]["word_error_rate"] < 0.5


def test_the_smoke_test_is_of_the_folder_that_lies_there() -> None:
    made = (freeze.FOLDER / CLI).stat().st_mtime
    assert freeze.REPORT.stat().st_mtime > made


@pytest.mark.parametrize("part", PARTS)
def test_a_folder_without_a_part_fails_and_names_it(part: str, copy: Path, tmp_path: Path) -> None:
    patterns, name = PARTS[part]
    found = [path for pattern in patterns for path in copy.glob(pattern)]
    assert found, f"nothing of {part} lies in the folder"
    for path in found:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    report = tmp_path / "smoke.json"
    assert freeze.smoke(copy, report) != 0
    told = freeze.told(report)
    assert told["ok"] is False
    assert any(missing.startswith(name) for missing in told["missing"]), told["failed"]


def test_the_console_program_and_with_it_every_child_carries_no_qt() -> None:
    from PyInstaller.archive.readers import CArchiveReader

    archive = CArchiveReader(str(freeze.FOLDER / CLI))
    modules = archive.open_embedded_archive("PYZ.pyz").toc
    assert not [name for name in modules if name.startswith(("PySide6", "shiboken6", "app.ui"))]
    assert not [name for name in archive.toc if "pyside6" in name.lower()]
    assert "app.workers.reader" in modules


def test_the_window_program_carries_neither_children_nor_their_libraries() -> None:
    from PyInstaller.archive.readers import CArchiveReader

    archive = CArchiveReader(str(freeze.FOLDER / WINDOW))
    modules = archive.open_embedded_archive("PYZ.pyz").toc
    heavy = ("app.workers", "chromadb", "ctranslate2", "rapidocr", "faster_whisper", "av.")
    assert not [name for name in modules if name.startswith(heavy)]


def test_the_console_program_tells_its_version(tmp_path: Path) -> None:
    done = command("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"Alcove {build_id().removeprefix('alcove-')}\n")


def test_the_console_program_without_a_command_shows_its_commands(tmp_path: Path) -> None:
    done = command(cwd=tmp_path)
    assert done.returncode == 0
    assert "transcribe" in done.stdout


def test_the_console_program_reads_a_picture_with_its_own_children(tmp_path: Path) -> None:
    picture = ROOT / "resources" / "samples" / "pictures" / "letter.png"
    done = command("read", str(picture), "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["text"]["lines"]


def test_the_console_program_takes_the_tour_with_the_program_that_has_the_window(
    tmp_path: Path,
) -> None:
    done = command("tour", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [step["name"] for step in told["steps"] if not step["ok"]] == []
    assert len(told["pictures"]) == 6
    assert told["word_error_rate"] < 0.5


def test_the_window_program_says_what_is_wrong_with_a_call(tmp_path: Path) -> None:
    done = command("tour", "--nonsense", "--json", cwd=tmp_path, program=WINDOW)
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (2, "usage")


@pytest.mark.skipif(sys.platform == "win32", reason="windows: names of programs end in .exe")
def test_nothing_in_the_folder_was_left_for_the_machine_that_built_it() -> None:
    assert not [
        path for path in freeze.FOLDER.rglob("*") if path.is_symlink() and not path.exists()
    ]
