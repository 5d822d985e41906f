"""The one place that builds services."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from app import bootstrap
from app.bootstrap import Services
from app.core import egress, paths
from app.core.engines.places import Place
from app.core.jobs import JobContext


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


def test_the_idle_speech_child_ends_for_another_process_on_this_data_folder(monkeypatch) -> None:
    monkeypatch.setattr(Services, "total_memory", staticmethod(lambda: 8 * 1024**3))
    services = Services()
    with services.plan.speech(JobContext()):
        services.transcription.ping(JobContext())
    assert services.transcription.up
    with Place(lambda: paths.turn("models")).hold(JobContext(), shared=True):
        assert not services.transcription.up
    services.close()


def test_what_is_made_after_the_end_is_closed_at_once() -> None:
    services, closed = Services(), []
    services.close()
    services.closing(lambda: closed.append("closed"))
    assert closed == ["closed"]


def test_what_was_never_asked_for_is_never_made(home) -> None:
    services = Services()
    services.close()
    assert not home.exists()


@pytest.fixture
def told(monkeypatch) -> list[tuple[str | None, str]]:
    """Hear what the guard is told, and in which thread."""
    heard: list[tuple[str | None, str]] = []

    def take_back() -> int:
        heard.append((None, threading.current_thread().name))
        return len(heard)

    def confirm(host: str, wish: int) -> bool:
        threading.Event().wait(0.2)  # a slow name server
        heard.append((host, threading.current_thread().name))
        return True

    monkeypatch.setattr(egress, "take_back", take_back)
    monkeypatch.setattr(egress, "confirm", confirm)
    return heard


def test_the_guard_hears_of_another_server_only_and_its_name_is_looked_up_in_a_thread(
    told, home
) -> None:
    services = Services()
    store = services.settings
    assert told == [(None, "MainThread")]
    store.change(theme="dark")
    store.change(ollama_confirmed="server.example.org")
    store.change(theme="light")
    assert told == [(None, "MainThread")] * 2  # nobody waited
    assert services._settings_of_server().ollama_confirmed == "server.example.org"
    assert told[2:] == [("server.example.org", "egress")]
    store.change(ollama_confirmed="")
    assert told[3:] == [(None, "MainThread")]
    services.close()


def test_the_free_room_is_that_of_the_disk_that_recordings_go_to(monkeypatch, tmp_path) -> None:
    import shutil

    asked: list[str] = []
    real = shutil.disk_usage
    monkeypatch.setattr(shutil, "disk_usage", lambda path: asked.append(str(path)) or real(path))
    services = Services()
    services.settings.change(recordings_folder=str(tmp_path / "stick" / "not yet"))
    (tmp_path / "stick").mkdir()
    assert services.free_disk() > 0 and asked == [str(tmp_path / "stick")]
    services.close()


def test_every_child_keeps_what_it_prints_small(monkeypatch) -> None:
    watched: list[bool] = []
    monkeypatch.setattr(bootstrap.logs, "start", lambda folder, process: None)
    monkeypatch.setattr(bootstrap.logs, "watch_output", lambda: watched.append(True))
    child = SimpleNamespace(main=lambda endpoint, rest: 7)
    monkeypatch.setattr(bootstrap.importlib, "import_module", lambda name: child)
    assert bootstrap.run_child(["recorder"]) == 7
    assert watched == [True]


def test_one_that_fails_to_end_keeps_none_of_the_others_open() -> None:
    services, ended = Services(), []

    def fails() -> None:
        ended.append("library")
        raise OSError("full")

    services.closing(lambda: ended.append("recorder"))
    services.closing(fails)
    services.closing(lambda: ended.append("reader"))
    with pytest.raises(OSError, match="full"):
        services.close()
    assert ended == ["reader", "library", "recorder"]
    services.close()
    assert len(ended) == 3
