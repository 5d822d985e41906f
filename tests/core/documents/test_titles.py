"""Passages found with the help of what their file is called."""

from __future__ import annotations

import pytest

from app.core.documents.add import add_documents
from app.core.documents.search import search

CODES = "E07 means the lamp is off.\n\nE08 means the door is open."
NAMES = ("Norvik/printer-LP30.txt", "Norvik/pump_B12.txt", "Lindner/Drucker Bär.txt")
FILES = {name: CODES for name in NAMES}


@pytest.fixture
def found(library, reader, ctx, folder):
    root = folder(FILES)
    add_documents([root], reader, library.documents, ctx)

    def found_(query: str) -> str:
        hits = search(query, 5, library.documents, ctx)
        return hits[0].path.removeprefix(f"{root}/") if hits else ""

    return found_


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("LP30 E07", 0), ("LP-30 error E07", 0), ("lp 30 lamp off", 0), ("E07 on the printer", 0),
        ("door open on the B12 pumps", 1), ("Lindner E08", 2), ("baer E08", 2),
        ("Norvik pump E08", 1),
    ],
)  # fmt: skip
def test_the_name_of_file_and_folder_tells_which_is_meant(found, query, name):
    assert found(query) == NAMES[name]


def test_a_name_alone_finds_no_passage(found):
    assert found("Norvik printer") == ""


def test_a_word_of_every_name_changes_nothing(library, reader, ctx, folder):
    root = folder(
        {"manual a.txt": "The red pump.", "manual b.txt": "The manual red pump of steel."}
    )
    add_documents([root], reader, library.documents, ctx)
    hits = search("manual steel", 5, library.documents, ctx)
    assert [hit.path.endswith("b.txt") for hit in hits] == [True]


def test_all_words_in_the_text_stand_above_some_in_the_name(library, reader, ctx, folder):
    root = folder({"pump.txt": "Clean the filter.", "care.txt": "Clean the filter of the pump."})
    add_documents([root], reader, library.documents, ctx)
    hits = search("pump filter clean", 5, library.documents, ctx)
    assert [hit.path.rpartition("/")[2] for hit in hits] == ["care.txt", "pump.txt"]
