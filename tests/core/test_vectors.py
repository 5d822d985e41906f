"""Vectors without numpy, and with it."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.core.vectors import Vectors, finite, unit

ROOT = Path(__file__).resolve().parents[2]
ROWS = [[1.0, 2.0, 3.0], [0.5, -0.25, 0.0]]


def test_rows_are_kept_to_the_bit_as_little_endian_numbers() -> None:
    made = Vectors.of(ROWS)
    assert made.data == np.array(ROWS, "<f4").tobytes()
    assert (made.shape, len(made), made.dimension) == ((2, 3), 2, 3)


def test_a_single_row_is_a_row() -> None:
    assert Vectors.of([1.0, 2.0]).shape == (1, 2)
    assert Vectors.of(np.array([1, 2], np.float32)).shape == (1, 2)


def test_numpy_takes_them_for_an_array_and_they_take_one() -> None:
    array = np.array(ROWS, np.float32)
    np.testing.assert_array_equal(Vectors.of(array), array)
    assert np.asarray(Vectors.of(array), np.float64).dtype == np.float64


def test_rows_and_stretches_are_vectors() -> None:
    made = Vectors.of(ROWS)
    assert made[1] == Vectors.of(ROWS[1]) == made[-1] == made[1:]
    assert made[5:].shape == (0, 3)
    assert [row.shape for row in made] == [(1, 3), (1, 3)]
    with pytest.raises(IndexError):
        made[2]
    with pytest.raises(ValueError):
        made[::2]


def test_blocks_are_joined_in_their_order() -> None:
    made = Vectors.of(ROWS)
    assert Vectors.joined([made[1:], Vectors(), made[:1]]) == Vectors.of(ROWS[::-1])
    assert Vectors.joined([]).shape == (0, 0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Vectors.of([[1.0], [1.0, 2.0]]),
        lambda: Vectors(b"12345", 1),
        lambda: Vectors(b"1234", 0),
        lambda: Vectors.joined([Vectors.of([[1.0]]), Vectors.of([[1.0, 2.0]])]),
    ],
)
def test_what_is_no_rows_of_one_length_is_refused(make) -> None:
    with pytest.raises(ValueError):
        make()


def test_they_are_equal_only_to_vectors() -> None:
    assert Vectors.of(ROWS) != ROWS


def test_a_unit_vector_has_length_1_and_zeros_stay() -> None:
    assert math.hypot(*unit([3.0, 4.0, 1e200])) == pytest.approx(1.0)
    assert unit([0.0, 0.0]) == [0.0, 0.0]


@pytest.mark.parametrize("number", [math.nan, math.inf, 1e39])
def test_numbers_that_four_bytes_cannot_hold_are_not_finite(number) -> None:
    assert finite(ROWS)
    assert not finite([[1.0, number]])


WITHOUT = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests"]
from support.fake_ollama import FakeOllama
from app.bootstrap import Services
from app.core.jobs import JobContext
before = "numpy" in sys.modules
import app.core.documents.search, app.adapters.chroma, app.adapters.library.vectors
from app.adapters.ollama import Ollama
from app.core.settings import Settings
from app.core.embedding import PrefixedEmbedder
with FakeOllama() as server:
    ollama = Ollama(Settings, environment={"OLLAMA_HOST": server.host})
    made = PrefixedEmbedder(ollama.vectors("all-minilm"))
    assert made.documents(["a", "b"], JobContext()).shape[0] == 2
    ollama.close()
print(before, "numpy" in sys.modules)
"""


def test_the_window_gives_and_keeps_vectors_without_numpy(home) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(ROOT)], capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout.split() == ["False", "False"], done.stderr[-2000:]
