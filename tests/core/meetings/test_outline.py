"""Minutes in the order in which people read them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.meeting_values import minutes, transcript
from support.spoken import spoken

from app.core.meetings.highlights import make_highlights
from app.core.meetings.labels import MeetingLabels
from app.core.meetings.model import Coverage, Minutes, Note, Segment, Span, Transcript
from app.core.meetings.outline import HEADING, ITEM, PARAGRAPH, Line, outline

LABELS = MeetingLabels()


def headings(of: Minutes) -> list[str]:
    return [line.text for line in outline(of, LABELS) if line.form == HEADING]


def under(of: Minutes, heading: str) -> list[Line]:
    lines = outline(of, LABELS)
    at = next(i for i, line in enumerate(lines) if line.text == heading) + 1
    end = next((i for i in range(at, len(lines)) if lines[i].form == HEADING), len(lines))
    return lines[at:end]


def test_what_the_person_wrote_comes_first():
    assert headings(minutes(transcript())) == [
        "Harbour", "Your notes and markers", "Overview", "Decisions", "Actions", "Questions",
        "Dates", "Topics", "Cranes", "Ships", "Who spoke",
        "Left out: the transcript does not say this",
    ]  # fmt: skip


def test_notes_and_overview_are_left_out_when_there_are_none():
    found = headings(make_highlights(Transcript((), "whisper"), title="t"))
    assert found == ["t", "Decisions", "Actions", "Questions", "Dates", "Topics"]


def test_a_marker_without_text_is_named():
    notes = under(minutes(transcript()), LABELS.notes)
    assert notes == [Line(ITEM, "important", 1, "00:02"), Line(ITEM, "marker", 1, "")]


def test_it_says_who_made_it_and_how_much_was_read():
    whole = minutes(transcript())
    made, read = outline(whole, LABELS)[1:3]
    assert "the model tiny-chat" in made.text
    assert read.text.startswith("4 of 5 entries")
    full = replace(whole, engine="extract", coverage=Coverage(5, 5, None, None))
    made, read = outline(full, LABELS)[1:3]
    assert made.text.startswith("Highlights:")
    assert read.text == "All 5 entries of the transcript were read. " + LABELS.places


def test_one_entry_of_one_word_is_in_the_singular():
    made = make_highlights(spoken("Anna: Hello."), title="t")
    assert outline(made, LABELS)[2].text.startswith("The 1 entry of the transcript was read.")
    assert under(made, LABELS.speakers) == [Line(ITEM, "Anna: 1 word", 1)]


def test_of_a_silent_meeting_it_says_that_there_are_no_words_to_read():
    silent = make_highlights(Transcript((), "file"), title="t")
    assert outline(silent, LABELS)[2] == Line(PARAGRAPH, "There are no words in the transcript.")


def test_without_times_the_numbers_of_entries_are_explained():
    found = make_highlights(spoken("Anna: We decided to go home."), title="t")
    assert outline(found, LABELS)[2].text.endswith(LABELS.numbers)
    assert under(found, "Decisions")[0].place == "1"


def test_an_empty_list_says_why():
    found = make_highlights(spoken("Anna: The crane is old."), title="t")
    assert under(found, "Decisions") == [Line(PARAGRAPH, "none heard")]
    found = make_highlights(spoken("Anna: Der Kran ist alt und wir sind müde."), title="t")
    assert under(found, "Decisions") == [Line(PARAGRAPH, "not looked for in this language")]
    said = (Segment(1, 0.0, 1.0, "the crane is old"),)
    lost = Transcript(said, "draft", language="en", not_understood=(Span(2, 9),))
    found = make_highlights(lost, title="t")
    assert under(found, "Decisions")[0].text == LABELS.not_read
    assert under(found, "Topics")[0].text == LABELS.not_read


def test_where_nothing_at_all_was_understood_no_list_says_that_none_was_heard():
    found = make_highlights(
        Transcript((), "draft", language="en", not_understood=(Span(0, 9),)), title="t"
    )
    for heading in ("Decisions", "Actions", "Topics"):
        assert under(found, heading)[0].text == LABELS.not_read


def test_an_empty_list_of_a_meeting_that_a_model_did_not_read_whole_says_so():
    made = make_highlights(spoken("Anna: The crane is old."), title="t")
    cut = replace(made, engine="ollama", topics=(), coverage=Coverage(0, 1, None, None))
    for heading in ("Decisions", "Topics"):
        assert under(cut, heading) == [Line(PARAGRAPH, "none in the part that was read")]


@pytest.mark.parametrize("language", ["en", "de"])
def test_silence_says_none_heard_in_every_language(language: str):
    found = make_highlights(Transcript((), "whisper", language=language), title="t")
    assert under(found, "Decisions")[0].text == under(found, "Topics")[0].text == "none heard"


def test_silence_has_nothing_in_its_lists():
    found = make_highlights(Transcript((), "whisper"), title="t", language="en")
    assert under(found, "Topics") == [Line(PARAGRAPH, "none heard")]


def test_an_action_tells_who_and_until_when():
    assert under(minutes(transcript()), "Actions") == [
        Line(ITEM, "Call the yard", 1, "00:04, 00:01", True),
        Line(ITEM, "who: Ada; when: by Friday", 2),
        Line(ITEM, "Write it down", 1, "00:05", False),
    ]


def test_a_question_stands_above_its_answer():
    assert under(minutes(transcript()), "Questions") == [
        Line(ITEM, "How much?", 1, "00:03", True),
        Line(ITEM, "Answer: “A lot.”", 2, "00:04, 00:05"),
        Line(ITEM, "When?", 1, "00:04", True),
        Line(ITEM, "no answer heard", 2),
    ]


def test_speakers_have_their_time_where_it_is_known():
    assert [line.text for line in under(minutes(transcript()), "Who spoke")] == [
        "Ada: 00:03, 21 words",
        "Bo: 4 words",
    ]


def test_what_was_left_out_says_why():
    assert under(minutes(transcript()), LABELS.unsupported) == [
        Line(ITEM, "The moon. (not in the source)")
    ]


def test_what_was_left_out_says_why_in_words_where_there_are_any():
    labels = replace(LABELS, reasons={"not in the source": "nobody said it"})
    assert outline(minutes(transcript()), labels)[-1].text == "The moon. (nobody said it)"


def test_no_model_has_no_name():
    whole = replace(minutes(transcript()), model=None, notes=(Note("a", None),))
    assert "the model ?" in outline(whole, LABELS)[1].text


def test_a_quote_whose_sentence_goes_on_in_the_next_segment_says_so():
    made = make_highlights(
        spoken("What does the new licence\ncost per year?\nIt costs three hundred\neuros a year."),
        title="t",
    )
    asked, answered = under(made, LABELS.questions)
    assert asked.text == "What does the new licence …"
    assert answered.text == f"{LABELS.answer}: “It costs three hundred …”"


def test_a_whole_sentence_that_cites_the_next_segment_too_has_no_ellipsis():
    said = (Segment(1, None, None, "We decided to go.", None), Segment(2, None, None, "So", None))
    made = make_highlights(Transcript(said, "file", language="en"), title="t")
    cites_both = replace(made.decisions[0], segments=(1, 2))
    found = under(replace(made, decisions=(cites_both,)), "Decisions")
    assert found[0].text == "We decided to go."
