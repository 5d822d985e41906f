from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from support import sound_files as made
from support.fake_speech import SPAN, FakeSpeech, model

from app.cli import main
from app.core import paths
from app.core.settings import SettingsStore

KEYS = {
    "schema",
    "file",
    "engine",
    "model",
    "language",
    "language_confidence",
    "duration",
    "segments",
    "not_understood",
    "notices",
}


class Shell:
    """Runs the command line in this process with the services that a test gives."""

    def __init__(self, capsys: pytest.CaptureFixture[str]):
        self._capsys = capsys
        self.speech = FakeSpeech(good=[model("small")])
        self.out = self.err = ""

    def __call__(self, *args: object) -> int:
        services = SimpleNamespace(
            settings=SettingsStore(paths.settings_file()),
            transcription=self.speech,
            close=lambda: None,
        )
        status = main.run(["transcribe", *map(str, args)], lambda: services)
        self.out, self.err = self._capsys.readouterr()
        return status

    def json(self) -> dict:
        return json.loads(self.out)


@pytest.fixture
def shell(capsys, monkeypatch) -> Iterator[Shell]:
    monkeypatch.setattr(main, "COMMANDS", ("transcribe",))
    yield Shell(capsys)


@pytest.fixture
def sound(tmp_path) -> Callable[[str], Path]:
    def write(name: str = "meeting.wav") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        return made.write_wav(path, made.tone(1.0))

    return write


def test_the_json_object_has_exactly_its_fields(shell, sound):
    path = sound()
    assert shell("--json", path) == 0
    found = shell.json()
    assert set(found) == KEYS
    assert found["schema"] == 1 and found["file"] == str(path)
    assert (found["engine"], found["model"], found["language"]) == ("whisper", "small", "fr")
    (segment,) = found["segments"]
    assert set(segment) == {
        "id", "start", "end", "text", "speaker", "language", "confidence", "words"
    }  # fmt: skip
    assert segment["id"] == 1 and segment["speaker"] is None and segment["words"] == []


def test_the_file_stands_in_the_object_as_it_was_given(shell, sound, monkeypatch, tmp_path):
    sound()
    monkeypatch.chdir(tmp_path)
    shell("--json", "./meeting.wav")
    assert shell.json()["file"] == "./meeting.wav"


def test_without_json_the_transcript_is_printed_with_times(shell, sound):
    assert shell(sound()) == 0
    assert "by small" in shell.out and "00:01" in shell.out


@pytest.mark.parametrize(("form", "mark"), [("srt", "-->"), ("vtt", "WEBVTT"), ("md", "# meeting")])
def test_other_forms_are_printed(shell, sound, form, mark):
    assert shell("--format", form, sound()) == 0
    assert mark in shell.out and "by small" in shell.out


def test_json_and_format_exclude_each_other(shell, sound):
    assert shell("--json", "--format", "srt", sound()) == 2
    assert shell.json()["error"]["code"] == "usage"


@pytest.mark.parametrize("wrong", [["--engine", "best"], ["--language", "klingon"], []])
def test_a_wrong_call_is_a_usage_error(shell, wrong):
    assert shell("--json", *wrong) == 2
    found = shell.json()
    assert found["error"]["code"] == "usage" and found["schema"] == 1 and found["notices"] == []


def test_the_language_reaches_the_engine(shell, sound):
    assert shell("--language", "de-AT", sound()) == 0
    assert shell.speech.asked == ["de"]


def test_silence_is_a_success(shell, sound):
    shell.speech.spans = ()
    assert shell("--json", sound()) == 0
    found = shell.json()
    assert found["segments"] == [] and found["notices"][0]["code"] == "no_speech"


def test_what_was_not_understood_stands_apart(shell, sound):
    shell.speech = FakeSpeech(lost=(SPAN,), silent=True)
    assert shell("--json", "--language", "en", sound()) == 0
    assert shell.json()["not_understood"] == [{"start": 1.0, "end": 4.0}]
    assert shell("--language", "en", sound()) == 0
    assert "[not understood 00:01" in shell.out


def test_an_error_is_one_object_and_exit_status_1(shell, tmp_path):
    assert shell("--json", tmp_path / "gone.wav") == 1
    error = shell.json()["error"]
    assert error["code"] == "file_missing" and error["message"] and error["hint"]


def test_an_error_is_one_sentence_without_a_traceback(shell, tmp_path):
    assert shell(tmp_path / "gone.wav") == 1
    assert shell.out == "" and "Traceback" not in shell.err
    assert len(shell.err.strip().splitlines()) == 1


def test_german_without_whisper_is_an_error_of_language(shell, sound):
    shell.speech = FakeSpeech()
    assert shell("--json", "--language", "de", sound()) == 1
    assert shell.json()["error"]["code"] == "engine_language"


