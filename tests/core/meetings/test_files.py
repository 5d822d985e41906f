"""Transcripts that are handed in as files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.meeting_values import transcript

from app.core.errors import InputError
from app.core.meetings import files
from app.core.meetings.export import export_transcript
from app.core.meetings.files import is_transcript_file, read_lines, read_transcript, transcript_from
from app.core.meetings.model import Segment, Span, Transcript, Unrecorded


def wrote(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def lines(text: str) -> list[tuple]:
    return [(s.id, s.speaker, s.text) for s in read_lines(text, {"decision"})]


def test_one_segment_per_line_that_says_something():
    assert lines("Anna: one\n\n  two  \nDecision: three\n") == [
        (1, "Anna", "one"),
        (2, None, "two"),
        (3, None, "Decision: three"),
    ]


def test_a_name_alone_names_the_speaker_of_the_lines_that_follow():
    assert lines("Anna:\none\nDecision: two\nTom:\nthree\nEva: four\nfive") == [
        (1, "Anna", "one"),
        (2, "Anna", "Decision: two"),
        (3, "Tom", "three"),
        (4, "Eva", "four"),
        (5, None, "five"),
    ]


def timed(text: str) -> list[tuple]:
    return [(s.start, s.end, s.speaker, s.text) for s in read_lines(text)]


@pytest.mark.parametrize(
    "text",
    [
        "[00:03] Anna: one\n[01:10] two",
        "(0:03) Anna: one\n(1:10) two",
        "00:00:03 Anna: one\n00:01:10 two",
        "[00:00:03] Anna:\n[00:00:03.000] one\n[00:01:10] - two",
    ],
)
def test_a_time_in_front_of_each_line_is_when_it_begins(text: str):
    speaker = "Anna" if "Anna:\n" in text else None
    assert timed(text) == [(3.0, 70.0, "Anna", "one"), (70.0, 70.4, speaker, "two")]


@pytest.mark.parametrize(
    "text",
    [
        "Anna (00:03): one\nTom (1:10): two",
        "Anna [00:03]: one\nTom [00:01:10]: two",
        "Anna 00:03: one\nTom 01:10 : two",
        "Anna - 00:03: one\nTom, 01:10: two",
        "00:03 Anna: one\n01:10 - Tom: two",
        "Anna (00:03):\none\nTom (01:10):\ntwo",
    ],
)
def test_a_time_beside_the_name_is_when_the_line_begins(text: str):
    assert timed(text) == [(3.0, 70.0, "Anna", "one"), (70.0, 70.4, "Tom", "two")]


@pytest.mark.parametrize(
    "line",
    [
        "Anna 10:30: lunch", "Anna (12:30): lunch", "10:30 Anna: lunch",
        "We meet at 10:30: be there", "Anna (00:03) said: hello",
    ],
)  # fmt: skip
def test_a_time_beside_a_name_in_one_line_of_several_stays(line: str):
    found = read_lines(f"We meet.\n{line}\nWe go home.")[1]
    assert (found.speaker, found.text) == (None, line)


def test_bare_times_that_go_back_are_no_clock_and_stay():
    text = "John 3:16: For God so loved\nLuke 1:12: and fear fell"
    assert [(s.speaker, s.text) for s in read_lines(text)] == [
        (None, line) for line in text.split("\n")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "09:30 Anna: l0\n09:31 Ben: l1\n09:30 Carla: l2",
        "23:59 Anna: l0\n00:01 Ben: l1",
        "\n".join(f"Anna 0:{n % 11:02}: l{n}" for n in range(12)),
        "\n".join(f"Anna Smith  0:{n % 11:02}\nl{n}" for n in range(12)),
    ],
)
def test_a_line_out_of_order_costs_the_times_and_no_speaker(text: str):
    found = timed(text)
    assert [said for *_, said in found] == [f"l{n}" for n in range(len(found))]
    assert all(start is None and who for start, _, who, _ in found)


def test_times_in_brackets_beside_names_may_go_back_and_the_names_are_kept():
    found = timed("Anna (00:10): one\nTom (00:09): two")
    assert found == [(None, None, "Anna", "one"), (None, None, "Tom", "two")]


def test_a_time_behind_what_is_no_name_stays():
    text = "We meet at 10:30: be there.\nDecision 10:40: we go."
    assert [s.text for s in read_lines(text, {"decision"})] == text.split("\n")


@pytest.mark.parametrize(
    "text",
    [
        "Anna Smith  0:03\none\nTom 0:10\ntwo\nAnna Smith  0:12\nthree",
        "0:03 Anna Smith\none\n\n0:10 Tom\ntwo\n\n0:12 Anna Smith\nthree",
        "Anna Smith (00:03)\none\nTom | 00:10\ntwo\nAnna Smith - 00:00:12\nthree",
    ],
)
def test_a_name_and_a_time_above_lines_are_those_of_the_lines(text: str):
    assert timed(text) == [
        (3.0, 10.0, "Anna Smith", "one"),
        (10.0, 12.0, "Tom", "two"),
        (12.0, 12.4, "Anna Smith", "three"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Lunch 12:30\nin the hall\nTalks 13:00\nabout boats",  # no name comes again
        "Bus 12:30\nleaves\nBus 12:10\narrives",  # the times go back
        "Bus 12:30\nBus 12:40\nBus 12:50",  # nothing stands under them
        "Bus 12:30\nleaves\nBus 12:40",
    ],
)
def test_a_programme_with_times_stays_as_it_was_written(text: str):
    assert [s.text for s in read_lines(text)] == text.split("\n")


def test_a_time_in_front_of_a_name_alone_is_that_of_the_lines_that_follow():
    found = timed("[00:03] Anna:\none\n[00:09] Tom:\ntwo")
    assert found == [(3.0, 9.0, "Anna", "one"), (9.0, 9.4, "Tom", "two")]


def test_times_that_are_missing_or_go_back_are_left_out_of_the_text_alone():
    untimed = [(None, None, None, "one"), (None, None, None, "two"), (None, None, None, "three")]
    assert timed("[00:03] one\n[00:05] two\nthree") == untimed
    assert timed("[00:03] one\n[00:01] two\n[00:05] three") == untimed


@pytest.mark.parametrize(
    "line",
    [
        "10:30:15 is when the train leaves.",
        "[12:30] lunch",
        "[lunch 12:00–13:00]",
        "[12:30 - 13:00] lunch for all",
    ],
)
def test_a_time_that_one_line_of_several_has_is_part_of_what_was_written(line: str):
    assert [s.text for s in read_lines(f"We meet.\n{line}\nWe go home.")][1] == line


def test_a_range_of_times_that_somebody_wrote_is_no_stretch_that_was_not_understood(
    tmp_path: Path,
):
    found = read_transcript(wrote(tmp_path, "a.txt", "[lunch 12:00–13:00]\nWe decided."))
    assert found.not_understood == ()


def test_the_first_heading_of_markdown_is_its_title_and_every_other_line_is_kept(tmp_path: Path):
    found = read_transcript(wrote(tmp_path, "a.md", "# Budget\n\n## One\n# We agreed.\n"))
    assert [s.text for s in found.segments] == ["One", "We agreed."]


@pytest.mark.parametrize(
    "line",
    [
        "[00:00:04.000 --> 00:00:08.500]  We decided.",
        "[00:04.000 --> 00:08.500] We decided.",
        "(0:04 - 0:08.5) We decided.",
    ],
)
def test_a_range_in_front_of_the_lines_is_when_they_begin_and_end(line: str):
    """As Whisper's own program prints it."""
    assert timed(line + "\n[00:09.000 --> 00:10.000] Good.")[0] == (4.0, 8.5, None, "We decided.")


