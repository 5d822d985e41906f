"""A transcript and its minutes into the library."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.libraries import library, open_library  # noqa: F401
from support.spoken import BOARD, spoken

from app.core.errors import AnswerCut, Cancelled, EngineError, StorageError
from app.core.jobs import JobContext
from app.core.meetings.highlights import make_highlights
from app.core.meetings.model import Coverage, Minutes
from app.core.meetings.records import CANCELLED, DONE, FAILED
from app.core.meetings.summarize_keep import keep_minutes, keep_transcript


@pytest.fixture
def meetings(library):  # noqa: F811
    return library.meetings


def test_transcript_and_minutes_are_there_again(meetings):
    said = spoken(BOARD)
    number = keep_transcript(meetings, Path("board.txt"), said)
    made = keep_minutes(
        meetings, number, lambda ctx: make_highlights(said, title="board"), JobContext()
    )
    assert meetings.transcript(number).segments == said.segments
    assert meetings.minutes(number).actions == made.actions
    states = {s.name: s.state for s in meetings.get(number).steps}
    assert {states[name] for name in ("sound", "transcript", "minutes")} == {DONE}


@pytest.mark.parametrize(
    ("error", "state"), [(EngineError("ollama_busy"), FAILED), (Cancelled(), CANCELLED)]
)
def test_minutes_that_fail_leave_the_transcript_and_a_step_to_try_again(meetings, error, state):
    number = keep_transcript(meetings, Path("board.txt"), spoken(BOARD))

    def fail(ctx):
        raise error

    with pytest.raises(type(error)):
        keep_minutes(meetings, number, fail, JobContext())
    assert meetings.get(number).step("minutes").state == state
    assert meetings.transcript(number) is not None


def test_a_step_that_somebody_else_has_is_not_taken(meetings):
    number = keep_transcript(meetings, Path("board.txt"), spoken(BOARD))
    assert meetings.claim(number, "minutes")
    with pytest.raises(StorageError):
        keep_minutes(meetings, number, lambda ctx: None, JobContext())


def test_what_was_told_of_the_minutes_is_kept_for_the_window(meetings):
    said = spoken("Der Hafen ist im Winter nicht offen und das wissen wir.", "draft", language="de")
    number = keep_transcript(meetings, Path("board.txt"), said)
    told = []
    keep_minutes(
        meetings,
        number,
        lambda ctx: make_highlights(said, title="board", ctx=ctx),
        JobContext(on_notice=told.append),
    )
    kept = [notice.code for notice in meetings.get(number).step("minutes").notices]
    assert kept == ["heard_by_draft", "no_cues"] == [notice.code for notice in told]


def test_what_a_model_wrote_until_it_died_is_kept_with_the_highlights(meetings):
    said = spoken(BOARD)
    number = keep_transcript(meetings, Path("board.txt"), said)
    half = Minutes("board", "ollama", Coverage(2, len(said.segments), None, None), said.segments)

    def die(ctx):
        raise AnswerCut(partial=half)

    with pytest.raises(AnswerCut):
        keep_minutes(meetings, number, die, JobContext())
    kept = meetings.minutes(number)
    assert (kept.engine, kept.coverage) == ("ollama", half.coverage)
    assert kept.decisions == make_highlights(said, title="board").decisions != ()
    assert meetings.get(number).step("minutes").state == FAILED


def test_a_disk_that_is_full_does_not_hide_why_the_model_died(meetings, monkeypatch, caplog):
    said = spoken(BOARD)
    number = keep_transcript(meetings, Path("board.txt"), said)
    half = Minutes("board", "ollama", Coverage(2, len(said.segments), None, None), said.segments)

    def full(*args, **more):
        raise StorageError("disk_full")

    def die(ctx):
        monkeypatch.setattr(meetings, "save_minutes", full)
        raise AnswerCut(partial=half)

    with pytest.raises(AnswerCut):
        keep_minutes(meetings, number, die, JobContext())
    step = meetings.get(number).step("minutes")
    assert (step.state, step.error) == (FAILED, "answer_cut")
    assert "disk_full" in caplog.text
