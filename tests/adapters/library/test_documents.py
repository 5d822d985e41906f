"""Documents and the words in them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.documents.model import FileMark, NewDocument
from app.core.errors import StorageError
from app.core.search.lexical import Wanted
from app.core.sources import Passage


@pytest.fixture
def documents(library):
    return library.documents


def new(path="/m/pump.pdf", *texts, digest="d1"):
    passages = tuple(
        Passage(text, page=n, start=n * 10, end=n * 10 + len(text), heading=f"Part {n}")
        for n, text in enumerate(texts or ("the pump is red",), start=1)
    )
    return NewDocument(path, "pump", FileMark(100, 200, digest), len(passages), passages)


def any_of(*words):
    return Wanted(words, every=False, prefix=False)


def test_a_document_comes_back_as_it_was(documents):
    saved = documents.save(new())
    assert documents.find("/m/pump.pdf") == saved
    assert (saved.title, saved.mark, saved.pages, saved.passages) == (
        "pump", FileMark(100, 200, "d1"), 1, 1,
    )  # fmt: skip
    assert documents.find("/m/other.pdf") is None


def test_passages_come_back_with_their_place(documents):
    documents.save(new("/m/a.pdf", "one", "two"))
    hits = dict(documents.match(any_of("two"), 5))
    (found,) = documents.passages(list(hits)).values()
    assert found.path == "/m/a.pdf"
    assert found.passage == Passage("two", page=2, start=20, end=23, heading="Part 2")


def test_documents_are_listed_by_path(documents):
    for path in ("/b", "/a", "/c"):
        documents.save(new(path))
    assert [d.path for d in documents.documents()] == ["/a", "/b", "/c"]


def test_a_new_edition_takes_the_place_of_the_old(documents, library):
    old = documents.save(new("/m/a", "old words"))
    fresh = documents.save(new("/m/a", "fresh words", digest="d2"))
    assert documents.documents() == (fresh,)
    assert fresh.id != old.id
    assert documents.match(any_of("old"), 5) == []
    assert len(documents.match(any_of("fresh"), 5)) == 1
    with library._database.read() as connection:
        assert connection.execute("SELECT count(*) FROM passages").fetchone()[0] == 1


def test_a_document_that_cannot_be_written_leaves_the_old_one(documents, library):
    old = documents.save(new("/m/a", "old words"))
    writer = library._database.writer
    pages = writer.outside(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    writer.outside(lambda c: c.execute(f"PRAGMA max_page_count={pages + 20}").fetchall())
    with pytest.raises(StorageError) as caught:
        documents.save(new("/m/a", *[f"fresh {n} " * 100 for n in range(500)], digest="d2"))
    assert caught.value.code == "disk_full"
    assert documents.documents() == (old,)
    assert documents.match(any_of("fresh"), 5) == []
    with library._database.read() as connection:
        assert connection.execute("SELECT count(*) FROM passages").fetchone()[0] == 1


def test_a_document_being_written_is_not_found_yet(documents, library):
    seen = []

    class Peeking(tuple):
        def __iter__(self):
            for passage in tuple.__iter__(self):
                seen.append(len(documents.match(any_of("pump"), 5)))
                yield passage

    one = new("/m/a", *["pump"] * 3)
    documents.save(NewDocument(one.path, one.title, one.mark, 3, Peeking(one.passages)))
    assert seen == [0, 0, 0]
    assert len(documents.match(any_of("pump"), 5)) == 3


def test_what_another_process_is_writing_is_not_swept(library, open_library):
    number = library._database.write(lambda c: library.documents._begin(c, new("/m/a")))
    open_library()
    with library._database.read() as connection:
        assert connection.execute("SELECT id FROM documents").fetchone()[0] == number


def test_a_removed_document_is_gone_with_its_words(documents):
    saved = documents.save(new())
    documents.remove(saved.id)
    assert documents.documents() == ()
    assert documents.match(any_of("pump"), 5) == []
    with pytest.raises(StorageError) as caught:
        documents.remove(saved.id)
    assert caught.value.code == "document_missing"


def test_a_new_mark_is_kept(documents):
    saved = documents.save(new())
    documents.remark(saved.id, FileMark(100, 999, "d1"))
    assert documents.find("/m/pump.pdf").mark.modified == 999


def test_a_word_in_the_heading_counts_more(documents):
    plain = Passage("alpha beta gamma delta", 1, 0, 22, "other")
    headed = Passage("alpha beta other delta", 1, 0, 22, "gamma")
    mark = FileMark(1, 1, "x")
    documents.save(NewDocument("/a", "a", mark, 1, (plain, headed)))
    best = documents.match(any_of("gamma"), 5)
    assert documents.passages([best[0][0]])[best[0][0]].passage == headed
    assert best[0][1] > best[1][1]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(("pump", "red"), every=True, prefix=False), 1),
        (Wanted(("pump", "red"), every=False, prefix=False), 2),
        (Wanted(("pum",), every=True, prefix=False), 0),
        (Wanted(("pum",), every=True, prefix=True), 2),
        (Wanted(("E-42",), every=True, prefix=False), 1),
        (Wanted(("42-E",), every=True, prefix=False), 0),
        (Wanted(('pu"mp',), every=True, prefix=False), 0),
        (Wanted(("púmp",), every=True, prefix=False), 2),
    ],
)
def test_words_are_matched_as_asked(documents, wanted, count):
    documents.save(new("/a", "the pump is red", "the PUMP says E-42"))
    assert len(documents.match(wanted, 9)) == count


@pytest.mark.parametrize(
    ("asked", "written"),
    [("E42", "E-42"), ("E-42", "E42"), ("7Nm", "7 Nm"), ("Zitronensaeure", "Zitronensäure"),
     ("Türgriff", "Tuergriff"), ("fliessend", "fließend"), ("Straße", "Strasse")],
)  # fmt: skip
def test_a_word_is_found_however_it_is_written(documents, asked, written):
    documents.save(new("/b.txt", f"here stands {written} alone"))
    assert not documents.match(Wanted((asked,), every=True, prefix=False), 5)
    assert len(documents.match(Wanted((asked,), every=True, prefix=True), 5)) == 1


def test_many_passages_are_fetched_at_once(documents):
    documents.save(new("/a", *[f"pump {n}" for n in range(1200)]))
    ids = [number for number, _ in documents.match(any_of("pump"), 2000)]
    assert len(ids) == len(documents.passages(ids)) == 1200


def test_a_page_is_put_in_later_and_only_once(documents):
    saved = documents.save(replace(new("/m/a.pdf", "one", "two"), missing=(3, 4)))
    page = (Passage("three", page=3, start=0, end=5, heading=""),)
    filled = documents.fill(saved.id, 3, page)
    assert (filled.missing, filled.passages) == ((4,), 3)
    assert documents.fill(saved.id, 3, page) == filled == documents.find("/m/a.pdf")
    assert len(documents.match(any_of("three"), 5)) == 1
    with pytest.raises(StorageError, match="document_missing"):
        documents.fill(saved.id + 1, 3, page)


def test_only_passages_of_the_documents_named_are_given(documents):
    first, second = documents.save(new("/a.txt")), documents.save(new("/b.txt", digest="d2"))
    assert documents.paths() == [(first.id, "/a.txt"), (second.id, "/b.txt")]
    (found,) = documents.match(any_of("pump"), 5, within=[second.id])
    assert documents.passages([found[0]])[found[0]].path == "/b.txt"
