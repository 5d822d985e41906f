"""Holding a statement against the passages that it cites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.grounding.mentions import DATE, NUMBER, Mention, Reading, held
from app.core.grounding.names import Names
from app.core.grounding.negation import differs, polarity
from app.core.grounding.rules import Rules, rules_of
from app.core.text.languages import Language, Languages, shipped
from app.core.text.tokens import tokenize

NOT_CITED = "not_cited"
NUMBER_NOT_SAID = "number_not_said"
DATE_NOT_SAID = "date_not_said"
NAME_NOT_SAID = "name_not_said"
NEGATION_DIFFERS = "negation_differs"
NOT_SAID = "not_said"
REASONS = (
    NOT_CITED,
    NUMBER_NOT_SAID,
    DATE_NOT_SAID,
    NAME_NOT_SAID,
    NEGATION_DIFFERS,
    NOT_SAID,
)

# Of a statement's words of meaning so many must stand in its source, inflected or not.
_LEAST_SHARE = 0.2
_COMMON_START = 5
_SHORT_STEM = 4


@dataclass(frozen=True)
class Passage:
    """A piece of a source: its text and who said it."""

    text: str
    speaker: str | None = None


class Ground:
    """One source (a transcript, a document), against which statements are held.

    ``written`` is the language of the statements where it is another one: then words
    and negations cannot be compared, but numbers in figures and names still can.
    """

    def __init__(
        self,
        passages: Iterable[Passage],
        language: str | None,
        written: str | None = None,
        languages: Languages | None = None,
    ):
        passages = list(passages)
        books = languages or shipped()
        self._language: Language = books.get(language)
        self._rules: Rules = rules_of(language)
        self._same = _short(written or language) == _short(language)
        self._written_rules = self._rules if self._same else rules_of(written)
        speakers = {p.speaker for p in passages if p.speaker}
        texts = [p.text for p in passages]
        self._names = Names(texts, speakers, self._language, self._rules, same=self._same)

    def problems(self, claim: str, cited: Sequence[Passage]) -> list[str]:
        """Return why ``cited`` does not hold ``claim``: reasons, the weightiest first."""
        if not cited:
            return [NOT_CITED]
        texts = [f"{p.speaker}: {p.text}" if p.speaker else p.text for p in cited]
        words = frozenset(t.norm for text in texts for t in tokenize(text))
        reasons = []
        kinds = {m.kind for m in self._unheld(claim, texts)}
        if NUMBER in kinds:
            reasons.append(NUMBER_NOT_SAID)
        if DATE in kinds:
            reasons.append(DATE_NOT_SAID)
        if self._names.missing(claim, words):
            reasons.append(NAME_NOT_SAID)
        if self._same:
            reasons += self._of_words(claim, [p.text for p in cited], words)
        return reasons

    def _unheld(self, claim: str, texts: Sequence[str]) -> list[Mention]:
        mentions = Reading(claim, self._written_rules).mentions()
        if not mentions:
            return []
        keys: set[str] = set()
        for text in texts:
            keys |= Reading(text, self._rules).keys()
            if not self._same:
                keys |= Reading(text, self._written_rules).keys()
        if not self._same:
            # "Monday" of another language: only figures can be compared.
            mentions = [m for m in mentions if any(c.isdigit() for c in m.text)]
        return held(mentions, frozenset(keys))

    def _of_words(self, claim: str, texts: Sequence[str], words: frozenset[str]) -> list[str]:
        reasons = []
        language = self._language
        if self._rules.negations:
            source = polarity("\n".join(texts), language, self._rules)
            alike = bool(self._rules.separable)
            if differs(polarity(claim, language, self._rules), source, alike=alike):
                reasons.append(NEGATION_DIFFERS)
        content = {language.stem(t.norm) for t in tokenize(claim) if language.is_content(t.norm)}
        said = {language.stem(w) for w in words}
        starts = {w[:_COMMON_START] for w in said if len(w) >= _COMMON_START}
        common = sum(
            w in said
            or w[:_COMMON_START] in starts
            or any(w[:n] in said for n in range(_SHORT_STEM, len(w)))
            for w in content
        )
        if content and language.stopwords and common < max(1.0, _LEAST_SHARE * len(content)):
            reasons.append(NOT_SAID)
        return reasons

    def says_something(self, text: str) -> bool:
        """Return whether ``text`` has a word of meaning."""
        return any(self._language.is_content(t.norm) for t in tokenize(text))

    def has_date(self, text: str) -> bool:
        """Return whether ``text`` names a date, a time or a number, as far as can be told."""
        rules = self._written_rules
        if not rules.units:
            return True
        reading = Reading(text, rules)
        return bool(reading.numbers) or bool(reading.mentions())

    def holds_words(self, text: str, cited: Sequence[Passage]) -> bool:
        """Return whether every word of meaning of ``text``, and each number, was said."""
        words = {t.norm for p in cited for t in tokenize(f"{p.speaker or ''}: {p.text}")}
        stems = {self._language.stem(w) for w in words}
        # "um zehn" holds "um 10 Uhr": the number itself is looked for as a number.
        clock = self._rules.hours
        own = [
            t.norm
            for t in tokenize(text)
            if self._language.is_content(t.norm) and t.norm not in clock and not t.norm.isdecimal()
        ]
        if self._unheld(text, [p.text for p in cited]):
            return False
        return all(w in words or self._language.stem(w) in stems for w in own)


def _short(language: str | None) -> str:
    return (language or "").replace("_", "-").split("-")[0].casefold()