def test_minutes_go_on_counting_behind_an_hour():
    found = timed("[59:50] Anna: one\n[62:10] Bob: two\n[102:00] Anna: three")
    assert [(start, who) for start, _, who, _ in found] == [
        (3590.0, "Anna"),
        (3730.0, "Bob"),
        (6120.0, "Anna"),
    ]


def test_a_time_on_a_line_of_its_own_is_that_of_the_next():
    assert timed("0:03\none two\n0:09\nthree") == [
        (3.0, 9.0, None, "one two"),
        (9.0, 9.4, None, "three"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "00:03\nAnna: one\n00:10\nBen: two",
        "[00:03]\nAnna: one\n\n[00:10]\nBen: two",
        "00:03\nAnna:\none\n00:10\nBen:\ntwo",
        "Anna:\n00:03\none\nBen:\n00:10\ntwo",
    ],
)
def test_a_time_on_a_line_of_its_own_is_that_of_the_speaker_below_it(text: str):
    assert timed(text) == [(3.0, 10.0, "Anna", "one"), (10.0, 10.4, "Ben", "two")]


@pytest.mark.parametrize(
    "text",
    ["00:03\nAnna: one\nBen: two\n00:10\nAnna: three", "00:03\none\nBen: two\n00:10\nAnna: three"],
)
def test_a_time_on_a_line_of_its_own_is_that_of_one_speaker(text: str):
    """When Ben began is not known, and half a clock is none."""
    found = timed(text)
    assert [start for start, _, _, _ in found] == [None] * 3
    assert [said for _, _, _, said in found] == ["one", "two", "three"]


def test_one_time_in_two_lines_is_part_of_what_was_written():
    lines = ["We meet at the gate.", "[10:30] Lunch."]
    assert [s.text for s in read_lines("\n".join(lines))] == lines


