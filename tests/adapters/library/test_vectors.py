"""Vectors, and the marks of what the index holds."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.documents.model import FileMark, NewDocument
from app.core.sources import Passage


@pytest.fixture
def documents(library):
    return library.documents


def save(documents, path="/a", count=3):
    passages = tuple(Passage(f"text {n}", None, n, n + 6, "") for n in range(count))
    return documents.save(NewDocument(path, "t", FileMark(1, 1, "x"), 0, passages))


def rows(count, dimension=4, seed=1):
    return np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)


@pytest.fixture
def filled(documents):
    """Three passages with vectors of the key "m"."""
    save(documents)
    ids = [found.id for found in documents.without_vectors("m", 10)]
    documents.add_vectors("m", ids, rows(3))
    return ids


def everything(documents, key="m"):
    blocks = list(documents.vectors(key))
    ids = [number for block, _ in blocks for number in block]
    return ids, np.concatenate([v for _, v in blocks]) if blocks else None


def test_every_passage_needs_a_vector_first(documents):
    save(documents)
    assert documents.count_without_vectors("m") == 3
    assert [f.passage.text for f in documents.without_vectors("m", 2)] == ["text 0", "text 1"]
    assert everything(documents) == ([], None)


def test_vectors_come_back_to_the_bit(documents, filled):
    ids, vectors = everything(documents)
    assert ids == filled
    np.testing.assert_array_equal(vectors, rows(3))
    assert vectors.dtype == np.float32


def test_a_passage_with_a_vector_needs_none_for_that_key_only(documents, filled):
    assert documents.count_without_vectors("m") == 0
    assert documents.count_without_vectors("other") == 3


def test_a_new_vector_takes_the_place_of_the_old_and_waits_for_the_index(documents, filled):
    documents.indexed("m", filled)
    documents.add_vectors("m", filled[:1], rows(1, seed=2))
    np.testing.assert_array_equal(everything(documents)[1][0], rows(1, seed=2)[0])
    assert list(documents.to_index("m", 9)[0]) == filled[:1]


def test_vectors_of_another_length_are_refused(documents, filled):
    with pytest.raises(ValueError, match="5"):
        documents.add_vectors("m", filled, rows(3, dimension=5))


def test_a_vector_of_a_passage_that_is_gone_is_dropped(documents, filled):
    documents.add_vectors("m", [999], rows(1))
    assert documents.count_vectors("m") == 3


def test_many_vectors_come_in_blocks(documents, monkeypatch):
    monkeypatch.setattr("app.adapters.library.vectors._BLOCK", 3)
    save(documents, count=7)
    ids = [found.id for found in documents.without_vectors("m", 10)]
    documents.add_vectors("m", ids, rows(7))
    assert [len(block) for block, _ in documents.vectors("m")] == [3, 3, 1]
    np.testing.assert_array_equal(everything(documents)[1], rows(7))


def test_what_the_index_holds_is_marked(documents, filled):
    assert (documents.count_vectors("m"), documents.count_indexed("m")) == (3, 0)
    documents.indexed("m", filled[:2])
    assert documents.count_indexed("m") == 2
    ids, vectors = documents.to_index("m", 9)
    assert list(ids) == filled[2:]
    np.testing.assert_array_equal(vectors, rows(3)[2:])


def test_rows_of_a_removed_document_wait_to_be_taken_out(documents, filled):
    documents.indexed("m", filled[:2])
    documents.remove(documents.find("/a").id)
    assert sorted(documents.to_unindex("m", 9)) == filled[:2]
    assert documents.count_indexed("m") == 2
    documents.unindexed("m", filled[:2])
    assert documents.to_unindex("m", 9) == []
    assert documents.count_indexed("m") == documents.count_vectors("m") == 0


def test_a_passage_removed_while_it_was_indexed_is_taken_out_again(documents, filled):
    documents.remove(documents.find("/a").id)
    documents.indexed("m", filled[:1])
    assert documents.to_unindex("m", 9) == filled[:1]


def test_a_sample_is_of_indexed_rows_and_holds_the_newest(documents, filled):
    assert len(documents.sample_vectors("m", 4)[0]) == 0
    documents.indexed("m", filled[1:])
    ids, vectors = documents.sample_vectors("m", 4)
    assert set(ids) == set(filled[1:])
    np.testing.assert_array_equal(vectors, rows(3)[1:])


def test_an_index_that_begins_anew_holds_nothing(documents, filled):
    documents.indexed("m", filled)
    documents.remove(save(documents, "/b").id)
    documents.forget_index("m")
    assert documents.count_indexed("m") == 0
    assert len(documents.to_index("m", 9)[0]) == 3
