"""The words that a search leaves out."""

from __future__ import annotations

import pytest

from app.core.search.stopwords import ALL_STOPWORDS, STOPWORDS


@pytest.mark.parametrize("word", ["die", "war", "man", "hat", "not found", "error", "help"])
def test_no_word_that_means_something_is_among_them(word):
    assert word not in ALL_STOPWORDS


def test_every_language_has_its_commonest():
    assert {"the", "of"} <= STOPWORDS["en"]
    assert {"und", "der"} <= STOPWORDS["de"]
    assert {"que", "la"} <= STOPWORDS["es"]
