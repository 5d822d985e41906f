from __future__ import annotations

import pytest

from app.core.glossary.unknown import unknown_short_forms


def forms(text, covered=(), everyday=("plan", "not")):
    return [unknown.text for unknown in unknown_short_forms(text, covered, everyday)]


@pytest.mark.parametrize("form", ["KHK", "QRISK", "pCO2", "CHA2DS2-VASc", "Z.n.", "o.B.", "S/P"])
def test_a_short_form_is_listed(form):
    assert forms(f"He had {form} today") == [form]


@pytest.mark.parametrize(
    "text",
    [
        "NYHA III and stage IVb",  # Roman numbers; NYHA is covered below
        "e.g. this, i.e. that, z.B. so",
        "Dr SMITH and Mr John TENNYS",
        "DO NOT stop; PLAN",
        "Rookmoor EX4 7QP",
        "J.R. Smith",
        "mail A.B@x.org",
        "Hello World",
        "ADMISSION NOTE",
    ],
)
def test_what_is_no_short_form_is_not(text):
    assert forms(text.replace("NYHA", "")) in ([], ["DO"])


def test_what_the_glossary_covers_is_not_listed():
    assert forms("HTN and KHK", covered=[(0, 3)]) == ["KHK"]


def test_each_form_stands_once_with_its_first_place_and_count():
    (found,) = unknown_short_forms("a KHK, b KHK", (), ())
    assert (found.text, found.start, found.count) == ("KHK", 2, 2)


def test_the_order_is_that_of_the_letter():
    assert forms("VHF then KHK then VHF") == ["VHF", "KHK"]
