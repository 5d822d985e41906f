"""What never leaves for another machine."""

from __future__ import annotations

import json

import httpx
import pytest
from support.fake_ollama import FakeOllama
from support.ollama_clients import looking_at, request

from app.adapters.ollama import Ollama
from app.adapters.ollama_http import _edited
from app.core.chat import read_answer
from app.core.engines.address import Address
from app.core.errors import EngineError
from app.core.jobs import JobContext
from app.core.settings import Settings


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_a_proxy_in_the_environment_sees_nothing(
    fake_ollama: FakeOllama, ollama: Ollama, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with FakeOllama() as proxy:
        monkeypatch.setenv(name, f"http://{proxy.host}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert read_answer(ollama.chat(request(), JobContext())).text
        ollama.look(JobContext())
        ollama.vectors("all-minilm").embed(["x"], JobContext())
        assert proxy.requests == []
    assert fake_ollama.chats()


def test_a_redirect_is_not_followed(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    with FakeOllama() as elsewhere:
        fake_ollama.redirect_to = f"http://{elsewhere.host}"
        with pytest.raises(EngineError) as raised:
            read_answer(ollama.chat(request(), JobContext()))
        part = ollama.look(JobContext()).part("ollama")
        assert elsewhere.requests == []
    assert raised.value.code == "ollama_redirected"
    assert part is not None and part.hint == "ollama_redirected"


def test_a_redirect_of_a_running_chat_is_not_followed(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    read_answer(ollama.chat(request(), JobContext()))
    with FakeOllama() as elsewhere:
        fake_ollama.redirect_to = f"http://{elsewhere.host}"
        with pytest.raises(EngineError) as raised:
            read_answer(ollama.chat(request(), JobContext()))
        assert elsewhere.requests == []
    assert raised.value.code == "ollama_redirected"


def test_the_key_of_the_environment_is_not_sent(
    fake_ollama: FakeOllama, ollama: Ollama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", "secret-of-another-service")
    read_answer(ollama.chat(request(), JobContext()))
    assert all("authorization" not in r.headers for r in fake_ollama.requests)


def test_the_token_goes_to_the_confirmed_machine() -> None:
    sent = httpx.Request("POST", "https://server.example/api/chat", json={"model": "m"})
    away = Address("https://server.example", "server.example:443", False, "t0ken")
    assert _edited(sent, away).headers["authorization"] == "Bearer t0ken"
    body = json.loads(_edited(sent, away).content)
    assert body == {"truncate": False, "shift": False, "model": "m"}


def test_a_machine_that_was_not_confirmed_is_asked_nothing() -> None:
    ollama = looking_at("", settings=Settings(ollama_host="192.0.2.7:11434"))
    with pytest.raises(EngineError) as raised:
        read_answer(ollama.chat(request(), JobContext()))
    part = ollama.look(JobContext()).part("ollama")
    ollama.close()
    assert raised.value.code == "ollama_unconfirmed"
    assert part is not None and (part.hint, part.is_local) == ("ollama_unconfirmed", False)


def test_a_confirmed_machine_that_the_guard_does_not_know_is_stopped_by_it() -> None:
    settings = Settings(ollama_host="192.0.2.7:11434", ollama_confirmed="192.0.2.7")
    ollama = looking_at("", settings=settings)
    with pytest.raises(EngineError) as raised:
        read_answer(ollama.chat(request(), JobContext()))
    ollama.close()
    assert raised.value.code == "ollama_unconfirmed"


def test_another_address_is_used_with_the_next_request(fake_ollama: FakeOllama) -> None:
    with FakeOllama() as second:
        settings = [Settings(ollama_host=fake_ollama.host)]
        ollama = Ollama(lambda: settings[0], environment={})
        read_answer(ollama.chat(request(), JobContext()))
        settings[0] = Settings(ollama_host=second.host)
        read_answer(ollama.chat(request(), JobContext()))
        ollama.close()
        assert (len(fake_ollama.chats()), len(second.chats())) == (1, 1)
