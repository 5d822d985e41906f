from __future__ import annotations

from dataclasses import replace

from support import meeting_values as values

from app.core.meetings.model import (
    Answer,
    Coverage,
    Decision,
    Note,
    Question,
    Span,
    SpeakerShare,
    Unrecorded,
)
from app.core.meetings.records import Meeting, Step
from app.ui.meetings.list_row import meeting_row
from app.ui.meetings.minutes_rows import minutes_rows, segment_row, transcript_rows

TRANSCRIPT = values.transcript()
MINUTES = values.minutes(TRANSCRIPT)
WHOLE = Coverage(5, 5, None, None)
EMPTY = replace(
    MINUTES, decisions=(), actions=(), questions=(), dates=(), topics=(), coverage=WHOLE
)


def shown(minutes, notes=(), **more):
    return [row.text for row in minutes_rows(minutes, notes, **more)]


def after(heading: str, rows: list[str]) -> str:
    return rows[rows.index(heading) + 1]


def test_an_empty_section_says_that_nothing_was_heard() -> None:
    rows = shown(replace(EMPTY, looked_for=("decisions", "actions", "questions", "dates")))
    assert after("Decisions", rows) == "none heard"
    assert after("Topics", rows) == "none heard"


def test_an_empty_section_of_a_meeting_that_was_not_read_whole_says_so() -> None:
    rows = shown(replace(EMPTY, coverage=Coverage(0, 9, None, None)))
    for heading in ("Decisions", "Topics"):
        assert after(heading, rows) == "none in the part that was read"


def test_a_section_that_was_not_looked_for_says_so() -> None:
    rows = shown(replace(EMPTY, looked_for=()))
    assert after("Decisions", rows) == "not looked for in this language"


def test_a_meeting_of_which_too_little_was_understood_says_so_in_every_section() -> None:
    rows = shown(replace(EMPTY, looked_for=(), segments=(), coverage=Coverage(0, 0, None, None)))
    for heading in ("Decisions", "Actions", "Topics"):
        assert after(heading, rows) == "not looked for: too little was understood"


def test_an_empty_section_is_spoken_with_its_name() -> None:
    rows = minutes_rows(replace(EMPTY, looked_for=("decisions",)), ())
    empty = next(row for row in rows if row.key == ("e", "decisions"))
    assert empty.words() == "Decisions: none heard"


def test_minutes_say_first_who_wrote_them() -> None:
    assert "Written by the model" in shown(MINUTES)[0]
    assert "picked by rules" in shown(replace(MINUTES, engine="extract"))[0]


def test_an_item_has_the_time_and_the_entries_it_comes_from() -> None:
    decision = next(r for r in minutes_rows(MINUTES, ()) if r.key == ("i", ("d", 0)))
    assert decision.tag == "00:02" and decision.data == (2,)


def test_notes_and_markers_stand_before_what_was_computed() -> None:
    rows = shown(MINUTES, (Note("Rust!", 3.0), Note("", None)))
    assert rows.index("Rust!") < rows.index("Decisions")
    assert "Marker" in rows


def test_what_was_set_aside_is_shown_apart() -> None:
    rows = shown(MINUTES)
    if MINUTES.unsupported:
        assert rows.index("Left out: the transcript does not say this") > rows.index("Topics")


def test_how_much_was_read_stands_last() -> None:
    assert shown(MINUTES)[-1] == "4 of 5 entries were read."


def test_of_a_meeting_without_a_word_nothing_is_said_to_be_read() -> None:
    assert "entries" not in shown(replace(EMPTY, coverage=Coverage(0, 0, 0.0, 0.0)))[-1]


def test_what_was_not_understood_stands_between_the_entries() -> None:
    rows = transcript_rows(TRANSCRIPT)
    assert rows[0].kind == "quiet" and "not understood" in rows[0].text
    assert rows[1].data == TRANSCRIPT.segments[0]
    assert sum(r.kind == "quiet" for r in rows) == 2


