"""Items against the entries that they cite: what was not said goes to ``unsupported``.

Cited entries are often off by one. Where a neighbour holds what is missing it is cited
too; the link then leads to where it was said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from app.core.grounding.check import NEGATION_DIFFERS, NOT_CITED, NOT_SAID, Ground, Passage
from app.core.meetings.minutes_parse import Item, Items
from app.core.meetings.model import Segment, Unsupported
from app.core.text.languages import Languages, shipped
from app.core.text.sentences import sentences
from app.core.text.tokens import tokenize

NO_DATE = "no_date"
_TITLE_WORDS = 8
# Said nearly everywhere, so that the entries "hold" them, and they name nobody.
_NO_NAMES = frozenset(
    "you your we us our they them their he him his she her it this that these those who "
    "somebody someone anybody anyone wir uns ihr euch sie ihnen er es man wer jemand du".split()
)
_MOMENTS = frozenset({"now", "later", "away", "jetzt", "später"})  # "right away"
# A sentence about the overview and not about the meeting.
_INTRODUCTION = re.compile(
    r"(?:(?:sure|certainly|of course|gerne|natürlich)\b.{0,9})?"
    r"(?:here(?:['’]s| is)|below is|this is|hier ist|dies ist)\b[^,;]{0,30}"
    r"\b(?:overview|summary|überblick|zusammenfassung)\b[^,;]{0,60}\Z",
    re.IGNORECASE,
)
_SELF = frozenset({"i", "me", "ich", "mich", "self", "speaker"})


class Checker:
    """Holds items against one transcript."""

    def __init__(
        self,
        segments: Sequence[Segment],
        language: str | None,
        written: str | None = None,
        languages: Languages | None = None,
    ):
        self._order = [s.id for s in segments]
        self._place = {number: i for i, number in enumerate(self._order)}
        self._passages = {s.id: Passage(s.text, s.speaker) for s in segments}
        books = languages or shipped()
        book = books.get(written or language)
        self._abbreviations = book.abbreviations
        self._times = _MOMENTS | (book.cues.times if book.cues else frozenset())
        self.ground = Ground(self._passages.values(), language, written, languages)
        self.unsupported: list[Unsupported] = []

    def passages(self, numbers: Iterable[int]) -> list[Passage]:
        """Return the entries of these numbers."""
        return [self._passages[n] for n in numbers]

    def check(self, items: Items) -> Items:
        """Return the items that their entries hold; the others are in ``unsupported``."""
        return Items(
            topics=self._topics(items.topics),
            decisions=self._held(items.decisions, lambda item: item),
            actions=self._held(items.actions, self._action),
            questions=self._held(items.questions, self._question),
            dates=self._held([i for i in items.dates if self._dated(i)], lambda item: item),
        )

    def _held(self, items: Iterable[Item], finish: Callable[[Item], Item]) -> list[Item]:
        found = (self._supported(item) for item in items)
        return [finish(item) for item in found if item is not None]

    def _supported(self, item: Item) -> Item | None:
        """Return the item, with a neighbour cited where that is where it was said."""
        problems = self.ground.problems(item.text, self.passages(item.segments))
        if not problems:
            return item
        if item.segments and NEGATION_DIFFERS not in problems:
            for wider in self._wider(item.segments):
                if not self.ground.problems(item.text, self.passages(wider)):
                    return replace(item, segments=wider)
        self.unsupported.append(Unsupported(item.text, problems[0]))
        return None

    def _wider(self, numbers: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Return the cited entries with the one after, with the one before, with both."""
        first, last = self._place[numbers[0]], self._place[numbers[-1]]
        after = self._order[last + 1 : last + 2]
        before = self._order[first - 1 : first] if first else []
        options = [(*numbers, *after), (*before, *numbers), (*before, *numbers, *after)]
        return [tuple(o) for o in dict.fromkeys(options) if len(o) > len(numbers)]

    def _dated(self, item: Item) -> bool:
        if self.ground.has_date(item.text):
            return True
        self.unsupported.append(Unsupported(item.text, NO_DATE if item.segments else NOT_CITED))
        return False

    def _action(self, item: Item) -> Item:
        cited = self.passages(item.segments)
        due = item.due if item.due and self._is_due(item.due, cited) else None
        return replace(item, owner=self._owner(item.owner, cited), due=due)

    def _is_due(self, due: str, cited: Sequence[Passage]) -> bool:
        """Return whether ``due`` was said, and says something: "to be" is in every entry."""
        words = {t.norm for t in tokenize(due)}
        says = self.ground.says_something(due) or self.ground.has_date(due) or words & self._times
        return bool(words and says) and self.ground.holds_words(due, cited)

    def _owner(self, owner: str | None, cited: Sequence[Passage]) -> str | None:
        """Return the owner where the name is said in the cited entries or speaks there."""
        if owner is None:
            return None
        speakers = [p.speaker for p in cited if p.speaker]
        if owner.casefold().strip(". ") in _SELF:
            return speakers[0] if len(set(speakers)) == 1 else None
        for speaker in speakers:
            if owner.casefold() == speaker.casefold():  # also "Speaker 1", which is no name
                return speaker
        names = [t for t in tokenize(owner) if owner[t.start].isupper()]
        texts = [f"{p.speaker or ''}. {p.text}" for p in cited]
        said = {t.norm for text in texts for t in tokenize(text)}
        if not names or len(names) != len(tokenize(owner)):
            return None
        if all(t.norm in _NO_NAMES for t in names) and not _is_said_in_capitals(owner, texts):
            return None
        kept = [owner[t.start : t.end] for t in names if t.norm in said]
        return owner if len(kept) == len(names) else None

    def _question(self, item: Item) -> Item:
        answer = item.answer
        if answer is None or not answer.segments:
            return replace(item, answer=None)
        return replace(item, answer=self._supported(answer))

    def _topics(self, topics: Iterable[tuple[str, list[Item]]]) -> list[tuple[str, list[Item]]]:
        found = []
        for title, points in topics:
            held = self._held(points, lambda item: item)
            if held:
                found.append((self._title(title, held), held))
        return found

    def _title(self, title: str, points: Sequence[Item]) -> str:
        """Return the title, or the first words of a point where it says more than they."""
        cited = self.passages(n for p in points for n in p.segments)
        soft = (NOT_SAID, NEGATION_DIFFERS)
        if title and not [p for p in self.ground.problems(title, cited) if p not in soft]:
            return title
        return " ".join(points[0].text.rstrip(".").split()[:_TITLE_WORDS])

    def overview(self, text: str, items: Items, written: Sequence[str]) -> str | None:
        """Return the sentences of an overview that items and their entries hold."""
        if text.lstrip().startswith(("{", "[", "```")):
            return None  # no prose
        numbers = dict.fromkeys(n for item in items.all() for n in item.segments)
        source = [*self.passages(numbers), *(Passage(w) for w in written)]
        kept = []
        for start, end in sentences(text, self._abbreviations):
            sentence = " ".join(text[start:end].split())
            if sentence.endswith(":") or not self.ground.says_something(sentence):
                continue  # "Sure! Here is the overview:"
            if not kept and _INTRODUCTION.match(sentence):
                continue  # "Here is an overview of the meeting."
            problems = [p for p in self.ground.problems(sentence, source) if p != NEGATION_DIFFERS]
            if problems:
                self.unsupported.append(Unsupported(sentence, problems[0]))
            else:
                kept.append(sentence)
        return " ".join(kept) or None


def _is_said_in_capitals(name: str, texts: Iterable[str]) -> bool:
    """Return whether ``name`` is one of letters: "IT calls them", and not "it calls them"."""
    letters = {text[t.start : t.end] for text in texts for t in tokenize(text)}
    return len(name) > 1 and name.isupper() and name in letters
