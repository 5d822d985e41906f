"""SubRip and WebVTT that every player takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import InputError
from app.core.meetings.captions import read_captions
from app.core.meetings.export_captions import to_srt, to_vtt
from app.core.meetings.labels import MeetingLabels
from app.core.meetings.model import Segment, Span, Transcript, Word

LABELS = MeetingLabels()
HOSTILE = "x --> y <b>&amp; {\\an8}\n\n2\n00:00:09,000 --> 00:00:10,000\nfake"


def of(*segments: Segment, lost: tuple[Span, ...] = ()) -> Transcript:
    return Transcript(segments, "whisper", not_understood=lost)


def test_subrip_is_numbered_and_speakers_stand_in_front():
    text = to_srt(of(Segment(1, 0.5, 2.0, "Hello.", "Anna"), lost=(Span(3, 4),)), LABELS)
    assert text == (
        "1\n00:00:00,500 --> 00:00:02,000\nAnna: Hello.\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\n[not understood 00:03–00:04]\n"
    )


def test_webvtt_has_a_header_and_voices():
    text = to_vtt(of(Segment(1, 3600.0, 3601.0, "Hi", "A<b")), LABELS)
    assert text == "WEBVTT\n\n01:00:00.000 --> 01:00:01.000\n<v A&lt;b>Hi\n"


def test_hostile_text_makes_no_cue_and_no_markup():
    segment = Segment(1, 0.0, 1.0, HOSTILE)
    srt, vtt = to_srt(of(segment), LABELS), to_vtt(of(segment), LABELS)
    assert srt.count("-->") == vtt.count("-->") == 1
    assert "<b>" not in srt + vtt and "{\\" not in srt
    assert len(read_captions(srt)) == len(read_captions(vtt)) == 1
    assert read_captions(vtt)[0].text.startswith("x --> y <b>&amp; 2 00:00:09,000 --> ")


def test_a_long_segment_is_split_at_its_words():
    words = tuple(Word(i * 0.5, i * 0.5 + 0.4, f"word{i:02d}") for i in range(40))
    segment = Segment(1, 0.0, 20.0, " ".join(w.text for w in words), words=words)
    cues = read_captions(to_srt(of(segment), LABELS))
    assert " ".join(c.text for c in cues) == segment.text
    assert len(cues) > 2
    assert all(c.end - c.start <= 7.0 and len(c.text) <= 84 for c in cues)


@pytest.mark.parametrize("speaker", [None, "Project Manager"])
def test_no_cue_has_three_lines(speaker: str | None):
    said = "the mining everyone we decided to move anything to friday i will send very hard to me"
    words = [Word(i * 0.2, i * 0.2 + 0.2, w) for i, w in enumerate(said.split())]
    text = to_srt(
        Transcript((Segment(1, 0.0, 5.0, said, speaker, words=tuple(words)),), "draft"), LABELS
    )
    assert all(len(cue.split("\n")) <= 4 for cue in text.strip().split("\n\n"))


def test_a_name_of_several_lines_leaves_more_than_a_word_in_a_caption():
    words = tuple(Word(i * 0.5, i * 0.5 + 0.4, f"word{i:02d}") for i in range(40))
    name = "Working group for the renewal of the heating, second seat on the left"
    segment = Segment(1, 0.0, 20.0, " ".join(w.text for w in words), name, words=words)
    assert len(read_captions(to_srt(of(segment), LABELS))) < 10


def test_words_that_carry_their_spaces_are_joined_by_them():
    words = tuple(Word(i, i + 1, t) for i, t in enumerate(["don", "'t", " stop"] * 12))
    text = "".join(w.text for w in words)
    cues = read_captions(to_srt(of(Segment(1, 0.0, 36.0, text, words=words)), LABELS))
    assert len(cues) > 1
    assert "".join("".join(c.text for c in cues).split()) == "".join(text.split())


def test_a_cut_falls_on_a_pause_or_the_end_of_a_sentence():
    texts = ["This", "is", "a", "first", "sentence", "that", "is", "long.", "Then", "more", "came."]
    words = tuple(Word(i * 0.4, i * 0.4 + 0.3, t) for i, t in enumerate(texts))
    late = tuple(
        Word(20 + i * 0.4, 20.3 + i * 0.4, t) for i, t in enumerate(["after", "a", "pause"])
    )
    text = " ".join(w.text for w in words + late)
    cues = read_captions(to_srt(of(Segment(1, 0.0, 22.0, text, words=words + late)), LABELS))
    assert [c.text for c in cues] == [
        "This is a first sentence that is long.",
        "Then more came.",
        "after a pause",
    ]


def test_words_that_are_not_those_of_the_text_split_nothing():
    words = (Word(0, 1, "other"),)
    segment = Segment(1, 0.0, 30.0, "long text " * 20, words=words)
    assert len(read_captions(to_srt(of(segment), LABELS))) == 1


def test_without_times_there_are_no_captions():
    with pytest.raises(InputError) as caught:
        to_srt(of(Segment(1, None, None, "x")), LABELS)
    assert caught.value.code == "export_no_times"


def test_silence_gives_an_empty_file():
    assert to_srt(of(), LABELS) == ""
    assert to_vtt(of(Segment(1, 0.0, 1.0, " ")), LABELS) == "WEBVTT\n"


TIMES = st.floats(0, 9000, allow_nan=False)
SEGMENTS = st.lists(st.tuples(TIMES, TIMES, st.text(max_size=60)), max_size=6)


@settings(deadline=None)
@given(SEGMENTS)
def test_starts_rise_and_every_cue_has_a_length(rows: list[tuple[float, float, str]]):
    segments = [Segment(i, min(a, b), max(a, b), t) for i, (a, b, t) in enumerate(rows, 1)]
    for text in (to_srt(of(*segments), LABELS), to_vtt(of(*segments), LABELS)):
        times = re.findall(r"^(\S+) --> (\S+)$", text, re.MULTILINE)
        assert times == sorted(times, key=lambda t: t[0])
        assert all(start < end for start, end in times)
        assert text.count("-->") == len(times)
