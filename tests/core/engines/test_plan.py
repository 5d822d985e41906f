"""Who may hold memory when."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.engines import plan as plan_module
from app.core.engines.places import Place
from app.core.engines.plan import MemoryPlan
from app.core.errors import Cancelled
from app.core.jobs import JobContext


class Waits(JobContext):
    """A context that tells when its job begins to wait."""

    def __init__(self) -> None:
        self.waiting = threading.Event()
        super().__init__(lambda progress: self.waiting.set())


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(lambda: tmp_path / "models.lock")


@pytest.fixture
def plan(done: list[str], place: Place) -> MemoryPlan:
    return MemoryPlan(
        unload_language=lambda ctx: done.append("unload"),
        end_speech=lambda: done.append("end speech"),
        place=place,
    )


def run(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_the_language_model_goes_before_speech_and_speech_before_it(
    plan: MemoryPlan, done: list[str]
) -> None:
    with plan.speech(JobContext()):
        done.append("speech")
    with plan.language(JobContext()):
        done.append("language")
    assert done == ["unload", "speech", "end speech", "language"]


def test_a_language_model_waits_until_speech_has_ended(plan: MemoryPlan, done: list[str]) -> None:
    ctx = Waits()

    def answer() -> None:
        with plan.language(ctx):
            done.append("language")

    with plan.speech(JobContext()):
        thread = run(answer)
        assert ctx.waiting.wait(5)
        done.append("speech ends")
    thread.join(5)
    assert done[1:] == ["speech ends", "end speech", "language"]


def test_work_of_the_same_kind_goes_on_together(plan: MemoryPlan) -> None:
    with plan.language(JobContext()), plan.language(JobContext()):
        pass
    with plan.speech(JobContext()), plan.speech(JobContext()):
        pass


def test_waiting_ends_with_cancel(plan: MemoryPlan) -> None:
    ctx = Waits()
    raised: list[bool] = []

    def answer() -> None:
        with pytest.raises(Cancelled), plan.language(ctx):
            pass
        raised.append(True)

    with plan.speech(JobContext()):
        thread = run(answer)
        assert ctx.waiting.wait(5)
        ctx.cancel()
        thread.join(5)
    assert raised == [True]
    with plan.language(JobContext()):
        pass


def test_speech_that_is_cancelled_while_the_language_model_goes_gives_its_place_back(
    place: Place,
) -> None:
    def unload(ctx: JobContext) -> None:
        ctx.cancel()
        ctx.check()

    plan = MemoryPlan(unload_language=unload, end_speech=lambda: None, place=place)
    with pytest.raises(Cancelled), plan.speech(JobContext()):
        raise AssertionError("went on")
    with plan.language(JobContext()):
        pass


def test_a_roomy_machine_does_both_at_once(done: list[str], place: Place) -> None:
    plan = MemoryPlan(
        place=place,
        unload_language=lambda ctx: done.append("unload"),
        end_speech=lambda: done.append("end"),
        roomy=lambda: True,
    )
    with plan.speech(JobContext()), plan.language(JobContext()):
        pass
    assert done == []


def test_a_question_goes_before_the_minutes_that_wait(plan: MemoryPlan, done: list[str]) -> None:
    slow, urgent = Waits(), Waits()

    def waits() -> None:
        with plan.speech(slow):
            done.append("slow")

    def presses() -> None:
        with plan.language(urgent, urgent=True):
            done.append("urgent")

    with plan.speech(JobContext()):
        second = run(presses)
        assert urgent.waiting.wait(5)
        first = run(waits)
        assert slow.waiting.wait(5)
    first.join(5)
    second.join(5)
    assert [d for d in done if d in ("urgent", "slow")] == ["urgent", "slow"]


def test_a_place_is_given_back_after_an_error(plan: MemoryPlan) -> None:
    with pytest.raises(RuntimeError), plan.speech(JobContext()):
        raise RuntimeError
    with plan.language(JobContext()):
        pass


# --- an idle speech child, and another process ------------------------------------------


class Child:
    """Stands for the speech child of a process."""

    def __init__(self, done: list[str]) -> None:
        self.up, self.done = True, done

    def end(self) -> None:
        self.done.append("end speech")
        self.up = False


@pytest.fixture
def child(done: list[str]) -> Child:
    return Child(done)


@pytest.fixture
def window(place: Place, child: Child, done: list[str]):
    """The plan of a process whose speech child stays up after its work."""
    made = MemoryPlan(
        unload_language=lambda ctx: None,
        end_speech=child.end,
        speech_up=lambda: child.up,
        place=place,
    )
    yield made
    made.close()


@pytest.fixture
def command(tmp_path: Path) -> MemoryPlan:
    """The plan of another process: locks of the same file do not know of each other."""
    return MemoryPlan(
        unload_language=lambda ctx: None,
        end_speech=lambda: None,
        place=Place(lambda: tmp_path / "models.lock"),
    )


@pytest.mark.parametrize("kind", ["language", "speech"])
def test_an_idle_speech_child_ends_before_another_process_loads_a_model(
    window: MemoryPlan, command: MemoryPlan, done: list[str], tmp_path: Path, kind: str
) -> None:
    with window.speech(JobContext()):
        pass
    assert done == [], "it stays up for the next sound"
    with getattr(command, kind)(JobContext()):
        done.append("model")
    assert done == ["end speech", "model"]
    assert list(tmp_path.iterdir()) == []


def test_a_speech_child_that_works_again_is_not_ended_by_another_process(
    window: MemoryPlan, command: MemoryPlan, done: list[str]
) -> None:
    ctx = Waits()

    def answer() -> None:
        with command.language(ctx):
            done.append("language")

    with window.speech(JobContext()):
        pass
    with window.speech(JobContext()):
        thread = run(answer)
        assert ctx.waiting.wait(5)
        thread.join(3 * plan_module._LOOK_SECONDS)
        assert done == [] and thread.is_alive()
        done.append("speech ends")
    thread.join(5)
    assert done == ["speech ends", "end speech", "language"]


def test_a_speech_child_that_ended_by_itself_keeps_nobody_out(
    window: MemoryPlan, command: MemoryPlan, child: Child, done: list[str]
) -> None:
    with window.speech(JobContext()):
        pass
    child.up = False
    with command.language(JobContext()):
        pass
    assert done == []


def test_a_process_that_ends_gives_back_the_place_of_its_idle_child(
    window: MemoryPlan, done: list[str], tmp_path: Path
) -> None:
    with window.speech(JobContext()):
        pass
    window.close()
    assert done == ["end speech"]
    assert list(tmp_path.iterdir()) == []
