from __future__ import annotations

import pytest

from app.core.glossary.spelling import bare, short_form, singulars, spaced, tidy, tight


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("haemoglobin", "hemoglobin"),
        ("oedema", "Edema"),
        ("anaemia", "ANEMIA"),
        ("diarrhoea", "diarrhea"),
        ("oesophagus", "esophagus"),
        ("dyspnoea", "dyspnea"),
        ("ischaemic", "ischemic"),
        ("leukaemia", "leukemia"),
        ("leucocyte", "leukocyte"),
        ("tumour", "tumor"),
        ("caesarean", "cesarean"),
        ("coeliac", "celiac"),
        ("paraesthesia", "paresthesia"),
        ("catheterisation", "catheterization"),
        ("dialysed", "dialyzed"),
        ("ferrous sulphate", "ferrous sulfate"),
        ("X-ray", "x ray"),
        ("X\u2011ray", "xray"),
        ("Parkinson's disease", "Parkinson’s disease"),
        ("Parkinsons disease", "parkinson's  disease"),
        ("Ménière", "Meniere"),
        ("Sjo\u0308gren", "Sjögren"),
        ("pre\u00adeclampsia", "preeclampsia"),
        ("œdema", "oedema"),
    ],
)
def test_ways_of_writing_one_word_are_one(one, other):
    assert tight(one) == tight(other)


@pytest.mark.parametrize(
    ("word", "misspelt"),
    [
        ("hypertension", "hypertaension"),
        ("hypertension", "hypotension"),
        ("disease", "dizease"),
        ("pneumonia", "neumonia"),
    ],
)
def test_a_misspelling_stays_another_word(word, misspelt):
    assert tight(word) != tight(misspelt)


def test_invisible_characters_and_control_codes_are_dropped():
    assert tidy("asth\u200bma\x1b\u202f test\u0000") == "asthma test"


def test_a_word_of_signs_has_no_key():
    assert spaced("!!! …") == ""


@pytest.mark.parametrize("written", ["b.i.d.", "b. i. d.", "b-i-d"])
def test_points_do_not_count_in_a_short_form(written):
    assert short_form(written) == "bid"


def test_a_short_form_keeps_its_capitals():
    assert short_form("HbA₁c") == "HbA1c"


def test_both_micro_signs_are_one():
    assert short_form("\u00b5g") == short_form("\u03bcg")


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("fractures", "fracture"),
        ("biopsies", "biopsy"),
        ("diagnoses", "diagnosis"),
        ("thrombi", "thrombus"),
        ("metastases", "metastasis"),
        ("appendices", "appendix"),
    ],
)
def test_a_plural_names_its_singular(plural, singular):
    assert singular in singulars(plural)


@pytest.mark.parametrize("word", ["virus", "diagnosis", "abscess", "gas"])
def test_a_word_in_s_loses_no_letter(word):
    assert word[:-1] not in singulars(word)


def test_only_a_qualifier_at_the_end_goes():
    assert bare("discharge (fluid)") == "discharge"
    assert bare("(a) plan") == "(a) plan"
