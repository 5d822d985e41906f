"""Which files are meant."""

from __future__ import annotations

import hashlib
import os
import sys
from types import SimpleNamespace

import pytest

from app.core.documents.files import candidates, hidden, mark_of, quick_mark
from app.core.errors import Cancelled, InputError
from app.core.jobs import JobContext

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def names(paths, root):
    return [
        (c.path.relative_to(root).as_posix(), "skipped" if c.skipped else "read")
        for c in candidates(paths, JobContext())
    ]


def test_folders_are_walked_in_the_order_of_names(folder):
    root = folder({"b.md": "x", "a/z.TXT": "x", "a/deep/er/y.pdf": "x", "c.docx": "x"})
    assert names([root], root) == [
        ("a/deep/er/y.pdf", "read"), ("a/z.TXT", "read"), ("b.md", "read"), ("c.docx", "skipped"),
    ]  # fmt: skip


def test_hidden_files_and_folders_inside_are_passed_over(folder):
    root = folder({".git/a.txt": "x", ".b.txt": "x", "c.txt": "x"})
    assert names([root], root) == [("c.txt", "read")]


def test_a_hidden_file_that_is_named_is_meant(folder):
    root = folder({".notes/b.txt": "x"})
    assert names([root / ".notes"], root) == [(".notes/b.txt", "read")]


def test_a_file_that_is_named_twice_is_visited_once(folder):
    root = folder({"a.txt": "x"})
    assert names([root / "a.txt", root, root / "." / "a.txt"], root) == [("a.txt", "read")]


def test_paths_become_absolute(folder, monkeypatch):
    root = folder({"a.txt": "x"})
    monkeypatch.chdir(root)
    (found,) = candidates([root.__class__("a.txt")], JobContext())
    assert found.path == root / "a.txt"


def test_what_is_not_there_is_an_error_in_its_place(folder):
    root = folder({"a.txt": "x"})
    missing, found = candidates([root / "no.txt", root / "a.txt"], JobContext())
    assert missing.error.code == "file_missing"
    assert found.error is None


@POSIX
def test_a_loop_of_links_ends(folder):
    root = folder({"a/b.txt": "x"})
    (root / "a" / "again").symlink_to(root, target_is_directory=True)
    (root / "self").symlink_to(root / "self")
    assert names([root], root) == [("a/b.txt", "read")]


@POSIX
def test_a_link_to_nowhere_is_an_error_only_where_a_document_was_expected(folder):
    root = folder({"a.txt": "x"})
    (root / "b.exe").symlink_to(root / "gone")
    (root / "c.txt").symlink_to(root / "gone too")
    found = list(candidates([root], JobContext()))
    assert [(c.path.name, c.error and c.error.code) for c in found] == [
        ("a.txt", None), ("c.txt", "file_missing"),
    ]  # fmt: skip
    (named,) = candidates([root / "b.exe"], JobContext())
    assert named.error.code == "file_missing"


@POSIX
def test_a_link_to_a_file_elsewhere_is_followed_once(folder, tmp_path):
    root = folder({"a.txt": "x"})
    (tmp_path / "real.md").write_text("x")
    (root / "b.md").symlink_to(tmp_path / "real.md")
    (root / "c.md").symlink_to(tmp_path / "real.md")
    assert names([root], root) == [("a.txt", "read"), ("b.md", "read")]


@POSIX
def test_a_pipe_that_would_never_end_is_skipped(folder):
    root = folder({"a.txt": "x"})
    os.mkfifo(root / "b.txt")
    assert names([root], root) == [("a.txt", "read"), ("b.txt", "skipped")]


def test_the_walk_stops_when_asked(folder):
    ctx = JobContext()
    ctx.cancel()
    with pytest.raises(Cancelled):
        list(candidates([folder({"a.txt": "x"})], ctx))


def test_the_mark_is_size_time_and_content(folder, ctx):
    path = folder({"a.txt": "hello"}) / "a.txt"
    mark = mark_of(path, ctx)
    assert (mark.size, mark.modified) == quick_mark(path) == (5, path.stat().st_mtime_ns)
    assert mark.digest == hashlib.sha256(b"hello").hexdigest()


def test_a_file_that_vanished_has_no_mark(tmp_path, ctx):
    for call in (quick_mark, lambda path: mark_of(path, ctx)):
        with pytest.raises(InputError) as caught:
            call(tmp_path / "gone.txt")
        assert caught.value.code == "file_missing"


def test_a_folder_has_no_content(tmp_path, ctx):
    with pytest.raises(InputError) as caught:
        mark_of(tmp_path, ctx)
    assert caught.value.code == "file_unreadable"


def test_a_folder_that_may_not_be_looked_into_is_an_error(folder, monkeypatch):
    root = folder({"a/b.txt": "x", "c.txt": "x"})
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("a"):
            raise PermissionError(13, "no")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = list(candidates([root], JobContext()))
    assert [(c.path.name, c.error and c.error.code) for c in found] == [
        ("a", "file_unreadable"), ("c.txt", None),
    ]  # fmt: skip


def test_a_file_whose_disk_refuses_has_no_mark(folder, ctx, monkeypatch):
    path = folder({"a.txt": "x"}) / "a.txt"

    def refuse(self, **options):
        raise OSError(5, "input/output error")

    monkeypatch.setattr(type(path), "stat", refuse)
    with pytest.raises(InputError) as caught:
        mark_of(path, ctx)
    assert caught.value.code == "file_unreadable"


def test_a_file_that_windows_hides_is_passed_over():
    class Entry:
        name = "a.txt"

        def __init__(self, attributes):
            self.attributes = attributes

        def stat(self, *, follow_symlinks):
            if self.attributes is None:
                raise OSError
            return SimpleNamespace(st_file_attributes=self.attributes)

    assert hidden(Entry(2))
    assert not hidden(Entry(32))
    assert not hidden(Entry(None))
