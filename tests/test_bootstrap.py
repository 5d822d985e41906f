"""The one place that builds services."""

from __future__ import annotations

import threading

from app.bootstrap import Services


def test_services_are_made_once_whichever_threads_ask_first(monkeypatch) -> None:
    from app.core.engines import plan

    made: list[object] = []
    real = plan.MemoryPlan.__init__

    def slow(self, **kwargs) -> None:
        made.append(self)
        threading.Event().wait(0.05)
        real(self, **kwargs)

    monkeypatch.setattr(plan.MemoryPlan, "__init__", slow)
    services, start = Services(), threading.Barrier(6)
    found: list[object] = []

    def ask() -> None:
        start.wait()
        found.append(services.plan)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.close()
    assert len(made) == 1 and len(set(map(id, found))) == 1


def test_what_is_made_after_the_end_is_closed_at_once() -> None:
    services, closed = Services(), []
    services.close()
    services.closing(lambda: closed.append("closed"))
    assert closed == ["closed"]


def test_what_was_never_asked_for_is_never_made(home) -> None:
    services = Services()
    services.close()
    assert not home.exists()
