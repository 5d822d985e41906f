"""The reader's two processes, and who may recognise text when."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from support.pictures import locked, manual, page, saved

from app.adapters.children import Child
from app.adapters.reader import OcrTurns, Reader
from app.core.errors import Cancelled, ChildError, InputError
from app.core.jobs import JobContext

LINES = [(60, 60, "The red lamp blinks twice"), (60, 140, "Open the front cover now")]
TEXTS = [text for _, _, text in LINES]


class Watched:
    """A child whose calls are written down: which began, which ended."""

    def __init__(self, child: Child, log: list[tuple[str, str]]):
        self.child, self.log = child, log

    def call(self, op, args, ctx, *, seconds=None, megabytes=None):
        assert seconds and megabytes, "every call has limits"
        self.log.append((op, "begins"))
        try:
            return self.child.call(op, args, ctx, seconds=seconds, megabytes=megabytes)
        finally:
            self.log.append((op, "ends"))

    def close(self) -> None:
        self.child.close()


@pytest.fixture
def log() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def reader(log):
    made = Reader(
        Watched(Child("reader", instance="urgent", nice=False), log),
        Watched(Child("reader", instance="imports"), log),
    )
    yield made
    made.close()


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    return Path(saved(page(LINES), tmp_path / "letter.png"))


def test_a_picture_goes_through_the_child_and_comes_back_measured(
    reader: Reader, letter: Path, tmp_path: Path
) -> None:
    found = reader.open_picture(letter, JobContext(), folder=tmp_path, sent=True)
    assert (found.width, found.height, found.frames) == (800, 500, 1)
    assert found.brightness > 200 and found.sharpness
    for copy in (found.shown, found.sent):
        assert copy is not None and copy.stat().st_size > 100
    text = reader.read_text(letter, JobContext())
    assert [line.text for line in text.lines] == TEXTS
    assert isinstance(text.lines[0].box, tuple)


def test_documents_are_read_page_by_page(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(manual(("One", "first page"), ("Two", "second page")))
    (tmp_path / "a.md").write_text("# Über\n" + "ä" * 600_000, encoding="utf-16")
    one, two = reader.read_document(tmp_path / "a.pdf", JobContext())
    assert (one.page, two.page) == (1, 2) and "second page" in two.text
    (whole,) = reader.read_document(tmp_path / "a.md", JobContext())
    assert (whole.page, len(whole.text)) == (None, 600_007)


def test_scanned_pages_are_recognised_and_said(reader: Reader, tmp_path: Path) -> None:
    path = Path(saved(page(LINES), tmp_path / "scan.pdf", resolution=96))
    ctx = JobContext()
    (found,) = reader.read_document(path, ctx)
    assert found.text.split("\n") == TEXTS
    assert [(n.code, n.params["count"]) for n in ctx.notices] == [("pages_scanned", 1)]


class Faulty(Watched):
    """A real child that fails at the text of some pages."""

    def __init__(self, child: Child, pages: set[int], error: Exception):
        super().__init__(child, [])
        self.pages, self.error = pages, error

    def call(self, op, args, ctx, *, seconds=None, megabytes=None):
        if op == "page_ocr" and args["page"] in self.pages:
            raise self.error
        return super().call(op, args, ctx, seconds=seconds, megabytes=megabytes)


SCAN_FAULTS = [
    ChildError("child_memory", child="reader"),
    ChildError("child_died", child="reader"),
    InputError("document_undecodable", path="x"),
]


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    pages = [page(LINES) for _ in range(3)]
    pages[0].save(tmp_path / "scans.pdf", resolution=96, save_all=True, append_images=pages[1:])
    return tmp_path / "scans.pdf"


@pytest.mark.parametrize("error", SCAN_FAULTS, ids=lambda e: e.code)
def test_a_scanned_page_that_cannot_be_read_costs_nothing_but_itself(scans: Path, error) -> None:
    child = Faulty(Child("reader", instance="imports"), {2}, error)
    ctx = JobContext()
    reader = Reader(child, child)
    found = reader.read_document(scans, ctx)
    assert [bool(one.text) for one in found] == [True, False, True]
    assert [one.missing for one in found] == [False, True, False]
    child.pages.clear()
    (again,) = reader.read_pages(scans, [2], JobContext())
    child.close()
    assert (again.page, again.text.split("\n"), again.missing) == (2, TEXTS, False)
    assert [(n.code, n.params["count"]) for n in ctx.notices] == [
        ("pages_damaged", 1),
        ("pages_scanned", 2),
    ]
    assert not ctx._callbacks, "the job remembers no page"


def test_a_document_of_nothing_but_unreadable_scans_is_damaged(scans: Path) -> None:
    child = Faulty(Child("reader", instance="imports"), {1, 2, 3}, SCAN_FAULTS[0])
    with pytest.raises(InputError, match="document_undecodable"):
        Reader(child, child).read_document(scans, JobContext())
    child.close()


def test_a_fault_that_passes_costs_no_page(scans: Path) -> None:
    """Else the page would be missing for good: the next time the file is "unchanged"."""

    class Once(Faulty):
        def call(self, op, args, ctx, **limits):
            try:
                return super().call(op, args, ctx, **limits)
            except ChildError:
                self.pages.clear()
                raise

    child = Once(Child("reader", instance="imports"), {2}, SCAN_FAULTS[1])
    ctx = JobContext()
    found = Reader(child, child).read_document(scans, ctx)
    child.close()
    assert all(one.text for one in found)
    assert [n.code for n in ctx.notices] == ["pages_scanned"]


def test_a_file_that_ends_its_reader_page_after_page_is_given_up(scans: Path, monkeypatch) -> None:
    monkeypatch.setattr("app.adapters.reader._MOST_FAULTS", 2)
    child = Faulty(Child("reader", instance="imports"), {1, 2, 3}, SCAN_FAULTS[1])
    with pytest.raises(ChildError, match="child_died"):
        Reader(child, child).read_document(scans, JobContext())
    child.close()


def test_of_pages_tried_again_none_is_given_up_for_those_before_it(
    scans: Path, monkeypatch
) -> None:
    monkeypatch.setattr("app.adapters.reader._MOST_FAULTS", 2)
    child = Faulty(Child("reader", instance="imports"), {1, 2}, SCAN_FAULTS[1])
    found = Reader(child, child).read_pages(scans, [1, 2, 3], JobContext())
    child.close()
    assert [(one.page, one.missing) for one in found] == [(1, True), (2, True), (3, False)]


def test_a_reader_that_does_not_start_is_not_the_fault_of_a_page(scans: Path) -> None:
    error = ChildError("child_unstartable", child="reader")
    child = Faulty(Child("reader", instance="imports"), {2}, error)
    with pytest.raises(ChildError, match="child_unstartable"):
        Reader(child, child).read_document(scans, JobContext())
    child.close()


def test_a_page_of_a_pdf_is_drawn_for_the_window(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(manual(("One", "first page")))
    found = reader.page_image(tmp_path / "a.pdf", 1, tmp_path, JobContext(), side=500)
    assert found.shown is not None and found.shown.is_file()
    assert max(found.width, found.height) <= 501


def test_a_file_that_cannot_be_read_is_its_own_error(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(locked(manual(("Secret", "text"))))
    with pytest.raises(InputError) as caught:
        reader.read_document(tmp_path / "a.pdf", JobContext())
    assert caught.value.code == "document_encrypted"
    with pytest.raises(InputError) as caught:
        reader.open_picture(tmp_path / "none.png", JobContext())
    assert caught.value.code == "file_missing"


def test_a_key_press_stops_the_import_s_page_which_is_read_afterwards(
    reader: Reader, letter: Path, tmp_path: Path, log: list[tuple[str, str]]
) -> None:
    scan = tmp_path / "scan.pdf"
    page(LINES).save(scan, save_all=True, append_images=[page(LINES)] * 2, resolution=96)
    reading = threading.Event()
    pages: list = []

    def told(progress) -> None:
        if progress.step == "read_text":
            reading.set()

    ctx = JobContext(told)
    importing = threading.Thread(target=lambda: pages.extend(reader.read_document(scan, ctx)))
    importing.start()
    assert reading.wait(60)
    text = reader.read_text(letter, JobContext())
    importing.join(100)
    assert [line.text for line in text.lines] == TEXTS
    assert [p.text.split("\n") for p in pages] == [TEXTS] * 3
    turns = [(op, what) for op, what in log if op in ("ocr", "page_ocr")]
    for begins, ends in zip(turns[::2], turns[1::2], strict=True):
        assert begins == (ends[0], "begins") and ends[1] == "ends"  # never two at once
    assert turns.count(("page_ocr", "begins")) == 4


class Refusing:
    """A child whose every call fails as told."""

    def __init__(self, error: Exception):
        self.error = error

    def call(self, op, args, ctx, *, seconds=None, megabytes=None):
        raise self.error

    def close(self) -> None:
        pass


@pytest.mark.parametrize("code", ["child_time", "child_memory"])
def test_a_file_that_eats_time_or_memory_is_at_fault_itself(code: str) -> None:
    child = Refusing(ChildError(code, child="reader"))
    reader = Reader(child, child)
    with pytest.raises(InputError) as caught:
        reader.read_text(Path("bomb.png"), JobContext())
    assert caught.value.code == "picture_too_large"
    with pytest.raises(InputError) as caught:
        reader.read_document(Path("bomb.pdf"), JobContext())
    assert caught.value.code == "document_undecodable"


def test_a_child_that_died_is_not_the_file_s_fault() -> None:
    child = Refusing(ChildError("child_died", child="reader"))
    with pytest.raises(ChildError):
        Reader(child, child).open_picture(Path("a.png"), JobContext())


# --- whose turn it is ------------------------------------------------------------------


@pytest.fixture
def started():
    threads: list[threading.Thread] = []

    def start(work: Callable[[], object]) -> threading.Thread:
        thread = threading.Thread(target=work)
        threads.append(thread)
        thread.start()
        return thread

    yield start
    for thread in threads:
        thread.join(10)


def test_an_import_begins_again_after_a_key_press(started) -> None:
    turns, order, busy = OcrTurns(), [], threading.Event()

    def page_work(part: JobContext) -> str:
        order.append("page")
        if order.count("page") == 1:
            stopped = threading.Event()
            part.on_cancel(stopped.set)
            busy.set()
            assert stopped.wait(10)
            part.check()
        return "text"

    result: list[str] = []
    thread = started(lambda: result.append(turns.patient(JobContext(), page_work)))
    assert busy.wait(10)
    turns.urgent(JobContext(), lambda ctx: order.append("key"))
    thread.join(10)
    assert (order, result) == (["page", "key", "page"], ["text"])


def test_an_import_that_is_cancelled_itself_is_not_put_back() -> None:
    ctx = JobContext()

    def work(part: JobContext) -> None:
        ctx.cancel()
        part.check()

    with pytest.raises(Cancelled):
        OcrTurns().patient(ctx, work)


def test_a_second_key_press_waits_for_the_first(started) -> None:
    turns, inside, go = OcrTurns(), threading.Event(), threading.Event()
    order: list[str] = []

    def first(ctx: JobContext) -> None:
        inside.set()
        assert go.wait(10)
        ctx.check()
        order.append("first")

    started(lambda: turns.urgent(JobContext(), first))
    assert inside.wait(10)
    second = started(lambda: turns.urgent(JobContext(), lambda ctx: order.append("second")))
    go.set()
    second.join(10)
    assert order == ["first", "second"]


def test_one_who_waits_can_be_cancelled(started) -> None:
    turns, inside, go = OcrTurns(), threading.Event(), threading.Event()
    started(lambda: turns.urgent(JobContext(), lambda ctx: (inside.set(), go.wait(10))))
    assert inside.wait(10)
    waiting = JobContext()
    caught: list[type] = []

    def wait() -> None:
        try:
            turns.patient(waiting, lambda ctx: None)
        except Cancelled as error:
            caught.append(type(error))

    thread = started(wait)
    waiting.cancel()
    thread.join(10)
    go.set()
    assert caught == [Cancelled]


def test_an_error_of_the_work_gives_the_turn_back() -> None:
    turns = OcrTurns()
    with pytest.raises(InputError):
        turns.urgent(JobContext(), lambda ctx: _fail())
    assert turns.patient(JobContext(), lambda ctx: 5) == 5


def _fail() -> None:
    raise InputError("file_empty", path="x")


def test_the_sample_pictures_are_within_reach(reader: Reader) -> None:
    from app.core import paths

    for path in (paths.samples() / "pictures").iterdir():
        with Image.open(path) as image:
            assert reader.open_picture(path, JobContext()).width == image.width


def test_words_divided_on_a_scanned_page_are_put_together(tmp_path: Path, reader: Reader) -> None:
    lines = [(60, 60, "The lid is an emergency instal-"), (60, 140, "lation of its own kind.")]
    page(lines).save(tmp_path / "scan.pdf", resolution=96)
    (found,) = reader.read_document(tmp_path / "scan.pdf", JobContext())
    assert "emergency installation of its own kind" in found.text


def test_pages_tell_which_lines_are_set_larger(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "manual.pdf"
    path.write_bytes(manual(("Warnings", "Let it cool.", "It weighs 12 kg and costs 40.")))
    (found,) = reader.read_document(path, JobContext())
    assert [found.text[at:].split("\n")[0] for at in found.headings] == ["Warnings"]
