from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from support import sound_files as made

from app import __main__ as door
from app.core import work_folder

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has this")


@pytest.fixture
def said(tmp_path) -> Path:
    return made.write_wav(tmp_path / "said.wav", made.speech(60.0))


def lines_until(process, folder: Path, name: str) -> None:
    """Wait until a file called ``name`` lies under ``folder``."""
    import threading

    pause = threading.Event()
    for _ in range(1200):
        if any(folder.rglob(name)):
            return
        assert process.poll() is None, process.communicate()
        pause.wait(0.05)
    raise AssertionError(f"no {name} came")


def test_ctrl_c_in_the_middle_cancels_and_leaves_nothing(program, home, said):
    process = program.start("transcribe", said.name, "--engine", "draft", "--json")
    lines_until(process, home, "sound.wav")
    ended = program.stop(process)
    assert (ended.status, ended.code) == (130, "cancelled")
    assert program.files() == []


@pytest.mark.parametrize("words", [["define", "mri"], ["define", "mri", "--json"]], ids=" ".join)
def test_ctrl_c_while_the_modules_of_a_command_still_load_is_said_calmly(
    capsys, monkeypatch, words
):
    def interrupted(args: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(door, "_run", interrupted)
    assert door.main(words) == 130
    out, err = capsys.readouterr()
    assert '"cancelled"' in out if "--json" in words else err == "Stopped.\n"


def test_what_a_killed_run_left_is_gone_after_the_next_start_of_any_command(program, home, said):
    process = program.start("transcribe", said.name, "--engine", "draft")
    lines_until(process, home, "sound.wav")
    process.kill()
    program.finish(process)
    assert any(home.rglob("sound.wav"))
    program.run("define", "mri")
    assert not work_folder.base().exists()


@linux
def test_a_name_that_is_no_text_can_be_transcribed_but_not_kept(program, tmp_path):
    raw = os.fsencode(tmp_path) + b"/said\xff.wav"
    made.write_wav(Path(os.fsdecode(raw)), made.tone(2.0, level=0.0))
    ended = program.run("transcribe", raw, "--engine", "draft", "--json")
    assert ended.status == 0 and ended.json()["file"].endswith("said\ufffd.wav")
    kept = program.run("transcribe", raw, "--engine", "draft", "--keep", "--json")
    assert (kept.status, kept.code) == (1, "file_name")
    text = os.fsencode(tmp_path) + b"/text\xff.txt"
    Path(os.fsdecode(text)).write_text("A word.\n", "utf-8")
    assert program.run("summarize", text, "--keep", "--json").code == "file_name"
    (added,) = program.run("docs", "add", text, "--json").json()["files"]
    assert (added["state"], added["error"]["code"]) == ("failed", "file_name")


@linux
def test_the_output_is_utf8_where_the_system_knows_only_ascii(program, tmp_path):
    (tmp_path / "größe.txt").write_text("Anna: Der Drucker im zweiten Stück.\n", "utf-8")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ended = program.run("summarize", "größe.txt", "--engine", "extract", "--json", env=plain)
    assert ended.json()["file"] == "größe.txt" and "Stück" in ended.out


@linux
def test_a_full_disk_behind_standard_output_is_said_on_standard_error(program):
    with open("/dev/full", "wb") as full:
        for call in (["define", "mri"], ["define", "mri", "--json"]):
            ended = program.run(*call, stdout=full)
            assert ended.status == 1 and ended.err.startswith("standard output cannot be written")


def test_a_reader_that_goes_away_early_is_no_failure_worth_a_word(program, tmp_path):
    (tmp_path / "long.txt").write_text("We talk about the printer again.\n" * 9000, "utf-8")
    process = program.start("summarize", "long.txt", "--engine", "extract", "--json")
    process.stdout.read(5)
    process.stdout.close()
    process.stdout = None
    assert program.finish(process).err == ""


@linux
def test_a_device_is_written_and_never_replaced(program, tmp_path):
    (tmp_path / "m.txt").write_text("We decided to buy a printer.\n", "utf-8")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = program.start("summarize", "m.txt", "--engine", "extract", "--output", pipe)
    with open(pipe, "rb") as reader:
        text = reader.read().decode("utf-8")
    assert program.finish(process).status == 0
    assert "buy a printer" in text and pipe.is_fifo()


@linux
def test_a_file_behind_standard_output_is_written_once_and_whole(program, tmp_path):
    command = ["summarize", "m.txt", "--engine", "extract"]
    (tmp_path / "m.txt").write_text("We decided to buy a printer.\n", "utf-8")
    with open(tmp_path / "out.md", "wb") as file:
        ended = program.run(*command, "--output", "/dev/stdout", stdout=file)
    program.run(*command, "--output", "whole.md")
    assert ended.status == 0
    assert (tmp_path / "out.md").read_text("utf-8") == (tmp_path / "whole.md").read_text("utf-8")


@linux
def test_what_cannot_be_written_at_the_end_is_handed_over_all_the_same(program, tmp_path):
    (tmp_path / "m.txt").write_text("We decided to buy a printer.\n", "utf-8")
    call = ["summarize", "m.txt", "--engine", "extract", "--output", "/dev/full"]
    found = program.run(*call, "--json").json()
    assert found["error"]["code"] == "output_not_writable" and found["decisions"]
    ended = program.run(*call)
    assert ended.status == 1 and "buy a printer" in ended.out


def test_an_error_that_nobody_foresaw_is_an_object_too(capsys):
    from app.cli import main

    def fail() -> None:
        raise RuntimeError("a sentence of the meeting")

    assert main.run(["define", "mri", "--json"], fail) == 1
    out, err = capsys.readouterr()
    assert '"unforeseen"' in out and "RuntimeError" in out
    assert "sentence of the meeting" not in out + err
