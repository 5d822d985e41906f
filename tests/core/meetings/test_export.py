"""Transcripts and minutes as files."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.meeting_values import minutes, transcript
from support.spoken import BOARD, spoken

from app.core.errors import InputError
from app.core.meetings.export import (
    MINUTES_FORMATS,
    TRANSCRIPT_FORMATS,
    export_minutes,
    export_transcript,
    outline_txt,
)
from app.core.meetings.files import transcript_from
from app.core.meetings.highlights import make_highlights
from app.core.meetings.labels import MeetingLabels
from app.core.meetings.model import Note, Segment, Span, Transcript, Unrecorded, Word
from app.core.meetings.outline import outline

SAID = Transcript(
    (
        Segment(1, 0.0, 4.0, "Good *morning* all", "Anna"),
        Segment(2, 40.0, 44.0, "# not a heading"),
        Segment(3, 50.0, 51.0, " "),
    ),
    "draft",
    not_understood=(Span(12, 20), Span(20.5, 31)),
)


def test_text_has_times_speakers_and_lost_stretches_in_order():
    assert export_transcript(SAID, "txt") == (
        "[00:00] Anna: Good *morning* all\n[not understood 00:12–00:31]\n[00:40] # not a heading\n"
    )


def test_markdown_has_a_title_and_nothing_in_it_acts():
    assert export_transcript(SAID, "md", title="A *plan*") == (
        "# A \\*plan\\*\n\n**00:00 Anna:** Good \\*morning\\* all\n\n"
        "*\\[not understood 00:12–00:31\\]*\n\n**00:40** \\# not a heading\n"
    )


def test_a_transcript_without_times_and_names_is_only_its_words():
    plain = spoken("one\ntwo")
    assert export_transcript(plain, "txt") == "one\ntwo\n"
    assert export_transcript(plain, "md") == "one\n\ntwo\n"


def test_captions_hold_the_lost_stretch():
    for form in ("srt", "vtt"):
        assert "[not understood 00:12–00:31]" in export_transcript(SAID, form)


@pytest.mark.parametrize("form", TRANSCRIPT_FORMATS)
def test_what_was_not_recorded_stands_in_its_place(form: str):
    text = export_transcript(SAID, form, gaps=(Unrecorded(31.0, 39.0),))
    if form == "json":
        assert json.loads(text)["gaps"] == [{"start": 31.0, "end": 39.0}]
    else:
        marks = [text.replace("\\", "").index(f"[not {mark}]") for mark in
                 ("understood 00:12–00:31", "recorded 00:31–00:39")]  # fmt: skip
        assert marks == sorted(marks)
        assert text.rindex("recorded") < text.index("not a heading")


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_a_gap_within_a_long_segment_stands_between_its_cues(form: str):
    words = tuple(Word(n, n + 0.9, f" word{n}") for n in range(20))
    text = "".join(word.text for word in words).strip()
    said = Transcript((Segment(1, 0.0, 20.0, text, words=words),), "whisper")
    written = export_transcript(said, form, gaps=(Unrecorded(5.0, 6.0),))
    starts = [line.split(" --> ")[0] for line in written.splitlines() if "-->" in line]
    assert len(starts) > 2 and starts == sorted(starts)


def test_captions_of_a_text_without_times_are_refused():
    with pytest.raises(InputError):
        export_transcript(spoken("one"), "srt")


def test_json_comes_back_as_it_went():
    whole = transcript()
    again = transcript_from(json.loads(export_transcript(whole, "json")))
    assert again.segments == whole.segments


@pytest.mark.parametrize("form", TRANSCRIPT_FORMATS)
def test_silence_can_be_exported(form: str):
    assert isinstance(export_transcript(Transcript((), "whisper"), form), str)


def test_an_unknown_format_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError):
        export_transcript(SAID, "doc")
    with pytest.raises(ValueError):
        export_minutes(minutes(transcript()), "doc")


def test_labels_are_used_in_the_files():
    labels = MeetingLabels(
        not_understood="[nicht verstanden {start}–{end}]", decisions="Beschlüsse"
    )
    assert "[nicht verstanden 00:12–00:31]" in export_transcript(SAID, "txt", labels=labels)
    assert "## Beschlüsse" in export_minutes(minutes(transcript()), "md", labels=labels)


def test_minutes_in_markdown_link_their_items():
    text = export_minutes(make_highlights(spoken(BOARD), title="Board"), "md")
    assert text.startswith("# Board\n\nHighlights: ")
    assert "## Decisions\n\n- “We decided to go with the blue design” \\[3\\]\n" in text
    assert "by Friday.” \\[4\\]\n  - who: Tom; when: by Friday\n" in text
    assert "\n  - no answer heard\n" in text
    assert "\n- Anna: 71 words\n" in text


def test_minutes_in_text_say_the_same():
    text = export_minutes(make_highlights(spoken(BOARD), title="Board"), "txt")
    assert text.startswith("Board\n=====\n")
    assert "\nDecisions\n---------\n• “We decided to go with the blue design” [3]\n" in text
    assert "\n  → who: Tom; when: by Friday\n" in text


def test_minutes_in_json_have_the_names_of_the_command_line():
    whole = json.loads(export_minutes(minutes(transcript()), "json"))
    assert set(whole) == {
        "title", "overview", "topics", "decisions", "actions", "questions", "dates", "notes",
        "speakers", "segments", "coverage", "unsupported", "language", "engine", "model",
    }  # fmt: skip
    assert set(whole["segments"][0]) == {"id", "start", "end", "text", "speaker"}


def test_text_for_a_screen_is_folded_under_its_bullet():
    lines = outline_txt(outline(make_highlights(spoken(BOARD), title="Board"), MeetingLabels()), 40)
    assert max(len(line) for line in lines.splitlines()) <= 40
    assert "• “Maria to ask the finance office for\n  an overview" in lines


HOSTILE = "x\n# y\n- z\n```\n<img src=a>\n| a |\n[l](http://e)\n\u202ereversed"


def test_hostile_words_cannot_break_the_structure():
    said = transcript_from(
        {
            "segments": [
                {"text": f"We decided to {HOSTILE}", "speaker": HOSTILE, "start": 1, "end": 2}
            ]
        }
    )
    found = make_highlights(said, title=HOSTILE, notes=(Note(HOSTILE, 1.0),), language="en")
    harmless = replace(found, overview=HOSTILE, engine="ollama", model=HOSTILE)
    text = export_minutes(harmless, "md")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    # title, notes, overview, four lists, topics with one topic, speakers
    assert len(headings) == 10
    assert (
        "<img" not in text
        and "\n```" not in text
        and "\u202e" not in text
        and "](http:" not in text
    )


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(MINUTES_FORMATS))
def test_any_title_can_be_written_as_utf_8(title: str, form: str):
    found = make_highlights(spoken("Anna: We decided to go home."), title=title)
    assert export_minutes(found, form).encode("utf-8")
