"""Which engine makes the minutes, and when another one may."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.spoken import BOARD, spoken

from app.core.errors import AnswerCut, Cancelled, EngineError
from app.core.jobs import JobContext
from app.core.meetings.highlights import make_highlights
from app.core.meetings.model import Minutes, Note, Transcript
from app.core.meetings.summarize import AUTO, EXTRACT, OLLAMA, summarize


class Writer:
    """A language model that answers, or fails as it is told."""

    def __init__(self, error: Exception | None = None):
        self.error = error
        self.asked: list[dict] = []

    def make(self, ctx: JobContext) -> Writer:
        return self

    def __call__(self, transcript: Transcript, **more) -> Minutes:
        self.asked.append(more)
        if self.error:
            raise self.error
        return replace(make_highlights(transcript, title=more["title"]), engine=OLLAMA)


def codes(ctx: JobContext) -> list[str]:
    return [notice.code for notice in ctx.notices]


@pytest.mark.parametrize("engine", [AUTO, OLLAMA])
def test_a_model_that_is_there_writes(engine: str):
    writer, ctx = Writer(), JobContext()
    notes = (Note("x", 1.0),)
    found = summarize(
        spoken(BOARD), title="t", notes=notes, engine=engine, writer=writer.make, ctx=ctx
    )
    assert found.engine == OLLAMA
    assert writer.asked == [{"title": "t", "notes": notes, "language": "en", "ctx": ctx}]
    assert codes(ctx) == []


def test_highlights_ask_no_model():
    writer = Writer()
    found = summarize(spoken(BOARD), title="t", engine=EXTRACT, writer=writer.make)
    assert (found.engine, writer.asked) == (EXTRACT, [])


def unusable(ctx: JobContext) -> None:
    raise EngineError("ollama_not_running", host="x")


def nobody(ctx: JobContext) -> None:
    return None


@pytest.mark.parametrize(
    "writer", [unusable, nobody, None, Writer(EngineError("ollama_busy")).make]
)
def test_auto_steps_down_and_says_so(writer):
    ctx = JobContext()
    found = summarize(spoken(BOARD), title="t", writer=writer, ctx=ctx)
    assert found.engine == EXTRACT and found.actions
    assert codes(ctx) == ["engine_stepped_down"]


def test_the_step_down_keeps_what_its_reason_needs_to_be_said():
    ctx = JobContext()
    summarize(spoken(BOARD), title="t", writer=unusable, ctx=ctx)
    assert ctx.notices[0].params["params"] == {"host": "x"}


@pytest.mark.parametrize(
    ("writer", "code"), [(unusable, "ollama_not_running"), (None, "engine_missing")]
)
def test_a_named_engine_never_steps_down(writer, code: str):
    with pytest.raises(EngineError) as caught:
        summarize(spoken(BOARD), title="t", engine=OLLAMA, writer=writer)
    assert caught.value.code == code


@pytest.mark.parametrize("engine", [AUTO, OLLAMA])
def test_a_model_that_dies_half_way_is_an_error_with_what_came(engine: str):
    writer = Writer(AnswerCut(partial="half"))
    with pytest.raises(AnswerCut) as caught:
        summarize(spoken(BOARD), title="t", engine=engine, writer=writer.make)
    assert caught.value.partial == "half"


def test_cancel_is_no_reason_to_step_down():
    with pytest.raises(Cancelled):
        summarize(spoken(BOARD), title="t", writer=Writer(Cancelled()).make)


@pytest.mark.parametrize("engine", [AUTO, OLLAMA])
def test_silence_asks_no_model(engine: str):
    writer = Writer()
    found = summarize(Transcript((), "whisper"), title="t", engine=engine, writer=writer.make)
    assert (found.segments, found.topics, writer.asked) == ((), (), [])


def test_the_language_that_is_named_is_used():
    writer = Writer()
    summarize(spoken(BOARD), title="t", language="de", writer=writer.make)
    assert writer.asked[0]["language"] == "de"
