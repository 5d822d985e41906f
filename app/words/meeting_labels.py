"""Headings and marks of the files that a meeting becomes, in the language of the file."""

from __future__ import annotations

import gettext
from pathlib import Path

from app.core.meetings.labels import Counted, MeetingLabels
from app.words.reasons import REASONS

LABELS: dict[str, str] = {
    "overview": "Overview",
    "notes": "Your notes and markers",
    "decisions": "Decisions",
    "actions": "Actions",
    "questions": "Questions",
    "dates": "Dates",
    "topics": "Topics",
    "speakers": "Who spoke",
    "unsupported": "Left out: the transcript does not say this",
    "answer": "Answer",
    "no_answer": "no answer heard",
    "owner": "who",
    "due": "when",
    "none_heard": "none heard",
    "none_in_part": "none in the part that was read",
    "not_looked_for": "not looked for in this language",
    "not_read": "not looked for: too little was understood",
    "not_understood": "[not understood {start}–{end}]",
    "not_recorded": "[not recorded {start}–{end}]",
    "made_by_rules": "Highlights: the meeting's own words, picked by rules. "
    "Nobody wrote or checked them.",
    "made_by_model": "Written by the model {model}. "
    "Each line is linked to what was said; it may be wrong.",
    "no_words": "There are no words in the transcript.",
    "places": "In brackets: the time in the recording.",
    "numbers": "In brackets: the number of the entry in the transcript.",
    "marker": "marker",
}

COUNTED: dict[str, tuple[str, str]] = {
    "all_read": (
        "The {count} entry of the transcript was read.",
        "All {count} entries of the transcript were read.",
    ),
    "partly_read": (
        "{count} of {total} entries of the transcript was read.",
        "{count} of {total} entries of the transcript were read.",
    ),
    "words": ("{count} word", "{count} words"),
}


def meeting_labels(folder: Path, language: str | None = None) -> MeetingLabels:
    """Return the labels in ``language`` from the catalogues in ``folder``, else English."""
    wanted = [language] if language else None
    catalogue = gettext.translation("alcove", str(folder), wanted, fallback=True)
    plain = {key: catalogue.gettext(text) for key, text in LABELS.items()}
    counted = {key: Counted(*forms, catalogue.ngettext) for key, forms in COUNTED.items()}
    reasons = {code: catalogue.gettext(text) for code, text in REASONS.items()}
    return MeetingLabels(**plain, **counted, reasons=reasons)
