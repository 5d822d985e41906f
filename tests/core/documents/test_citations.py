"""The numbers in an answer."""

from __future__ import annotations

import pytest

from app.core.documents.citations import checked, invented
from app.core.documents.model import Hit

HITS = tuple(Hit(n, 1.0, f"/m/{n}.pdf", n, 0, 4, "", f"text {n}") for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("said", "kept", "numbers"),
    [
        ("Press it [2].", "Press it [2].", [2]),
        ("A [3] and B [1], again [3].", "A [3] and B [1], again [3].", [1, 3]),
        ("Both [1, 2].", "Both [1, 2].", [1, 2]),
        ("Both [1][2].", "Both [1][2].", [1, 2]),
        ("Invented [7].", "Invented.", []),
        ("Half [1, 9].", "Half [1].", [1]),
        ("Zero [0].", "Zero.", []),
        ("No numbers at all.", "No numbers at all.", []),
        ("A list [a] and [1x] stay.", "A list [a] and [1x] stay.", []),
        ("Long [1234] stays.", "Long [1234] stays.", []),
        ("Press it [passage 2].", "Press it [2].", [2]),
        ("Press it (Passage 2, page 14).", "Press it [2].", [2]),
        ("Press it [2, page 14].", "Press it [2].", [2]),
        ("Both [Passages 1 and 3].", "Both [1, 3].", [1, 3]),
        ("Both [passage 1, passage 2].", "Both [1, 2].", [1, 2]),
        ("All [1-3].", "All [1, 2, 3].", [1, 2, 3]),
        ("Use [10-20] Nm.", "Use [10-20] Nm.", []),
        ("Press it【2】 or【3†source】.", "Press it[2] or[3].", [2, 3]),
        ("Press it [#2] or [^3].", "Press it [2] or [3].", [2, 3]),
        ("Invented [passage 7].", "Invented.", []),
        ("According to passage 2, press it.", "According to passage [2], press it.", [2]),
        ("According to passage 9, press it.", "According to passage 9, press it.", []),
        ("Laut Passage 1 [Quelle 2].", "Laut Passage [1] [2].", [1, 2]),
        ("Wait (2) minutes, choose source 2.", "Wait (2) minutes, choose source 2.", []),
    ],
)
def test_only_numbers_of_shown_passages_stay(said, kept, numbers):
    text, citations = checked(said, HITS)
    assert text == kept
    assert [c.n for c in citations] == numbers


def test_a_citation_is_the_passage(said="See [2]."):
    _, (citation,) = checked(said, HITS)
    assert (citation.n, citation.path, citation.page, citation.text) == (2, "/m/2.pdf", 2, "text 2")


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("So [7] and [2].", (7,)),
        ("So [passage 7].", (7,)),
        ("So【9】, [passage 1, passage 8].", (8, 9)),
        ("Use [10-20] Nm of [2], see passage 9.", ()),
    ],
)
def test_each_number_that_is_taken_out_is_told(said, numbers):
    assert invented(said, HITS) == numbers
    kept, _ = checked(said, HITS)
    assert not invented(kept, HITS)


def test_without_passages_every_number_is_invented():
    assert checked("So it is [1].", ()) == ("So it is.", ())
