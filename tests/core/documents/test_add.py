"""Files into the library."""

from __future__ import annotations

import os

import pytest

from app.core.documents.add import add_documents, clean
from app.core.documents.room import DocumentRoom
from app.core.errors import Cancelled, StorageError
from app.core.jobs import JobContext, Progress
from app.core.search.lexical import Wanted


@pytest.fixture
def add(library, reader, ctx):
    """Add paths and return {name: state}."""

    def add_(*paths, ctx=ctx):
        results = add_documents(paths, reader, library.documents, ctx)
        return {os.path.basename(r.path): r.state for r in results}

    return add_


def found(library, word):
    return len(library.documents.match(Wanted((word,), every=True, prefix=False), 99))


def long_ago(path):
    os.utime(path, ns=(10**18, 10**18))


def test_a_folder_goes_in_and_is_found(add, library, folder):
    root = folder({"a.txt": "the blue pump", "b/c.md": "# Pumps\n\nred pump", "d.docx": "pump"})
    assert add(root) == {"a.txt": "added", "c.md": "added", "d.docx": "skipped"}
    assert found(library, "pump") == 2


def test_pages_and_passages_are_counted(library, reader, folder, ctx):
    root = folder({"a.pdf": "one\ftwo\fthree", "b.txt": "one"})
    pdf, text = add_documents([root], reader, library.documents, ctx)
    assert (pdf.pages, pdf.passages) == (3, 3)
    assert (text.pages, text.passages) == (0, 1)


def test_an_unchanged_file_is_not_read_again(add, reader, folder):
    root = folder({"a.txt": "pump"})
    long_ago(root / "a.txt")
    assert add(root) == {"a.txt": "added"}
    assert add(root) == {"a.txt": "unchanged"}
    assert reader.read == ["a.txt"]


def test_a_touched_file_with_the_same_content_is_unchanged(add, reader, folder, library):
    root = folder({"a.txt": "pump"})
    add(root)
    long_ago(root / "a.txt")
    assert add(root) == {"a.txt": "unchanged"}
    assert reader.read == ["a.txt"]
    assert library.documents.find(str(root / "a.txt")).mark.modified == 10**18


def test_new_content_replaces_the_old(add, library, folder):
    root = folder({"a.txt": "old words"})
    add(root)
    (root / "a.txt").write_text("new words")
    assert add(root) == {"a.txt": "replaced"}
    assert (found(library, "old"), found(library, "new")) == (0, 1)


