"""Places that processes take in turn, held here by real processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.engines.places import Place, ReadingPlace
from app.core.errors import Cancelled, StorageError
from app.core.jobs import JobContext

ROOT = Path(__file__).resolve().parents[3]
# Holds a lock, says so, and gives it back when its standard input ends.
HOLD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from app.core.engines.places import Place
from app.core.jobs import JobContext
with Place(lambda: Path(sys.argv[2])).hold(JobContext(), shared=sys.argv[3] == "shared"):
    print("held", flush=True)
    sys.stdin.read()
"""


class Waits(JobContext):
    """A context that tells when its job begins to wait, and what it says then."""

    def __init__(self) -> None:
        self.waiting = threading.Event()
        self.said: list[str] = []
        super().__init__(self._told)

    def _told(self, progress: object) -> None:
        self.said.append(progress.step)  # type: ignore[attr-defined]
        self.waiting.set()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "models.lock"


@pytest.fixture
def other() -> Iterator[Callable[..., Any]]:
    """Let another process hold a lock; it has it when this returns."""
    made: list[Any] = []

    def start(file: Path, how: str = "alone") -> Any:
        process: Any = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(ROOT), str(file), how],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        made.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in made:
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()


def enter(place: Place | ReadingPlace, ctx: JobContext, **how: bool) -> threading.Thread:
    """Hold the place for a moment in a thread of its own."""

    def work() -> None:
        with place.hold(ctx, **how):  # type: ignore[arg-type]
            pass

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_work_waits_for_another_process_and_says_so(file, other) -> None:
    process, ctx = other(file), Waits()
    thread = enter(Place(lambda: file), ctx)
    assert ctx.waiting.wait(5) and ctx.said == ["wait_process"] and thread.is_alive()
    process.stdin.close()
    thread.join(5)
    assert not thread.is_alive()


def test_a_killed_process_gives_its_place_back(file, other) -> None:
    process, ctx = other(file), Waits()
    thread = enter(Place(lambda: file), ctx)
    assert ctx.waiting.wait(5)
    process.kill()
    thread.join(5)
    assert not thread.is_alive()


def test_processes_that_share_do_not_wait_for_each_other(file, other) -> None:
    other(file, "shared")
    ctx = Waits()
    with Place(lambda: file).hold(ctx, shared=True):
        assert ctx.said == []


def test_who_wants_it_alone_waits_for_those_that_share(file, other) -> None:
    process, ctx = other(file, "shared"), Waits()
    thread = enter(Place(lambda: file), ctx)
    assert ctx.waiting.wait(5) and thread.is_alive()
    process.stdin.close()
    thread.join(5)
    assert not thread.is_alive()


def test_waiting_for_another_process_ends_with_cancel(file, other) -> None:
    other(file)
    ctx = Waits()
    raised: list[bool] = []

    def work() -> None:
        with pytest.raises(Cancelled), Place(lambda: file).hold(ctx):
            pass
        raised.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    assert ctx.waiting.wait(5)
    ctx.cancel()
    thread.join(5)
    assert raised == [True]


def test_threads_of_one_process_hold_it_together(file) -> None:
    place, ctx = Place(lambda: file), Waits()
    with place.hold(ctx), place.hold(ctx):
        assert ctx.said == []


@pytest.mark.parametrize("how", ["alone", "shared"])
def test_the_last_one_leaves_no_file_behind(file, other, how) -> None:
    process = other(file, how)
    with Place(lambda: file.with_name("own.lock")).hold(JobContext(), shared=how == "shared"):
        pass
    process.stdin.close()
    assert process.wait(5) == 0
    assert list(file.parent.iterdir()) == []


def test_a_folder_that_is_not_there_keeps_nobody_from_working(tmp_path) -> None:
    (tmp_path / "file").touch()
    with Place(lambda: tmp_path / "file" / "models.lock").hold(JobContext()):
        pass


def test_no_private_folder_at_all_keeps_nobody_from_working() -> None:
    def nowhere(name: str = "") -> Path:
        raise StorageError("folder_not_writable", path="/tmp")

    with Place(nowhere).hold(JobContext()), ReadingPlace(nowhere).hold(JobContext(), urgent=False):
        pass


def test_an_import_lets_the_key_press_of_another_process_go_first(tmp_path, other) -> None:
    process, ctx = other(tmp_path / "pressed"), Waits()
    place = ReadingPlace(lambda name: tmp_path / name)
    thread = enter(place, ctx, urgent=False)
    assert ctx.waiting.wait(5) and thread.is_alive()
    process.stdin.close()
    thread.join(5)
    assert not thread.is_alive()


def test_text_is_not_read_in_two_processes(tmp_path, other) -> None:
    process, ctx = other(tmp_path / "reading"), Waits()
    thread = enter(ReadingPlace(lambda name: tmp_path / name), ctx, urgent=True)
    assert ctx.waiting.wait(5) and thread.is_alive()
    process.stdin.close()
    thread.join(5)
    assert not thread.is_alive()
