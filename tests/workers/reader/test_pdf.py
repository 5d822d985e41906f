"""PDF pages: text, headings, scans, and files that mean harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.pictures import locked, manual, page, saved

from app.core.errors import Cancelled, InputError
from app.core.jobs import JobContext
from app.workers.reader import pdf


def write(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    return str(path)


@pytest.fixture
def two_pages(tmp_path: Path) -> str:
    return write(
        tmp_path,
        manual(
            ("Warnings", "Let it cool for 30 minutes.", "It weighs 12 kg and costs 40 €."),
            ("Removing it", "Pull the plug (the grey one)."),
        ),
    )


def test_pages_come_in_order_with_their_numbers_and_text(two_pages: str) -> None:
    first, second = pdf.page_texts(two_pages, JobContext())
    assert (first.number, second.number) == (1, 2)
    assert "Let it cool for 30 minutes.\nIt weighs 12 kg and costs 40 €." in first.text
    assert second.text.endswith("Pull the plug (the grey one).")
    assert not first.scanned and not second.scanned


def test_headings_are_slices_of_the_text(two_pages: str) -> None:
    for found, heading in zip(
        pdf.page_texts(two_pages, JobContext()), ("Warnings", "Removing it"), strict=True
    ):
        ((start, text),) = found.headings
        assert text == heading and found.text[start:].startswith(heading)


def sideways(*lines: tuple[int, str]) -> bytes:
    """Return a PDF whose lines, (size, text), run from the foot of the page to its top."""
    shown = [
        f"BT /F1 {size} Tf 0 1 -1 0 {100 + 30 * place} 60 Tm ({text}) Tj ET"
        for place, (size, text) in enumerate(lines)
    ]
    content = "\n".join(shown)
    objects = [
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Page /Parent 4 0 R /MediaBox [0 0 595 842] /Rotate 90 /Contents 2 0 R"
        " /Resources << /Font << /F1 1 0 R >> >> >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Catalog /Pages 4 0 R >>",
    ]
    body = "".join(f"{n} 0 obj\n{text}\nendobj\n" for n, text in enumerate(objects, start=1))
    return f"%PDF-1.5\n{body}trailer << /Size 6 /Root 5 0 R >>\n%%EOF".encode()


def test_the_headings_of_a_sideways_page_are_the_lines_in_larger_letters(tmp_path: Path) -> None:
    lines = [(18, "it is large"), (12, "Of valve 2 the pressure is high."), (12, "Wait a while.")]
    (found,) = pdf.page_texts(write(tmp_path, sideways(*lines)), JobContext())
    assert found.text.split("\n") == [text for _, text in lines]
    assert found.headings == ((0, "it is large"),)


def test_progress_counts_the_pages(two_pages: str) -> None:
    told = []
    list(pdf.page_texts(two_pages, JobContext(told.append)))
    assert [(p.step, p.done, p.total) for p in told] == [("read", 0, 2), ("read", 1, 2)]


def test_cancel_stops_between_two_pages(two_pages: str) -> None:
    ctx = JobContext()
    pages = pdf.page_texts(two_pages, ctx)
    next(pages)
    ctx.cancel()
    with pytest.raises(Cancelled):
        next(pages)


def test_a_page_that_is_only_a_picture_is_a_scan(tmp_path: Path) -> None:
    path = saved(page([(50, 50, "Scanned")]), tmp_path / "a.pdf")
    (found,) = pdf.page_texts(path, JobContext())
    assert found.scanned and found.text == ""


def test_an_empty_page_is_no_scan(tmp_path: Path) -> None:
    document = pdf_writer()
    document.page()
    document._pages[-1].clear()
    (found,) = pdf.page_texts(write(tmp_path, document.data()), JobContext())
    assert (found.text, found.scanned) == ("", False)


def pdf_writer():
    from support.pictures import pdf as writer

    return writer.Document("Test", "", "20260101")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.4\nnothing more", "document_undecodable"),
        (b"Dear reader, this is a letter.", "document_undecodable"),
        (locked(manual(("Secret", "Nobody reads this."))), "document_encrypted"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        list(pdf.page_texts(write(tmp_path, data), JobContext()))
    assert caught.value.code == code


def test_a_file_that_breaks_off_gives_pages_or_a_clear_error(tmp_path: Path, two_pages) -> None:
    data = Path(two_pages).read_bytes()
    for share in (0.3, 0.6, 0.9):
        path = write(tmp_path, data[: int(len(data) * share)])
        try:
            found = list(pdf.page_texts(path, JobContext()))
            assert all(p.number >= 1 for p in found)
        except InputError as error:
            assert error.code == "document_undecodable"


def test_too_many_pages_are_refused(two_pages: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    with pytest.raises(InputError) as caught:
        list(pdf.page_texts(two_pages, JobContext()))
    assert caught.value.code == "file_too_large"


def test_a_page_is_drawn_at_the_asked_size(two_pages: str) -> None:
    image, dpi = pdf.page_picture(two_pages, 2, 150)
    assert (image.size, round(dpi)) == ((1241, 1754), 150)
    small, _ = pdf.page_picture(two_pages, 2, 150, side=400)
    assert max(small.size) <= 401


def test_a_page_of_giant_size_is_drawn_small(tmp_path: Path) -> None:
    data = manual(("Wall paper", "Large")).replace(b"595.28 841.89", b"14400 14400")
    image, dpi = pdf.page_picture(write(tmp_path, data), 1, 180)
    assert max(image.size) <= pdf.MOST_SIDE + 1 and dpi < 20


@pytest.mark.parametrize("number", [0, 3])
def test_a_page_that_is_not_there_is_an_error(two_pages: str, number: int) -> None:
    with pytest.raises(InputError):
        pdf.page_picture(two_pages, number, 100)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("a \r\nb\rc", "a\nb\nc"),
        ("infor\ufffe\r\nmation", "information"),
        ("infor\ufffemation", "information"),
        ("LP\ufffe30", "LP-30"),
        ("\x00a\x07b\tc\n\n", "ab\tc"),
    ],
)
def test_raw_text_is_made_plain(raw: str, plain: str) -> None:
    assert pdf.tidy(raw) == plain