def test_several_files_give_one_list_and_a_failure_is_one_of_its_entries(shell, sound, tmp_path):
    one, two = sound("one.wav"), sound("two.wav")
    assert shell("--json", one, tmp_path / "gone.wav", two) == 1
    files = shell.json()["files"]
    assert [f["file"] for f in files] == [str(one), str(tmp_path / "gone.wav"), str(two)]
    assert set(files[1]) == {"file", "error"} and files[1]["error"]["code"] == "file_missing"
    assert files[0]["segments"] and files[2]["segments"]


def test_several_files_that_all_work_end_well_with_their_own_notices(shell, sound):
    shell.speech.truncated = True
    assert shell("--json", sound("one.wav"), sound("two.wav")) == 0
    found = shell.json()
    assert [n["code"] for f in found["files"] for n in f["notices"]] == ["file_truncated"] * 2


def test_what_is_told_of_one_of_several_files_names_it(shell, sound):
    shell.speech.truncated = True
    one, two = sound("one.wav"), sound("two.wav")
    assert shell(one, two) == 0
    assert [line.split(": ")[0] for line in shell.err.splitlines() if "breaks off" in line] == [
        str(one),
        str(two),
    ]


def test_output_writes_the_file_and_json_still_goes_to_standard_output(shell, sound, tmp_path):
    target = tmp_path / "out.srt"
    assert shell("--json", "--output", target, sound()) == 0
    assert "-->" in target.read_text("utf-8")
    assert shell.json()["segments"]


def test_output_without_a_known_ending_is_text(shell, sound, tmp_path):
    assert shell("--output", tmp_path / "minutes.of.monday", sound()) == 0
    assert "by small" in (tmp_path / "minutes.of.monday").read_text("utf-8")
    assert "by small" not in shell.out


@pytest.mark.parametrize("more", [("--output", "a.docx"), ("--format", "srt", "--output", "a.vtt")])
def test_an_ending_that_is_not_written_is_a_usage_error_before_the_work(
    shell, sound, tmp_path, monkeypatch, more
):
    monkeypatch.chdir(tmp_path)
    assert shell(*more, sound()) == 2
    assert shell.err and shell.speech.calls == []
    assert not (tmp_path / more[-1]).exists()


def test_output_of_several_files_is_a_folder(shell, sound, tmp_path):
    folder = tmp_path / "texts"
    status = shell("--format", "vtt", "--output", folder, sound("a.wav"), sound("b.wav"))
    assert status == 0
    assert sorted(p.name for p in folder.iterdir()) == ["a.vtt", "b.vtt"]


def test_two_files_of_one_name_do_not_overwrite_each_other(shell, sound, tmp_path):
    folder = tmp_path / "texts"
    shell("--output", folder, sound("a.wav"), sound("x/a.wav"))
    assert sorted(p.name for p in folder.iterdir()) == ["a (2).txt", "a.txt"]


def test_a_place_that_cannot_be_written_is_told_before_the_work(shell, sound, tmp_path):
    assert shell("--json", "--output", tmp_path / "no" / "where.txt", sound()) == 1
    assert shell.json()["error"]["code"] == "output_not_writable"
    assert shell.speech.calls == []


def test_the_source_is_never_overwritten(shell, sound):
    path = sound()
    before = path.read_bytes()
    assert shell("--json", "--output", path, path) == 1
    assert path.read_bytes() == before


def test_nothing_is_left_in_the_data_folder(shell, sound, home):
    shell("--json", sound())
    assert [p for p in home.rglob("*") if p.is_file() and "logs" not in p.parts] == []


def test_ctrl_c_ends_with_130_and_leaves_nothing(shell, sound, home):
    class Interrupted(FakeSpeech):
        def gate(self, found, ctx):
            ctx.cancel()
            ctx.check()

    shell.speech = Interrupted(good=[model("small")])
    assert shell("--json", sound()) == 130
    assert shell.json()["error"]["code"] == "cancelled"
    assert not (home / "work").exists()


def test_the_real_program_finds_nothing_in_noise_and_leaves_nothing(tmp_path, home):
    noise = made.write_wav(tmp_path / "noise.wav", made.noise(6.0))
    args = [sys.executable, str(made.ROOT / "main.py"), "transcribe", "--json", str(noise)]
    done = subprocess.run(args, capture_output=True, timeout=100)
    found = json.loads(done.stdout.decode("utf-8"))
    assert done.returncode == 0, done.stderr.decode()
    assert found["segments"] == [] and found["not_understood"] == []
    assert [n["code"] for n in found["notices"]] == ["no_speech"]
    assert [p for p in home.rglob("*") if p.is_file() and "logs" not in p.parts] == []
