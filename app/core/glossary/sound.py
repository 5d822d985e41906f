"""A key for how a clinical word sounds, so that "neumonia" is near "pneumonia".

The idea is that of the Double Metaphone (Lawrence Philips, "The Double Metaphone Search
Algorithm", C/C++ Users Journal 18(6), 2000): consonants by their sound, vowels dropped
after the first letter. This is a smaller table of our own for words of Greek and Latin
stock: "ch" is k and "th" is t (people write "bronkitis", "athsma"), silent beginnings
go (pn, ps, pt, rh), and there is one key, not two. Keys rank suggestions, nothing else.
"""

from __future__ import annotations

import re

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:pn|kn|gn|mn)", "n"),
        (r"^ps", "s"),
        (r"^pt", "t"),
        (r"^wr", "r"),
        (r"^x", "s"),
        (r"x", "ks"),
        (r"rrh|rh", "r"),
        (r"ph", "f"),
        (r"sch(?=[^aeiouy]|$)", "s"),
        (r"(?<=[aeiouy])ght?(?=[^aeiouy]|$)", "t"),
        (r"ch|ck|kh", "k"),
        (r"sh", "x"),
        (r"(?:ti|ci)(?=(?:on|a|ous|ent|al)(?:[^a-z]|s?$))|(?:ssi|si|ksi)(?=ons?$)", "x"),
        (r"th|ht", "t"),
        (r"(?<=[aeiouy])(?:st|ts)m", "sm"),  # asthma
        (r"stm", "sm"),
        (r"sc(?=[eiy])", "s"),
        (r"cc(?=[eiy])", "ks"),
        (r"c(?=[eiy])", "s"),
        (r"[cq]u?", "k"),
        (r"dg(?=[eiy])", "j"),
        (r"g(?=[eiy])", "j"),
        (r"mb$", "m"),
        (r"z", "s"),
        (r"v", "f"),
        (r"(?<=.)[wh]", ""),
    )
)
_VOWELS = re.compile(r"(?<=.)[aeiouy]+")
_FIRST_VOWEL = re.compile(r"^[aeiouy]+")
_DOUBLED = re.compile(r"(.)\1+")


def sound_key(folded: str) -> str:
    """Return the sound of a folded name (``spelling.spaced``), word by word."""
    return " ".join(_word(word) for word in folded.split())


def _word(word: str) -> str:
    for pattern, sound in _RULES:
        word = pattern.sub(sound, word)
    word = _FIRST_VOWEL.sub("a", word)
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", word))
