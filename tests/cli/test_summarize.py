"""``summarize`` on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from support import sound_files as made
from support.fake_speech import FakeSpeech, model
from support.spoken import BOARD, spoken

from app.cli import main
from app.core import paths
from app.core.errors import AnswerCut, EngineError
from app.core.meetings.highlights import make_highlights
from app.core.meetings.model import Coverage, Minutes
from app.core.settings import SettingsStore

BOARD_SAID = spoken(BOARD)
KEYS = {
    "schema", "notices", "file", "title", "overview", "topics", "decisions", "actions", "questions",
    "dates", "notes", "speakers", "segments", "coverage", "unsupported", "language", "engine",
    "model",
}  # fmt: skip


class Shell:
    """Runs the command line in this process with the services that a test gives."""

    def __init__(self, capsys: pytest.CaptureFixture[str]):
        self._capsys = capsys
        self.speech = FakeSpeech(good=[model("small")])
        self.asked: list[str] = []
        self.answer: object = EngineError("ollama_not_installed")
        self.without_name: EngineError | None = None
        self.out = self.err = ""

    def writer(self, ctx, name: str = ""):
        self.asked.append(name)
        if not name and self.without_name is not None:
            raise self.without_name
        if isinstance(self.answer, EngineError) and not isinstance(self.answer, AnswerCut):
            raise self.answer

        def write(transcript, *, title, notes, language, ctx):
            if isinstance(self.answer, AnswerCut):
                raise self.answer
            return replace(make_highlights(transcript, title=title), engine="ollama", model="m")

        return write

    def __call__(self, *args: object) -> int:
        services = SimpleNamespace(
            settings=SettingsStore(paths.settings_file()),
            transcription=self.speech,
            minutes_writer=self.writer,
            close=lambda: None,
        )
        status = main.run(["summarize", *map(str, args)], lambda: services)
        self.out, self.err = self._capsys.readouterr()
        return status

    def json(self) -> dict:
        return json.loads(self.out)

    def codes(self) -> list[str]:
        return [n["code"] for n in self.json()["notices"]]


@pytest.fixture
def shell(capsys, monkeypatch) -> Iterator[Shell]:
    monkeypatch.setattr(main, "COMMANDS", ("summarize",))
    yield Shell(capsys)


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = tmp_path / "board.txt"
    path.write_text(BOARD, "utf-8")
    return path


def test_the_json_object_has_its_fields(shell: Shell, board: Path):
    assert shell(board, "--engine", "extract", "--json") == 0
    found = shell.json()
    assert set(found) == KEYS
    assert (found["title"], found["engine"], found["file"]) == ("board", "extract", str(board))
    assert found["overview"] is None and found["model"] is None
    assert found["coverage"] == {
        "segments_read": 17, "segments_total": 17, "seconds_read": None, "seconds_total": None
    }  # fmt: skip
    assert found["actions"][0] == {
        "task": "I'll send the new drafts to Maria by Friday.", "owner": "Tom", "due": "by Friday",
        "kind": "quoted", "segments": [4],
    }  # fmt: skip
    assert found["segments"][0] == {
        "id": 1, "start": None, "end": None, "speaker": "Anna",
        "text": "Good morning everyone, let's get started.",
    }  # fmt: skip


def test_a_person_reads_sections_and_where_nothing_was_heard(shell: Shell, tmp_path: Path):
    path = tmp_path / "crane.txt"
    path.write_text("Anna: The old crane by the harbour is broken again.", "utf-8")
    assert shell(path, "--engine", "extract") == 0
    assert shell.out.startswith("crane\n=====\n")
    assert "\nDecisions\n---------\nnone heard\n" in shell.out


def test_without_a_model_auto_shows_highlights_and_says_so(shell: Shell, board: Path):
    assert shell(board, "--json") == 0
    assert shell.json()["engine"] == "extract"
    assert shell.codes() == ["engine_stepped_down"]


def test_a_model_writes_where_there_is_one(shell: Shell, board: Path):
    shell.answer = None
    assert shell(board, "--json", "--model", "m") == 0
    assert shell.json()["engine"] == "ollama"
    assert shell.asked == ["m"]


def test_a_named_engine_that_is_not_there_fails(shell: Shell, board: Path):
    assert shell(board, "--json", "--engine", "ollama") == 1
    assert shell.json()["error"]["code"] == "ollama_not_installed"


def test_no_model_at_all_is_told_by_the_name_that_was_asked_for(shell: Shell, board: Path):
    shell.answer = EngineError("ollama_no_model")
    assert shell(board, "--json", "--engine", "ollama", "--model", "big") == 1
    assert shell.json()["error"]["code"] == "ollama_model_missing"


def test_a_model_that_is_named_where_there_is_no_ollama_is_not_what_is_missing(
    shell: Shell, board: Path, tmp_path: Path
):
    shell.without_name = EngineError("ollama_not_installed")
    shell.answer = EngineError("ollama_model_missing", model="big")
    talk = made.write_wav(tmp_path / "talk.wav", made.tone(1.0))
    for file in (board, talk):
        assert shell(file, "--json", "--engine", "ollama", "--model", "big") == 1
        assert shell.json()["error"]["code"] == "ollama_not_installed"


def test_a_model_that_dies_gives_what_came(shell: Shell, board: Path):
    shell.answer = AnswerCut(partial="half")
    assert shell(board, "--json") == 1
    assert shell.json()["error"]["partial"] == "half"


def test_what_had_arrived_of_a_cut_answer_is_shown(shell: Shell, board: Path):
    whole = make_highlights(BOARD_SAID, title="board")
    shell.answer = AnswerCut(partial=replace(whole, engine="ollama", model="m"))
    assert shell(board) == 1
    assert whole.decisions[0].text in shell.out and "Written by the model m." in shell.out
    assert "cut off" in shell.err


def test_of_an_answer_cut_before_it_said_anything_nothing_is_shown(shell: Shell, board: Path):
    nothing = Minutes("t", "ollama", Coverage(0, 9, None, None), BOARD_SAID.segments)
    shell.answer = AnswerCut(partial=nothing)
    assert (shell(board), shell.out) == (1, "")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"\n", "transcript_empty"), (b"\x89PNG\r\n", "transcript_undecodable")],
)
def test_a_bad_file_is_one_clear_error(shell: Shell, tmp_path: Path, content: bytes, code: str):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    assert shell(path, "--json") == 1
    assert shell.json()["error"]["code"] == code


def test_a_transcript_of_silence_is_a_success(shell: Shell, tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text('{"segments": []}', "utf-8")
    assert shell(path, "--json") == 0
    assert shell.json()["topics"] == [] and shell.codes() == ["no_speech"]


def test_german_text_is_not_looked_through_for_decisions(shell: Shell, tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text("Anna: Wir haben beschlossen, den alten Kran nicht zu kaufen.", "utf-8")
    assert shell(path, "--json", "--engine", "extract") == 0
    assert shell.codes() == ["no_cues"] and shell.json()["language"] == "de"
    assert shell(path, "--engine", "extract") == 0
    assert "not looked for in this language" in shell.out


def test_sound_is_transcribed_first(shell: Shell, tmp_path: Path):
    path = made.write_wav(tmp_path / "talk.wav", made.tone(1.0))
    assert shell(path, "--json", "--engine", "extract", "--language", "fr") == 0
    found = shell.json()
    assert found["title"] == "talk" and len(found["segments"]) == 1
    assert found["coverage"]["seconds_total"] is not None


def test_a_named_engine_is_looked_for_before_sound_is_transcribed(shell: Shell, tmp_path: Path):
    path = made.write_wav(tmp_path / "talk.wav", made.tone(1.0))
    shell.speech.good = []
    assert shell(path, "--json", "--engine", "ollama") == 1
    assert shell.json()["error"]["code"] == "ollama_not_installed"


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.md", "# board"), ("a.txt", "board\n==="), ("a.json", "{"), ("a", "# b")],
)
def test_the_ending_of_the_output_says_its_form(shell, board, tmp_path, name, begins):
    target = tmp_path / name
    assert shell(board, "--engine", "extract", "--output", target, "--json") == 0
    assert target.read_text("utf-8").startswith(begins)
    assert shell.json()["title"] == "board"


def test_an_ending_that_is_not_written_is_a_usage_error(shell: Shell, board: Path, tmp_path: Path):
    target = tmp_path / "a.docx"
    assert shell(board, "--engine", "extract", "--output", target, "--json") == 2
    error = shell.json()["error"]
    assert error["code"] == "usage" and ".md, .txt, .json" in error["message"]
    assert not target.exists()


def test_an_output_folder_gets_a_file_of_the_same_name(shell: Shell, board: Path, tmp_path: Path):
    (tmp_path / "out").mkdir()
    assert shell(board, "--engine", "extract", "--output", tmp_path / "out") == 0
    assert (tmp_path / "out" / "board.md").exists()
    assert "Written: " in shell.out


def test_the_transcript_itself_is_never_written_over(shell: Shell, board: Path):
    assert shell(board, "--engine", "extract", "--output", board, "--json") == 1
    assert shell.json()["error"]["code"] == "output_not_writable"
    assert board.read_text("utf-8") == BOARD


def test_a_folder_that_is_not_there_is_told_before_any_work(shell: Shell, board, tmp_path):
    assert shell(board, "--output", tmp_path / "no" / "a.md", "--json") == 1
    assert shell.json()["error"]["code"] == "output_not_writable"
    assert shell.asked == []


def test_an_unknown_language_is_a_usage_error(shell: Shell, board: Path):
    assert shell(board, "--language", "xx", "--json") == 2
    assert shell.json()["error"]["code"] == "usage"


def test_nothing_is_kept_without_being_asked(shell: Shell, board: Path, home: Path):
    assert shell(board, "--engine", "extract") == 0
    assert not (home / "library.sqlite3").exists()
