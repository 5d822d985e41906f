"""What of a text can be checked: numbers, dates, times and codes, each as keys.

A statement's mention is held by its source when one of its keys is among the keys of
the source. Keys are "n:240" (a number), "t:870" (a time of day, in minutes, modulo
twelve hours), "m:3" (a month), "w:1" (a weekday), "r:tomorrow", "c:e17" (a code).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.core.grounding.numbers import Number, find_numbers
from app.core.grounding.rules import Rules
from app.core.text.tokens import Token, tokenize

NUMBER = "number"
DATE = "date"

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z")
_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})?\Z")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})\s?(?:([ap])\.?m\.?)?\Z")
_HOUR = re.compile(r"(\d{1,2})[ap]m\Z")
_CODE = re.compile(r"(?=.*\d)(?=.*[^\W\d_])\w[\w-]*\Z")
_HALF_DAY = 12 * 60
_MOST_TOKENS = 200_000


@dataclass(frozen=True)
class Mention:
    """Something that a statement says and its source must hold."""

    kind: str
    text: str
    keys: frozenset[str]


def number_key(value: float) -> str:
    """Return the key of a number."""
    return f"n:{value:.10g}"


def time_key(hour: float, minute: float = 0) -> str:
    """Return the key of a time of day; 3:00 and 15:00 are the same."""
    return f"t:{int(hour * 60 + minute) % _HALF_DAY}"


class Reading:
    """A text read once: its tokens, numbers and dates."""

    def __init__(self, text: str, rules: Rules):
        self.text = text
        self.tokens = tokenize(text)[:_MOST_TOKENS]
        self._rules = rules
        self.numbers = find_numbers(text, self.tokens, rules)
        self._at = {n.first: n for n in self.numbers}

    def mentions(self) -> list[Mention]:
        """Return what must be held by the source, in the order of the text."""
        found: list[Mention] = []
        taken: set[int] = set()
        for i, token in enumerate(self.tokens):
            if i in taken:
                continue
            for mention, last in self._mention(i, token):
                found.append(mention)
                taken.update(range(i, last + 1))
        return found

    def _mention(self, i: int, token: Token) -> Iterator[tuple[Mention, int]]:
        word = self.text[token.start : token.end]
        number = self._at.get(i)
        spoken = self._spoken_time(i)
        if spoken:
            yield Mention(DATE, word, frozenset({spoken[0]})), spoken[1]
        elif number is not None:
            yield from self._number(number)
        elif self._month(i, strict=True):
            yield Mention(DATE, word, frozenset({f"m:{self._month(i, strict=True)}"})), i
        elif token.norm in self._rules.weekdays and len(token.norm) > 2:
            yield Mention(DATE, word, frozenset({f"w:{self._rules.weekdays[token.norm]}"})), i
        elif token.norm in self._rules.relative:
            yield Mention(DATE, word, frozenset({f"r:{self._rules.relative[token.norm]}"})), i
        else:
            for keys in _written(token.norm):
                yield Mention(DATE, word, keys), i
            if _CODE.match(token.norm) and not list(_written(token.norm)):
                yield Mention(NUMBER, word, frozenset({f"c:{_squeezed(token.norm)}"})), i

    def _number(self, number: Number) -> Iterator[tuple[Mention, int]]:
        text = self._slice(number)
        if number.vague and not self._beside_month(number):
            return
        if number.in_words and number.ordinal and not self._beside_month(number):
            if max(number.values) <= 3:
                return  # "the second topic" counts, it says nothing
        hour = self._hour_word(number)
        if hour:
            yield Mention(DATE, text, hour), number.last + 1
            return
        after = self._at.get(number.last + 1)
        pair = set(_pair(min(number.values), min(after.values))) if after else set()
        if after and pair and number.in_words and after.in_words:
            yield Mention(NUMBER, text, frozenset(pair)), after.last
            return
        keys = set(map(number_key, number.values))
        if number.first == number.last:
            # "10.30" is a time as well as a number.
            keys.update(*_written(self.tokens[number.first].norm))
        yield Mention(NUMBER, text, frozenset(keys)), number.last

    def _slice(self, number: Number) -> str:
        return self.text[self.tokens[number.first].start : self.tokens[number.last].end]

    def _hour_word(self, number: Number) -> frozenset[str]:
        """Return the keys of a number that "pm" or "o'clock" makes a time."""
        after = self._norm(number.last + 1)
        rules = self._rules
        if after not in rules.am and after not in rules.pm and after not in rules.hours:
            return frozenset()
        return frozenset(k for v in number.values if v <= 24 for k in (time_key(v), number_key(v)))

    def _spoken_time(self, i: int) -> tuple[str, int] | None:
        """Return the time that "half past two" says, and its last token."""
        rules = self._rules
        for phrases, minute in (
            (rules.half_past, 30),
            (rules.half_to, -30),
            (rules.quarter_past, 15),
            (rules.quarter_to, -15),
        ):
            for phrase in sorted(phrases, key=len, reverse=True):
                words = tuple(t.norm for t in self.tokens[i : i + len(phrase)])
                number = self._at.get(i + len(phrase))
                if words == phrase and number and max(number.values) <= 24:
                    return time_key(max(number.values), minute), number.last
        return None

    def _norm(self, i: int) -> str:
        return self.tokens[i].norm if 0 <= i < len(self.tokens) else ""

    def _month(self, i: int, *, strict: bool) -> int | None:
        """Return the month that token ``i`` names.

        ``strict`` wants a capital where months have one, and beside words that are
        also others ("may", "march") a day or a year.
        """
        month = self._rules.months.get(self._norm(i))
        if month is None or not strict:
            return month
        token = self.tokens[i]
        if self._rules.capital_months and not self.text[token.start].isupper():
            return None
        if i > 0 or len(token.norm) > 5:
            return month
        return month if self._at.get(i + 1) else None

    def _beside_month(self, number: Number) -> bool:
        around = (number.first - 2, number.first - 1, number.last + 1, number.last + 2)
        return any(self._month(i, strict=False) for i in around if 0 <= i < len(self.tokens))

    def keys(self) -> frozenset[str]:
        """Return everything that this text holds, read generously."""
        found: set[str] = set()
        rules = self._rules
        for i, token in enumerate(self.tokens):
            month = self._month(i, strict=False)
            found.update(k for keys in _written(token.norm) for k in keys)
            dotted = _DOTTED.match(token.norm)
            if dotted:
                found.update(number_key(int(g)) for g in dotted.groups()[:2])
            if month:
                found.add(f"m:{month}")
            if token.norm in rules.weekdays:
                found.add(f"w:{rules.weekdays[token.norm]}")
            if token.norm in rules.relative:
                found.add(f"r:{rules.relative[token.norm]}")
            if token.norm in rules.also:
                found.add(number_key(rules.also[token.norm]))
            spoken = self._spoken_time(i)
            if spoken:
                found.add(spoken[0])
        for number in self.numbers:
            for value in number.values:
                found.add(number_key(value))
                if value <= 24 and not number.ordinal:
                    found.add(time_key(value))
        found |= set(self._runs())
        return frozenset(found | self._codes())

    def _runs(self) -> Iterator[str]:
        """Give what neighbouring numbers can mean together: years, times, codes."""
        run: list[float] = []
        last: Number | None = None
        for number in self.numbers:
            joined = last is not None and number.first == last.last + 1
            value = min(number.values)
            if joined and last is not None:
                yield from _pair(min(last.values), value)
            digit = value == int(value) and 0 <= value <= 9
            run = (run if joined else []) + [value] if digit else []
            if len(run) >= 2:
                yield number_key(float("".join(str(int(v)) for v in run[-15:])))
            last = number

    def _codes(self) -> set[str]:
        """Return codes, also those that are spoken in two words ("E 17")."""
        norms = [_squeezed(t.norm) for t in self.tokens]
        codes = {f"c:{n}" for n in norms if _CODE.match(n)}
        for first, second in zip(norms, norms[1:], strict=False):
            if _CODE.match(first + second) and len(first + second) <= 20:
                codes.add(f"c:{first}{second}")
        for number in self.numbers:
            if number.first and number.in_words:
                codes |= {f"c:{norms[number.first - 1]}{v:.10g}" for v in number.values}
        return codes


def _pair(first: float, second: float) -> Iterator[str]:
    """Give what two numbers in a row can mean: a year, a time, a price."""
    if 10 <= first <= 30 and 0 <= second < 100:
        yield number_key(first * 100 + second)
    if first < 24 and second < 60:
        yield time_key(first, second)
    if 1 <= first <= 9 and 10 <= second < 100:
        yield number_key(first * 100 + second)
        yield number_key(first + second / 100)


def _written(norm: str) -> Iterator[frozenset[str]]:
    """Give the parts of a date or time in figures; each must be held."""
    iso = _ISO.match(norm)
    if iso:
        year, month, day = (int(g) for g in iso.groups())
        yield frozenset({number_key(year)})
        yield frozenset({f"m:{month}"})
        yield frozenset({number_key(day)})
        return
    dotted = _DOTTED.match(norm)
    if dotted:
        first, second, year_text = dotted.groups()
        if norm.endswith("."):
            yield frozenset(_day_or_time(int(first), second))
            return
        both = {f"m:{int(first)}", f"m:{int(second)}"}
        yield frozenset(both)
        yield frozenset({number_key(int(first)), number_key(int(second))})
        if year_text:
            year = int(year_text)
            yield frozenset({number_key(year), number_key(year + (2000 if year < 100 else 0))})
        return
    clock = _CLOCK.match(norm)
    if clock:
        hour, minute = int(clock.group(1)), int(clock.group(2))
        keys = {time_key(hour, minute)}
        if ":" not in norm and not clock.group(3):
            keys.add(number_key(float(f"{hour}.{minute:02d}")))
        yield frozenset(keys)
        return
    bare = _HOUR.match(norm)
    if bare:
        yield frozenset({time_key(int(bare.group(1)))})


def _day_or_time(first: int, second_text: str) -> set[str]:
    """Return what "10.30." can mean: a day, or at the end of a sentence a time, a price."""
    second = int(second_text)
    keys = {time_key(first, second), number_key(float(f"{first}.{second_text}"))}
    if second <= 12:
        keys.add(f"m:{second}")
    return keys


def _squeezed(norm: str) -> str:
    return norm.replace("-", "")


def held(mentions: Sequence[Mention], keys: frozenset[str]) -> list[Mention]:
    """Return the mentions that ``keys`` do not hold."""
    return [m for m in mentions if not m.keys & keys]