@pytest.mark.parametrize("what", ["understood", "recorded"])
def test_what_was_not_understood_or_not_recorded_belongs_to_no_line(what: str):
    """Else a lost minute counts as heard, and is no reason to say that too little was."""
    found = timed(f"[00:00] one\n[not {what} 00:02–01:00]\n[01:00] " + "word " * 50)
    assert [(start, end) for start, end, _, _ in found] == [(0.0, 2.0), (60.0, 80.0)]


def test_a_short_gap_in_what_was_recorded_does_not_end_what_was_said():
    found = timed("[00:00] one\n[not recorded 00:05–00:06]\n[00:20] two")
    assert found[0] == (0.0, 20.0, None, "one")


def test_a_time_that_was_said_stays():
    assert timed("10:30 is when we meet")[0] == (None, None, None, "10:30 is when we meet")


@pytest.mark.parametrize("form", ["txt", "md", "srt", "vtt"])
def test_our_own_exports_come_back_with_texts_speakers_times_and_gaps(tmp_path: Path, form: str):
    said = (
        Segment(1, 1.0, 5.0, "We use a_b and [c] & < 3.", "Anna"),
        Segment(2, 5.0, 9.0, "I will send it by Friday.", None),
    )
    whole = Transcript(said, "draft", duration=20.0, not_understood=(Span(9.0, 12.0),))
    text = export_transcript(whole, form, title="The meeting", gaps=(Unrecorded(12.0, 20.0),))
    found = read_transcript(wrote(tmp_path, f"a.{form}", text))
    assert [(s.id, s.start, s.speaker, s.text) for s in found.segments] == [
        (s.id, s.start, s.speaker, s.text) for s in said
    ]
    assert found.not_understood == whole.not_understood


def test_text_has_no_times(tmp_path: Path):
    found = read_transcript(wrote(tmp_path, "a.txt", "Anna: one"))
    assert (found.engine, found.duration, found.segments[0].start) == ("file", None, None)


def test_captions_that_are_called_text_are_captions(tmp_path: Path):
    text = "1\n00:00:01,000 --> 00:00:02,000\nAnna: hi\n\n2\n00:00:02,000 --> 00:00:03,000\nho\n"
    found = read_transcript(wrote(tmp_path, "a.txt", text)).segments
    assert [(s.start, s.speaker, s.text) for s in found] == [(1.0, "Anna", "hi"), (2.0, None, "ho")]


@pytest.mark.parametrize(
    "text",
    [
        "00:01.000 --> 00:02.000\nhi\n00:02.000 --> 00:03.000\nho",  # no blank lines
        "Our talk\n\n00:01.000 --> 00:02.000\nhi\n\n00:02.000 --> 00:03.000\nho",
        "Our talk\n00:01.000 --> 00:02.000\nhi\n00:02.000 --> 00:03.000\nho",
        "Our talk\n1\n00:01.000 --> 00:02.000\nhi\n2\n00:02.000 --> 00:03.000\nho",
        "00:01.000 --> 00:02.000\nhi\n\n(laughs)\n\n00:02.000 --> 00:03.000\nho\n\n(laughs)",
    ],
)
def test_untidy_captions_that_are_called_text_are_captions(tmp_path: Path, text: str):
    found = read_transcript(wrote(tmp_path, "a.txt", text)).segments
    said = [(s.start, s.text) for s in found if s.text != "(laughs)"]
    assert said == [(1.0, "hi"), (2.0, "ho")]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize(
    ("between", "quoted"), [("\n", 1), ("\n", 3), ("\n\n", 0), ("\n\n", 1), ("\n\n", 3)]
)
def test_a_cue_that_somebody_quotes_makes_no_captions_of_a_talk(
    tmp_path: Path, name: str, between: str, quoted: int
):
    said = ["Anna: one", "Ben: two", "Anna: three", "Ben: four"]
    said.insert(quoted, "00:00:01,000 --> 00:00:04,000")
    found = read_transcript(wrote(tmp_path, name, between.join(said))).segments
    assert [s.text for s in found] == [line.partition(": ")[2] or line for line in said]


@pytest.mark.parametrize("name", ["a.vtt", "a.srt", "a.txt"])
def test_captions_are_known_by_name_or_by_header(tmp_path: Path, name: str):
    found = read_transcript(wrote(tmp_path, name, "WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n"))
    assert (found.segments[0].start, found.segments[0].text, found.duration) == (1.0, "hi", 2.0)


def test_our_own_json_comes_back_as_it_went(tmp_path: Path):
    whole = transcript()
    path = wrote(tmp_path, "a.json", json.dumps(whole.to_json()))
    found = read_transcript(path)
    assert found.segments == whole.segments
    assert found.not_understood == whole.not_understood
    assert (found.engine, found.model, found.language) == (
        whole.engine if whole.engine in ("whisper", "draft") else "file",
        whole.model,
        whole.language,
    )


