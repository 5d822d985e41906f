from __future__ import annotations

import pytest

from app.core.glossary.sound import sound_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pneumonia", "neumonia"),
        ("asthma", "athsma"),
        ("asthma", "asma"),
        ("bronchitis", "bronkitis"),
        ("psoriasis", "soriasis"),
        ("metformin", "metphormin"),
        ("quetiapine", "kwetiapine"),
        ("cholesterol", "colesterol"),
        ("anaphylaxis", "anafylaxis"),
        ("rheumatoid", "reumatoid"),
        ("xanthoma", "santhoma"),
        ("diarrhea", "diarea"),
    ],
)
def test_what_sounds_alike_has_one_key(one, other):
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("table", "tablet"), ("hydralazine", "hydroxyzine"), ("tramadol", "trazodone")],
)
def test_what_sounds_different_has_two(one, other):
    assert sound_key(one) != sound_key(other)


def test_words_keep_their_gap():
    assert sound_key("heart attack") == "hrt atk"
