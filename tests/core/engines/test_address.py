"""Which server is asked."""

from __future__ import annotations

import pytest

from app.core.engines.address import find_address
from app.core.errors import EngineError, InputError
from app.core.settings import Settings

AWAY = Settings(
    ollama_host="https://server.example", ollama_confirmed="server.example", ollama_token=" t "
)


@pytest.mark.parametrize(
    ("named", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("[::]:8080", "http://127.0.0.1:8080"),
        (":56789", "http://127.0.0.1:56789"),
        ("localhost", "http://localhost:11434"),
        ("127.0.0.1:1234/", "http://127.0.0.1:1234"),
        ("http://127.0.0.1", "http://127.0.0.1:80"),
        ("https://localhost", "https://localhost:443"),
        ("::1", "http://[::1]:11434"),
        ("[::1]:99", "http://[::1]:99"),
        ('"127.0.0.1:1234"', "http://127.0.0.1:1234"),
        ("http://user:pass@127.0.0.1:1/path/", "http://127.0.0.1:1/path"),
    ],
)
def test_an_address_of_this_laptop_counts_without_question(named: str, url: str) -> None:
    for address in (
        find_address(Settings(), {"OLLAMA_HOST": named}),
        find_address(Settings(ollama_host=named), {}),
    ):
        assert (address.url, address.local, address.token) == (url, True, "")


@pytest.mark.parametrize("named", ["192.168.1.5:11434", "server.example", "http://8.8.8.8"])
def test_another_machine_in_the_environment_does_not_count(named: str) -> None:
    address = find_address(Settings(), {"OLLAMA_HOST": named})
    assert (address.url, address.ignored) == ("http://127.0.0.1:11434", named)


def test_another_machine_in_the_environment_counts_once_confirmed() -> None:
    settings = Settings(ollama_confirmed="Server.example", ollama_token="t")
    address = find_address(settings, {"OLLAMA_HOST": "http://server.example:9"})
    assert (address.url, address.local, address.token) == ("http://server.example:9", False, "t")


def test_another_machine_in_the_settings_must_be_confirmed() -> None:
    with pytest.raises(EngineError) as raised:
        find_address(Settings(ollama_host="server.example:11434"), {})
    assert raised.value.params == {"host": "server.example"}
    with pytest.raises(EngineError):
        find_address(Settings(ollama_host="other.example", ollama_confirmed="server.example"), {})


def test_a_confirmed_machine_gets_its_token_and_tls() -> None:
    address = find_address(AWAY, {"OLLAMA_HOST": "127.0.0.1:1"})
    assert address.url == "https://server.example:443"
    assert (address.local, address.token, address.ignored) == (False, "t", "")


def test_the_token_never_goes_to_this_laptop() -> None:
    settings = Settings(ollama_host="localhost", ollama_token="t")
    assert find_address(settings, {}).token == ""


@pytest.mark.parametrize("named", ["ftp://x", "127.0.0.1:port", "a b", "http://127.0.0.1:99999"])
def test_nonsense_is_an_error_in_the_settings_and_ignored_elsewhere(named: str) -> None:
    with pytest.raises(InputError):
        find_address(Settings(ollama_host=named), {})
    address = find_address(Settings(), {"OLLAMA_HOST": named})
    assert (address.local, address.ignored) == (True, named)