def test_no_segments_in_json_is_no_error(tmp_path: Path):
    assert read_transcript(wrote(tmp_path, "a.json", '{"segments": []}')).segments == ()


def test_json_needs_nothing_but_text():
    found = transcript_from({"segments": [{"text": " hi \n there "}, {"text": "you"}]})
    said = [(s.id, s.start, s.text) for s in found.segments]
    assert said == [(1, None, "hi   there"), (2, None, "you")]


def test_ids_that_repeat_are_given_anew_and_rising_ones_kept():
    def ids(*numbers: object) -> list[int]:
        raw = {"segments": [{"text": "x", "id": n} for n in numbers]}
        return [s.id for s in transcript_from(raw).segments]

    assert ids(3, 7) == [3, 7]
    assert ids(3, 3) == ids(0, 1) == ids("1", True) == [1, 2]


@pytest.mark.parametrize("value", ["1", True, -1, 1e400, float("nan"), None, 1e12])
def test_a_time_that_is_none_is_unknown(value: object):
    found = transcript_from({"segments": [{"text": "x", "start": value, "end": 2}]})
    assert (found.segments[0].start, found.segments[0].end) == (None, None)


def test_damaged_words_and_spans_are_left_out():
    raw = {
        "segments": [
            {
                "text": "x",
                "start": 3,
                "end": 1,
                "words": [{"text": "x", "start": 2, "end": 1}, 5, {"text": "y"}],
            }
        ],
        "not_understood": [{"start": 1, "end": 2}, {"start": 2, "end": 1}, {}, 7],
    }
    found = transcript_from(raw)
    assert (found.segments[0].start, found.segments[0].end) == (3.0, 3.0)
    assert [(w.start, w.end) for w in found.segments[0].words] == [(2.0, 2.0)]
    assert len(found.not_understood) == 1


@pytest.mark.parametrize(
    "raw", [[], {}, {"segments": {}}, {"segments": [1]}, {"segments": [{"text": 1}]}, None]
)
def test_plain_data_of_another_form_is_refused(raw: object):
    with pytest.raises((ValueError, TypeError)):
        transcript_from(raw)


def test_too_many_segments_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "_MOST_SEGMENTS", 1)
    with pytest.raises(ValueError):
        transcript_from({"segments": [{"text": "a"}, {"text": "b"}]})


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", b"", "file_empty"),
        ("a.txt", b" \n \n", "transcript_empty"),
        ("a.txt", b"Anna:\n", "transcript_empty"),
        ("a.vtt", b"WEBVTT\n", "transcript_empty"),
        ("a.srt", b"1\n", "transcript_empty"),
        ("a.json", b"  ", "transcript_empty"),
        ("a.json", b"{", "transcript_undecodable"),
        ("a.json", b"[]", "transcript_undecodable"),
        ("a.json", b"[" * 100_000, "transcript_undecodable"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "transcript_undecodable"),
        ("a.txt", bytes(range(256)), "transcript_undecodable"),
    ],
)
def test_a_file_without_a_transcript_says_why(tmp_path: Path, name: str, content: bytes, code: str):
    with pytest.raises(InputError) as caught:
        read_transcript(wrote(tmp_path, name, content))
    assert caught.value.code == code


def test_a_missing_file_and_a_folder_say_so(tmp_path: Path):
    for path, code in ((tmp_path / "no.txt", "file_missing"), (tmp_path, "file_is_folder")):
        with pytest.raises(InputError) as caught:
            read_transcript(path)
        assert caught.value.code == code


def test_a_name_that_no_system_takes_is_unreadable():
    with pytest.raises(InputError) as caught:
        read_transcript(Path("a\0b.txt"))
    assert caught.value.code in ("file_unreadable", "file_missing")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are named only on POSIX")
def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(InputError) as caught:
        read_transcript(tmp_path / "a.txt")
    assert caught.value.code == "file_unreadable"


def test_a_file_over_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "LARGEST", 3)
    with pytest.raises(InputError) as caught:
        read_transcript(wrote(tmp_path, "a.txt", "four"))
    assert caught.value.code == "file_too_large"


@pytest.mark.parametrize(
    ("name", "text"), [("a.TXT", True), ("a.srt", True), ("a.json", True), ("a.mp3", False)]
)
def test_the_name_says_whether_it_is_text(name: str, text: bool):
    assert is_transcript_file(Path(name)) is text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["segments", "text", "id", "start", "end", "words", "speaker", "engine"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(deadline=None)
@given(JSON)
def test_any_json_is_a_transcript_or_refused(raw: object):
    try:
        found = transcript_from(raw)
    except (ValueError, TypeError, KeyError, OverflowError):
        return
    ids = [s.id for s in found.segments]
    assert ids == sorted(set(ids)) and all(i >= 1 for i in ids)
    assert all("\n" not in s.text for s in found.segments)
