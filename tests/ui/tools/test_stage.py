"""Pictures of the window: each tab is drawn, and what went wrong in it is told."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.core.errors import EngineError, StorageError
from app.ui import shell as shell_module
from app.ui.tools import stage
from app.ui.tools.console import Console
from app.ui.tools.tour import Tour


@pytest.fixture
def only_glossary(monkeypatch) -> None:
    monkeypatch.setattr(shell_module, "TABS", {"glossary": shell_module.TABS["glossary"]})


def test_a_tab_that_works_is_drawn_without_trouble(qapp, services, tmp_path, only_glossary) -> None:
    drawn = stage.draw_tabs(services, tmp_path)
    assert drawn.troubles == {}
    assert drawn.files["glossary"].read_bytes().startswith(b"\x89PNG")


def test_a_tab_that_shows_an_error_is_drawn_and_told(
    qapp, services, tmp_path, only_glossary, monkeypatch
) -> None:
    tab = shell_module.TABS["glossary"]
    monkeypatch.setattr(stage, "_SAMPLES", ("glossary",))

    def accept(self, intent, data) -> None:
        self.show_error(EngineError("ollama_busy"))

    monkeypatch.setattr("app.ui.glossary.tab.GlossaryTab.accept", accept)
    drawn = stage.draw_tabs(services, tmp_path)
    assert tab and drawn.files["glossary"].is_file()
    assert "Ollama" in drawn.troubles["glossary"]


def test_a_tab_that_is_never_done_fails_the_step_of_the_tour(
    qapp, services, tmp_path, only_glossary, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(stage, "PATIENCE", 0.2)
    ends = threading.Event()

    def accept(self, intent, data) -> None:
        self.start("never done", lambda ctx: ends.wait(20))

    monkeypatch.setattr("app.ui.glossary.tab.GlossaryTab.accept", accept)
    tour = Tour(services, tmp_path, Console())
    monkeypatch.setattr("app.ui.shell.Shell.close", lambda self: ends.set() or self.close_now())
    tour.step("pictures", tour.pictures)
    assert not tour.ok and list(tour.result["pictures"]) == ["glossary"]
    assert "glossary: still at work" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_told_as_what_it_is(qapp, services, tmp_path) -> None:
    shell = stage.open_shell(services)
    (tmp_path / "file").touch()
    with pytest.raises(StorageError) as caught:
        stage.draw(shell, tmp_path / "file" / "x.png")
    assert caught.value.code == "folder_not_writable"
    shell.close_now()
