"""Which language a text is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.text.identify import identify
from app.core.text.languages import Languages, shipped

TEXTS = {
    "en": "So we have to decide whether they should have been told about it before the meeting.",
    "de": "Wir müssen noch einmal schauen, ob das wirklich so gemeint war, wie er es gesagt hat.",
    "es": "Entonces tenemos que ver si esto es lo que ellos quieren hacer con el dinero.",
    "fr": "Nous devons encore voir si c'est vraiment ce que vous avez dit dans la réunion.",
    "it": "Dobbiamo ancora vedere se questo è quello che loro hanno detto nella riunione.",
    "nl": "We moeten nog even kijken of dat echt zo is als hij het gezegd heeft.",
    "pt": "Nós temos ainda de ver se isso é o que eles não querem fazer com o dinheiro.",
    "pl": "Musimy jeszcze zobaczyć, czy to jest to, co oni chcą z tym zrobić.",
    "sv": "Vi måste också se om det är vad de vill göra med pengarna på mötet.",
    "ru": "Мы должны решить это сегодня.",
    "uk": "Ми маємо вирішити це сьогодні, її немає.",
    "zh": "我们今天讨论预算。",
    "ja": "今日は予算について話します。",
    "ko": "오늘 예산을 논의합니다.",
    "el": "Πρέπει να αποφασίσουμε σήμερα.",
    "ar": "يجب أن نقرر اليوم.",
}


@pytest.mark.parametrize("code", TEXTS)
def test_a_sentence_is_enough(code: str):
    guess = identify(TEXTS[code], shipped())
    assert guess is not None
    assert guess.code == code


@pytest.mark.parametrize("text", ["", "...", "123 456", "Xyz Qqq Zzz"])
def test_nothing_known_is_no_guess(text: str):
    assert identify(text, shipped()) is None


def test_more_words_make_it_surer():
    short, long = identify("we should go", shipped()), identify(TEXTS["en"], shipped())
    assert short is not None and long is not None
    assert 0 < long.confidence <= 1


def test_foreign_names_do_not_change_the_script():
    assert identify("We met 山田 and talked about the plan that he has", shipped()).code == "en"


def test_no_languages_no_guess(tmp_path: Path):
    assert identify("we go", Languages(tmp_path)) is None
