"""Pictures of the window: each tab is drawn, and what went wrong in it is told."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from app.core.errors import EngineError, StorageError
from app.ui.tools import stage
from app.ui.tools.console import Console
from app.ui.tools.tour import Tour

ONLY = ("glossary",)


def test_a_tab_that_works_is_drawn_without_trouble(qapp, services, tmp_path) -> None:
    drawn = stage.draw_tabs(services, tmp_path, ONLY)
    assert drawn.troubles == {}
    assert drawn.files["glossary"].read_bytes().startswith(b"\x89PNG")


def test_a_tab_that_shows_an_error_is_drawn_and_told(qapp, services, tmp_path, monkeypatch) -> None:
    def accept(self, intent, data) -> None:
        self.show_error(EngineError("ollama_busy"))

    monkeypatch.setattr("app.ui.glossary.tab.GlossaryTab.accept", accept)
    drawn = stage.draw_tabs(services, tmp_path, ONLY)
    assert drawn.files["glossary"].is_file()
    assert "Ollama" in drawn.troubles["glossary"]


def test_a_tab_that_is_not_done_in_time_fails_the_step_of_the_tour(
    qapp, services, tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(stage, "PATIENCE", 0.2)

    def accept(self, intent, data) -> None:
        self.start("long", lambda ctx: threading.Event().wait(1.5))

    monkeypatch.setattr("app.ui.glossary.tab.GlossaryTab.accept", accept)
    monkeypatch.setattr(stage, "draw_tabs", partial(stage.draw_tabs, only=ONLY))
    tour = Tour(services, tmp_path, Console())
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
