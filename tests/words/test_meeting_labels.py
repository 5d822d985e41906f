"""Headings of files, in every language that has a catalogue."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from app.core.meetings.labels import MeetingLabels
from app.words.meeting_labels import LABELS, meeting_labels


def test_the_words_of_the_files_are_those_of_core():
    assert asdict(MeetingLabels()) == LABELS


def test_a_language_without_a_catalogue_speaks_english(tmp_path: Path):
    assert meeting_labels(tmp_path, "qq") == MeetingLabels() == meeting_labels(tmp_path)
