"""Which language a text is in, from its script and its most frequent words.

Stopword profiles tell European languages apart reliably from a few dozen words on; a
script that belongs to one language decides by itself. No answer is better than a guess.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from app.core.text.languages import Languages
from app.core.text.tokens import tokenize

_LONGEST = 200_000
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af\u1100-\u11ff]")),
    ("zh", re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("uk", re.compile("[іїєґІЇЄҐ]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")


class Guess(NamedTuple):
    """A language and how sure it is, 0 to 1."""

    code: str
    confidence: float


def identify(text: str, languages: Languages) -> Guess | None:
    """Return the language of ``text``, or None when nothing speaks for any.

    Only the first 200,000 characters are read.
    """
    text = text[:_LONGEST]
    return _by_script(text) or _by_words(text, languages)


def _by_script(text: str) -> Guess | None:
    latin = sum(1 for _ in _LATIN.finditer(text))
    for code, pattern in _SCRIPTS:
        # Japanese mixes kana with Han, Ukrainian its own letters with common Cyrillic ones.
        share = sum(1 for _ in pattern.finditer(text)) * (5 if code in ("ja", "uk") else 1)
        if share > latin:
            return Guess(code, 1.0)
    return None


def _by_words(text: str, languages: Languages) -> Guess | None:
    counts = Counter(t.norm for t in tokenize(text))
    if not counts:
        return None
    scores: dict[str, float] = {}
    known = [language for language in languages.all() if language.code]
    for language in known:
        profile = language.stopwords | language.hesitations | frozenset(language.labels)
        scores[language.code or ""] = sum(
            n / _spread(word, known) for word, n in counts.items() if word in profile
        )
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    best, score = ranked[0]
    if score <= 0 or (len(ranked) > 1 and ranked[1][1] == score):
        return None
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return Guess(best, round((score - second) / score, 3))


def _spread(word: str, known: list) -> int:
    """Return in how many languages ``word`` is frequent: a shared word tells little."""
    return sum(1 for language in known if word in language.stopwords) or 1
