from __future__ import annotations

import json

import pytest
from support import sound_files as made

from app.cli.main import COMMANDS

MEETING = """Anna Berg: Welcome everybody, this is about the zebraquagga printer.
Tom: We decided to buy a new printer for the second floor.
Anna Berg: I will order it by Friday.
"""


@pytest.fixture
def meeting(tmp_path):
    path = tmp_path / "meeting.txt"
    path.write_text(MEETING, "utf-8")
    return path


@pytest.mark.parametrize(
    "call",
    [
        ["--json"],
        ["frobnicate", "--json"],
        ["--json", "define"],
        ["transcribe", "--json"],
        ["transcribe", "x.wav", "--engine", "other", "--json"],
        ["transcribe", "x.wav", "--language", "klingon", "--json"],
        ["transcribe", "x.wav", "--json", "--format", "txt"],
        ["summarize", "a.txt", "b.txt", "--json"],
        ["docs", "--json"],
        ["docs", "search", "x", "-k", "0", "--json"],
        ["docs", "search", "x", "-k", "many", "--json"],
        ["record", "--seconds", "abc", "--json"],
        ["record", "--seconds", "nan", "--json"],
        ["tour", "--frobnicate", "--json"],
        ["transcribe", "", "--json"],
        ["summarize", "", "--json"],
        ["summarize", "a.txt", "--output", "", "--json"],
        ["docs", "add", "", "--json"],
        ["read", "", "--json"],
        ["look", "", "--json"],
        ["record", "--output", "", "--json"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_one_error_object_and_status_two(program, call):
    ended = program.run(*call)
    assert ended.status == 2
    found = ended.json()
    assert set(found) == {"schema", "error", "notices"} and found["schema"] == 1
    assert found["error"]["code"] == "usage" and found["notices"] == []
    assert "_" not in found["error"]["message"]  # no name of a function


def test_json_may_stand_in_front_of_the_command(program):
    assert program.run("--json", "define", "mri").json()["match"] == "abbreviation"
    assert program.run("--json", "define", "mri", "--json").status == 0
    assert program.run("--json", "docs", "search", "mri").json()["hits"] == []
    assert program.run("--json", "tour", "--nonsense").code == "usage"


def test_a_shortened_option_is_refused_since_only_the_parser_would_know_it(program):
    ended = program.run("define", "mri", "--js")
    assert ended.status == 2 and ended.out == ""


def test_behind_two_dashes_json_is_a_word_like_any_other(program):
    ended = program.run("define", "--", "--json")
    assert ended.status == 0 and "--json" in ended.out and "{" not in ended.out


def test_every_command_helps(program):
    for command in (*COMMANDS, "tour"):
        ended = program.run(command, "--help")
        assert ended.status == 0 and f"alcove {command}" in ended.out, command


def test_the_version_needs_no_command(program):
    ended = program.run("--version")
    assert ended.status == 0 and ended.out.startswith("Alcove ")


def test_a_run_leaves_logs_without_a_word_of_what_was_said(program, meeting):
    ended = program.run("summarize", meeting.name, "--engine", "extract", "--json")
    assert ended.status == 0 and "zebraquagga" in ended.out
    assert program.files() == []
    assert "zebraquagga" not in program.logs() and "Anna" not in program.logs()


def test_a_transcription_leaves_neither_sound_nor_library_behind(program, tmp_path):
    made.write_wav(tmp_path / "said.wav", made.speech(4.0))
    ended = program.run("transcribe", "said.wav", "--engine", "draft", "--json")
    found = ended.json()
    assert ended.status == 0 and found["file"] == "said.wav" and found["segments"]
    assert program.files() == []
    word = max(found["segments"][0]["text"].split(), key=len)
    assert word not in program.logs()


def test_several_files_fail_one_by_one(program, tmp_path):
    made.write_wav(tmp_path / "quiet.wav", made.tone(2.0, level=0.0))
    (tmp_path / "text.mp3").write_text("this is no sound at all\n" * 40, "utf-8")
    ended = program.run(
        "transcribe", "text.mp3", "quiet.wav", "none.wav", "--output", "out", "--json"
    )
    broken, quiet, none = ended.json()["files"]
    assert ended.status == 1
    assert (set(broken), broken["error"]["code"]) == ({"file", "error"}, "sound_undecodable")
    assert (set(none), none["error"]["code"]) == ({"file", "error"}, "file_missing")
    assert quiet["segments"] == [] and quiet["notices"][0]["code"] == "no_speech"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["quiet.txt"]


def test_the_minutes_are_printed_as_well_when_they_are_written(program, meeting, tmp_path):
    ended = program.run("summarize", meeting.name, "--output", "minutes.json", "--json")
    assert ended.json()["decisions"]
    assert json.loads((tmp_path / "minutes.json").read_text("utf-8"))["decisions"]


def test_an_empty_transcript_is_an_error_and_an_empty_list_of_segments_is_none(program, tmp_path):
    (tmp_path / "blank.txt").write_text(" \n\n", "utf-8")
    (tmp_path / "none.json").write_text('{"segments": []}', "utf-8")
    assert program.run("summarize", "blank.txt", "--json").code == "transcript_empty"
    ended = program.run("summarize", "none.json", "--json")
    found = ended.json()
    assert ended.status == 0 and found["overview"] is None
    lists = ("topics", "decisions", "actions", "questions", "dates", "segments", "speakers")
    assert not any(found[key] for key in lists)


def test_a_model_folder_without_a_byte_is_a_notice_or_the_error_of_the_named_engine(
    program, home, tmp_path
):
    folder = home / "models" / "whisper" / "small"
    folder.mkdir(parents=True)
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (folder / name).touch()
    made.write_wav(tmp_path / "said.wav", made.speech(3.0))
    stepped = program.run("transcribe", "said.wav", "--json")
    assert stepped.status == 0 and stepped.json()["engine"] == "draft"
    assert "engine_stepped_down" in stepped.notices
    named = program.run("transcribe", "said.wav", "--engine", "whisper", "--json")
    assert (named.status, named.code) == (1, "engine_broken")


def test_another_language_than_english_needs_a_whisper_model(program, tmp_path):
    made.write_wav(tmp_path / "said.wav", made.speech(2.0))
    for engine in ("auto", "draft"):
        call = ("transcribe", "said.wav", "--language", "de", "--engine", engine, "--json")
        ended = program.run(*call)
        assert (ended.status, ended.code) == (1, "engine_language")
