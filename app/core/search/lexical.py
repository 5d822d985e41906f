"""From what a person typed to words, and from words to ranked finds.

The words are found in tiers: every word as it stands, every word or what begins with
it, any word. A find of an earlier tier stands above all of a later one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.core.search.stopwords import ALL_STOPWORDS

_MOST_CHARACTERS = 2000
_MOST_WORDS = 32
# Endings, and how much of a word must stand before one.
_ENDINGS = (("ies", 4), ("ing", 4), ("ed", 4), ("es", 5), ("s", 4), ("e", 5), ("en", 7))
_LONGEST_LETTERS = 3  # of a code: "E 42", "12 Nm", and no "page 3"
_PIECE = re.compile(r"[^\W_]+")
_RUN = re.compile(r"\d+|[^\W\d_]+")
# How German is written without its own letters. An index folds "ä" to "a".
_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_TRANSCRIPTION = re.compile(r"([aou])e")


@dataclass(frozen=True)
class Wanted:
    """What a tier asks for: ``every`` word or any; ``prefix`` also what begins so."""

    words: tuple[str, ...]
    every: bool
    prefix: bool


# Gives (id, relevance) of at most ``limit`` finds, the best first; higher is better.
Find = Callable[[Wanted, int], Sequence[tuple[int, float]]]


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a query in their order, each once.

    A word is what stands between spaces, without signs at its ends: "E-42" stays
    one word, and an index finds its pieces side by side. Signs of a query language
    have no meaning here. Stop words go, unless there is nothing else.
    """
    found: dict[str, str] = {}
    for chunk in unicodedata.normalize("NFC", text[:_MOST_CHARACTERS]).split():
        pieces = list(_PIECE.finditer(chunk))
        if pieces:
            word = chunk[pieces[0].start() : pieces[-1].end()]
            found.setdefault(word.casefold(), word)
    telling = [word for folded, word in found.items() if folded not in ALL_STOPWORDS]
    return tuple((telling or list(found.values()))[:_MOST_WORDS])


def pieces_of(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words taken apart at their inner signs, each once."""
    pieces = (piece for word in words for piece in _PIECE.findall(word))
    return tuple(dict.fromkeys(pieces))


def spellings(word: str) -> tuple[str, ...]:
    """Return ``word`` and the other ways to write it, each once, the given one first.

    With and without signs or spaces inside ("E-42", "E42", "E 42"; "7Nm", "7 Nm"), and
    German with and without its own letters ("Tür", "Tuer").
    """
    found = [word]
    small = word.lower()
    runs = _RUN.findall(small)
    if len(runs) > 1:
        # Two numbers never become one: "3,5" is not "35".
        one = [] if any(map(_are_numbers, runs, runs[1:])) else ["".join(runs)]
        found += [*one, " ".join(runs)]
    sharp = {small, small.replace("ß", "ss"), small.replace("ss", "ß")}
    for one in sorted(sharp):
        found += [one.translate(_TRANSCRIBED), _TRANSCRIPTION.sub(r"\1", one), one]
    ways: dict[str, str] = {}
    for one in found:
        ways.setdefault(compared(one), one)
    return tuple(ways.values())


def _are_numbers(*runs: str) -> bool:
    return all(run.isdigit() for run in runs)


def compared(text: str) -> str:
    """Return ``text`` as an index compares it: words in small letters without accents."""
    parts = " ".join(_PIECE.findall(text.lower()))
    if parts.isascii():
        return parts
    parts = unicodedata.normalize("NFD", parts)
    return "".join(c for c in parts if not unicodedata.combining(c))


def stem(word: str) -> str:
    """Return the beginning that a word shares with its plural and simple forms.

    The s-stemmer of Harman, "How effective is suffixing?", JASIS 42(1), 1991, the
    endings -ing and -ed, the silent -e before them ("change", "changing"), and the -en of
    German plurals; short words and words with signs stay as they are.
    """
    small = word.casefold()
    if not small.isalpha():
        return word
    for ending, shortest in _ENDINGS:
        if small.endswith(ending) and not small.endswith(("ss", "us", "eed")):
            if len(word) - len(ending) >= shortest:
                return word[: -len(ending)]
    return word


def tiers(text: str) -> tuple[Wanted, ...]:
    """Return what to ask for, the strictest first; nothing for a text without words."""
    words = words_of(text)
    if not words:
        return ()
    stems = tuple(dict.fromkeys(stem(word) for word in words))
    # A letter alone ("E" of "E-42") would find everything.
    pieces = [stem(piece) for piece in pieces_of(words) if len(piece) > 1]
    loose = tuple(dict.fromkeys([*stems, *pieces, *_codes_of(words)]))
    return (
        Wanted(words, every=True, prefix=False),
        Wanted(stems, every=True, prefix=True),
        Wanted(loose, every=False, prefix=True),
    )


def _codes_of(words: Sequence[str]) -> Iterator[str]:
    """Give codes that were written as two words: "E42" for "E 42"."""
    for one, other in zip(words, words[1:], strict=False):
        letters, number = sorted((one, other), key=str.isdigit)
        if letters.isalpha() and number.isdigit() and len(letters) <= _LONGEST_LETTERS:
            yield one + other


def ranked(find: Find, text: str, k: int) -> list[tuple[int, float]]:
    """Return at most ``k`` finds as (id, score), the best first.

    The whole part of the score counts the tier (2: every word as it stands), the
    rest grows with the relevance that ``find`` gave within it.
    """
    scores: dict[int, float] = {}
    wanted = tiers(text)
    for place, tier in enumerate(wanted):
        if len(scores) >= k:
            break
        base = len(wanted) - 1 - place
        for number, relevance in find(tier, k):
            positive = max(relevance, 0.0)
            scores.setdefault(number, base + positive / (1.0 + positive))
    best = sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
    return best[:k]
