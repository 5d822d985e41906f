"""The confirmed server: its name is looked up until it is known, and nobody else gets in."""

from __future__ import annotations

import threading

import pytest

from app.core import confirmed, egress
from app.core.confirmed import ConfirmedServer


class Names:
    """A name server: ``known`` are the addresses of each name, ``asked`` who was asked for."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.asked: list[str] = []
        self.answering = threading.Event()
        self.answering.set()

    def addresses(self, name: str) -> set[str]:
        self.asked.append(name)
        self.answering.wait(5)
        return {self.known[name]} if name in self.known else set()


@pytest.fixture
def names(monkeypatch):
    """Put a name server and a guard in place that let nobody of this process through."""
    made = Names()
    monkeypatch.setattr(egress, "_addresses", made.addresses)
    monkeypatch.setattr(egress, "_allowed", frozenset())
    yield made
    made.answering.set()


def test_a_name_that_nobody_knew_at_the_start_is_looked_up_again_when_it_is_wanted(names) -> None:
    now = [0.0]
    server = ConfirmedServer(lambda: now[0])
    server.tell("box.lan")
    server.wait()
    names.known["box.lan"] = "192.0.2.9"
    server.wait()
    assert names.asked == ["box.lan"], "not at every request"
    now[0] = confirmed.AGAIN_SECONDS
    server.wait()
    assert egress._allowed == {"box.lan", "192.0.2.9"}
    now[0] = 100.0
    names.known["box.lan"] = "192.0.2.66"
    server.wait()
    assert len(names.asked) == 2, "a name that later points elsewhere is not followed"
    assert egress._allowed == {"box.lan", "192.0.2.9"}


def test_an_address_is_never_looked_up_again_and_neither_is_nobody(names) -> None:
    server = ConfirmedServer(lambda: 100.0)
    server.tell("192.0.2.9")
    server.wait()
    server.tell("")
    server.wait()
    assert names.asked == ["192.0.2.9"]
    assert egress._allowed == frozenset()


def test_a_server_that_is_taken_back_while_it_is_looked_up_stays_out(names) -> None:
    names.known = {"box.lan": "192.0.2.9", "other.lan": "192.0.2.10"}
    names.answering.clear()
    server = ConfirmedServer()
    server.tell("box.lan")
    first = server._looking_up
    server.tell("other.lan")
    names.answering.set()
    server.wait()
    first.join(5)
    assert egress._allowed == {"other.lan", "192.0.2.10"}


def test_a_server_that_is_taken_back_before_its_thread_begins_stays_out(names, monkeypatch) -> None:
    names.known["box.lan"] = "192.0.2.9"
    late = []
    monkeypatch.setattr(threading.Thread, "start", lambda thread: late.append(thread))
    server = ConfirmedServer()
    server.tell("box.lan")
    server.tell("")
    late[0].run()
    assert egress._allowed == frozenset()