def test_a_change_of_the_same_size_and_time_is_seen_while_the_file_is_young(add, folder):
    root = folder({"a.txt": "old"})
    before = (root / "a.txt").stat()
    add(root)
    (root / "a.txt").write_text("new")
    os.utime(root / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert add(root) == {"a.txt": "replaced"}


def test_a_file_that_fails_does_not_stop_the_rest(add, library, reader, folder, ctx):
    root = folder({"a.txt": "BROKEN", "b.txt": "pump", "c.txt": ""})
    assert add(root, root / "no.txt") == {
        "a.txt": "failed", "b.txt": "added", "c.txt": "failed", "no.txt": "failed",
    }  # fmt: skip
    results = add_documents([root / "a.txt"], reader, library.documents, ctx)
    assert results[0].error.code == "document_undecodable"


def test_a_replacement_that_fails_leaves_what_was_known(add, library, folder):
    root = folder({"a.txt": "old words"})
    add(root)
    (root / "a.txt").write_text("BROKEN now")
    assert add(root) == {"a.txt": "failed"}
    assert found(library, "old") == 1


def test_a_full_disk_stops_the_run_and_says_so(library, reader, folder, ctx):
    pages = library._database.writer.outside(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    library._database.writer.outside(
        lambda c: c.execute(f"PRAGMA max_page_count={pages + 4}").fetchall()
    )
    root = folder({f"{n}.txt": f"pump {n}\n\n" * 20_000 for n in range(3)})
    with pytest.raises(StorageError) as caught:
        add_documents([root], reader, library.documents, ctx)
    assert caught.value.code == "disk_full"
    assert library.documents.documents() == ()


def test_a_stopped_run_goes_on_where_it_was(add, reader, folder):
    root = folder({"a.txt": "pump", "b.txt": "pump", "c.txt": "pump"})
    for name in "abc":
        long_ago(root / f"{name}.txt")
    ctx = JobContext(on_data=lambda kind, result: result.path.endswith("b.txt") and ctx.cancel())
    with pytest.raises(Cancelled):
        add(root, ctx=ctx)
    assert add(root) == {"a.txt": "unchanged", "b.txt": "unchanged", "c.txt": "added"}
    assert reader.read == ["a.txt", "b.txt", "c.txt"]


def test_each_result_is_handed_out_as_it_comes_and_progress_grows(library, reader, folder):
    told, reported = [], []
    ctx = JobContext(
        reported.append, on_data=lambda kind, result: told.append((kind, result.state))
    )
    add_documents([folder({"a.txt": "x", "b.exe": "x"})], reader, library.documents, ctx)
    assert told == [("file", "added"), ("file", "skipped")]
    assert [p.step for p in reported] == ["read", "read"]
    assert reported[0].fraction == 0.0
    assert reported[1].fraction == 1.0


def test_the_pages_of_one_scan_do_not_throw_the_bar_back(library, reader, folder, monkeypatch):
    reported = []
    plain = reader.read_document

    def slowly(path, ctx):
        ctx.report(Progress("read_text", 0, 2))
        ctx.report(Progress("read_text", 1, 2))
        return plain(path, ctx)

    monkeypatch.setattr(reader, "read_document", slowly)
    files = [folder({"a.txt": "x", "b.txt": "x"})]
    add_documents(files, reader, library.documents, JobContext(reported.append))
    assert [p.fraction for p in reported] == [0.0, 0.0, 0.25, 0.5, 0.5, 0.75]
    assert [p.step for p in reported] == ["read", "read_text", "read_text"] * 2


def test_a_document_without_text_is_added_and_said(add, folder, ctx):
    assert add(folder({"scan.pdf": " \f "})) == {"scan.pdf": "added"}
    assert [n.code for n in ctx.notices] == ["document_without_text"]


def test_text_that_no_utf8_can_hold_is_kept_sign_by_sign(library, reader, folder, ctx):
    path = folder({"a.txt": ""}) / "a.txt"
    path.write_bytes(b"one \xff\xfe two \x00 three")
    add_documents([path], reader, library.documents, ctx)
    ((number, _),) = library.documents.match(Wanted(("three",), every=True, prefix=False), 5)
    passage = library.documents.passages([number])[number].passage
    assert passage.text == "one \ufffd\ufffd two \ufffd three"


def test_good_text_is_left_alone():
    assert clean("naïve 😀 text") == "naïve 😀 text"
    assert clean("a\ud83db\0c") == "a\ufffdb\ufffdc"


@pytest.fixture
def torn(library, reader, folder, ctx):
    """Give a document in the library whose second page could not be read."""
    path = folder({"a.pdf": "one\ftwo\fthree"}) / "a.pdf"
    long_ago(path)
    reader.faults = {2}
    (result,) = add_documents([path], reader, library.documents, ctx)
    assert (result.state, result.passages, result.missing) == ("added", 2, (2,))
    return path


def test_a_page_that_could_not_be_read_is_known_and_tried_again(torn, library, reader, ctx):
    kept = library.documents.find(str(torn))
    assert kept.missing == (2,)
    reader.faults = set()
    (again,) = add_documents([torn], reader, library.documents, ctx)
    assert (again.state, again.pages, again.passages, again.missing) == ("replaced", 3, 3, ())
    assert found(library, "two") == 1
    assert library.documents.find(str(torn)).id == kept.id, "the other pages stay as they are"
    assert add_documents([torn], reader, library.documents, ctx)[0].state == "unchanged"


def test_a_page_that_still_cannot_be_read_stays_missing(torn, library, reader, ctx):
    (again,) = add_documents([torn], reader, library.documents, ctx)
    assert (again.state, again.passages, again.missing) == ("unchanged", 2, (2,))


def test_what_is_looked_after_at_each_start_tries_no_page(torn, library, reader, ctx):
    reader.read.clear()
    DocumentRoom(reader, library.documents, library.chats).look_after(ctx)
    assert reader.read == []
