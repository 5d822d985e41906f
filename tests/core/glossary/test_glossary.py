from __future__ import annotations

import time

import pytest

from app.core.glossary.entries import BadEntry, Entry
from app.core.glossary.glossary import Glossary
from app.core.glossary.starter import starter_glossary


def entry(term, *synonyms, short=(), kind="condition", **more):
    return Entry(term, kind, f"{term}.", f"{term}!", "Test", synonyms, tuple(short), **more)


@pytest.fixture(scope="module")
def glossary():
    return starter_glossary()


def terms(found):
    return [sense.entry.term for sense in found.senses]


def test_a_term_is_found_exactly(glossary):
    found = glossary.lookup("hypertension")
    assert (found.match, terms(found)) == ("exact", ["hypertension"])


@pytest.mark.parametrize(
    "typed", ["Hypertension", " hypertension ", "HYPERTENSION", "hypertension?"]
)
def test_capitals_and_signs_around_do_not_matter(glossary, typed):
    assert glossary.lookup(typed).match == "exact"


@pytest.mark.parametrize("typed", ["edema", "Oedema", "œdema"])
def test_both_spellings_of_english_are_exact(glossary, typed):
    assert terms(glossary.lookup(typed)) == ["oedema"]


@pytest.mark.parametrize(
    "typed", ["biopsies", "strokes", "metastases", "diagnoses", "heart murmurs"]
)
def test_a_plural_is_exact(glossary, typed):
    assert glossary.lookup(typed).match == "exact"


def test_a_synonym_is_named_so(glossary):
    found = glossary.lookup("high blood pressure")
    assert (found.match, terms(found)) == ("synonym", ["hypertension"])


def test_a_brand_name_leads_to_its_medicine(glossary):
    assert terms(glossary.lookup("Tylenol")) == ["paracetamol"]


def test_an_abbreviation_is_named_so(glossary):
    found = glossary.lookup("HTN")
    assert (found.match, terms(found)) == ("abbreviation", ["hypertension"])


@pytest.mark.parametrize(
    ("short", "meanings"),
    [
        ("MS", {"multiple sclerosis", "mitral stenosis", "morphine sulfate"}),
        ("PE", {"pulmonary embolism", "pleural effusion", "physical examination"}),
        ("RA", {"rheumatoid arthritis", "right atrium", "room air"}),
        ("CA", {"cancer", "cardiac arrest", "carbohydrate antigen"}),
        ("OD", {"once daily", "right eye", "overdose"}),
        ("PT", {"prothrombin time", "physiotherapy", "patient"}),
        ("MI", {"myocardial infarction", "mitral regurgitation"}),
        ("DOA", {"date of admission", "dead on arrival", "drugs of abuse"}),
        ("BS", {"bowel sounds", "breath sounds", "blood glucose"}),
        ("CP", {"chest pain", "cerebral palsy"}),
        ("AS", {"aortic stenosis", "ankylosing spondylitis", "left ear"}),
        ("PD", {"Parkinson's disease", "peritoneal dialysis", "personality disorder"}),
    ],
)
def test_every_meaning_of_an_abbreviation_is_there(glossary, short, meanings):
    assert meanings <= set(terms(glossary.lookup(short)))


def test_the_capitals_as_typed_come_first_but_hide_nothing():
    glossary = Glossary(
        [entry("multiple sclerosis", short=["MS"]), entry("millisecond", short=["ms"])]
    )
    assert terms(glossary.lookup("ms")) == ["millisecond", "multiple sclerosis"]
    assert terms(glossary.lookup("MS")) == ["multiple sclerosis", "millisecond"]


@pytest.mark.parametrize("typed", ["b.i.d.", "BID", "bid"])
def test_points_in_an_abbreviation_do_not_matter(glossary, typed):
    assert "twice daily" in terms(glossary.lookup(typed))


def test_the_plural_of_an_abbreviation_is_found(glossary):
    assert terms(glossary.lookup("ECGs")) == ["electrocardiogram"]


