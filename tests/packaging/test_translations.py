"""The build of translations: what is collected, and what the program then says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from app import words
from app.words.durations import time_left
from app.words.errors import ERRORS
from app.words.meeting_labels import COUNTED as LABELS_COUNTED
from app.words.meetings import step_name
from app.words.notices import COUNTED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def build():
    spec = importlib.util.spec_from_file_location(
        "translations", ROOT / "packaging/translations.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_error_sentence_is_collected(build) -> None:
    collected = {text for text, _ in build.texts()}
    for message, hint in ERRORS.values():
        assert {message, hint} <= collected | {"{detail}"}


def test_a_sentence_with_a_number_is_collected_with_both_its_forms(build) -> None:
    collected = set(build.texts())
    for forms in (*COUNTED.values(), *LABELS_COUNTED.values()):
        assert forms in collected
        assert (forms[0], None) not in collected


def test_the_template_can_be_read_back(build) -> None:
    text = build.template()
    assert text.count("\nmsgid ") == len(build.texts())
    assert build.read_po(text) == {"": "Content-Type: text/plain; charset=UTF-8\n"}


def test_a_translation_is_spoken_by_the_program(build, tmp_path: Path) -> None:
    po = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Transcript"\nmsgstr "Mitschrift"\n\n'
        'msgid "{count} minute left"\nmsgid_plural "{count} minutes left"\n'
        'msgstr[0] "noch {count} Minute"\nmsgstr[1] "noch {count} Minuten"\n'
    )
    target = tmp_path / "de" / "LC_MESSAGES" / "alcove.mo"
    target.parent.mkdir(parents=True)
    target.write_bytes(build.compile_catalogue(build.read_po(po)))
    try:
        words.use_language(tmp_path, "de")
        assert step_name("transcript") == "Mitschrift"
        assert (time_left(60), time_left(240)) == ("noch 1 Minute", "noch 4 Minuten")
        assert step_name("minutes") == "Minutes"
    finally:
        words.use_language(tmp_path, "en")


def test_what_a_tool_guessed_is_no_translation_but_the_head_is_read(build) -> None:
    text = (
        '#, fuzzy\nmsgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '#, fuzzy, python-brace-format\nmsgid "Open {file}"\nmsgstr "{file} löschen"\n\n'
        '#, python-brace-format\nmsgid "Close {file}"\nmsgstr "{file} schließen"\n'
    )
    entries = build.read_po(text)
    assert set(entries) == {"", "Close {file}"}
