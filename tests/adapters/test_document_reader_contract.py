"""What the document room relies on, held by the reader child and by its stand-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.document_engines import PlainReader
from support.pictures import manual

from app.adapters.children import Child
from app.adapters.reader import Reader
from app.core.documents.ports import DocumentReader
from app.core.errors import Cancelled, InputError
from app.core.jobs import JobContext


@dataclass
class Kind:
    """A reader, and what makes the bytes of a PDF that it understands."""

    reader: DocumentReader
    pdf: Callable[..., bytes]


@pytest.fixture
def child():
    urgent, imports = (Child("reader", instance=name) for name in ("urgent", "imports"))
    made = Reader(urgent, imports)
    yield made
    made.close()


@pytest.fixture(params=["stand-in", "real"])
def kind(request) -> Kind:
    if request.param == "stand-in":
        return Kind(PlainReader(), lambda *pages: "\f".join(pages).encode())
    made = request.getfixturevalue("child")
    return Kind(made, lambda *pages: manual(*((f"Part {n}", t) for n, t in enumerate(pages, 1))))


@pytest.fixture
def book(kind, tmp_path: Path) -> Path:
    path = tmp_path / "book.pdf"
    path.write_bytes(kind.pdf("The red lamp blinks", "Open the front cover", "Close it again"))
    return path


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_text_has_no_pages_and_every_character(kind, tmp_path, name) -> None:
    text = "# Über\n\nDer blaue Knopf 😀\n"
    (tmp_path / name).write_text(text, encoding="utf-8")
    (page,) = kind.reader.read_document(tmp_path / name, JobContext())
    assert (page.page, page.text, page.missing) == (None, text, False)


def test_the_pages_of_a_pdf_come_in_order_and_count_from_one(kind, book) -> None:
    pages = kind.reader.read_document(book, JobContext())
    assert [p.page for p in pages] == [1, 2, 3]
    assert "red lamp" in pages[0].text and "front cover" in pages[1].text
    assert not any(p.missing for p in pages)


def test_some_pages_are_read_alone(kind, book) -> None:
    (page,) = kind.reader.read_pages(book, (2,), JobContext())
    assert (page.page, page.missing) == (2, False)
    assert "front cover" in page.text and "red lamp" not in page.text


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.txt", None, "file_missing"),
        ("a.pdf", None, "file_missing"),
        ("a.txt", b"", "file_empty"),
        ("a.pdf", b"", "file_empty"),
        ("a.pdf", b"BROKEN", "document_undecodable"),
    ],
)
def test_a_file_that_cannot_be_read_is_its_own_error(kind, tmp_path, name, data, code) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as caught:
        kind.reader.read_document(tmp_path / name, JobContext())
    assert (caught.value.code, caught.value.params["path"]) == (code, str(tmp_path / name))


def test_a_cancelled_job_reads_nothing(kind, book) -> None:
    ctx = JobContext()
    ctx.cancel()
    with pytest.raises(Cancelled):
        kind.reader.read_document(book, ctx)
    with pytest.raises(Cancelled):
        kind.reader.read_pages(book, (1,), ctx)
