"""Prefixes, batches and keys of vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from app.core.embedding import PrefixedEmbedder, prefixes_of
from app.core.errors import Cancelled, EngineError
from app.core.jobs import JobContext
from app.core.vectors import Vectors

_SENTENCE = "Represent this sentence for searching relevant passages: "


class Source:
    """A model that gives each text its own direction and remembers what it was given."""

    def __init__(self, model: str = "nomic-embed-text:latest"):
        self.model = model
        self.batches: list[list[str]] = []

    def digest(self, ctx: JobContext) -> str:
        return "0123456789abcdef0123"

    def embed(self, texts: Sequence[str], ctx: JobContext) -> Vectors:
        self.batches.append(list(texts))
        return Vectors.of(np.eye(8)[: len(texts)])


@pytest.mark.parametrize(
    ("model", "document", "query"),
    [
        ("nomic-embed-text:v1.5", "search_document: ", "search_query: "),
        ("embeddinggemma:300m", "title: none | text: ", "task: search result | query: "),
        ("snowflake-arctic-embed:s", "", _SENTENCE),
        ("snowflake-arctic-embed2", "", "query: "),
        ("library/mxbai-embed-large", "", _SENTENCE),
        ("all-minilm:latest", "", ""),
    ],
)  # fmt: skip
def test_each_model_gets_the_words_it_was_trained_with(
    model: str, document: str, query: str
) -> None:
    source = Source(model)
    embedder = PrefixedEmbedder(source)
    embedder.documents(["a"], JobContext())
    embedder.query("b", JobContext())
    assert source.batches == [[document + "a"], [query + "b"]]
    assert prefixes_of(model).document == document


def test_texts_go_in_small_batches_and_come_back_in_order() -> None:
    source = Source()
    rows = PrefixedEmbedder(source, batch=2).documents(["a", "b", "c"], JobContext())
    assert [len(b) for b in source.batches] == [2, 1]
    assert rows.shape == (3, 8)


def test_no_texts_are_no_request() -> None:
    source = Source()
    assert PrefixedEmbedder(source).documents([], JobContext()).shape == (0, 0)
    assert source.batches == []


def test_a_blank_text_is_not_sent_as_one() -> None:
    source = Source("all-minilm")
    PrefixedEmbedder(source).documents(["  \n"], JobContext())
    assert source.batches == [["."]]


def test_the_key_names_weights_dimension_and_prefixes() -> None:
    source = Source()
    embedder = PrefixedEmbedder(source)
    embedder.query("x", JobContext())
    assert embedder.key(JobContext()) == "0123456789abcdef-8-p1"
    assert len(source.batches) == 1


def test_vectors_of_another_dimension_than_before_are_of_another_model() -> None:
    source = Source()
    embedder = PrefixedEmbedder(source)
    embedder.query("x", JobContext())
    source.embed = lambda texts, ctx: Vectors.of(np.eye(4)[: len(texts)])
    with pytest.raises(EngineError) as raised:
        embedder.documents(["a"], JobContext())
    assert raised.value.code == "answer_malformed"


def test_cancel_stops_between_batches() -> None:
    ctx = JobContext()
    ctx.cancel()
    with pytest.raises(Cancelled):
        PrefixedEmbedder(Source()).documents(["a"], ctx)
