"""Every text that people see: gettext catalogues and the wording of codes."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_DOMAIN = "alcove"
# The parameters that sentences count, the first that is there.
_NUMBERS = ("count", "read")
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


def trn(one: str, many: str, count: int, **more: Any) -> str:
    """Return the form of the sentence that fits ``count``, with {count} and more filled in."""
    return _translation.ngettext(one, many, count).format(count=count, **more)


def counted(forms: tuple[str, str], params: Mapping[str, Any]) -> str:
    """Return the sentence of ``forms`` (one, many) that fits the number among ``params``."""
    number = next((params[key] for key in _NUMBERS if isinstance(params.get(key), int)), 2)
    return _translation.ngettext(*forms, number).format_map(params)
