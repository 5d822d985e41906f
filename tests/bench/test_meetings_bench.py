"""The bench of highlights measures what it says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

_PATH = Path(__file__).with_name("meetings_bench.py")
_SPEC = importlib.util.spec_from_file_location("meetings_bench", _PATH)
assert _SPEC and _SPEC.loader
bench = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(bench)

LINES = [
    "Anna: Um, hello there everybody in the room.",
    "Tom: The main problem is that the harbour crane is broken and the cargo cannot leave.",
    "Anna: Okay.",
    "Tom: Yeah, the weather is nice today, right.",
] * 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("\n".join(LINES), "utf-8")
    marks = [i for i in range(len(LINES)) if i % 4 == 1]
    (tmp_path / "a.marks.json").write_text(json.dumps(marks), "utf-8")
    (tmp_path / "unmarked.txt").write_text("Anna: nothing", "utf-8")
    return tmp_path


def test_lines_that_are_no_segment_keep_the_numbers_of_the_others(tmp_path: Path):
    (tmp_path / "a.txt").write_text("Anna:\n\nfirst words\nTom: more", "utf-8")
    (tmp_path / "a.marks.json").write_text("[2]", "utf-8")
    numbered, marks = bench.read_marked(tmp_path / "a.txt")
    assert [n for n, _ in numbered] == [2, 3]
    assert marks == {2}


def test_the_score_takes_ten_percent_of_the_words():
    pieces = [bench.Piece(i, ("w",) * 10) for i in range(20)]
    found = bench.score(pieces, frozenset({0, 5}), pieces)
    assert found == bench.Score(0.5, 0.5)
    assert bench.score([], frozenset({0}), pieces) == bench.Score(0.0, 0.0)


def test_the_last_sentence_is_cut_where_the_words_end():
    pieces = [bench.Piece(0, ("w",) * 30), bench.Piece(1, ("w",) * 70)]
    assert bench.score(pieces[::-1], frozenset({1}), pieces) == bench.Score(1.0, 10 / 70)


def test_random_hits_the_share_that_is_marked():
    pieces = [bench.Piece(i, ("w",) * 10) for i in range(100)]
    found = bench.at_random(pieces, frozenset(range(30)))
    assert found.precision == pytest.approx(0.3, abs=0.05)


def test_lexrank_puts_the_most_connected_sentence_first():
    texts = [
        "the red crane lifts cargo",
        "the crane lifts",
        "cargo lifts",
        "red crane",
        "moon tide",
    ]
    pieces = [bench.Piece(i, tuple(t.split())) for i, t in enumerate(texts)]
    ranked = bench.lexrank(pieces)
    assert ranked[0].line == 0
    assert sorted(p.line for p in ranked) == [0, 1, 2, 3, 4]
    assert bench.lexrank([bench.Piece(0, ())]) == []


def test_what_was_marked_as_important_is_found(folder: Path):
    scores = bench.measure(folder / "a.txt")
    assert set(scores) == {"highlights", "first words", "random", "LexRank"}
    assert scores["highlights"].precision == 1.0 > scores["random"].precision


def test_the_table_has_a_row_per_method_and_the_mean(folder: Path):
    rows = bench.table(folder)
    assert len(rows) == 1 + 4 + 4
    assert rows[-1].startswith("mean")


def test_a_wrong_call_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert bench.main([]) == bench.main([str(tmp_path / "no")]) == bench.main([str(tmp_path)]) == 2


def test_the_table_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert bench.main([str(folder)]) == 0
    assert "LexRank" in capsys.readouterr().out