def test_what_was_not_understood_at_a_stretch_is_one_row_as_it_is_in_the_files() -> None:
    lost = tuple(Span(float(n), n + 0.5) for n in range(4))
    made = replace(TRANSCRIPT, segments=TRANSCRIPT.segments[-1:], not_understood=lost)
    marks = [row.data for row in transcript_rows(made) if row.kind == "quiet"]
    assert marks == [Span(0.0, 3.5)]


def test_what_was_not_recorded_stands_between_the_entries() -> None:
    last = TRANSCRIPT.segments[-1]
    rows = transcript_rows(TRANSCRIPT, (Unrecorded(last.start - 0.01, last.start),))
    mark = rows[-2]
    assert rows[-1].data == last
    assert (mark.kind, mark.text.startswith("[not recorded ")) == ("quiet", True)


def test_an_entry_is_spoken_with_speaker_words_and_time() -> None:
    entry = next(r for r in transcript_rows(TRANSCRIPT) if r.key == 1)
    assert entry.words().startswith("Ada, we talk about the harbour number 1")
    assert "second" in entry.words().split(", ")[-1]


def test_a_time_is_said_last_and_in_words() -> None:
    rows = minutes_rows(MINUTES, (Note("Rust!", 85.2), Note("Paint", None)))
    said = {row.key: row.words() for row in rows}
    assert said["n", 0] == "Rust!, 1 minute 25 seconds"
    assert said["n", 1] == "Paint"
    assert said["i", ("d", 0)].endswith(", 2 seconds")
    assert not any("00:" in words for words in said.values())


def test_the_length_of_a_meeting_is_said_in_words() -> None:
    steps = (Step("sound", "done"), Step("export", "failed"))
    row = meeting_row(Meeting(1, "Harbour", 0.0, "import", duration=85.2, steps=steps))
    assert "01:25" in row.detail and "01:25" not in row.words()
    assert ", 1 minute 25 seconds, Export: " in row.words()


def test_a_stretch_without_words_is_spoken_with_its_times_once() -> None:
    mark = transcript_rows(replace(TRANSCRIPT, not_understood=(Span(61.0, 64.0),)))[-1]
    assert mark.words() == "not understood from 1 minute 1 second to 1 minute 4 seconds"
    assert mark.text == "[not understood 01:01–01:04]"
    gap = transcript_rows(TRANSCRIPT, (Unrecorded(61.0, 64.0),))[-1]
    assert gap.words() == "not recorded from 1 minute 1 second to 1 minute 4 seconds"


def test_two_entries_of_one_minute_are_told_apart_by_the_ear() -> None:
    said = [segment_row(replace(TRANSCRIPT.segments[0], start=at)).words() for at in (91.0, 95.0)]
    assert "1 minute 31 seconds" in said[0] and "1 minute 35 seconds" in said[1]


def test_an_answer_that_a_model_wrote_stands_in_no_quotation_marks() -> None:
    question = Question("Who pays?", "written", (2,), Answer("The club will pay.", (3,)))
    written = minutes_rows(replace(MINUTES, questions=(question,)), ())
    quoted = minutes_rows(replace(MINUTES, questions=(replace(question, kind="quoted"),)), ())
    detail = lambda rows: next(r.detail for r in rows if r.key == ("i", ("q", 0)))
    assert "Answer: The club will pay." in detail(written)
    assert "Answer: “The club will pay.”" in detail(quoted)


def test_a_quote_whose_sentence_goes_on_in_the_next_entry_shows_that_it_does() -> None:
    first, second, *others = TRANSCRIPT.segments
    cut = replace(first, text="we decided to buy"), replace(second, text="the blue paint")
    decision = Decision("we decided to buy", "quoted", (first.id, second.id))
    made = replace(MINUTES, segments=(*cut, *others), decisions=(decision,))
    assert "“we decided to buy …”" in shown(made)


def test_one_word_is_one_word() -> None:
    made = replace(MINUTES, speakers=(SpeakerShare("Anna", None, 1),))
    assert any(row.detail == "1 word" for row in minutes_rows(made, ()))
