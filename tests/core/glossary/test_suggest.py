from __future__ import annotations

import pytest
from support.glossary_words import (
    MISSPELT,
    MISSPELT_UNSEEN,
    NONSENSE,
    NONSENSE_UNSEEN,
    misspelt,
    nonsense,
)

from app.core.glossary.entries import Entry
from app.core.glossary.starter import starter_glossary
from app.core.glossary.suggest import Name, Suggester


@pytest.fixture(scope="module")
def glossary():
    return starter_glossary()


def ranks(glossary, text):
    """Return at which place the meant entry stands for each misspelling, None when missing."""
    found = []
    for typed, meant in misspelt(text):
        wanted = {sense.entry for sense in glossary.lookup(meant).senses}
        assert wanted, f"{meant} is not in the glossary"
        answer = glossary.lookup(typed)
        assert answer.match == "none", f"{typed} was taken for a word"
        entries = [s.entry for s in answer.suggestions]
        found.append(next((n for n, e in enumerate(entries) if e in wanted), None))
    return found


def test_everyday_misspellings_find_their_word_first(glossary):
    found = ranks(glossary, MISSPELT)
    assert found.count(0) == len(found) >= 70


def test_misspellings_that_set_no_cut_off_do_nearly_as_well(glossary):
    found = ranks(glossary, MISSPELT_UNSEEN)
    assert found.count(0) >= 0.97 * len(found) and len(found) >= 70


def test_nonsense_and_other_words_give_nothing(glossary):
    words = nonsense(NONSENSE)
    assert [w for w in words if glossary.lookup(w).suggestions or glossary.lookup(w).senses] == []
    assert len(words) >= 50


def test_unseen_nonsense_gives_nearly_nothing(glossary):
    words = nonsense(NONSENSE_UNSEEN)
    false = [w for w in words if glossary.lookup(w).suggestions or glossary.lookup(w).senses]
    assert false == ["dorpamine"] and len(words) >= 60  # one letter off dopamine: a fair question


def test_at_most_five_are_suggested(glossary):
    for typed, _ in misspelt(MISSPELT):
        assert len(glossary.lookup(typed).suggestions) <= 5


def test_a_suggestion_names_its_kind_and_class(glossary):
    first = glossary.lookup("metphormin").suggestions[0].to_dict()
    assert first["kind"] == "medicine" and "diabetes" in first["class"]


def suggester(*terms, everyday=()):
    entries = [Entry(term, "word", "p", "q", "s") for term in terms]
    return Suggester([Name(e.term, e.term, e, True) for e in entries], frozenset(everyday))


@pytest.mark.parametrize("typed", ["table", "tables"])
def test_an_everyday_word_is_no_misspelling(typed):
    assert suggester("tablet", everyday=["table"]).suggest(typed) == ()
    assert suggester("tablet").suggest(typed)


@pytest.mark.parametrize("typed", ["wasted", "wasting", "waster"])
def test_nor_is_a_word_built_from_one(typed):
    assert suggester("basting", everyday=["waste"]).suggest(typed) == ()


def test_a_swap_of_neighbours_is_one_step():
    assert suggester("asthma", "plasma").suggest("astmha")[0].term == "asthma"


def test_the_term_stands_before_a_synonym_of_equal_distance():
    one, other = (Entry(term, "condition", "p", "q", "s") for term in ("one", "other"))
    names = [
        Name("tendanitis", "tendanitis", other, False),
        Name("tendonitis", "tendonitis", one, True),
    ]
    found = Suggester(names, frozenset()).suggest("tendenitis")
    assert [s.entry for s in found] == [one, other]


def test_an_entry_is_suggested_once():
    entry = Entry("tendinitis", "condition", "p", "q", "s")
    names = [
        Name("tendinitis", "tendinitis", entry, True),
        Name("tendonitis", "tendonitis", entry, False),
    ]
    (found,) = Suggester(names, frozenset()).suggest("tendonitus")
    assert found.term == "tendonitis"


@pytest.mark.parametrize("typed", ["abc", "12345", "....."])
def test_short_words_and_numbers_suggest_nothing(typed):
    assert suggester("abcd", "1234").suggest(typed) == ()


def test_no_medicine_is_suggested_for_another_that_has_no_entry(glossary):
    names = sorted(glossary.others)
    assert len(names) > 500
    answers = [glossary.lookup(name) for name in names]
    assert [a.query for a in answers if a.senses] == [], "these have an entry: take them out"
    assert [a.query for a in answers if a.suggestions] == []


@pytest.mark.parametrize(
    "typed",
    ["folinic acid", "ibandronic acid", "isosorbide dinitrate", "calcium carbonate",
     "dicloxacillin", "cloxacillin", "dihydralazine", "dexlansoprazole", "dexchlorpheniramine"],
)  # fmt: skip
def test_no_salt_and_no_sister_medicine_is_suggested_for_another(glossary, typed):
    assert glossary.lookup(typed).suggestions == ()


@pytest.mark.parametrize("typed", ["lincomicin", "eszopiclon", "fossinopril", "famcyclovir"])
def test_nor_for_a_misspelling_of_another_that_has_no_entry(glossary, typed):
    assert glossary.lookup(typed).suggestions == ()


@pytest.mark.parametrize(
    ("typed", "meant"), [("azithromicin", "azithromycin"), ("omeprazol", "omeprazole")]
)
def test_a_medicine_that_has_an_entry_is_suggested_still(glossary, typed, meant):
    assert glossary.lookup(typed).suggestions[0].term == meant
