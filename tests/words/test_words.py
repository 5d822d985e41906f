"""Every code has wording, and every wording can be filled in."""

from __future__ import annotations

import string
from types import SimpleNamespace

import pytest

from app.core import errors
from app.words.durations import clock, moment, size, spoken, time_left
from app.words.engines import tried
from app.words.errors import ERRORS, error_words
from app.words.meetings import coverage
from app.words.notices import COUNTED, NOTICES, notice_words
from app.words.steps import STEPS


def test_every_error_code_has_wording_and_nothing_else_has() -> None:
    assert set(ERRORS) == set(errors.all_codes())


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_an_error_says_what_happened_and_what_to_do(code: str) -> None:
    words = error_words(errors.from_wire({"code": code, "params": {}}))
    assert words.message and words.hint
    assert words.message[-1] in ".?" and words.hint.endswith(".")


@pytest.mark.parametrize("text", [*NOTICES.values(), *STEPS.values(), *sum(COUNTED.values(), ())])
def test_every_sentence_is_a_valid_format(text: str) -> None:
    assert list(string.Formatter().parse(text))


@pytest.mark.parametrize(
    ("code", "params", "one", "several"),
    [
        ("pages_damaged", {"path": "a.pdf"}, "1 page of a.pdf is", "2 pages of a.pdf are"),
        ("pages_scanned", {"path": "a.pdf"}, "1 page of a.pdf is a", "2 pages of a.pdf are scans"),
    ],
)
def test_a_notice_about_one_thing_is_in_the_singular(code, params, one, several) -> None:
    assert notice_words(code, params | {"count": 1}).startswith(one)
    assert notice_words(code, params | {"count": 2}).startswith(several)


def test_a_notice_counts_what_was_read() -> None:
    assert notice_words("minutes_partly_read", {"read": 1, "total": 3}).endswith("that one.")
    assert notice_words("minutes_partly_read", {"read": 2, "total": 3}).endswith("those.")
    assert notice_words("minutes_partly_read").startswith("The model could use only ? of ?")


@pytest.mark.parametrize(
    ("kind", "abilities", "figure", "said"),
    [
        ("speech", (), 1 / 60, "one minute of speech takes 1 second."),
        ("speech", (), 0.5, "one minute of speech takes 30 seconds."),
        ("language", ("embed",), 1.2, "1 passage a second."),
        ("language", ("embed",), 12, "12 passages a second."),
    ],
)
def test_the_trial_of_an_engine_is_told_in_its_number(kind, abilities, figure, said) -> None:
    engine = SimpleNamespace(name="small", origin="", kind=kind, abilities=abilities)
    found = tried(SimpleNamespace(engine=engine, error=None, figure=figure))
    assert found.endswith(f": {said}")


def test_how_much_was_read_is_in_the_number_it_says() -> None:
    assert [coverage(0, 0), coverage(1, 1), coverage(1, 3), coverage(2, 3)] == [
        "There are no words in the transcript.",
        "The 1 entry was read.",
        "1 of 3 entries was read.",
        "2 of 3 entries were read.",
    ]


def test_a_code_without_wording_cannot_be_raised() -> None:
    with pytest.raises(ValueError):
        errors.InputError("made_up")


@pytest.mark.parametrize(
    ("seconds", "shown", "said"),
    [
        (0, "00:00", "0 seconds"), (61.9, "01:01", "1 minute"),
        (3723, "1:02:03", "1 hour 2 minutes"), (1920, "32:00", "32 minutes"),
    ],
)  # fmt: skip
def test_a_duration_is_shown_as_a_clock_and_said_in_words(seconds, shown, said) -> None:
    assert (clock(seconds), spoken(seconds)) == (shown, said)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"), (31, "31 seconds"), (60, "1 minute"), (91.9, "1 minute 31 seconds"),
        (3661, "1 hour 1 minute 1 second"), (7200, "2 hours"),
    ],
)  # fmt: skip
def test_a_place_is_said_as_exactly_as_it_is_shown(seconds, said) -> None:
    assert moment(seconds) == said


def test_time_left_and_sizes_do_not_pretend_to_be_exact() -> None:
    assert (time_left(0.2), time_left(250)) == ("1 second left", "4 minutes left")
    assert (size(12.04e9), size(3.2e6), size(10)) == ("12 GB", "3 MB", "1 kB")


def test_an_error_of_a_setting_names_it_by_its_title() -> None:
    words = error_words(errors.InputError("bad_setting", key="speech_rate", value="0"))
    assert "speech_rate" not in words.message


def test_a_reason_that_another_build_kept_is_told_without_its_words() -> None:
    said = notice_words("minutes_kept", {"why": "made_up", "params": {}})
    assert said == "This could not be done again. The minutes from before stay."


def test_a_lost_microphone_is_what_is_looked_for() -> None:
    said = notice_words("microphone_lost", {"device": "Jabra"})
    assert "looks for the microphone" in said and "goes on once it is back" in said
