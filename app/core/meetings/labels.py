"""The texts that go into files: headings and marks, in the language of the output.

Core is handed them; these defaults are English. In ``{}`` stand what is filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def _english(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


@dataclass(frozen=True)
class Counted:
    """A text with a number in it; ``choose`` knows the plural forms of its language."""

    one: str
    many: str
    choose: Callable[[str, str, int], str] = field(default=_english, compare=False, repr=False)

    def of(self, count: int, **more: Any) -> str:
        """Return the form for ``count``, with {count} and the rest filled in."""
        return self.choose(self.one, self.many, count).format(count=count, **more)


@dataclass(frozen=True)
class MeetingLabels:
    """Headings and marks of transcripts and minutes."""

    overview: str = "Overview"
    notes: str = "Your notes and markers"
    decisions: str = "Decisions"
    actions: str = "Actions"
    questions: str = "Questions"
    dates: str = "Dates"
    topics: str = "Topics"
    speakers: str = "Who spoke"
    unsupported: str = "Left out: the transcript does not say this"
    answer: str = "Answer"
    no_answer: str = "no answer heard"
    owner: str = "who"
    due: str = "when"
    none_heard: str = "none heard"
    none_in_part: str = "none in the part that was read"
    not_looked_for: str = "not looked for in this language"
    not_read: str = "not looked for: too little was understood"
    not_understood: str = "[not understood {start}–{end}]"
    not_recorded: str = "[not recorded {start}–{end}]"
    made_by_rules: str = (
        "Highlights: the meeting's own words, picked by rules. Nobody wrote or checked them."
    )
    made_by_model: str = (
        "Written by the model {model}. Each line is linked to what was said; it may be wrong."
    )
    all_read: Counted = Counted(
        "The {count} entry of the transcript was read.",
        "All {count} entries of the transcript were read.",
    )
    partly_read: Counted = Counted(
        "{count} of {total} entries of the transcript was read.",
        "{count} of {total} entries of the transcript were read.",
    )
    no_words: str = "There are no words in the transcript."
    places: str = "In brackets: the time in the recording."
    numbers: str = "In brackets: the number of the entry in the transcript."
    words: Counted = Counted("{count} word", "{count} words")
    marker: str = "marker"
    # Why something was left out, by its code; without its words the code itself stands.
    reasons: Mapping[str, str] = field(default_factory=dict, compare=False)
