from __future__ import annotations

import pytest

from app.core.glossary.entries import BadEntry, Entry, LookAlike, entry_from

GOOD = {"term": "oedema", "kind": "sign", "plain": "Swelling.", "professional": "Excess fluid."}


def test_an_entry_takes_the_source_of_its_file():
    assert entry_from(GOOD, "Ward 4").source == "Ward 4"


def test_an_entry_may_name_its_own_source():
    assert entry_from({**GOOD, "source": "Ward 7"}, "Ward 4").source == "Ward 7"


@pytest.mark.parametrize("field", ["term", "kind", "plain", "professional"])
def test_a_missing_field_is_refused_by_name(field):
    raw = {key: value for key, value in GOOD.items() if key != field}
    with pytest.raises(BadEntry, match=field):
        entry_from(raw, "x")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"plain": ""}, "plain"),
        ({"plain": " padded"}, "plain"),
        ({"plain": "x" * 2000}, "plain"),
        ({"kind": "disease"}, "unknown kind"),
        ({"synonyms": "swelling"}, "synonyms"),
        ({"synonyms": [3]}, "synonyms"),
        ({"urgent": "yes"}, "urgent"),
        ({"definition": "x"}, "unknown field definition"),
        ({"kind": "medicine"}, "class"),
    ],
)
def test_a_broken_field_is_refused(change, why):
    with pytest.raises(BadEntry, match=why):
        entry_from({**GOOD, **change}, "x")


def test_something_that_is_no_entry_is_refused():
    with pytest.raises(BadEntry):
        entry_from(["oedema"], "x")


def test_warnings_join_look_alikes_and_dangerous_short_forms():
    entry = Entry(
        "morphine sulfate", "medicine", "p", "q", "s",
        do_not_abbreviate="Write it in full.",
        look_alikes=(LookAlike("hydromorphone", "Another strength."),),
    )  # fmt: skip
    assert entry.warnings == (
        "Looks or sounds like hydromorphone. Another strength.",
        "Write it in full.",
    )


def test_the_names_leave_the_qualifier_out():
    entry = Entry("discharge (fluid)", "sign", "p", "q", "s", synonyms=("secretion",))
    assert entry.names == ("discharge", "secretion")