def test_a_meaning_of_one_region_says_so(glossary):
    (sense,) = [s for s in glossary.lookup("OD").senses if s.entry.term == "once daily"]
    assert sense.to_dict()["region"] == "UK"


def test_a_regional_meaning_stands_behind_the_general_ones(glossary):
    assert terms(glossary.lookup("RR"))[0] == "respiratory rate"


def test_homonyms_are_both_exact(glossary):
    found = glossary.lookup("discharge")
    assert found.match == "exact" and len(found.senses) == 2


def test_the_strongest_match_names_the_answer_and_weaker_ones_stay():
    glossary = Glossary([entry("drop", kind="unit"), entry("foot drop", short=["DROP"])])
    found = glossary.lookup("drop")
    assert found.match == "exact"
    assert [sense.how for sense in found.senses] == ["exact", "abbreviation"]


def test_look_alike_warnings_stand_with_the_meaning(glossary):
    (sense,) = glossary.lookup("hydralazine").to_dict()["senses"]
    assert "hydroxyzine" in sense["warnings"][0]
    assert sense["class"] == "blood pressure medicine (vasodilator)"


def test_the_plain_form_has_the_names_of_the_contract(glossary):
    found = glossary.lookup("stroke").to_dict()
    assert list(found) == ["query", "match", "senses", "suggestions"]
    assert {"term", "kind", "plain", "professional", "source"} <= found["senses"][0].keys()


def test_a_misspelt_word_has_no_meaning_only_suggestions(glossary):
    found = glossary.lookup("hypertention").to_dict()
    assert (found["match"], found["senses"]) == ("none", [])
    assert found["suggestions"][0] == {
        "term": "hypertension", "kind": "condition", "class": None, "entry": "hypertension",
    }  # fmt: skip


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "a" * 121, "🫀", "qwxz"])
def test_what_is_no_word_finds_nothing(glossary, typed):
    found = glossary.lookup(typed)
    assert (found.match, found.senses, found.suggestions) == ("none", (), ())
    assert found.query == typed


def test_a_glossary_without_entries_is_refused():
    with pytest.raises(BadEntry):
        Glossary([])


@pytest.mark.parametrize(
    "entries",
    [
        [entry("stroke"), entry("Stroke")],
        [entry("stroke", "Stroke")],
        [entry("stroke", "brain attack", "brain-attack")],
        [entry("stroke", short=["CVA", "C.V.A."])],
        [entry("stroke", "…")],
    ],
)
def test_a_doubled_or_empty_name_is_refused(entries):
    with pytest.raises(BadEntry):
        Glossary(entries)


def names(completions):
    return [completion.name for completion in completions]


def test_typing_completes_terms_and_synonyms(glossary):
    assert names(glossary.complete("hyperten"))[0] == "hypertension"
    assert "high blood pressure" in names(glossary.complete("high bl"))


def test_a_later_word_completes_too(glossary):
    assert "myocardial infarction" in names(glossary.complete("infarct"))


def test_an_abbreviation_as_typed_stands_first(glossary):
    first = glossary.complete("MS")[:4]
    assert {c.name for c in first} == {"MS"} and len({c.entry.term for c in first}) == 4


def test_a_complete_name_stands_before_longer_ones(glossary):
    assert names(glossary.complete("hernia"))[0] == "hernia"


def test_completions_are_bounded_and_each_entry_stands_once(glossary):
    found = glossary.complete("a", limit=7)
    assert len(found) == 7 == len({c.entry.term for c in found})


@pytest.mark.parametrize("typed", ["", "-", "x" * 500])
def test_nothing_typed_completes_nothing(glossary, typed):
    assert glossary.complete(typed) == []


def test_completion_keeps_up_with_typing(glossary):
    glossary.complete("a")
    times = []
    for typed in ("a", "c", "h", "hy", "hyp", "hyper", "ms", "card"):
        begin = time.process_time()
        glossary.complete(typed)
        times.append(time.process_time() - begin)
    assert min(times) < 0.005 and sorted(times)[len(times) // 2] < 0.005
