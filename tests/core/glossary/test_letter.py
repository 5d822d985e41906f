from __future__ import annotations

import pytest

from app.core import paths
from app.core.glossary.entries import Entry
from app.core.glossary.glossary import Glossary
from app.core.glossary.letter import LONGEST_LETTER, find_terms
from app.core.glossary.starter import starter_glossary


@pytest.fixture(scope="module")
def glossary():
    return starter_glossary()


def found(text, glossary):
    return [span.text for span in find_terms(text, glossary).spans]


def test_the_longest_name_wins(glossary):
    assert found("a deep vein thrombosis", glossary) == ["deep vein thrombosis"]


def test_spans_point_at_their_text(glossary):
    text = "He has AF and a pleural\neffusion."
    for span in find_terms(text, glossary).spans:
        assert text[span.start : span.end] == span.text
    assert "pleural\neffusion" in found(text, glossary)


def test_a_paragraph_is_a_border(glossary):
    assert found("pleural\n\neffusion", glossary) == ["pleural", "effusion"]


def test_every_meaning_is_handed_on(glossary):
    (span,) = find_terms("known MS", glossary).spans
    assert {"multiple sclerosis", "mitral stenosis"} <= {e.term for e in span.entries}


@pytest.mark.parametrize("text", ["as it is in our notes", "it was on and off", "US, we all can"])
def test_small_words_are_no_short_forms(glossary, text):
    assert set(found(text, glossary)) <= {"US"}


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("c/o pain", "c/o"),
        ("gave 40mg today", "mg"),
        ("U&Es normal", "U&Es"),
        ("furosemide i.v. given", "i.v."),
        ("HbA1c rose", "HbA1c"),
        ("Parkinson’s disease since", "Parkinson’s disease"),
        ("two ECGs", "ECGs"),
        ("follow up planned", "follow up"),
        ("an X-ray", "X-ray"),
        ("# left wrist", "#"),
        ("mmol/L", "mmol/L"),
    ],
)
def test_forms_of_letters_are_found(glossary, text, span):
    assert span in found(text, glossary)


def test_two_words_are_not_pushed_together(glossary):
    assert "in patients" not in found("seen in patients with", glossary)


def test_part_of_a_word_is_no_word(glossary):
    assert found("UTIlity xMSx strokeless", glossary) == []


def test_a_single_letter_counts_behind_a_number_only(glossary):
    assert found("insulin 6U at U turn", glossary) == ["insulin", "U"]


def test_a_misspelling_is_not_underlined(glossary):
    assert found("hypertention", glossary) == []


def test_an_easy_synonym_is_not_underlined(glossary):
    assert found("his throat", glossary) == []
    assert found("his pharynx", glossary) == ["pharynx"]


@pytest.mark.parametrize(
    ("text", "span", "term"),
    [
        ("digoxin 1.0 mg", "1.0", "trailing zero"),
        ("digoxin .125 mg", ".125", "missing leading zero"),
    ],
)
def test_dangerous_zeros_are_marked(glossary, text, span, term):
    (zero,) = [s for s in find_terms(text, glossary).spans if s.found == "notation"]
    assert (zero.text, zero.entries[0].term) == (span, term)


@pytest.mark.parametrize("text", ["10.05 mg", "0.5 mg", "version 1.0", "10 mg", "see 1.0.3 mg"])
def test_safe_numbers_are_not(glossary, text):
    assert all(span.found != "notation" for span in find_terms(text, glossary).spans)


def test_zeros_need_their_entries():
    small = Glossary([Entry("rash", "sign", "p", "q", "s")])
    assert find_terms("1.0 mg", small).spans == ()


def test_spans_are_in_order_and_never_overlap(glossary):
    text = (paths.samples() / "letters/letter_en.txt").read_text(encoding="utf-8")
    spans = find_terms(text, glossary).spans
    assert all(a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))


def test_the_english_sample_is_nearly_all_known(glossary):
    text = (paths.samples() / "letters/letter_en.txt").read_text(encoding="utf-8")
    marked = find_terms(text, glossary, "en")
    assert len(marked.spans) >= 150 and not marked.foreign
    assert [unknown.text for unknown in marked.unknown] == ["QRISK", "FRAX"]


@pytest.mark.parametrize(
    "sentence",
    ["He is fit and well.", "She was weeping when she came.", "The outlook is good.",
     "A blind mole was seen in the garden."],
)  # fmt: skip
def test_a_plain_word_is_not_taken_for_its_clinical_sense(glossary, sentence):
    assert find_terms(sentence, glossary, "en").spans == ()


def test_a_plain_word_with_a_clinical_sense_is_looked_up_still(glossary):
    assert glossary.lookup("fit").senses[0].entry.term == "seizure"


@pytest.mark.parametrize(
    ("sentence", "term"),
    [("The FIT was positive.", "faecal immunochemical test"),
     ("She has sickle cell trait.", "sickle cell trait"),
     ("No filter in the IVC.", "inferior vena cava"),
     ("Take one tablet bds.", "twice daily")],
)  # fmt: skip
def test_a_name_is_not_taken_for_a_shorter_or_wider_one(glossary, sentence, term):
    spans = find_terms(sentence, glossary, "en").spans
    assert term in [entry.term for entry in spans[-1].entries]


def test_the_german_sample_says_what_is_not_known(glossary):
    text = (paths.samples() / "letters/letter_de.txt").read_text(encoding="utf-8")
    marked = find_terms(text, glossary, "de")
    unknown = {unknown.text: unknown.count for unknown in marked.unknown}
    assert marked.foreign and {"KHK", "VHF", "HWI", "NSAR"} <= unknown.keys()
    assert [span.text for span in marked.spans].count("Z.n.") == 3
    blood_pressure = next(span for span in marked.spans if span.text == "RR")
    assert {e.region for e in blood_pressure.entries} == {"", "German-speaking countries"}


def test_a_huge_letter_is_read_to_its_limit(glossary):
    marked = find_terms("x " * LONGEST_LETTER, glossary)
    assert marked.cut and marked.spans == ()


@pytest.mark.parametrize("text", ["", "\x00\x01", "((((((", "𝕄𝕊", "a" * 50_000])
def test_odd_text_is_harmless(glossary, text):
    assert find_terms(text, glossary).unknown == ()


@pytest.mark.parametrize("written", ["Z. n. TIA", "Z.\u00a0n. TIA", "Z.n. TIA"])
def test_a_german_short_form_may_have_a_space_behind_its_point(glossary, written):
    span = find_terms(written, glossary, "de").spans[0]
    assert span.text == written.removesuffix(" TIA")
    assert span.entries[0].region == "German-speaking countries"


@pytest.mark.parametrize("text", ["Dr. A. S. Miller", "Pain in the heart. Failure to cope."])
def test_initials_and_a_new_sentence_are_no_name(glossary, text):
    found = {e.term for span in find_terms(text, glossary, "en").spans for e in span.entries}
    assert not found & {"aortic stenosis", "heart failure"}
