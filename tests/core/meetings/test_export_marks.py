"""Clock times, lost stretches, harmless text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.meetings.export_marks import by_id, clock, lost, markdown, one_line, places, timeline
from app.core.meetings.labels import MeetingLabels
from app.core.meetings.model import Segment, Span, Transcript


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "00:00"), (12.9, "00:12"), (3599, "59:59"), (3723, "1:02:03"), (-1, "00:00")],
)
def test_times_are_short_below_an_hour(seconds: float, text: str):
    assert clock(seconds) == text


def test_a_lost_stretch_is_marked():
    assert lost(Span(12, 31), MeetingLabels()) == "[not understood 00:12–00:31]"


def test_lost_stretches_that_touch_are_one_and_stand_in_their_place():
    said = (Segment(1, 0.0, 5.0, "a"), Segment(2, 20.0, 25.0, "b"))
    spans = (Span(5, 8), Span(8.5, 12), Span(30, 31), Span(14, 15))
    found = timeline(Transcript(said, "draft", not_understood=spans))
    assert found == [said[0], Span(5, 12), Span(14, 15), said[1], Span(30, 31)]


def test_segments_without_times_keep_their_order():
    said = (Segment(1, None, None, "b"), Segment(2, None, None, "a"))
    assert timeline(Transcript(said, "file")) == list(said)


def test_nothing_steers_a_terminal_or_turns_text_around():
    assert one_line("a\n\tb\x1b[31m\u202ec\u2028 d\ud800") == "a b [31m c d"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("# no heading", "\\# no heading"),
        ("- no item", "\\- no item"),
        ("1. no list", "1\\. no list"),
        ("1) no list", "1\\) no list"),
        ("1.5 is fine", "1\\.5 is fine"),
        ("> no quote", "\\> no quote"),
        ("a *b* _c_ `d` [e](f)", "a \\*b\\* \\_c\\_ \\`d\\` \\[e\\](f)"),
        ("![x](http://y)", "\\!\\[x\\](http\\://y)"),
        ("<script>&amp;", "&lt;script>&amp;amp;"),
        ("a | b ~~c~~ $d$", "a \\| b \\~\\~c\\~\\~ \\$d\\$"),
        ("two\nlines", "two lines"),
        ("back\\slash", "back\\\\slash"),
    ],
)
def test_markdown_in_a_text_does_nothing(text: str, safe: str):
    assert markdown(text) == safe


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_stays_on_one_line_without_open_markup(text: str):
    safe = markdown(text)
    assert "\n" not in safe and "\0" not in safe
    bare = safe.replace("\\\\", "")
    for sign in "*_`[]<":
        assert bare.count(sign) == bare.count("\\" + sign)


def test_places_are_times_or_numbers_and_named_once():
    known = by_id(
        [Segment(1, 61.0, 62.0, "a"), Segment(2, 61.5, 63.0, "b"), Segment(3, None, None, "c")]
    )
    assert places((1, 2, 3, 9), known) == "01:01, 3, 9"
