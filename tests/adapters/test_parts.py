"""The real children are asked for the real parts."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from app.adapters import children, parts
from app.adapters.parts import ChildParts
from app.adapters.recorder import RecorderClient
from app.core.build import build_id
from app.core.errors import DeviceError
from app.core.jobs import JobContext


@pytest.mark.parametrize("name", ["recorder", "transcriber", "index", "reader", "player"])
def test_every_child_starts_and_lacks_nothing(name: str) -> None:
    answer = ChildParts().ask(name, JobContext())
    assert answer.whole, answer
    assert answer.build == build_id()
    assert answer.pid not in (None, os.getpid())


def test_a_recorder_that_runs_already_is_asked_and_left_running() -> None:
    running = RecorderClient()
    try:
        with contextlib.suppress(DeviceError):  # no microphone is an answer as well
            running.microphones()
        answer = ChildParts().ask("recorder", JobContext())
        assert answer.whole and answer.pid == running.pid
        assert not running.state().running and running.pid == answer.pid
    finally:
        running.close()


def test_all_children_are_known() -> None:
    from app.bootstrap import WORKERS

    assert sorted(ChildParts().names()) == sorted(WORKERS)


def test_the_index_finds_what_was_put_in() -> None:
    answer = ChildParts().ask("index", JobContext()).answer
    assert answer["neighbours"][0] == 12
    assert len(answer["neighbours"]) == 2


def test_a_library_that_cannot_be_loaded_is_missing_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(parts.MODULES, "transcriber", {"no_such_part": "The part", "av": "PyAV"})
    answer = ChildParts().ask("transcriber", JobContext())
    assert answer.missing == ("The part",)
    assert not answer.whole


def test_a_program_that_is_gone_is_missing_by_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(children, "command", lambda name: [str(tmp_path / "alcove-cli"), name])
    answer = ChildParts().ask("index", JobContext())
    assert (answer.missing, answer.error, answer.pid) == (
        ("alcove-cli",),
        "child_unstartable",
        None,
    )


def test_a_program_that_does_not_start_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(children, "command", lambda name: ["/bin/false"])
    for name in ("reader", "recorder"):
        assert ChildParts().ask(name, JobContext()).error == "child_unstartable"


def test_an_answer_is_plain_data() -> None:
    plain = ChildParts().ask("recorder", JobContext()).to_json()
    assert set(plain) == {"name", "pid", "build", "answer", "missing", "error"}
