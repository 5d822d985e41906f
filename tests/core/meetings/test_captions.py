"""WebVTT and SubRip as real files are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.meetings.captions import read_captions

VTT = """WEBVTT - a title
Kind: captions

STYLE
::cue { color: red }

NOTE this is
not said --- by anybody

REGION
id:one

1
00:01.000 --> 00:02.500 align:start position:0%
<v.loud Anna Lee>Good &amp; <i>early</i>

00:00:03.000 --> 00:00:04.000
<v Bob>yes</v>
<v Anna Lee><00:00:03.500>no</v>

1:00:00.000 --> 1:00:01.000
Tom: two
lines &lt;here&gt;
"""


def rows(text: str, labels=()) -> list[tuple]:
    return [(s.id, s.start, s.end, s.speaker, s.text) for s in read_captions(text, labels)]


def test_webvtt_gives_a_segment_per_cue_and_voice():
    assert rows(VTT) == [
        (1, 1.0, 2.5, "Anna Lee", "Good & early"),
        (2, 3.0, 4.0, "Bob", "yes"),
        (3, 3.0, 4.0, "Anna Lee", "no"),
        (4, 3600.0, 3601.0, "Tom", "two lines <here>"),
    ]


def test_subrip_takes_commas_and_dots_and_missing_numbers():
    text = (
        "1\n00:00:01,500 --> 00:00:02,000\nOne\n\n"
        "00:00:03.25 --> 00:00:04\n{\\an8}<b>Two</b>\n\n\n3\n00:00:05,000-->00:00:06,000\n\n"
    )
    assert rows(text) == [(1, 1.5, 2.0, None, "One"), (2, 3.25, 4.0, None, "Two")]


def test_a_missing_blank_line_does_not_glue_two_cues():
    text = "1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:03,000 --> 00:00:04,000\nTwo"
    assert [r[4] for r in rows(text)] == ["One", "Two"]


def test_an_end_before_the_start_is_no_negative_length():
    assert rows("00:05.000 --> 00:01.000\nback")[0][1:3] == (5.0, 5.0)


def test_words_behind_a_blank_line_in_a_cue_are_not_lost():
    text = "1\n00:01,000 --> 00:02,000\nWe ship\n\non Friday.\n\n2\n00:03,000 --> 00:04,000\nYes."
    assert [(s.start, s.end, s.text) for s in read_captions(text)] == [
        (1.0, 2.0, "We ship"),
        (2.0, 2.0, "on Friday."),
        (3.0, 4.0, "Yes."),
    ]


def test_words_under_a_time_that_cannot_be_read_are_not_lost():
    text = (
        "1\n00:01,000 --> 00:02,000\nWe ship.\n\n"
        "2\n00:03,000 -> 00:04,000\nBen: On Friday.\n\n3\n00:05,000 --> 00:06,000\nYes."
    )
    found = [(s.start, s.speaker, s.text) for s in read_captions(text)]
    assert found[1:] == [(2.0, "Ben", "On Friday."), (5.0, None, "Yes.")]


def test_the_name_of_a_cue_is_no_text():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nWe ship.\n\noutro\n00:05.000 --> 00:06.000\nYes."
    assert [s.text for s in read_captions(text)] == ["We ship.", "Yes."]


def test_a_label_is_no_speaker():
    assert rows("00:01.000 --> 00:02.000\nDecision: go", {"decision"})[0][3:] == (
        None,
        "Decision: go",
    )


def test_text_without_timing_is_nothing():
    assert rows("just\ntext") == []


@settings(deadline=None)
@given(st.text(alphabet="0123456789:.,->\n <v>ab&;", max_size=300))
def test_any_text_gives_segments_with_rising_ids_and_true_lengths(text: str):
    found = read_captions(text)
    assert [s.id for s in found] == list(range(1, len(found) + 1))
    assert all(s.start <= s.end and s.text.strip() == s.text != "" for s in found)


def test_the_heads_of_files_put_one_behind_the_other_were_said_by_nobody():
    head = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n"
    one, two = "00:01.000 --> 00:02.000\nHello\n\n", "00:03.000 --> 00:04.000\nBye\n"
    assert [s.text for s in read_captions(head + one + head + two)] == ["Hello", "Bye"]
    bare = "WEBVTT\n" + one + "WEBVTT\n" + two  # without the blank line
    assert [s.text for s in read_captions(bare)] == ["Hello", "Bye"]
