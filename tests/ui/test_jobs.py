"""The bridge between threads and Qt, with real threads and a real event loop."""

from __future__ import annotations

import threading

import pytest

from app.core.errors import EngineError
from app.core.jobs import Progress
from app.ui.jobs import JobRunner, Listeners


@pytest.fixture
def runner(qapp):
    made = JobRunner()
    yield made
    made.close()


def _wait(qtbot, heard: list, kind: str) -> None:
    qtbot.waitUntil(lambda: any(k == kind for k, _ in heard), timeout=5000)


def _listeners(heard: list) -> Listeners:
    return Listeners(
        done=lambda v: heard.append(("done", v)),
        failed=lambda e: heard.append(("failed", e.code)),
        cancelled=lambda: heard.append(("cancelled", None)),
        progress=lambda p: heard.append(("progress", p.done)),
        data=lambda kind, d: heard.append((kind, d)),
        ended=lambda: heard.append(("ended", None)),
    )


def test_a_result_arrives_in_the_thread_of_the_window(runner, qtbot) -> None:
    heard: list = []
    threads: list = []
    told = _listeners(heard)
    told.done = lambda v: (threads.append(threading.current_thread()), heard.append(("done", v)))
    runner.start("t", lambda ctx: 42, told)
    _wait(qtbot, heard, "ended")
    assert heard == [("done", 42), ("ended", None)]
    assert threads == [threading.main_thread()]


def test_tokens_are_joined_and_none_is_lost(runner, qtbot) -> None:
    heard: list = []

    def work(ctx) -> None:
        for n in range(20_000):
            ctx.emit("piece", f"{n % 10}")

    runner.start("t", work, _listeners(heard))
    _wait(qtbot, heard, "ended")
    pieces = [d for k, d in heard if k == "piece"]
    assert "".join(pieces) == "0123456789" * 2000
    assert len(pieces) < 2000


def test_20_000_reports_reach_the_window_as_few_events(runner, qtbot) -> None:
    heard: list = []

    def work(ctx) -> None:
        for n in range(20_000):
            ctx.report(Progress("read", n, 20_000))

    runner.start("t", work, _listeners(heard))
    _wait(qtbot, heard, "ended")
    steps = [d for k, d in heard if k == "progress"]
    assert steps[-1] == 19_999 and steps == sorted(steps) and len(steps) < 4000


def test_an_error_arrives_as_the_error_it_is(runner, qtbot) -> None:
    heard: list = []

    def work(ctx) -> None:
        raise EngineError("ollama_busy")

    runner.start("t", work, _listeners(heard))
    _wait(qtbot, heard, "ended")
    assert heard[0] == ("failed", "ollama_busy")


def test_an_unforeseen_error_reaches_the_crash_signal_without_its_words(runner, qtbot) -> None:
    heard: list = []

    def work(ctx) -> None:
        raise RuntimeError("secret words")

    with qtbot.waitSignal(runner.crashed) as crash:
        runner.start("t", work, _listeners(heard))
    assert "RuntimeError" in crash.args[0] and "secret" not in crash.args[0]
    assert heard == [("ended", None)]


def test_cancel_ends_a_job_and_what_comes_late_is_dropped(runner, qtbot) -> None:
    heard: list = []
    started = threading.Event()

    def work(ctx) -> None:
        started.set()
        stop = threading.Event()
        ctx.on_cancel(stop.set)
        stop.wait(10)
        ctx.emit("piece", "late")
        ctx.check()

    job = runner.start("t", work, _listeners(heard))
    assert started.wait(5)
    job.cancel()
    _wait(qtbot, heard, "ended")
    assert heard == [("cancelled", None), ("ended", None)]
    assert runner.running == []


def test_escape_stops_answers_and_leaves_transcriptions(runner, qtbot) -> None:
    heard: list = []

    def work(ctx) -> None:
        stop = threading.Event()
        ctx.on_cancel(stop.set)
        stop.wait(10)
        ctx.check()

    runner.start("answer", work, _listeners(heard))
    keeps = runner.start("transcription", work, keeps=True)
    assert runner.stop_answers()
    _wait(qtbot, heard, "cancelled")
    assert runner.running == [keeps]


def test_closing_ends_every_thread_and_delivers_nothing_more(qapp, qtbot) -> None:
    runner, heard = JobRunner(), []
    job = runner.start("t", lambda ctx: heard.append("ran") or threading.Event().wait(0.2))
    runner.close()
    assert job.thread is not None and not job.thread.is_alive()
    assert runner.running == []


def test_a_listener_that_fails_does_not_take_the_mail_of_others_along(runner, qtbot) -> None:
    heard: list = []
    gate = threading.Event()

    def fail(_) -> None:
        raise RuntimeError("secret words")

    crashed: list = []
    runner.crashed.connect(crashed.append)
    runner.start("bad", lambda ctx: gate.wait(5), Listeners(done=fail))
    for _ in range(3):
        runner.start("good", lambda ctx: gate.wait(5), _listeners(heard))
    gate.set()
    qtbot.waitUntil(lambda: not runner.running, timeout=5000)
    assert sum(k == "ended" for k, _ in heard) == 3
    assert len(crashed) == 1 and "secret" not in crashed[0]


def test_an_answer_that_was_stopped_writes_nothing_under_the_next_question(runner, qtbot) -> None:
    shown: list = []
    turn: list = [None]
    go = threading.Event()

    def ask(name: str):
        mine = turn[0] = object()
        told = Listeners(
            data=lambda kind, d: shown.append((name, d)), done=lambda v: shown.append((name, v))
        )
        return runner.start(
            name,
            lambda ctx: (ctx.emit("piece", name), go.wait(5), name)[-1],
            told.only_while(lambda: turn[0] is mine),
        )

    first = ask("A")
    first.cancel()
    ask("B")
    go.set()
    qtbot.waitUntil(lambda: ("B", "B") in shown, timeout=5000)
    assert all(name == "B" for name, _ in shown)
