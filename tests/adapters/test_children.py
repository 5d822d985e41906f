"""The parent's side of a child, with a real child process."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest

from app.adapters import children
from app.core import logs, paths
from app.core.errors import Cancelled, ChildError, InputError, StorageError
from app.core.jobs import JobContext

ROOT = Path(__file__).resolve().parents[2]
WORKER = ROOT / "tests" / "support" / "echo_worker.py"


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(children, "command", lambda name: [sys.executable, str(WORKER)])
    child = children.Child("echo", nice=False)
    yield child
    child.close()


def test_a_call_returns_its_answer_and_its_events(child: children.Child) -> None:
    steps, notices, pieces = [], [], []
    ctx = JobContext(steps.append, notices.append, lambda kind, data: pieces.append((kind, data)))
    assert child.call("echo", {"ä": [1, None]}, ctx) == {"ä": [1, None]}
    assert (steps[0].step, steps[0].fraction, steps[0].seconds_left) == ("read", 0.5, 3.0)
    assert [n.code for n in notices] == ["no_text"]
    assert pieces == [("piece", {"n": 1})]


def test_an_error_of_the_child_is_the_same_error_here(child: children.Child) -> None:
    with pytest.raises(InputError) as caught:
        child.call("fail", {"path": "x.wav"}, JobContext())
    assert (caught.value.code, caught.value.params) == ("file_missing", {"path": "x.wav"})


@pytest.mark.parametrize("op", ["die", "crash"])
def test_a_dead_child_is_one_error_and_the_next_call_starts_a_fresh_one(
    child: children.Child, op: str
) -> None:
    with pytest.raises(ChildError) as caught:
        child.call(op, {}, JobContext())
    assert caught.value.code == "child_died"
    assert child.call("echo", {"a": 1}, JobContext()) == {"a": 1}


def test_the_text_of_an_exception_does_not_cross_the_channel(
    child: children.Child, home: Path
) -> None:
    logs.start(paths.logs(), "test")
    with pytest.raises(ChildError) as caught:
        child.call("crash", {}, JobContext())
    assert "secret" not in str(caught.value.params)
    assert "secret" not in (paths.logs() / "test.log").read_text("utf-8")


@pytest.mark.parametrize("op", ["chatter", "chatter_and_listen"])
def test_a_listener_that_fails_ends_the_call_and_the_work_of_the_child(
    child: children.Child, op: str
) -> None:
    def refuse(kind, data) -> None:
        raise StorageError("disk_full", path="x")

    with pytest.raises(StorageError):
        child.call(op, {}, JobContext(on_data=refuse))
    began = time.monotonic()
    assert child.call("echo", {"a": 1}, JobContext()) == {"a": 1}
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("op", ["wait", "spin"])
def test_cancel_ends_a_call_within_200_ms_even_in_native_code(
    child: children.Child, op: str, tmp_path: Path
) -> None:
    child.call("ping", {}, JobContext())
    pid = child.pid
    ctx = JobContext()
    mark = tmp_path / "mark"
    cancelled_at: list[float] = []

    def cancel() -> None:
        if op == "spin":
            _until(mark.exists)
        cancelled_at.append(time.monotonic())
        ctx.cancel()

    timer = threading.Timer(0.2, cancel)
    timer.start()
    with pytest.raises(Cancelled):
        child.call(op, {"mark": str(mark)}, ctx)
    took = time.monotonic() - cancelled_at[0]
    timer.join()
    assert took < 1.0  # the figure itself is measured by the bench
    if op == "spin":
        assert not psutil.pid_exists(pid or 0)


def test_a_cancelled_call_that_listens_keeps_its_child(
    child: children.Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "CANCEL_SECONDS", 5.0)  # a busy machine is slow to answer
    child.call("ping", {}, JobContext())
    pid = child.pid
    ctx = JobContext()
    timer = threading.Timer(0.1, ctx.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        child.call("wait", {}, ctx)
    timer.join()
    assert child.call("ping", {}, JobContext())["pid"] == pid


def test_a_child_that_never_stops_talking_is_killed_after_cancel(child: children.Child) -> None:
    child.call("ping", {}, JobContext())
    pid = child.pid
    ctx = JobContext(on_data=lambda kind, data: ctx.cancel())
    with pytest.raises(Cancelled):
        child.call("chatter", {}, ctx)
    assert child.pid is None
    assert not psutil.pid_exists(pid or 0)


def test_a_child_that_never_stops_talking_is_killed_over_its_time(child: children.Child) -> None:
    with pytest.raises(ChildError) as caught:
        child.call("chatter", {}, JobContext(), seconds=0.3)
    assert caught.value.code == "child_time"


def test_cancel_does_not_wait_for_a_child_that_starts_slowly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sleeper = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    started: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(children, "command", lambda name: sleeper)
    start = children._start
    monkeypatch.setattr(children, "_start", lambda *a: started.append(start(*a)) or started[-1])
    ctx = JobContext()
    timer = threading.Timer(0.3, ctx.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        children.Child("index").call("ping", {}, ctx)
    timer.join()
    assert started[0].returncode is not None


def test_a_call_over_its_time_is_killed(child: children.Child) -> None:
    with pytest.raises(ChildError) as caught:
        child.call("wait", {}, JobContext(), seconds=0.3)
    assert caught.value.code == "child_time"


def test_a_call_over_its_memory_is_killed(child: children.Child) -> None:
    with pytest.raises(ChildError) as caught:
        child.call("grow", {}, JobContext(), megabytes=150)
    assert caught.value.code == "child_memory"


def test_an_idle_child_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "command", lambda name: [sys.executable, str(WORKER)])
    child = children.Child("echo", nice=False, idle_seconds=0.05)
    child.call("ping", {}, JobContext())
    _until(lambda: child.pid is None)
    child.close()


def test_a_child_that_cannot_start_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "command", lambda name: ["/nowhere/alcove", name])
    with pytest.raises(ChildError) as caught:
        children.Child("index").call("ping", {}, JobContext())
    assert (caught.value.code, caught.value.params) == ("child_unstartable", {"child": "index"})


@pytest.mark.parametrize("where", ["folder", "key", "log"])
def test_a_full_disk_is_said_and_leaves_nothing_of_a_child(
    child: children.Child, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    base = Path(tempfile.mkdtemp(prefix="alc"))
    monkeypatch.setattr(paths, "runtime", lambda: base)
    with monkeypatch.context() as disk:
        if where == "folder":
            disk.setattr(Path, "mkdir", lambda path, **how: path == base or full())
        elif where == "key":
            disk.setattr(children.endpoints, "make", full)
        else:
            disk.setattr(children, "open", full, raising=False)
        with pytest.raises(StorageError) as caught:
            children.spawn("echo", "echo", nice=False)
    assert caught.value.code == "disk_full"
    base.rmdir()  # refused while anything is in it


def test_a_child_that_ends_before_it_listens_is_no_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "command", lambda name: [sys.executable, "-c", "0"])
    with pytest.raises(ChildError) as caught:
        children.Child("index").call("ping", {}, JobContext())
    assert caught.value.code == "child_unstartable"


def test_a_child_of_another_build_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "command", lambda name: [sys.executable, str(WORKER)])
    monkeypatch.setattr(children.build, "build_id", lambda: "alcove-other")
    with pytest.raises(ChildError) as caught:
        children.Child("echo").call("ping", {}, JobContext())
    assert caught.value.code == "child_mismatch"


@pytest.mark.skipif(sys.platform != "linux", reason="the second pipe is Linux's; see windows_job")
@pytest.mark.parametrize("op", ["wait", "spin"])
def test_no_child_outlives_a_killed_parent_whatever_it_runs(op: str, tmp_path: Path) -> None:
    mark, pid_file = tmp_path / "mark", tmp_path / "pid"
    program = textwrap.dedent(f"""
        import sys, threading
        sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        from app.adapters import children
        from app.core.jobs import JobContext
        children.command = lambda name: [sys.executable, {str(WORKER)!r}]
        child = children.Child("echo")
        pid = child.call("ping", {{}}, JobContext())["pid"]
        Path({str(pid_file)!r}).write_text(str(pid))
        child.call({op!r}, {{"mark": {str(mark)!r}}}, JobContext())
    """)
    parent = subprocess.Popen([sys.executable, "-c", program], env=dict(os.environ))
    try:
        _until(lambda: pid_file.exists() and pid_file.read_text() != "")
        if op == "spin":
            _until(mark.exists)
        pid = int(pid_file.read_text())
    finally:
        parent.kill()
        parent.wait()
    _until(lambda: not psutil.pid_exists(pid), 2.0)


def _until(condition, seconds: float = 10.0) -> None:
    ends = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < ends, "did not happen in time"
        pause.wait(0.01)


def test_cancel_is_heard_while_a_child_has_not_said_a_word(
    child: children.Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    class Mute:
        def poll(self, seconds: float) -> bool:
            waited.append(seconds)
            return False

        def close(self) -> None:
            waited.append(0.0)

    monkeypatch.setattr(children.endpoints, "connect", lambda *_, **__: Mute())
    with pytest.raises(Cancelled):
        children.spawn("echo", "echo", nice=False, cancelled=lambda: True)
    assert waited[-1] == 0.0 and sum(waited) <= 0.1
