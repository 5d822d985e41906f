"""The states are drawn from the real window; what the sample gives is put in by hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from support import meeting_values as values
from support.fake_ollama.script import CHAT, VISION, Answer
from support.fake_ollama.server import FakeOllama
from support.sound_files import tone, write_wav
from support.window import add_meeting

from app.bootstrap import Services
from app.core import logs
from app.ui.shell import TABS
from app.ui.tools import pictures
from app.ui.tools.states import FULL, SCRIPTED

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def drawn(qapp, tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "start", lambda *a, **k: None)
    monkeypatch.setenv("ALCOVE_HOME", str(tmp_path / "full"))

    def draw(tab: str, host: str = "") -> list[pictures.Picture]:
        parts = tmp_path / "parts"
        parts.mkdir()
        only = ["--tab", tab, "--theme", "light", "--scripted", host]
        argv = ["--draw", str(parts), "--scale", "100", *only]
        assert pictures.run(argv, Services) == 0
        plain = json.loads((parts / "light-100.json").read_text("utf-8"))
        return [pictures.Picture(**p) for p in plain]

    return draw


@pytest.fixture
def meeting(drawn, tmp_path):
    services = Services()
    transcript = values.transcript()
    sound = write_wav(tmp_path / "sound.wav", tone(8.0))
    add_meeting(services, "Harbour", transcript, values.minutes(transcript, "extract"), sound)
    services.close()


def test_every_tab_has_states() -> None:
    assert set(FULL) == set(TABS)
    assert set(SCRIPTED) <= set(TABS)


@pytest.mark.parametrize("tab", ["glossary", "engines", "settings", "documents"])
def test_the_states_of_a_tab_are_drawn_each_under_its_name(drawn, tab) -> None:
    made = drawn(tab)
    names = [p.name for p in made]
    assert names[:3] == [
        "The first question",
        "Another machine was confirmed",
        "Nothing is here yet",
    ]
    assert {"Long texts"} <= set(names) and len(set(names)) == len(names)
    assert not any(p.scripted for p in made)
    sizes = {QImage(p.file).size().toTuple() for p in made}
    assert sizes == {pictures.SIZES[100]}


def test_no_two_states_of_the_meetings_look_the_same(drawn, meeting) -> None:
    made = drawn("meetings")
    assert "Recording" in [p.name for p in made]
    assert len({Path(p.file).read_bytes() for p in made}) == len(made)


def test_states_with_a_scripted_model_are_marked_as_such(drawn) -> None:
    with FakeOllama([CHAT, VISION]) as server:
        server.say(Answer("A box lies on a table.", again=True))
        made = drawn("look", server.host)
    assert [p.name for p in made if p.scripted] == ["A description by a language model"]


def test_the_scripted_server_is_a_program_of_its_own_that_ends(monkeypatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(ROOT / "main.py")])
    with pictures._scripted_server() as host:
        assert host.startswith("127.0.0.1:")


def test_where_there_are_no_tests_there_is_no_scripted_server(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "main.py")])
    with pictures._scripted_server() as host:
        assert host == ""


def test_a_folder_that_cannot_be_made_is_one_sentence_and_exit_1(
    tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(logs, "start", lambda *a, **k: None)
    file = tmp_path / "file"
    file.write_text("no folder")
    assert pictures.run(["--output", str(file / "below")], Services) == 1
    assert "cannot be written" in capsys.readouterr().err
