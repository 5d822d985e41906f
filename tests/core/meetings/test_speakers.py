"""Who speaks, from the beginning of a line."""

from __future__ import annotations

import pytest

from app.core.meetings.speakers import split_speaker
from app.core.text.languages import shipped


@pytest.mark.parametrize(
    ("line", "speaker", "said"),
    [
        ("Anna: hello", "Anna", "hello"),
        ("Anna:hello", "Anna", "hello"),
        ("Project Manager: so", "Project Manager", "so"),
        ("Lynne Neagle AM : so", "Lynne Neagle AM", "so"),
        ("Dr. Anna-Lena O’Neil: so", "Dr. Anna-Lena O’Neil", "so"),
        ("Speaker 2: so", "Speaker 2", "so"),
        ("SPEAKER_00: so", "SPEAKER_00", "so"),
        ("Éva: so", "Éva", "so"),
        ("Anna:", "Anna", ""),
        ("Anna: one: two", "Anna", "one: two"),
        ("Anna Maria Lisa Tina Smith: five words", None, None),
        ("Anna and Tom: small words", None, None),
        ("the plan: is", None, None),
        ("At 10:30 we meet", None, None),
        ("Http://example", None, None),
        ("C:\\temp is full", None, None),
        ("Decision: we go", None, None),
        ("ACTION: Tom goes", None, None),
        ("Action Item: Tom goes", None, None),
        ("Note: see", None, None),
        ("Agenda: see", None, None),
        ("Question: who", None, None),
        ("Entscheidung: wir gehen", None, None),
        ("no colon at all", None, None),
        (": nothing in front", None, None),
        ("X" * 80 + ": too long", None, None),
        ("10：30 Anna: wide colon", None, None),
    ],
)
def test_up_to_four_capitalised_words_name_the_speaker(line: str, speaker, said):
    expected = (speaker, line if speaker is None else said)
    assert split_speaker(line, shipped().labels) == expected
