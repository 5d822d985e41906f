"""Whether a statement denies what its source says, or says what its source denies.

Compared is the word that is denied: the first word of meaning behind a "not". Where
the statement or the source denies in another way ("refused", "without"), nothing is
judged: a check that is often wrong would hide good items.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from app.core.grounding.rules import Rules
from app.core.text.languages import Language
from app.core.text.tokens import Token, tokenize

_BORDER = re.compile(r"[.,;:!?()–—\n]")
_REACH = 6
_ALIKE = 70.0


@dataclass(frozen=True)
class Polarity:
    """The words of a text that are denied, those that are said, and other denials."""

    denied: frozenset[str]
    said: frozenset[str]
    weak: bool
    any: bool


def polarity(text: str, language: Language, rules: Rules) -> Polarity:
    """Read which words of ``text`` are denied."""
    tokens = tokenize(text)
    denied: set[str] = set()
    said: set[str] = set()
    heads: set[int] = set()
    some = False
    for i, token in enumerate(tokens):
        if token.norm not in rules.negations or _idiom(tokens, i, rules):
            continue
        some = True
        head = _head(text, tokens, i, language, rules)
        if head is not None:
            heads.add(head)
    for i, token in enumerate(tokens):
        if language.is_content(token.norm):
            (denied if i in heads else said).add(_root(token.norm, language, rules))
    weak = any(_weak(t.norm, rules) for t in tokens)
    return Polarity(frozenset(denied), frozenset(said), weak, some)


def _weak(norm: str, rules: Rules) -> bool:
    return norm in rules.weak or any(len(w) > 4 and norm.startswith(w) for w in rules.weak)


def _idiom(tokens: Sequence[Token], i: int, rules: Rules) -> bool:
    """Return whether the denial at ``i`` belongs to a phrase that denies nothing."""
    for phrase in rules.never:
        for start in range(max(0, i - len(phrase) + 1), i + 1):
            if tuple(t.norm for t in tokens[start : start + len(phrase)]) == phrase:
                return True
    return False


def _head(
    text: str, tokens: Sequence[Token], i: int, language: Language, rules: Rules
) -> int | None:
    """Return the first word of meaning behind the denial, within its clause."""
    for at in range(i + 1, min(len(tokens), i + 1 + _REACH)):
        between = text[tokens[at - 1].end : tokens[at].start]
        if _BORDER.search(between) or tokens[at].norm in rules.breaks:
            return None
        if language.is_content(tokens[at].norm) and tokens[at].norm not in rules.negations:
            return at
    return None


def _root(norm: str, language: Language, rules: Rules) -> str:
    """Return the form in which denied words are compared."""
    for prefix in rules.separable:
        rest = norm.removeprefix(prefix)
        if rest != norm and rest[:2] in ("zu", "ge") and len(rest) > 5:
            return prefix + rest[2:]
    if rules.separable and norm.startswith("ge") and len(norm) > 6:
        norm = norm[2:]
    return language.stem(norm)


def differs(claim: Polarity, source: Polarity, *, alike: bool = False) -> bool:
    """Return whether the statement turns a denial of its source round.

    ``alike`` also compares words by likeness, for languages whose verbs change inside
    ("annehmen", "angenommen").
    """
    if claim.weak or source.weak:
        return False
    if not claim.any:
        only_denied = source.denied - source.said
        return bool(only_denied & claim.said) or (alike and _any_alike(only_denied, claim.said))
    return not source.any


def _any_alike(some: Iterable[str], others: Iterable[str]) -> bool:
    return any(
        a[:2] == b[:2] and min(len(a), len(b)) >= 6 and fuzz.ratio(a, b) >= _ALIKE
        for a in some
        for b in others
    )
