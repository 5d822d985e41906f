"""Cue phrases: a small pattern language, made into regular expressions.

The phrases of a language stand in its file (``resources/cues``), in the notation that
is explained at the top of ``en.toml``. They are matched against a ``Stream``: the plain
words of a sentence, without hesitations and stammered repeats, names marked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.core.text.tokens import Token, tokenize

WEIGHTS = {"strong": 2.0, "good": 1.0}
_NAME_MARK = "^"
_BUILT_IN = {
    "name": r"\^\S+(?: \^\S+){0,3}",
    "digits": r"\d+(?:[.,]\d+)*",
    "ordinal": r"\d+(?:st|nd|rd|th)",
    # "34.19" may be a paragraph: a full stop makes a time only with "at" or "p.m.".
    "clock": r"(?:(?:[01]?\d|2[0-3]):[0-5]\d(?: ?[ap]\.?m\.?)?|1?\d(?:\.[0-5]\d ?)?[ap]\.?m\.?)",
    "dotted": r"(?:[01]?\d|2[0-3])\.[0-5]\d",
    "date": r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})?)",
}
_GAP = r"(?: \S+){0,4}?"


class Stream:
    """The words of one sentence as one string, with the way back to its tokens."""

    def __init__(
        self,
        tokens: Sequence[Token],
        skip: Collection[str] = frozenset(),
        names: Collection[int] = frozenset(),
    ):
        """``names`` are indexes of ``tokens`` that are names of people."""
        self.tokens = tokens
        self._index: list[int] = []
        self._starts: list[int] = []
        parts: list[str] = []
        length, last = 1, ""
        for i, token in enumerate(tokens):
            if token.norm in skip or token.norm == last:
                continue
            last = token.norm
            word = (_NAME_MARK if i in names else "") + token.norm
            self._index.append(i)
            self._starts.append(length)
            parts.append(word)
            length += len(word) + 1
        self.text = " " + " ".join(parts) + " " if parts else " "

    def token_span(self, start: int, end: int) -> tuple[int, int]:
        """Return first and last token index (inclusive) of a stretch of ``text``."""
        first = max(0, bisect_right(self._starts, start + 1) - 1)
        last = max(first, bisect_right(self._starts, end - 1) - 1)
        return self._index[first], self._index[last]


@dataclass(frozen=True)
class Hit:
    """A cue that was found: its weight and its tokens, both ends included."""

    weight: float
    first: int
    last: int


@dataclass(frozen=True)
class Cue:
    """What one kind of thing sounds like, and what only resembles it."""

    groups: tuple[tuple[float, re.Pattern[str]], ...]
    never: re.Pattern[str] | None = None
    extra: Mapping[str, re.Pattern[str]] = field(default_factory=dict)

    def find(self, stream: Stream) -> Hit | None:
        """Return the strongest cue of ``stream`` that nothing forbids."""
        for weight, pattern in self.groups:
            match = pattern.search(stream.text)
            if match:
                if self.never and self.never.search(stream.text):
                    return None
                return Hit(weight, *stream.token_span(*match.span()))
        return None

    def find_all(self, stream: Stream) -> list[Hit]:
        """Return every cue of ``stream``, in order, that nothing forbids."""
        if self.never and self.never.search(stream.text):
            return []
        return [
            Hit(weight, *stream.token_span(*match.span()))
            for weight, pattern in self.groups
            for match in pattern.finditer(stream.text)
        ]

    def also(self, name: str, stream: Stream) -> bool:
        """Return whether a further group of the file (``starts``, ``replies``) matches."""
        pattern = self.extra.get(name)
        return bool(pattern and pattern.search(stream.text))

    def said(self, name: str, stream: Stream) -> str:
        """Return the words that a further group of the file matches first, "" for none."""
        pattern = self.extra.get(name)
        match = pattern.search(stream.text) if pattern else None
        return match.group().strip() if match else ""

    def forbidden(self, stream: Stream) -> bool:
        """Return whether ``stream`` only resembles this kind of thing."""
        return bool(self.never and self.never.search(stream.text))


class CueBook:
    """The cues of one language, compiled when first asked for."""

    def __init__(self, cues: Mapping[str, Mapping[str, Sequence[str]]], lists: Mapping[str, Any]):
        self._raw = cues
        self._lists = lists
        self._cues: dict[str, Cue] = {}
        self._words: dict[str, str] = {}

    def __getitem__(self, kind: str) -> Cue:
        if kind not in self._cues:
            self._cues[kind] = self._build(self._raw.get(kind, {}))
        return self._cues[kind]

    def _build(self, raw: Mapping[str, Sequence[str]]) -> Cue:
        made = {name: self._compile(phrases) for name, phrases in raw.items() if phrases}
        groups = tuple((w, made.pop(name)) for name, w in WEIGHTS.items() if name in made)
        return Cue(groups, made.pop("never", None), made)

    def _compile(self, phrases: Sequence[str]) -> re.Pattern[str]:
        return re.compile("(?:" + "|".join(self._phrase(p) for p in phrases) + ")(?= )")

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Return the words that are numbers."""
        return frozenset(self._lists.get("number", ()))

    @cached_property
    def ordinals(self) -> frozenset[str]:
        """Return the words that tell the first from the second."""
        phrases = self._lists.get("nth", ())
        return frozenset(w for p in phrases for w in p.split() if not w.startswith("{"))

    @cached_property
    def times(self) -> frozenset[str]:
        """Return the words that are stretches of time or parts of a day."""
        return frozenset((*self._lists.get("span", ()), *self._lists.get("part", ())))

    @cached_property
    def vague(self) -> frozenset[str]:
        """Return the words that are said of anything, times among them: no subject."""
        return self.times | frozenset(self._lists.get("vague", ()))

    def _phrase(self, phrase: str) -> str:
        words = phrase.split()
        start = r"\A" if words[:1] == ["^"] else ""
        end = r"(?= \Z)" if words[-1:] == ["$"] else ""
        return start + "".join(self._element(w) for w in words if w not in ("^", "$")) + end

    def _element(self, word: str) -> str:
        if word == "..":
            return _GAP
        optional = word.endswith("?") and len(word) > 1
        choices = (word[:-1] if optional else word).split("|")
        inner = "|".join(self._choice(c) for c in choices)
        return f"(?:{inner})" + ("?" if optional else "")

    def _choice(self, choice: str) -> str:
        """Return the expression of one word or ``{list}``, each with its leading space."""
        if not choice.startswith("{"):
            return "".join(rf" \^?{re.escape(t.norm)}" for t in tokenize(choice))
        name = choice.strip("{}")
        if name in _BUILT_IN:
            return " " + _BUILT_IN[name]
        if name not in self._words:
            inner = "|".join(self._phrase(p) for p in self._longest_first(name))
            self._words[name] = f"(?:{inner})"
        return self._words[name]

    def _longest_first(self, name: str) -> list[str]:
        """Return a list so that "Friday afternoon" is tried before "Friday"."""
        return sorted(self._lists[name], key=lambda p: -len(p.split()))
