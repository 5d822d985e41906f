"""``settings`` as a person calls it."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("value", ["²", "5.5", "1_00", "much", "10000"])
def test_what_is_no_number_in_range_is_refused_with_what_is(program, value):
    done = program.run("settings", "speech_rate", value, "--json")
    assert (done.status, done.code) == (1, "bad_setting")
    assert value in done.json()["error"]["message"]
    assert done.json()["error"]["hint"] == "It takes 80–450."


@pytest.mark.parametrize(
    ("key", "takes"),
    [("theme", "auto, light, dark, contrast"), ("speech_asked", "true, false")],
)
def test_an_unknown_value_is_refused_with_those_that_are_known(program, key, takes):
    done = program.run("settings", key, "purple", "--json")
    assert (done.status, done.json()["error"]["hint"]) == (1, f"It takes {takes}.")


def test_a_value_that_is_set_is_shown_with_its_default(program):
    done = program.run("settings", "speech_rate", "200", "--json")
    assert done.json()["settings"] == [{"key": "speech_rate", "value": 200, "default": 175}]
