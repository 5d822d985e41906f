"""The way of a meeting through its steps, with the real library."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.adapters.library.library import Library
from app.core.errors import Cancelled, EngineError, StorageError
from app.core.jobs import JobContext, Notice, Progress
from app.core.meetings.pipeline import Pipeline


class Step:
    """A step that does what it is told, and then ends itself."""

    def __init__(self, name: str, meetings, act=None):
        self.name = name
        self.runs = 0
        self.given = ""
        self._meetings = meetings
        self._act = act

    def digest(self, meeting) -> str:
        return self.name + self.given

    def run(self, meeting, claim, ctx) -> None:
        self.runs += 1
        ctx.report(Progress(self.name, 1, 2))
        if self._act is not None:
            self._act(ctx)
        self._meetings.finish(claim)


@pytest.fixture
def library(tmp_path: Path):
    made = Library(tmp_path / "library.sqlite3", tmp_path / "run")
    yield made
    made.close()


def _steps(library, **acts):
    names = ("sound", "transcript", "minutes", "export")
    return [Step(n, library.meetings, acts.get(n)) for n in names]


def _raise(error):
    def act(ctx) -> None:
        raise error

    return act


def _states(library, number: int) -> list[str]:
    return [s.state for s in library.meetings.get(number).steps]


def test_a_meeting_goes_through_every_step_in_order(library) -> None:
    steps, heard = _steps(library), []
    number = library.meetings.create("m").id
    Pipeline(library.meetings, steps).run(number, JobContext(lambda p: heard.append(p.step)))
    assert _states(library, number) == ["done"] * 4
    assert heard == ["sound", "transcript", "minutes", "export"]


def test_what_is_done_stays_done_when_a_later_step_fails(library) -> None:
    steps = _steps(library, minutes=_raise(EngineError("ollama_busy")))
    number = library.meetings.create("m").id
    meeting = Pipeline(library.meetings, steps).run(number, JobContext())
    assert _states(library, number) == ["done", "done", "failed", "waiting"]
    assert meeting.step("minutes").error == "ollama_busy"


def test_a_retry_does_only_what_is_not_done(library) -> None:
    steps = _steps(library, minutes=_raise(EngineError("ollama_busy")))
    pipeline = Pipeline(library.meetings, steps)
    number = library.meetings.create("m").id
    pipeline.run(number, JobContext())
    steps[2]._act = None
    pipeline.again(number, "minutes")
    pipeline.run(number, JobContext())
    assert [s.runs for s in steps] == [1, 1, 2, 1]
    assert _states(library, number) == ["done"] * 4


@pytest.mark.parametrize("code", ["engine_language", "engine_missing", "language_needed"])
def test_a_step_that_needs_something_is_blocked_and_goes_on_when_it_may_be_there(
    library, code
) -> None:
    steps = _steps(library, transcript=_raise(EngineError(code)))
    pipeline = Pipeline(library.meetings, steps)
    number = library.meetings.create("m").id
    pipeline.run(number, JobContext())
    assert _states(library, number)[1] == "blocked"
    assert pipeline.to_do() == ()
    assert pipeline.to_do(blocked=True) == (number,)


def test_cancel_stops_the_step_and_keeps_what_was_done(library) -> None:
    steps, ctx = _steps(library), JobContext()
    steps[1]._act = lambda part: (ctx.cancel(), part.check())
    number = library.meetings.create("m").id
    pipeline = Pipeline(library.meetings, steps)
    with pytest.raises(Cancelled):
        pipeline.run(number, ctx)
    assert _states(library, number) == ["done", "cancelled", "waiting", "waiting"]
    assert pipeline.to_do() == ()


def test_a_closing_window_leaves_the_step_for_the_next_start(library) -> None:
    steps, ctx = _steps(library), JobContext()
    pipeline = Pipeline(library.meetings, steps)
    steps[1]._act = lambda part: (pipeline.pause(), ctx.cancel(), part.check())
    number = library.meetings.create("m").id
    with pytest.raises(Cancelled):
        pipeline.run(number, ctx)
    assert _states(library, number)[1] == "waiting"
    assert pipeline.to_do() == (number,)


def test_a_step_of_another_process_is_left_alone(library, tmp_path) -> None:
    other = Library(tmp_path / "library.sqlite3", tmp_path / "run")
    try:
        number = library.meetings.create("m").id
        assert other.meetings.claim(number, "sound") is not None
        steps = _steps(library)
        Pipeline(library.meetings, steps).run(number, JobContext())
        assert [s.runs for s in steps] == [0, 0, 0, 0]
    finally:
        other.close()


def test_a_step_that_crashes_can_be_tried_again(library) -> None:
    steps = _steps(library, transcript=_raise(RuntimeError("unforeseen")))
    pipeline = Pipeline(library.meetings, steps)
    number = library.meetings.create("m").id
    with pytest.raises(RuntimeError):
        pipeline.run(number, JobContext())
    assert _states(library, number)[1] == "cancelled"
    steps[1]._act = None
    pipeline.again(number, "transcript")
    pipeline.run(number, JobContext())
    assert _states(library, number) == ["done"] * 4


def test_a_step_whose_input_has_changed_is_done_again_with_those_after_it(library) -> None:
    steps = _steps(library)
    pipeline = Pipeline(library.meetings, steps)
    number = library.meetings.create("m").id
    pipeline.run(number, JobContext())
    pipeline.run(number, JobContext())
    assert [s.runs for s in steps] == [1, 1, 1, 1]
    steps[2].given = "another engine"
    pipeline.run(number, JobContext())
    assert [s.runs for s in steps] == [1, 1, 2, 2]
    assert _states(library, number) == ["done"] * 4
    pipeline.run(number, JobContext())
    assert [s.runs for s in steps] == [1, 1, 2, 2]


def test_a_done_step_whose_input_nobody_noted_is_left_as_it_is(library) -> None:
    steps = _steps(library)
    number = library.meetings.create("m").id
    library.meetings.finish(library.meetings.claim(number, "sound"))
    Pipeline(library.meetings, steps).run(number, JobContext())
    assert [s.runs for s in steps] == [0, 1, 1, 1]


def test_a_step_goes_on_when_only_its_progress_cannot_be_kept(library, monkeypatch) -> None:
    def full(claim, done, total=None) -> None:
        raise StorageError("disk_full", path="x")

    monkeypatch.setattr(library.meetings, "progress", full)
    number = library.meetings.create("m").id
    Pipeline(library.meetings, _steps(library)).run(number, JobContext())
    assert _states(library, number) == ["done"] * 4


def test_a_step_that_another_process_has_taken_stops(library) -> None:
    def taken(ctx) -> None:
        library._database.write(lambda c: c.execute("UPDATE steps SET owner = 'other'"))
        library.meetings._told.clear()
        ctx.report(Progress("sound", 2, 2))
        went_on.append(True)

    went_on: list[bool] = []
    steps = _steps(library, sound=taken)
    number = library.meetings.create("m").id
    with pytest.raises(StorageError):
        Pipeline(library.meetings, steps).run(number, JobContext())
    assert not went_on


def test_one_step_alone_touches_no_other(library) -> None:
    steps = _steps(library)
    pipeline = Pipeline(library.meetings, steps)
    number = library.meetings.create("Harbour").id
    pipeline.run(number, JobContext(), only="export")
    assert steps[3].runs == 0  # there is nothing to write yet
    pipeline.run(number, JobContext())
    steps[2].given = steps[3].given = "another model is chosen, another title given"
    pipeline.run(number, JobContext(), only="export")
    assert [step.runs for step in steps] == [1, 1, 1, 2]
    assert _states(library, number) == ["done"] * 4


def test_what_a_step_tells_is_kept_with_it_but_not_what_passes(library) -> None:
    def tell(ctx) -> None:
        ctx.notice("time_needed", times=[])
        ctx.notice("file_truncated", path="a.mp3")

    told = []
    number = library.meetings.create("m").id
    steps = _steps(library, transcript=tell)
    Pipeline(library.meetings, steps).run(number, JobContext(on_notice=told.append))
    assert [notice.code for notice in told] == ["time_needed", "file_truncated"]
    kept = {s.name: s.notices for s in library.meetings.get(number).steps if s.notices}
    assert kept == {"transcript": (Notice("file_truncated", {"path": "a.mp3"}),)}


@pytest.mark.parametrize(("code", "end"), [("disk_full", "done"), ("step_taken", "failed")])
def test_a_notice_that_cannot_be_kept_ends_no_step_that_is_still_ours(
    library, monkeypatch, code, end
) -> None:
    def refuse(claim, notice) -> None:
        raise StorageError(code)

    monkeypatch.setattr(library.meetings, "notice", refuse)
    number, told = library.meetings.create("m").id, []
    steps = _steps(library, sound=lambda ctx: ctx.notice("no_speech"))
    Pipeline(library.meetings, steps).run(number, JobContext(on_notice=told.append))
    assert library.meetings.get(number).step("sound").state == end
    assert bool(told) is (end == "done")
