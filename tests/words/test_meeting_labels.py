"""Headings of files, in every language that has a catalogue."""

from __future__ import annotations

import gettext
from dataclasses import fields
from pathlib import Path

from app.core.grounding.check import REASONS
from app.core.meetings.labels import Counted, MeetingLabels
from app.core.meetings.minutes_check import NO_DATE
from app.words.meeting_labels import COUNTED, LABELS, meeting_labels


def test_the_words_of_the_files_are_those_of_core():
    counted = {key: Counted(*forms) for key, forms in COUNTED.items()}
    assert {f.name: getattr(MeetingLabels(), f.name) for f in fields(MeetingLabels)} == {
        **LABELS,
        **counted,
        "reasons": {},
    }


def test_a_language_without_a_catalogue_speaks_english(tmp_path: Path):
    assert meeting_labels(tmp_path, "qq") == MeetingLabels() == meeting_labels(tmp_path)


def test_a_number_chooses_the_form_of_the_language_of_the_file(tmp_path: Path, monkeypatch):
    class Polish(gettext.NullTranslations):
        def ngettext(self, one: str, many: str, count: int) -> str:
            return "{count} słowa" if count in (2, 3, 4) else "{count} słów"

    monkeypatch.setattr(gettext, "translation", lambda *_, **__: Polish())
    assert meeting_labels(tmp_path, "pl").words.of(3) == "3 słowa"
    assert [MeetingLabels().words.of(n) for n in (0, 1, 2)] == ["0 words", "1 word", "2 words"]


def test_every_reason_why_something_was_left_out_has_words(tmp_path: Path) -> None:
    reasons = meeting_labels(tmp_path).reasons
    assert set(reasons) == {*REASONS, NO_DATE}
    assert reasons["name_not_said"] == "a name in it was not said there"
