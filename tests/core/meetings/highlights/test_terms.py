"""Which words carry the content."""

from __future__ import annotations

from collections import Counter

import pytest
from support.spoken import units

from app.core.meetings.highlights.terms import Terms, cosine

TEXT = "\n".join(
    ["Anna: the harbour and the harbour crane"] + ["Tom: the budget is what the budget is"] * 60
)


def test_a_rare_word_that_comes_back_weighs_most():
    terms = Terms(units(TEXT))
    assert terms.weight("harbour") > terms.weight("crane") > 0
    assert terms.weight("harbour") > terms.weight("budget")
    assert terms.weight("nothing") == 0


def test_vectors_have_length_one_and_are_like_themselves():
    terms = Terms(units(TEXT))
    a, b = terms.vector(Counter(["harbour", "crane"])), terms.vector(Counter(["budget"]))
    assert cosine(a, a) == pytest.approx(1)
    assert cosine(a, b) == 0
    assert terms.vector(Counter(["unknown"])) == {}


def test_nothing_has_no_terms():
    assert Terms([]).weight("x") == 0
