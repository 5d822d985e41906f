"""Looking at the server, its models and vectors."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from pathlib import Path

import httpx
import numpy as np
import pytest
from support.fake_ollama import Answer, FakeModel, FakeOllama
from support.ollama_clients import closed_port, looking_at, request

from app.adapters import ollama as adapter
from app.adapters import ollama_find, ollama_http
from app.adapters.ollama import Ollama
from app.adapters.ollama_errors import from_response, from_trouble, unfold
from app.adapters.ollama_http import _trust
from app.adapters.ollama_models import read_show
from app.core.chat import read_answer
from app.core.engines.used import UsedModels
from app.core.errors import Cancelled, EngineError
from app.core.jobs import JobContext
from app.core.settings import Settings

# --- states -----------------------------------------------------------------------


@pytest.mark.parametrize(("installed", "state"), [(True, "not_running"), (False, "not_installed")])
def test_a_server_that_is_not_there_is_a_state_and_an_error(installed: bool, state: str) -> None:
    ollama = looking_at(f"127.0.0.1:{closed_port()}", installed=installed)
    part = ollama.look(JobContext()).part("ollama")
    with pytest.raises(EngineError) as raised:
        read_answer(ollama.chat(request(), JobContext()))
    ollama.close()
    assert part is not None and part.state == state
    assert raised.value.code == f"ollama_{state}"


def test_a_server_without_models_is_a_state(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    fake_ollama.models.clear()
    part = ollama.look(JobContext()).part("ollama")
    assert part is not None and (part.state, part.hint) == ("no_model", "ollama_no_model")


def test_a_server_that_speaks_nonsense_is_not_ours(tmp_path: Path) -> None:
    with FakeOllama() as server:
        server.redirect_to = ""
        server.version = "0.32.15"
        server.models = [FakeModel(name=7)]  # type: ignore[arg-type]
        ollama = looking_at(server.host)
        assert ollama.look(JobContext()).engines == ()
        ollama.close()


def test_abilities_come_from_show_and_not_from_the_list(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    report = ollama.look(JobContext())
    minilm = report.engine("all-minilm")
    assert minilm is not None
    assert (minilm.kind, minilm.abilities) == ("embed", {"embed"})
    assert report.engine("tiny-vision", "vision") is not None


def test_cloud_stubs_are_listed_as_refused(ollama: Ollama) -> None:
    report = ollama.look(JobContext())
    assert [(r.name, r.reason) for r in report.refused] == [("big-model:120b-cloud", "cloud")]
    assert report.engine("big-model:120b-cloud") is None


def test_an_old_server_without_capabilities_is_used(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.version = "0.5.13"
    report = ollama.look(JobContext())
    assert report.engine("tiny-chat", "chat") is not None
    assert read_answer(ollama.chat(request(), JobContext())).text


def test_a_model_in_memory_is_marked(ollama: Ollama) -> None:
    read_answer(ollama.chat(request(), JobContext()))
    engine = ollama.look(JobContext()).engine("tiny-chat")
    assert engine is not None and engine.loaded


def test_a_cancelled_look_stops(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    ctx = JobContext()
    ctx.cancel()
    with pytest.raises(Cancelled):
        ollama.look(ctx)


# --- memory -------------------------------------------------------------------------


def test_only_models_that_were_used_are_unloaded(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    fake_ollama.keep(fake_ollama.models[2], 4096, 300)
    read_answer(ollama.chat(request(), JobContext()))
    ollama.vectors("all-minilm").embed(["x"], JobContext())
    ollama.unload_used(JobContext())
    assert set(fake_ollama.loaded()) == {"tiny-vision:latest"}


def test_a_command_unloads_what_the_window_used(
    fake_ollama: FakeOllama, ollama: Ollama, tmp_path: Path
) -> None:
    def program() -> Ollama:
        return Ollama(
            Settings,
            environment={"OLLAMA_HOST": fake_ollama.host},
            used=UsedModels(lambda: tmp_path / "models-used"),
        )

    window, command = program(), program()
    read_answer(window.chat(request(), JobContext()))
    assert "tiny-chat:latest" in fake_ollama.loaded()
    command.unload_used(JobContext())
    assert not fake_ollama.loaded()
    window.close()
    command.close()


def test_unloading_from_a_server_that_does_not_answer_hears_cancel() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        ollama = looking_at(f"127.0.0.1:{deaf.getsockname()[1]}")
        ollama._used.add("tiny-chat")
        ctx = JobContext()
        threading.Timer(0.2, ctx.cancel).start()
        with pytest.raises(Cancelled):
            ollama.unload_used(ctx)
        assert ollama._used.names() == ["tiny-chat"], "it may still be in memory"
        ollama.close()


@pytest.fixture
def deaf(monkeypatch):
    """A server that accepts and never answers; the adapter, its time, and how often it came."""
    monkeypatch.setattr(adapter, "_UNLOAD_SECONDS", 0.1)
    now = [1000.0]
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        environment = {"OLLAMA_HOST": f"127.0.0.1:{server.getsockname()[1]}"}
        ollama = Ollama(Settings, environment=environment, clock=lambda: now[0])
        ollama._used.add("tiny-chat")

        def calls() -> int:
            count = 0
            with contextlib.suppress(BlockingIOError):
                while True:
                    server.accept()[0].close()
                    count += 1
            return count

        yield ollama, now, calls, environment
        ollama.close()


def test_a_server_that_does_not_answer_is_asked_to_unload_once_a_minute(deaf) -> None:
    ollama, now, calls, _ = deaf
    for _ in range(4):
        ollama.unload_used(JobContext())
    assert calls() == 1
    assert ollama._used.names() == ["tiny-chat"], "it may still be in memory"
    now[0] += 61
    ollama.unload_used(JobContext())
    assert calls() == 1


def test_a_model_used_after_a_server_did_not_answer_is_unloaded_at_once(deaf) -> None:
    ollama, _, calls, _ = deaf
    ollama.unload_used(JobContext())
    ollama._use("tiny-chat")
    ollama.unload_used(JobContext())
    assert calls() == 2


def test_a_model_may_be_used_while_another_thread_looks_who_did_not_answer(deaf) -> None:
    ollama, now, *_ = deaf
    ollama.unload_used(JobContext())

    def clock() -> float:
        ollama._use("tiny-chat")
        return now[0]

    ollama._clock = clock
    ollama.unload_used(JobContext())
    assert ollama._used.names() == ["tiny-chat"]


def test_another_server_is_asked_though_the_first_one_did_not_answer(
    deaf, fake_ollama: FakeOllama
) -> None:
    ollama, _, _, environment = deaf
    ollama.unload_used(JobContext())
    environment["OLLAMA_HOST"] = fake_ollama.host
    fake_ollama.keep(fake_ollama.find("tiny-chat:latest"), 4096, 300)
    ollama.unload_used(JobContext())
    assert not fake_ollama.loaded()


def test_a_model_that_the_server_keeps_is_unloaded_the_next_time(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    for model in ("tiny-chat", "tiny-vision", "tiny-gone"):
        ollama._used.add(model)
    for name in ("tiny-chat:latest", "tiny-vision:latest"):
        fake_ollama.keep(fake_ollama.find(name), 4096, 300)
    fake_ollama.keeps = {"tiny-chat:latest"}
    ollama.unload_used(JobContext())
    assert set(fake_ollama.loaded()) == {"tiny-chat:latest"}, "the others go all the same"
    assert ollama._used.names() == ["tiny-chat"]
    fake_ollama.keeps = set()
    ollama.unload_used(JobContext())
    assert not fake_ollama.loaded()
    assert ollama._used.names() == []


def test_an_embedding_model_that_is_loaded_again_is_unloaded_again(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    vectors = ollama.vectors("all-minilm")
    for _ in range(2):
        vectors.embed(["x"], JobContext())
        assert fake_ollama.loaded()
        ollama.unload_used(JobContext())
        assert not fake_ollama.loaded()


def test_unloading_without_a_server_is_nothing() -> None:
    ollama = looking_at(f"127.0.0.1:{closed_port()}")
    ollama._used.add("tiny-chat")
    ollama.unload_used(JobContext())
    assert ollama._used.names() == [], "a server that is not there has none"
    with pytest.raises(EngineError) as caught:
        ollama.loaded(JobContext())
    assert caught.value.code in ("ollama_not_running", "ollama_not_installed")
    ollama.close()


def test_a_server_whose_answer_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes within the time that one may take, and the answer never does."""
    monkeypatch.setattr(ollama_http, "_LOOK_SECONDS", 0.6)
    over = threading.Event()

    def trickle(listening: socket.socket) -> None:
        with contextlib.suppress(OSError), listening.accept()[0] as client:
            client.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not over.wait(0.05):
                client.sendall(b"a")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=trickle, args=(listening,))
        thread.start()
        ollama = looking_at(f"127.0.0.1:{listening.getsockname()[1]}")
        ctx = JobContext()
        giving_up = threading.Timer(8.0, ctx.cancel)
        giving_up.start()
        try:
            with pytest.raises(EngineError) as caught:
                ollama.loaded(ctx)
        finally:
            giving_up.cancel()
            over.set()
            thread.join()
            ollama.close()
    assert caught.value.code == "ollama_busy"


