"""Names in a statement that its source does not hold."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.grounding.rules import Rules
from app.core.text.languages import Language
from app.core.text.names import NameBook
from app.core.text.sentences import sentences
from app.core.text.tokens import Token, tokenize

_TITLE_CASE = 0.6
_SHORTEST_BASE = 3  # "mov" of "moving"; what is shorter begins any word


class Names:
    """What is known of the names of a whole transcript."""

    def __init__(
        self,
        texts: Iterable[str],
        speakers: Iterable[str],
        language: Language,
        rules: Rules,
        *,
        same: bool = True,
    ):
        """``same`` is False for statements in another language than the texts: then only
        names that are known from these are looked for."""
        texts, speakers = list(texts), list(speakers)
        self._language = language
        self._rules = rules
        self._same = same
        book = NameBook(texts, speakers, language)
        self._speakers = frozenset(t.norm for s in speakers for t in tokenize(s))
        self._words: set[str] = set()
        self._known: set[str] = set(self._speakers) - language.stopwords
        for text in texts:
            tokens = tokenize(text)
            self._words.update(t.norm for t in tokens)
            starts = _starts(text)
            found = book.find(text, tokens)
            self._known.update(tokens[i].norm for i in found if tokens[i].start not in starts)

    def missing(self, claim: str, source: frozenset[str]) -> list[str]:
        """Return names of ``claim`` that are not among the plain words of ``source``.

        A word counts as a name when it is capitalised within a sentence, or opens one
        and is known as a name, or acts there ("Zoe will …") and was never said.
        """
        tokens = tokenize(claim)
        starts = _starts(claim)
        if _in_title_case(claim, tokens):
            starts = {t.start for t in tokens}
        missing = []
        for i, token in enumerate(tokens):
            if not claim[token.start].isupper() or self._held(token.norm, source):
                continue
            acts = i + 1 < len(tokens) and tokens[i + 1].norm in self._rules.acts
            if self._is_name(token.norm, opens=token.start in starts, acts=acts):
                missing.append(claim[token.start : token.end])
        return missing

    def _held(self, norm: str, source: frozenset[str]) -> bool:
        stem = self._language.stem(norm)
        return norm in source or stem in source or any(p in source for p in norm.split("-"))

    def _is_name(self, norm: str, *, opens: bool, acts: bool) -> bool:
        language, rules = self._language, self._rules
        if (
            len(norm) < 2
            or norm in language.stopwords
            or norm in language.not_names
            or norm in rules.months
            or norm in rules.weekdays
            or norm in rules.relative
            or norm in rules.generic
            or rules.value(norm) is not None
            or norm in rules.ordinals
        ):
            return False
        if norm in self._known or not self._same:
            return norm in self._known
        unsaid = norm not in self._words and language.stem(norm) not in self._words
        if opens or language.capitalised_nouns:
            is_none = norm.endswith("s") or self._is_of_a_verb(norm)
            return acts and unsaid and opens and not is_none
        return unsaid

    def _is_of_a_verb(self, norm: str) -> bool:
        """Return whether a word is what somebody said, as a deed: "shipping" for "we ship"."""
        for ending in self._rules.no_name_endings:
            base = norm.removesuffix(ending)
            if base != norm and len(base) >= _SHORTEST_BASE:
                base = base[:-1] if base[-1] == base[-2] else base
                return any(word.startswith(base) for word in self._words)
        return False


def _starts(text: str) -> set[int]:
    """Return the places where a word is capitalised for standing first."""
    found = set()
    for start, end in sentences(text):
        tokens = tokenize(text[start:end])
        if tokens:
            found.add(start + tokens[0].start)
    for i, sign in enumerate(text[:-1]):
        if sign in ':"“„»(–-•':
            rest = text[i + 1 :]
            found.add(i + 1 + len(rest) - len(rest.lstrip()))
    return found


def _in_title_case(text: str, tokens: list[Token]) -> bool:
    words = [t for t in tokens if len(t.norm) > 3]
    capital = sum(text[t.start].isupper() for t in words)
    return len(words) > 1 and capital / len(words) > _TITLE_CASE
