"""The numbers of a text, in figures and in words, as values that can be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.grounding.rules import Rules
from app.core.text.tokens import Token

_FIGURES = re.compile(r"\d+(?:[.,]\d+)*\Z")
_DATE = re.compile(r"\d{1,2}[.]\d{1,2}[.](?:\d{4}|\d{2})\Z")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)\Z")
_MOST = 10.0**15


@dataclass(frozen=True)
class Number:
    """A number: its tokens ``first`` to ``last``, and the values that it can mean."""

    first: int
    last: int
    values: frozenset[float]
    in_words: bool = False
    ordinal: bool = False
    vague: bool = False


def find_numbers(text: str, tokens: Sequence[Token], rules: Rules) -> list[Number]:
    """Return the numbers of ``text`` in order. Dates and clock times are not among them."""
    found: list[Number] = []
    i = 0
    while i < len(tokens):
        number = _figures(text, tokens, i, rules) or _words(text, tokens, i, rules)
        if number is None:
            i += 1
            continue
        found.append(number)
        i = number.last + 1
    return found


def figures(norm: str) -> frozenset[float]:
    """Return what figures can mean: "1,000" is a thousand here and one elsewhere."""
    if not _FIGURES.match(norm) or len(norm) > 24:
        return frozenset()
    values = {float(re.sub(r"[.,]", "", norm))}
    last = max(norm.rfind("."), norm.rfind(","))
    if last > 0:
        whole, part = re.sub(r"[.,]", "", norm[:last]), norm[last + 1 :]
        values.add(float(f"{whole}.{part}"))
        grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", norm)
        if not grouped:
            values.discard(float(re.sub(r"[.,]", "", norm)))
    return frozenset(v for v in values if v < _MOST)


def _figures(text: str, tokens: Sequence[Token], i: int, rules: Rules) -> Number | None:
    norm = tokens[i].norm
    ordinal = _ORDINAL.match(norm)
    if ordinal:
        return Number(i, i, frozenset({float(ordinal.group(1)[:15])}), ordinal=True)
    values = figures(norm)
    if not values or _DATE.match(norm):
        return None
    last = i
    if i + 1 < len(tokens):
        scale = rules.scales.get(tokens[i + 1].norm)
        apart = text[tokens[i].end : tokens[i + 1].start]
        if scale and (not apart or (apart.isspace() and tokens[i + 1].norm not in rules.vague)):
            values, last = frozenset(v * scale for v in values), i + 1
    return Number(i, last, values)


def _words(text: str, tokens: Sequence[Token], i: int, rules: Rules) -> Number | None:
    reader = _Reader()
    last, at = None, i
    while at < len(tokens) and (last is None or _near(text, tokens, at)):
        norm = tokens[at].norm
        parts = _parts(norm, rules)
        if parts is None:
            joined = last is not None and _follows(tokens, at, rules)
            if not (joined and reader.joins(norm, rules)):
                break
        elif reader.add(*parts):
            last = at
            if reader.ordinal:
                break
        else:
            break
        at += 1
    if last is None:
        return None
    vague = last == i and tokens[i].norm in rules.vague
    return Number(i, last, frozenset({reader.value}), True, reader.ordinal, vague)


class _Reader:
    """Puts the words of one number together."""

    def __init__(self) -> None:
        self._total = 0.0
        self._current = 0.0
        self._digits: str | None = None
        self._scale = 1.0
        self.ordinal = False

    @property
    def value(self) -> float:
        whole = self._total + self._current
        return float(f"{whole:.0f}.{self._digits or 0}") * self._scale if self._digits else whole

    def joins(self, norm: str, rules: Rules) -> bool:
        """Return whether the number can go on behind "and" or "point"."""
        if norm in rules.point and self._digits is None:
            self._digits = ""
            return True
        return norm in rules.joiners and self._current >= 100

    def add(self, values: Sequence[float], ordinal: bool) -> bool:
        """Take a word in; False when it begins another number."""
        if self._digits is not None:
            if self._digits and len(values) == 1 and values[0] >= 1000 and self._scale == 1.0:
                self._scale = values[0]  # "one point two million"
                return True
            if self._scale != 1.0 or any(v > 9 for v in values):
                return False
            self._digits += "".join(str(int(v)) for v in values)
            return True
        grown = _grow(self._total, self._current, values)
        if grown is None:
            return False
        (self._total, self._current), self.ordinal = grown, ordinal
        return True


def _near(text: str, tokens: Sequence[Token], at: int) -> bool:
    """Return whether only a space or a hyphen lies between two words of a number."""
    return text[tokens[at - 1].end : tokens[at].start].strip() in ("", "-")


def _follows(tokens: Sequence[Token], at: int, rules: Rules) -> bool:
    return at + 1 < len(tokens) and _parts(tokens[at + 1].norm, rules) is not None


def _grow(total: float, current: float, values: Sequence[float]) -> tuple[float, float] | None:
    """Return the number with further parts, or None when they begin another number."""
    for value in values:
        low = current % 100
        if value >= 1000:
            total, current = total + (current or 1.0) * value, 0.0
        elif value == 100:
            if current >= 100:
                return None
            current = (current or 1.0) * 100
        elif low == 0 or (low >= 20 and low % 10 == 0 and 0 < value < 10):
            if value == 0 and (current or total):
                return None
            current += value
        else:
            return None
    return total, current


def _parts(norm: str, rules: Rules) -> tuple[list[float], bool] | None:
    """Return the values that a word is made of, and whether it is an ordinal."""
    if norm in rules.ordinals:
        return [rules.ordinals[norm]], True
    value = rules.value(norm)
    if value is not None:
        return [value], False
    if "-" in norm:
        pieces = [_parts(p, rules) for p in norm.split("-")]
        if all(p is not None for p in pieces):
            return [v for p in pieces if p for v in p[0]], bool(pieces[-1] and pieces[-1][1])
        return None
    if rules.compound and len(norm) > 5:
        parts = _compound(norm, rules)
        return None if parts is None else (parts, False)
    return None


def _compound(norm: str, rules: Rules) -> list[float] | None:
    """Split "zweihundertfünfundvierzig"; the unit before "und" comes behind its ten."""
    known = {**rules.units, **rules.tens, **rules.scales}
    words: list[str] = []
    rest = norm
    while rest:
        fit = max(
            (w for w in (*known, *rules.joiners) if rest.startswith(w)), key=len, default=None
        )
        if fit is None:
            return None
        words.append(fit)
        rest = rest[len(fit) :]
    if len(words) < 2:
        return None
    values: list[float] = []
    for i, word in enumerate(words):
        if word in rules.joiners:
            continue
        if i >= 2 and words[i - 1] in rules.joiners and word in rules.tens and values:
            values.insert(len(values) - 1, known[word])
        else:
            values.append(known[word])
    return values
