from __future__ import annotations

import pytest

from app.core.text.speech_languages import CODES, language_code
from app.words.languages import LANGUAGES


def test_auto_means_not_known():
    assert language_code("auto") is None


@pytest.mark.parametrize(
    ("typed", "code"), [("de", "de"), ("en-GB", "en"), ("EN_us", "en"), ("nb", "no"), ("zh", "zh")]
)
def test_codes_are_taken_as_people_type_them(typed, code):
    assert language_code(typed) == code


@pytest.mark.parametrize("typed", ["", "xx", "german", "e"])
def test_what_is_no_language_is_refused(typed):
    with pytest.raises(ValueError):
        language_code(typed)


def test_the_codes_are_those_of_the_library():
    tokenizer = pytest.importorskip("faster_whisper.tokenizer")
    assert frozenset(tokenizer._LANGUAGE_CODES) == CODES


def test_every_language_has_a_name():
    assert set(LANGUAGES) == CODES
    assert len(set(LANGUAGES.values())) == len(LANGUAGES)
