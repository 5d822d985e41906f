"""The texts that go into files: headings and marks, in the language of the output.

Core is handed them; these defaults are English. In ``{}`` stand what is filled in.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    due: str = "until"
    none_heard: str = "none heard"
    not_looked_for: str = "not looked for in this language"
    not_read: str = "not looked for: too little was understood"
    not_understood: str = "[not understood {start}–{end}]"
    made_by_rules: str = (
        "Highlights: the meeting's own words, picked by rules. Nobody wrote or checked them."
    )
    made_by_model: str = (
        "Written by the model {model}. Each line is linked to what was said; it may be wrong."
    )
    all_read: str = "All {total} entries of the transcript were read."
    partly_read: str = "{read} of {total} entries of the transcript were read."
    places: str = "In brackets: the time in the recording."
    numbers: str = "In brackets: the number of the entry in the transcript."
    words: str = "{count} words"
    marker: str = "marker"