# --- vectors --------------------------------------------------------------------------


def test_no_texts_have_no_vectors(ollama: Ollama) -> None:
    assert ollama.vectors("all-minilm").embed([], JobContext()).shape == (0, 0)


def test_texts_are_never_cut_and_a_long_one_does_not_spoil_its_batch(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    vectors = ollama.vectors("all-minilm")
    alone = vectors.embed(["hello world"], JobContext())
    batch = vectors.embed(["hello world", "many words " * 400], JobContext())
    assert all(r.body["truncate"] is False for r in fake_ollama.requests if "embed" in r.path)
    assert np.allclose(alone[0], batch[0], atol=1e-5)


def test_a_chat_model_gives_no_vectors(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    with pytest.raises(EngineError) as raised:
        ollama.vectors("tiny-chat").embed(["x"], JobContext())
    assert (raised.value.code, raised.value.params["ability"]) == ("ability_missing", "embed")


@pytest.mark.parametrize(
    "answer",
    [
        b"[]",
        b"{}",
        b'{"embeddings": []}',
        b'{"embeddings": [[]]}',
        b'{"embeddings": [["x"]]}',
        b'{"embeddings": [[1, 2], [3]]}',
        b'{"embeddings": [[NaN, 1]]}',
        b"nonsense",
    ],
)
def test_vectors_of_another_form_are_malformed(
    fake_ollama: FakeOllama, ollama: Ollama, answer: bytes
) -> None:
    fake_ollama.say(Answer(embed=True, raw=answer))
    with pytest.raises(EngineError) as raised:
        ollama.vectors("all-minilm").embed(["x"], JobContext())
    assert raised.value.code == "answer_malformed"


def test_vectors_that_are_no_numbers_are_malformed(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    said = "failed to encode response: json: unsupported value: NaN"
    fake_ollama.say(Answer(embed=True, status=500, error=said))
    with pytest.raises(EngineError) as raised:
        ollama.vectors("all-minilm").embed(["x"], JobContext())
    assert raised.value.code == "answer_malformed"


def test_cancel_ends_an_embedding(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    fake_ollama.say(Answer(embed=True, gate=threading.Event()))
    ctx = JobContext()
    stopper = threading.Thread(
        target=lambda: (fake_ollama.wait_for(lambda: fake_ollama.queue == 1), ctx.cancel())
    )
    stopper.start()
    with pytest.raises(Cancelled):
        ollama.vectors("all-minilm").embed(["x"], ctx)
    stopper.join()
    assert fake_ollama.requests[-1].hung_up.wait(5)


def test_the_digest_names_the_weights(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    assert ollama.vectors("all-minilm").digest(JobContext()) == fake_ollama.models[3].digest
    with pytest.raises(EngineError):
        ollama.vectors("gone").digest(JobContext())


# --- small parts ----------------------------------------------------------------------


def test_nested_errors_are_unfolded() -> None:
    inner = json.dumps({"error": {"code": 400, "message": "no", "n_ctx": 7}})
    assert unfold(json.dumps({"error": inner})) == ("no", {"code": 400, "n_ctx": 7})
    assert unfold("plain") == ("plain", {})


def test_a_plain_404_is_not_a_missing_model() -> None:
    assert from_response(404, "404 page not found", "h", "m").code == "ollama_failed"
    assert from_response(404, '{"error":"model \'m\' not found"}', "h", "m").code == (
        "ollama_model_missing"
    )


def test_memory_per_token_is_computed_from_the_models_build() -> None:
    info = {
        "general.architecture": "llama",
        "llama.block_count": 28,
        "llama.attention.head_count": 24,
        "llama.attention.head_count_kv": 8,
        "llama.attention.key_length": 128,
        "llama.attention.value_length": 128,
        "llama.context_length": 131072,
    }
    known = read_show({"model_info": info, "capabilities": ["completion", "insert"]})
    assert (known.context, known.context_bytes) == (131072, 28 * 8 * 256 * 2)
    assert known.abilities == {"chat"}


@pytest.mark.parametrize(
    "raw", [{}, {"model_info": 3}, {"model_info": {"a": 1}, "capabilities": 5}]
)
def test_a_show_without_content_tells_nothing(raw: dict) -> None:
    known = read_show(raw)
    assert (known.abilities, known.context, known.context_bytes) == (None, None, 0)


def test_ollama_is_found_where_its_installer_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not ollama_find.is_installed([tmp_path / "missing"])
    (tmp_path / "there").touch()
    assert ollama_find.is_installed([tmp_path / "there"])
    assert all(p.is_absolute() for p in ollama_find.usual_places())


def test_a_machine_in_the_environment_that_does_not_count_is_told(
    fake_ollama: FakeOllama,
) -> None:
    settings = Settings(ollama_host=fake_ollama.host)
    told = Ollama(lambda: settings, environment={"OLLAMA_HOST": "192.0.2.7"})
    ctx = JobContext()
    read_answer(told.chat(request(), ctx))
    told.close()
    # The settings name this laptop, so what the environment says does not matter.
    assert ctx.notices == []


def test_a_machine_that_does_not_count_is_told_where_this_one_cannot_help() -> None:
    told = looking_at("192.0.2.7", installed=False)
    ctx = JobContext()
    report = told.look(ctx)
    told.close()
    assert not report.engines
    assert [(n.code, n.params) for n in ctx.notices] == [
        ("ollama_host_ignored", {"host": "192.0.2.7"})
    ]


def test_tls_trusts_the_system_and_not_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.pem").touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "empty.pem"))
    context = _trust()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_tls_address_on_a_plain_port_is_not_running(fake_ollama: FakeOllama) -> None:
    ollama = looking_at(f"https://{fake_ollama.host}")
    part = ollama.look(JobContext()).part("ollama")
    ollama.close()
    assert part is not None and part.state == "not_running"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (httpx.ReadTimeout("x"), "ollama_busy"),
        (httpx.ConnectTimeout("x"), "ollama_not_running"),
        (httpx.RemoteProtocolError("x"), "ollama_not_running"),
        (OSError("x"), "ollama_failed"),
        (EngineError("ollama_busy"), "ollama_busy"),
        (ValueError("x"), "answer_malformed"),
    ],
)
def test_trouble_of_the_library_becomes_an_error_of_ours(error: Exception, code: str) -> None:
    assert from_trouble(error, "h").code == code
