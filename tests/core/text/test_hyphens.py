"""Words divided at the end of a line."""

from __future__ import annotations

import pytest

from app.core.text.hyphens import rejoined


@pytest.mark.parametrize(
    ("divided", "whole"),
    [
        ("isopro-\npanol acts", "isopropanol acts"),
        ("Notentrie-\ngelung", "Notentriegelung"),
        ("VERRIEGE-\nLUNG", "VERRIEGELUNG"),
        ("Donau-\ndampf-\nschiff", "Donaudampfschiff"),
    ],
)
def test_a_divided_word_is_put_together(divided: str, whole: str) -> None:
    assert rejoined(divided) == whole


@pytest.mark.parametrize(
    ("divided", "whole"),
    [
        ("an LP-\n30 printer", "an LP-30 printer"),
        ("error E-\n42", "error E-42"),
        ("HX-\nLP", "HX-LP"),
        ("the T-\nhandle key", "the T-handle key"),
        ("an ECG-\nlead", "an ECG-lead"),
        ("Frau Müller-\nLüdenscheid", "Frau Müller-Lüdenscheid"),
        ("a well-\nknown fault", "a well-known fault"),
    ],
)
def test_a_hyphen_that_belongs_to_the_word_stays(divided: str, whole: str) -> None:
    assert rejoined(divided) == whole


def test_a_hyphen_for_what_follows_stands_alone() -> None:
    assert rejoined("Ein-\nund Ausgang") == "Ein- und Ausgang"


def test_the_other_words_of_the_page_decide() -> None:
    assert rejoined("blood-\npressure. The blood-pressure cuff") == (
        "blood-pressure. The blood-pressure cuff"
    )
    assert rejoined("self-\nsame. The selfsame thing") == "selfsame. The selfsame thing"


@pytest.mark.parametrize("text", ["a - \nb", "5 -\n", "-\nlist", "plain\ntext", ""])
def test_what_divides_no_word_stays(text: str) -> None:
    assert rejoined(text) == text


def test_a_page_without_spaces_is_read_in_no_time():
    long = "a" * 200_000  # a key or a picture printed as letters
    assert rejoined(f"{long} re-\nport {long}") == f"{long} report {long}"
