"""What search by meaning relies on, held by the real embedder and by its stand-in.

The real one asks the scripted server, so what its vectors mean is not looked at here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from support.document_engines import WordEmbedder

from app.core.embedding import Embedder, PrefixedEmbedder
from app.core.errors import Cancelled, EngineError
from app.core.jobs import JobContext

TEXTS = ["the red lamp blinks", "open the front cover", " \n", "the red lamp blinks"]


@pytest.fixture(params=["stand-in", "real"])
def make(request) -> Callable[[], Embedder]:
    if request.param == "stand-in":
        return WordEmbedder
    ollama = request.getfixturevalue("ollama")
    return lambda: PrefixedEmbedder(ollama.vectors("all-minilm"), batch=2)


@pytest.fixture
def embedder(make) -> Embedder:
    return make()


def test_every_text_gets_a_unit_vector_in_its_place(embedder) -> None:
    rows = np.asarray(embedder.documents(TEXTS, JobContext()))
    assert rows.shape[0] == len(TEXTS) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-4)
    assert np.allclose(rows[0], rows[3], atol=1e-5)
    assert not np.allclose(rows[0], rows[1], atol=1e-2)


def test_a_query_is_one_row_that_can_be_compared(embedder) -> None:
    rows = embedder.documents(TEXTS[:1], JobContext())
    assert embedder.query("red lamp", JobContext()).shape == (1, rows.dimension)


def test_no_texts_are_no_vectors(embedder) -> None:
    assert embedder.documents([], JobContext()).shape == (0, 0)


def test_the_key_names_the_dimension_and_stays(make) -> None:
    one, other = make(), make()
    key = one.key(JobContext())
    rows = one.documents(TEXTS[:1], JobContext())
    assert str(rows.dimension) in key.split("-")
    assert key == one.key(JobContext()) == other.key(JobContext())


def test_a_cancelled_job_gets_no_vectors(embedder) -> None:
    ctx = JobContext()
    ctx.cancel()
    with pytest.raises(Cancelled):
        embedder.documents(TEXTS, ctx)
    with pytest.raises(Cancelled):
        embedder.query("lamp", ctx)


def test_an_engine_that_is_gone_is_an_error_of_the_engine(embedder, request) -> None:
    if isinstance(embedder, WordEmbedder):
        embedder.fails = EngineError("ollama_not_running", host="127.0.0.1")
    else:
        request.getfixturevalue("fake_ollama").close()
    with pytest.raises(EngineError) as caught:
        embedder.documents(TEXTS, JobContext())
    assert caught.value.code == "ollama_not_running"
