"""The contract of long work."""

from __future__ import annotations

import pytest

from app.core.errors import Cancelled
from app.core.jobs import JobContext, Progress


def test_a_cancelled_job_hears_of_it_at_its_next_check() -> None:
    ctx = JobContext()
    ctx.check()
    ctx.cancel()
    with pytest.raises(Cancelled):
        ctx.check()


def test_a_callback_runs_once_and_at_once_when_it_comes_late() -> None:
    ctx, calls = JobContext(), []
    ctx.on_cancel(lambda: calls.append("early"))
    ctx.cancel()
    ctx.cancel()
    ctx.on_cancel(lambda: calls.append("late"))
    assert calls == ["early", "late"]


def test_a_callback_that_was_taken_back_stays_silent() -> None:
    ctx, calls = JobContext(), []
    forget = ctx.on_cancel(lambda: calls.append("called"))
    forget()
    ctx.cancel()
    assert calls == []


def test_a_notice_is_said_once() -> None:
    heard = []
    ctx = JobContext(on_notice=heard.append)
    for path in ("a", "a", "b"):
        ctx.notice("file_truncated", path=path)
    assert [n.params["path"] for n in heard] == ["a", "b"]


def test_a_part_of_a_job_shares_cancel_and_notices_and_has_its_own_progress() -> None:
    whole, part_steps = [], []
    ctx = JobContext(whole.append)
    part = ctx.child(part_steps.append)
    part.report(Progress("read", 1, 2))
    part.notice("no_text")
    ctx.cancel()
    assert (whole, len(part_steps), part.cancelled) == ([], 1, True)
    assert [n.code for n in ctx.notices] == ["no_text"]


def test_a_part_that_is_over_is_forgotten() -> None:
    ctx = JobContext()
    for _ in range(3):
        ctx.child(lambda progress: None).end()
    assert not ctx._callbacks


@pytest.mark.parametrize(("done", "total", "share"), [(1, 4, 0.25), (9, 4, 1.0), (1, None, None)])
def test_the_share_of_a_progress_stays_between_0_and_1(done, total, share) -> None:
    assert Progress("read", done, total).fraction == share
