"""The whole of the basic engine: it writes nothing, it shows."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.spoken import BOARD, quotes, spoken

from app.core.errors import Cancelled
from app.core.jobs import JobContext
from app.core.meetings import highlights
from app.core.meetings.highlights import language_of, make_highlights, rank_transcript
from app.core.meetings.model import Note, Segment, Span, Transcript
from app.core.text.fillers import trim
from app.core.text.languages import shipped
from app.core.text.tokens import tokenize

PIECES = [
    "um", "uh,", "okay", "right .", "you know", "we decided to", "I'll send", "by Friday.", "Tom,",
    "can you check the budget", "what is the price ?", "yes .", "the remote control", "and", "but",
    "Decision:", "next item", "at 10:30", "because", "design", "mm-hmm .", "Anna will", "no", ",",
    "ähm", "会议", "\u0301", "'s", "3.5", "?", "- ",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join)
SPEAKERS = st.sampled_from([None, "Anna", "Tom"])
TRANSCRIPTS = st.lists(st.tuples(TEXTS, SPEAKERS), max_size=12).map(
    lambda rows: Transcript(
        tuple(Segment(i * 2, i * 5.0, i * 5.0 + 4, t, s) for i, (t, s) in enumerate(rows, 1)),
        "whisper",
    )
)


def check(transcript: Transcript, code: str | None) -> None:
    minutes = make_highlights(transcript, title="t", language=code)
    known = {s.id: s.text for s in transcript.segments}
    language = shipped().get(code)
    for text, first in quotes(minutes):
        assert text and text in known[first]
        span = trim(text, tokenize(text), language)
        assert span is not None and span[0] == 0
    for item in (*minutes.decisions, *minutes.actions, *minutes.questions, *minutes.dates):
        assert item.kind == "quoted"
        assert set(item.segments) <= set(known)
    for action in minutes.actions:
        whole = " ".join(known[i] for i in action.segments)
        assert action.due is None or action.due in whole
        assert action.owner in (None, "Anna", "Tom") or action.owner in whole
    for topic in minutes.topics:
        cited = " ".join(known[i] for p in topic.points for i in p.segments)
        assert all(word in cited for word in topic.title.split(", "))
        assert topic.points


@settings(deadline=None)
@given(TRANSCRIPTS)
def test_every_quote_is_a_slice_of_the_segment_it_cites_first(transcript: Transcript):
    check(transcript, "en")


@given(TRANSCRIPTS, st.sampled_from([None, "de", "zh", "xx"]))
@settings(max_examples=30, deadline=None)
def test_that_holds_in_every_language(transcript: Transcript, code: str | None):
    check(transcript, code)


@settings(deadline=None)
@given(st.lists(st.text(max_size=80), max_size=6))
def test_and_for_any_text(texts: list[str]):
    segments = tuple(Segment(i, None, None, t) for i, t in enumerate(texts, 1))
    check(Transcript(segments, "file"), "en")


def test_a_board_meeting_gives_what_a_person_would_look_for():
    minutes = make_highlights(spoken(BOARD), title="board")
    assert [d.text for d in minutes.decisions] == [
        "We decided to go with the blue design",
        "The laptop is postponed until January.",
    ]
    assert [(a.task, a.owner, a.due, a.segments) for a in minutes.actions] == [
        ("I'll send the new drafts to Maria by Friday.", "Tom", "by Friday", (4,)),
        ("Can you also check whether the logo works in print, Tom?", "Tom", None, (5,)),
        (
            "Maria to ask the finance office for an overview by 14 March.",
            "Maria",
            "by 14 March",
            (13,),
        ),
        (
            "Maria will prepare the slides for the board meeting next Tuesday.",
            "Maria",
            "next Tuesday",
            (14,),
        ),
    ]
    assert [(q.text, q.answer.text if q.answer else None) for q in minutes.questions] == [
        ("What does the printing cost?", "It costs about 300 euros for two thousand copies."),
        (
            "The question is whether we can afford a new laptop this year.",
            "I think the training budget has some money left, about five hundred euros.",
        ),
        ("Who is going to invite the speakers?", None),
    ]
    assert "Next meeting is on Monday at 10:30." in [d.text for d in minutes.dates]
    assert [s.words for s in minutes.speakers] == [71, 37, 22]
    assert minutes.overview is None
    assert (minutes.coverage.segments_read, minutes.coverage.segments_total) == (17, 17)
    assert minutes.language == "en"


def test_notes_of_the_person_come_along_in_order_of_time():
    notes = (Note("later", 9.0), Note("no time"), Note("first", 1.0))
    minutes = make_highlights(spoken(BOARD), title="t", notes=notes)
    assert [n.text for n in minutes.notes] == ["first", "later", "no time"]


def test_a_language_without_cues_has_topics_only_and_says_so():
    ctx = JobContext()
    text = "Anna: Wir sprechen heute über den Umbau der Küche.\nTom: Der Umbau kostet viel Geld."
    minutes = make_highlights(spoken(text), title="t", ctx=ctx)
    assert minutes.language == "de"
    assert minutes.topics
    assert (minutes.decisions, minutes.dates, minutes.looked_for) == ((), (), frozenset())
    assert [n.code for n in ctx.notices] == ["no_cues"]


def test_what_the_draft_heard_is_marked_once():
    ctx = JobContext()
    make_highlights(spoken(BOARD, "draft"), title="t", ctx=ctx)
    assert [n.code for n in ctx.notices] == ["heard_by_draft"]


def heard(seconds: float, lost: float) -> Transcript:
    said = (Segment(1, 0.0, seconds, "we decided to buy the blue laptop on friday"),)
    return Transcript(said, "draft", language="en", not_understood=(Span(50, 50 + lost),))


def test_no_highlights_are_made_when_most_was_not_understood():
    ctx = JobContext()
    minutes = make_highlights(heard(4.0, 5.0), title="t", ctx=ctx)
    assert (minutes.topics, minutes.decisions) == ((), ())
    assert (minutes.coverage.segments_read, minutes.coverage.segments_total) == (0, 1)
    assert "too_little_understood" in [n.code for n in ctx.notices]


def test_highlights_are_made_when_half_was_understood():
    minutes = make_highlights(heard(5.0, 5.0), title="t")
    assert len(minutes.decisions) == 1
    assert minutes.coverage.seconds_read == 5.0


def test_silence_gives_empty_lists():
    ctx = JobContext()
    minutes = make_highlights(Transcript((), "whisper"), title="t", ctx=ctx)
    assert (minutes.topics, minutes.actions, minutes.speakers) == ((), (), ())
    assert minutes.coverage.segments_total == 0
    assert [n.code for n in ctx.notices] == ["no_speech"]


def test_nothing_but_filler_gives_empty_lists():
    minutes = make_highlights(spoken("Anna: Um.\nTom: Okay, yeah.\nAnna: Mm-hmm."), title="t")
    assert (minutes.topics, minutes.questions, minutes.dates) == ((), (), ())


def test_a_transcript_beyond_all_meetings_is_read_in_part(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(highlights, "_MOST_CHARACTERS", 300)
    ctx = JobContext()
    minutes = make_highlights(spoken(BOARD), title="t", ctx=ctx)
    assert 0 < minutes.coverage.segments_read < minutes.coverage.segments_total
    assert "partly_read" in [n.code for n in ctx.notices]


def test_cancel_stops_the_work():
    ctx = JobContext()
    ctx.cancel()
    with pytest.raises(Cancelled):
        make_highlights(spoken(BOARD), title="t", ctx=ctx)


def test_the_language_that_is_said_goes_before_the_one_that_is_heard():
    assert make_highlights(spoken(BOARD), title="t", language="de").language == "de"
    assert language_of(spoken(BOARD)) == "en"
    assert language_of(spoken("Anna: 123")) is None


def test_every_segment_that_can_be_quoted_has_a_score():
    scores = rank_transcript(spoken(BOARD), shipped().get("en")).of_segments()
    assert scores[11] > scores[1]
    assert 16 not in scores


def test_three_hours_of_talk_take_seconds():
    text = "\n".join(line for _ in range(170) for line in BOARD.strip().splitlines())
    transcript = spoken(text)
    assert sum(len(s.text.split()) for s in transcript.segments) > 22_000
    begun = time.perf_counter()
    make_highlights(transcript, title="t")
    assert time.perf_counter() - begun < 10
