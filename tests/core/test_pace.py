"""How long still."""

from __future__ import annotations

from app.core.jobs import JobContext
from app.core.pace import Pace


def _run(steps: list[tuple[float, float]], total: float | None) -> list[float | None]:
    times = iter([0.0, *(t for t, _ in steps)])
    heard: list[float | None] = []
    pace = Pace(JobContext(lambda p: heard.append(p.seconds_left)), "read", lambda: next(times))
    for _, done in steps:
        pace.report(done, total)
    return heard


def test_a_steady_job_tells_its_rest() -> None:
    left = _run([(t, t) for t in range(1, 11)], 60)
    assert left[0] is None
    assert left[-1] == 50


def test_nothing_is_told_where_nothing_is_known() -> None:
    assert _run([(0.1, 1), (0.2, 2)], 100) == [None, None]
    assert _run([(3, 1), (6, 2)], None) == [None, None]
    assert _run([(5, 0), (10, 0)], 100) == [None, None]


def test_a_pause_does_not_divide_by_zero() -> None:
    assert _run([(3, 10), (3, 10), (3, 20)], 100)[-1] is None
