"""The smoke test itself, on the real program from its sources."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap import Services
from app.core.build import build_id
from app.core.errors import EngineError
from app.core.jobs import JobContext
from app.core.parts import ChildAnswer
from app.ui.tools import smoke
from app.ui.tools.smoke import Smoke

WHOLE = ChildAnswer("index", 12345, build_id(), {"neighbours": [12, 11]})


class StandIn:
    """The port ``Parts``: children that answer as told."""

    def __init__(self, **answers: ChildAnswer) -> None:
        self.answers = answers

    def names(self) -> list[str]:
        return list(self.answers)

    def ask(self, name: str, ctx: JobContext) -> ChildAnswer:
        return self.answers[name]


class House:
    """Services of which only the children are asked for."""

    def __init__(self, **answers: ChildAnswer) -> None:
        self.parts = StandIn(**answers)


def children(**answers: ChildAnswer) -> Smoke:
    """Do the steps of the children and of the index."""
    made = Smoke(House(**answers))
    made.step("children", made.children)
    made.step("neighbours", made.neighbours)
    return made


def test_whole_children_pass() -> None:
    made = children(index=WHOLE)
    assert (made.failed, made.missing, made.report["neighbours"]) == ([], [], [12, 11])


def test_a_missing_part_is_named() -> None:
    made = children(index=WHOLE, reader=replace(WHOLE, missing=("OCR models",)))
    assert made.missing == ["OCR models"]
    assert made.failed == ["children: reader: OCR models"]


def test_a_child_of_another_build_fails() -> None:
    made = children(index=replace(WHOLE, build="alcove-9.9.9"))
    assert made.failed == ["children: index is of another build: alcove-9.9.9"]


def test_a_child_that_could_not_start_fails() -> None:
    made = children(index=ChildAnswer("index", error="child_died"))
    assert made.failed[0] == "children: index: child_died"


@pytest.mark.parametrize("found", [[], [11, 12], [12], None])
def test_an_index_that_finds_the_wrong_rows_fails(found: list[int] | None) -> None:
    made = children(index=replace(WHOLE, answer={"neighbours": found}))
    assert made.failed[0].startswith("neighbours: expected 12 first of two")


def test_an_error_of_a_step_is_kept_and_the_next_step_goes_on() -> None:
    made = Smoke(House())

    def broken() -> None:
        raise EngineError("engine_missing", engine="whisper")

    made.step("first", broken)
    made.step("second", lambda: "done")
    assert made.failed == ["first: engine_missing"]
    assert made.report["first"]["error"]["code"] == "engine_missing"
    assert made.report["second"] == "done"


def test_an_unforeseen_exception_is_kept_as_its_place_without_its_text() -> None:
    made = Smoke(House())
    made.step("first", lambda: {}["a secret"])
    assert "KeyError" in made.failed[0]
    assert "a secret" not in json.dumps(made.report) + made.failed[0]


def test_every_tab_of_the_real_window_is_opened_and_reached_by_keys(
    qapp: object, services: Services
) -> None:
    made = Smoke(services)
    made.step("tabs", made.tabs)
    assert made.failed == []
    assert set(made.report["tabs"]) == {
        "meetings", "documents", "look", "glossary", "engines", "settings",
    }  # fmt: skip
    assert all(tab["controls"] >= tab["reachable"] > 0 for tab in made.report["tabs"].values())


def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **answers: ChildAnswer
) -> tuple[int, dict]:
    """Run the smoke test with children that answer as told and a recogniser that hears nothing."""

    def tabs(self: Smoke) -> str:
        return "tabs done"

    def transcript(self: Smoke) -> str:
        return "transcript done"

    monkeypatch.setattr(Smoke, "tabs", tabs)
    monkeypatch.setattr(Smoke, "transcript", transcript)
    monkeypatch.setattr(House, "close", lambda self: None, raising=False)
    report = tmp_path / "smoke.json"
    code = smoke.run(["--report", str(report)], lambda: House(**answers))
    return code, json.loads(report.read_text(encoding="utf-8"))


def test_the_report_of_a_whole_program_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = run(tmp_path, monkeypatch, index=WHOLE)
    assert (code, told["ok"], told["failed"], told["missing"]) == (0, True, [], [])
    assert told["transcript"] == "transcript done"


def test_without_a_part_nothing_is_transcribed_and_the_exit_status_is_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lame = replace(WHOLE, missing=("ctranslate2",))
    code, told = run(tmp_path, monkeypatch, index=WHOLE, transcriber=lame)
    assert (code, told["ok"], told["missing"]) == (1, False, ["ctranslate2"])
    assert "transcript" not in told
    assert "ctranslate2" in capsys.readouterr().err
