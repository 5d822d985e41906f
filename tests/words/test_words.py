"""Every code has wording, and every wording can be filled in."""

from __future__ import annotations

import string

import pytest

from app.core import errors
from app.words.durations import clock, size, spoken, time_left
from app.words.errors import ERRORS, error_words
from app.words.notices import NOTICES
from app.words.steps import STEPS


def test_every_error_code_has_wording_and_nothing_else_has() -> None:
    assert set(ERRORS) == set(errors.all_codes())


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_an_error_says_what_happened_and_what_to_do(code: str) -> None:
    words = error_words(errors.from_wire({"code": code, "params": {}}))
    assert words.message and words.hint
    assert words.message[-1] in ".?" and words.hint.endswith(".")


@pytest.mark.parametrize("text", [*NOTICES.values(), *STEPS.values()])
def test_every_sentence_is_a_valid_format(text: str) -> None:
    assert list(string.Formatter().parse(text))


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


def test_time_left_and_sizes_do_not_pretend_to_be_exact() -> None:
    assert (time_left(0.2), time_left(250)) == ("1 second left", "4 minutes left")
    assert (size(12.04e9), size(3.2e6), size(10)) == ("12 GB", "3 MB", "1 kB")


def test_an_error_of_a_setting_names_it_by_its_title() -> None:
    words = error_words(errors.InputError("bad_setting", key="speech_rate", value="0"))
    assert "speech_rate" not in words.message
