"""Languages are files."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.text.languages import Language, Languages, languages_in, load_language, shipped
from app.core.text.tokens import tokenize

KINDS = ("decisions", "actions", "questions", "dates", "due", "borders", "weight", "small")


@pytest.mark.parametrize("code", shipped().codes)
def test_every_file_that_ships_can_be_read(code: str):
    language = shipped().get(code)
    assert language.code == code
    assert len(language.stopwords) > 80
    assert language.hesitations and language.fillers and language.labels


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_cue_compiles_in_english(kind: str):
    cues = shipped().get("en").cues
    assert cues is not None
    assert cues[kind].groups


def test_english_has_cues_and_german_has_none():
    assert shipped().get("en").cues is not None
    assert shipped().get("de").cues is None


@pytest.mark.parametrize("code", ["en-GB", "EN", "en_US"])
def test_a_region_does_not_matter(code: str):
    assert shipped().get(code) is shipped().get("en")


def test_an_unknown_language_has_no_words():
    assert shipped().get("xx") == Language(code="xx")
    assert shipped().get(None) == Language()


def test_a_new_language_is_one_file(tmp_path: Path):
    (tmp_path / "qq.toml").write_text(
        'code = "qq"\nname = "Qq"\nstopwords = "ba bi"\nfillers = ["bu bu"]\n'
        '[labels]\ndecision = ["Bo"]\n[cues.decisions]\nstrong = ["ba {x}"]\n[lists]\nx = ["be"]\n',
        "utf-8",
    )
    language = Languages(tmp_path).get("qq")
    assert language.labels == {"bo": "decision"}
    assert language.fillers == {("bu", "bu")}
    assert language.cues is not None and language.cues["decisions"].groups


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path):
    (tmp_path / "qq.toml").write_text("code = ", "utf-8")
    with pytest.raises(ValueError):
        load_language(tmp_path / "qq.toml")


def test_a_folder_is_read_once(tmp_path: Path):
    assert languages_in(tmp_path) is languages_in(tmp_path)


def test_words_with_one_stem_count_together():
    english = shipped().get("en")
    assert {english.stem(w) for w in ("design", "designs", "designed", "designing")} == {"design"}
    assert english.stem("bus") == "bus"


@pytest.mark.parametrize(
    ("word", "content"),
    [("budget", True), ("the", False), ("um", False), ("12", False), ("'ll", False), ("x", False)],
)
def test_content_is_what_means_something_by_itself(word: str, content: bool):
    assert shipped().get("en").is_content(word) is content


def test_labels_of_every_language_name_no_speaker():
    assert {"decision", "agenda", "entscheidung", "décision"} <= shipped().labels


def test_every_label_can_be_said():
    for language in shipped().all():
        assert all(tokenize(label) for label in language.labels), language.code
