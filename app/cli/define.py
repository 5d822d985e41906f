"""``define TERM``: every meaning of a clinical word or abbreviation, or near names."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from typing import Any

from app.cli.output import Output
from app.core.glossary.glossary import Lookup, Sense
from app.core.glossary.suggest import Suggestion
from app.words import tr, trn

_WIDEST = 88
_INDENT = "    "


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "define", help=tr("Explain a clinical word or abbreviation from the glossary.")
    )
    parser.add_argument("term", nargs="+", help=tr("the word, abbreviation or phrase"))


def run(args: argparse.Namespace, services: Any, out: Output) -> int:
    """Look the term up and print all its meanings; 0 whether or not it is known."""
    found = services.glossary.lookup(" ".join(args.term))
    out.result(found.to_dict())
    if not out.json:
        width = min(_WIDEST, shutil.get_terminal_size().columns)
        out.text("\n".join(_answer(found, width)))
    return 0


def _answer(found: Lookup, width: int) -> list[str]:
    if not found.senses:
        return _nothing(found, width)
    lines = [_heading(found)]
    for number, sense in enumerate(found.senses, 1):
        mark = f"{number}. " if len(found.senses) > 1 else ""
        lines += ["", *_sense(sense, mark, width)]
    note = tr("General information. For questions about you, ask your doctor or pharmacist.")
    return [*lines, "", *textwrap.wrap(note, width)]


def _heading(found: Lookup) -> str:
    how = {
        "exact": tr("found as it stands in the glossary"),
        "synonym": tr("found under another name"),
        "abbreviation": tr("found as an abbreviation"),
    }[found.match]
    count = len(found.senses)
    meanings = trn("{count} meaning", "{count} meanings", count)
    return f"{found.query}: {meanings}, {how}"


def _sense(sense: Sense, mark: str, width: int) -> list[str]:
    entry = sense.entry
    labels = [entry.kind, entry.drug_class, entry.region]
    title = f"{mark}{entry.term}: {', '.join(label for label in labels if label)}"
    lines = textwrap.wrap(title, width)
    if entry.urgent:
        lines += _wrapped(tr("This can be an emergency."), width, "! ")
    lines += _wrapped(entry.plain, width)
    lines += _wrapped(entry.professional, width, tr("For staff: "))
    lines += [line for warning in entry.warnings for line in _wrapped(warning, width, "! ")]
    if entry.synonyms:
        lines += _wrapped(", ".join(entry.synonyms), width, tr("Also: "))
    if entry.abbreviations:
        lines += _wrapped(", ".join(entry.abbreviations), width, tr("Short: "))
    return lines + _wrapped(entry.source, width, tr("Source: "))


def _nothing(found: Lookup, width: int) -> list[str]:
    lines = textwrap.wrap(
        tr("“{term}” is not in the installed glossary.").format(term=found.query), width
    )
    if not found.suggestions:
        return [*lines, tr("Nothing in it comes near.")]
    return [*lines, "", tr("Did you mean:"), *map(_near, found.suggestions)]


def _near(suggestion: Suggestion) -> str:
    entry = suggestion.entry
    label = entry.drug_class or entry.kind
    meant = f" = {entry.term}" if suggestion.term != entry.term else ""
    return f"{_INDENT}{suggestion.term}{meant} ({label})"


def _wrapped(text: str, width: int, lead: str = "") -> list[str]:
    gap = _INDENT + " " * len(lead)
    return textwrap.wrap(text, max(width, 40), initial_indent=_INDENT + lead, subsequent_indent=gap)
