"""The words of the Clinical glossary tab."""

from __future__ import annotations

from app.words import tr, trn

KINDS: dict[str, str] = {
    "condition": "condition",
    "symptom": "symptom",
    "sign": "sign",
    "test": "test",
    "medicine": "medicine",
    "procedure": "procedure",
    "anatomy": "anatomy",
    "abbreviation": "abbreviation",
    "unit": "unit",
    "error-prone": "error-prone abbreviation",
    "word": "word",
}

MATCHES: dict[str, str] = {
    "exact": "found as written",
    "synonym": "found as a synonym",
    "abbreviation": "found as an abbreviation",
}


def entries_appear() -> str:
    """Return what the empty list of entries says."""
    return tr("Entries appear here while you type, and words that are spelt alike.")


def entry_appears() -> str:
    """Return what the empty entry says."""
    return tr("What the word means, in plain words and as professionals say it.")


def found_appear() -> str:
    """Return what the empty list of a letter's words says."""
    return tr("The clinical words of the letter appear here, each with what it means.")


def kind(name: str) -> str:
    """Return the name of a kind of entry."""
    return tr(KINDS.get(name, name))


def match(name: str) -> str:
    """Return how a word was found."""
    return tr(MATCHES[name])


def senses(count: int) -> str:
    """Return how many meanings there are; none is chosen silently."""
    return trn("{count} meaning", "{count} meanings", count)


def did_you_mean() -> str:
    """Return the heading of the suggestions."""
    return tr("Not found as written. Did you mean:")


def nothing() -> str:
    """Return what stands when there is no entry."""
    return tr("Not in the glossary. Nothing is made up for it.")


def emergency() -> str:
    """Return what stands first where it may be one."""
    return tr("This can be an emergency: call your local emergency number.")


def foreign() -> str:
    """Return what to know about a letter in another language than the glossary's."""
    return tr(
        "This letter is not in English, and the glossary is. A short form may stand for "
        "something else here."
    )


def cut() -> str:
    """Return that a letter was too long."""
    return tr("The letter is very long: only its beginning was read.")


def fixed_line() -> str:
    """Return the line under every entry."""
    return tr(
        "General information about words. For a question about yourself ask a pharmacist or doctor."
    )


def unknown() -> str:
    """Return the heading of a letter's abbreviations that are not known."""
    return tr("Abbreviations that the glossary does not know")


def known(count: int) -> str:
    """Return how many words of a letter are known."""
    return trn("{count} word explained", "{count} words explained", count)
