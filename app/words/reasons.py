"""Why a statement was left out of the minutes, by the code that ``unsupported`` carries."""

from __future__ import annotations

from app.words import tr

REASONS: dict[str, str] = {
    "not_cited": "it names no entry it comes from",
    "number_not_said": "a number in it was not said there",
    "date_not_said": "a date or time in it was not said there",
    "name_not_said": "a name in it was not said there",
    "negation_differs": "what was said there says the opposite",
    "not_said": "its words were not said there",
    "no_date": "it names no date",
}


def reason_words(code: str) -> str:
    """Return why a statement was left out."""
    return tr(REASONS.get(code, code))
