"""The forms in which clinical words are compared.

Capitals, accents, hyphens, spaces, apostrophes and British or American spelling do not
tell two words apart; any other letter does. Nothing here corrects a misspelling: the
spelling rules name whole word stems, so that a doubtful "ae" stays a mistake.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_STEMS = {
    "aemi": "emi",  # anaemia, ischaemia, leukaemia
    "aesthe": "esthe",  # anaesthetic, paraesthesia
    "aetiol": "etiol",
    "aluminium": "aluminum",
    "behaviour": "behavior",
    "caec": "cec",
    "caesar": "cesar",
    "centre": "center",
    "coeli": "celi",
    "colour": "color",
    "faec": "fec",
    "fibre": "fiber",
    "foet": "fet",
    "goitre": "goiter",
    "gynaec": "gynec",
    "haem": "hem",
    "homoeo": "homeo",
    "labour": "labor",
    "leuco": "leuko",
    "litre": "liter",
    "manoeuv": "maneuv",
    "melaen": "melen",
    "metre": "meter",
    "oedem": "edem",
    "oesoph": "esoph",
    "oestr": "estr",
    "paed": "ped",
    "pnoe": "pne",  # dyspnoea, apnoea
    "rrhoe": "rrhe",  # diarrhoea
    "sulph": "sulf",
    "titre": "titer",
    "tumour": "tumor",
    "lyse": "lyze",  # dialyse, paralyse
    "lysing": "lyzing",
}
_ISE = re.compile(r"(?<=[a-z]{3})is(?=(?:e|ed|es|er|ers|ing|ation|ations)\b)")
_QUALIFIER = re.compile(r"\s*\([^()]*\)\Z")
_DASHES = re.compile("[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u00b4`\u2032\u02b9]")
_INVISIBLE = re.compile("[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2060\ufeff]")
_NO_WORD = re.compile(r"[\W_]+")
_LIGATURES = str.maketrans({"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l"})


def tidy(text: str) -> str:
    """Return ``text`` in one Unicode form, with plain hyphens and single spaces."""
    if not text.isascii():
        text = text.replace("\u00ad", "")  # a soft hyphen is only a hint to the printer
        text = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def bare(term: str) -> str:
    """Return a headword without its qualifier: "discharge (fluid)" is "discharge"."""
    return _QUALIFIER.sub("", term) or term


def spaced(text: str) -> str:
    """Return the words of ``text`` as they are compared, one space between them.

    An apostrophe joins ("Parkinson's" is "parkinsons"); other signs part.
    """
    if text.isascii() and text.isalpha():
        return american(text.lower())
    text = _APOSTROPHES.sub("", tidy(text)).casefold()
    if not text.isascii():
        text = text.translate(_LIGATURES)
        parts = unicodedata.normalize("NFD", text)
        text = "".join(c for c in parts if not unicodedata.combining(c))
    text = _NO_WORD.sub(" ", text.replace("&", " and ")).strip()
    return american(text)


def american(text: str) -> str:
    """Return folded ``text`` in American spelling: "haemoglobin" is "hemoglobin"."""
    for british, ours in _STEMS.items():  # faster than one pattern of all
        if british in text:
            text = text.replace(british, ours)
    return _ISE.sub("iz", text) if "is" in text else text


def tight(text: str) -> str:
    """Return ``spaced`` without the spaces: "X-ray", "x ray" and "xray" are one."""
    return spaced(text).replace(" ", "")


def short_form(text: str) -> str:
    """Return an abbreviation without points, spaces and hyphens, its capitals kept."""
    return re.sub(r"[.\s-]", "", tidy(text))


def singulars(key: str) -> Iterator[str]:
    """Yield what the key of a plural may be the plural of, likeliest first.

    Only regular English, Latin and Greek endings of the last word; whether one of them
    is a word, the glossary decides.
    """
    if len(key) < 5:
        return
    if key.endswith("s") and key[-2:] not in ("ss", "us", "is"):
        yield key[:-1]
    for plural, singular in _ENDINGS:
        if key.endswith(plural):
            yield key[: -len(plural)] + singular


_ENDINGS = (
    ("ies", "y"),
    ("es", ""),
    ("ses", "sis"),  # diagnoses, metastases
    ("ices", "ix"),
    ("ices", "ex"),
    ("mata", "ma"),  # haematomata
    ("ae", "a"),
    ("i", "us"),  # thrombi, emboli
)
