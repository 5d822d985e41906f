"""Every text that people see: gettext catalogues and the wording of codes."""

from __future__ import annotations

import gettext
from pathlib import Path

_DOMAIN = "alcove"
_translation: gettext.NullTranslations = gettext.NullTranslations()


def use_language(folder: Path, language: str | None = None) -> None:
    """Load the catalogue of ``language`` (None: the system's) from ``folder``.

    A language without a catalogue speaks English.
    """
    global _translation
    languages = [language] if language else None
    _translation = gettext.translation(_DOMAIN, str(folder), languages, fallback=True)


def tr(message: str) -> str:
    """Return ``message`` in the language of the window."""
    return _translation.gettext(message)


def trn(one: str, many: str, count: int) -> str:
    """Return the form of the sentence that fits ``count``, with {count} filled in."""
    return _translation.ngettext(one, many, count).format(count=count)
