"""Who is to do it, and until when."""

from __future__ import annotations

import pytest
from support.spoken import units

from app.core.meetings.highlights.owners import due_of, owner_of


def owner(text: str) -> str | None:
    unit = units(text)[0]
    cues = unit.language.cues
    return owner_of(unit, cues["actions"].find(unit.stream) if cues else None)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Anna: I'll call the bank", "Anna"),
        ("Anna: Tom will call the bank", "Tom"),
        ("Anna: Tom, please call the bank", "Tom"),
        ("Anna: please call the bank, Tom", "Tom"),
        ("Anna: please call the bank with Tom", None),
        ("Anna: please send Maria the report", None),
        ("Anna: I'll remember to bring the forms", "Anna"),
        ("Anna: I 'll I 'll remember to bring the forms", "Anna"),
        ("Anna: remember to bring me the forms", None),
        ("Anna: I will also remember to bring the forms", "Anna"),
        ("Anna: I hope you can send the file by Friday", None),
        ("Anna: I said you should call the supplier", None),
        ("Anna: I think we need to send the report by Friday", None),
        ("Anna: I think somebody has to order the chairs", None),
        ("Anna: For me you have to send the invoice", None),
        ("please call the bank", None),
        ("Anna: we said that Tom Lee is responsible for it", "Tom Lee"),
        ("Anna: the slides are assigned to Tom Lee now", "Tom Lee"),
        ("Action: Tom - call the bank", "Tom"),
        ("Action: call the bank (Tom Lee)", "Tom Lee"),
        ("Action: call the bank", None),
        ("Anna: nothing to do here", None),
    ],
)
def test_an_owner_is_a_name_in_the_quote_or_the_speaker_for_i(said: str, name: str | None):
    assert owner(said) == name


def test_due_is_what_was_said():
    unit = units("Anna: send it, um, by the end of the month at the latest")[0]
    assert due_of(unit) == "by the end of the month"


def test_a_language_without_cues_has_no_due():
    assert due_of(units("bis Freitag schicken", "de")[0]) is None
