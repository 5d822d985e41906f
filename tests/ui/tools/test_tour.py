"""The steps of the tour."""

from __future__ import annotations

import gc
import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.core.engines.model import Engine
from app.core.engines.tryout import Tried
from app.core.errors import ChildError
from app.ui.tools.console import Console
from app.ui.tools.tour import Tour, run

ENGINE = Engine("whisper/small", "small", "speech", frozenset({"transcribe"}), "whisper")


@pytest.mark.parametrize("works", [True, False])
def test_an_engine_that_cannot_be_tried_fails_its_step(tmp_path: Path, works: bool):
    error = None if works else ChildError("child_unstartable", child="transcriber")
    tried = Tried(ENGINE, 0.5, error)
    services = SimpleNamespace(try_engines=lambda ctx: (tried,))
    told = io.StringIO()
    tour = Tour(services, tmp_path, Console(told))
    tour.step("engines", tour.engines)
    assert [step["ok"] for step in tour.result["steps"]] == [works]
    assert tour.ok is works
    assert ("takes 30 seconds" in told.getvalue()) is works


def test_garbage_is_looked_for_on_the_tour_too() -> None:
    """The door switches that off for the start of the window; a tour takes minutes."""
    gc.disable()
    try:
        with pytest.raises(SystemExit):
            run(["--no-such-option"], lambda: None)
        assert gc.isenabled()
    finally:
        gc.enable()
