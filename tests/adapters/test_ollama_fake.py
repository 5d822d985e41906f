"""The scripted server itself, held against what was measured on a real one."""

from __future__ import annotations

import base64
import http.client
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from support.fake_ollama import Answer, FakeOllama

ROOT = Path(__file__).resolve().parents[2]
CHAT = {"model": "tiny-chat", "messages": [{"role": "user", "content": "Hi"}]}


def call(
    server: FakeOllama, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body)
    connection.request(method, path, raw, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.headers.get("Content-Type", ""), content


def lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "content"),
    [
        ("GET", "/", None, 200, b"Ollama is running"),
        ("HEAD", "/", None, 200, b""),
        ("GET", "/api/nothing", None, 404, b"404 page not found"),
        ("DELETE", "/api/chat", None, 405, b"405 method not allowed"),
        ("GET", "/api/version", None, 200, b'{"version":"0.32.15"}'),
        ("POST", "/api/chat", b"", 400, b'{"error":"missing request body"}'),
        ("POST", "/api/chat", b"{", 400, b'{"error":"unexpected EOF"}'),
        ("POST", "/api/chat", {}, 400, b'{"error":"model is required"}'),
        ("POST", "/api/chat", {**CHAT, "model": "nope"}, 404, b"model 'nope' not found"),
        ("POST", "/api/show", {"model": "nope"}, 404, b"model 'nope:latest' not found"),
        ("POST", "/api/embed", {"model": "nope"}, 404, b"try pulling it first"),
        ("POST", "/api/embed", {"model": "tiny-chat", "input": "x"}, 501, b"--embeddings"),
        ("POST", "/api/chat", {**CHAT, "model": "all-minilm"}, 400, b"does not support chat"),
        ("POST", "/api/chat", {**CHAT, "think": True}, 400, b"does not support thinking"),
        ("POST", "/api/chat", {**CHAT, "format": "xml"}, 500, b"invalid format"),
        ("POST", "/api/chat", {**CHAT, "keep_alive": "banana"}, 400, b"invalid duration"),
        ("POST", "/api/chat", {**CHAT, "options": {"num_ctx": "x"}}, 500, b"of type integer"),
        ("POST", "/api/chat", {**CHAT, "model": "big-model:120b-cloud"}, 403, b"cloud is disabled"),
    ],
)
def test_requests_are_answered_as_measured(
    fake_ollama: FakeOllama, method: str, path: str, body: Any, status: int, content: bytes
) -> None:
    answered, _, got = call(fake_ollama, method, path, body)
    assert answered == status
    assert content in got


def test_a_foreign_host_header_is_refused(fake_ollama: FakeOllama) -> None:
    assert call(fake_ollama, "GET", "/", Host="evil.example")[0::2] == (403, b"")
    assert call(fake_ollama, "GET", "/", Host="localhost:1")[0] == 200


def test_a_stream_is_json_lines_and_ends_with_counts(fake_ollama: FakeOllama) -> None:
    fake_ollama.say("one <two>")
    status, kind, content = call(fake_ollama, "POST", "/api/chat", CHAT)
    assert (status, kind) == (200, "application/x-ndjson")
    assert b"\\u003c" in content
    *pieces, last = lines(content)
    assert "".join(p["message"]["content"] for p in pieces) == "one <two>"
    assert (last["done"], last["done_reason"], last["model"]) == (True, "stop", "tiny-chat")
    assert last["eval_count"] == len(pieces) and last["created_at"].endswith("Z")


def test_without_a_stream_there_is_one_document(fake_ollama: FakeOllama) -> None:
    fake_ollama.say(Answer("one two", thinking="hm"))
    body = {**CHAT, "model": "tiny-thinker", "stream": False}
    document = json.loads(call(fake_ollama, "POST", "/api/chat", body)[2])
    assert document["message"] == {"role": "assistant", "content": "one two", "thinking": "hm"}
    assert document["done"] is True


@pytest.mark.parametrize(
    ("version", "extra", "read"),
    [("0.32.15", {}, 2050), ("0.18.0", {}, 4096), ("0.5.13", {"truncate": False}, 2048)],
)
def test_a_long_message_is_cut_silently_unless_told_not_to(
    fake_ollama: FakeOllama, version: str, extra: dict[str, Any], read: int
) -> None:
    fake_ollama.version = version
    long = {**CHAT, "messages": [{"role": "user", "content": "word " * 9000}], **extra}
    assert lines(call(fake_ollama, "POST", "/api/chat", long)[2])[-1]["prompt_eval_count"] == read


def test_told_not_to_cut_it_refuses_with_numbers_in_a_nested_error(
    fake_ollama: FakeOllama,
) -> None:
    long = {**CHAT, "messages": [{"role": "user", "content": "word " * 9000}], "truncate": False}
    status, _, content = call(fake_ollama, "POST", "/api/chat", long)
    inner = json.loads(json.loads(content)["error"])["error"]
    assert status == 400
    assert (inner["n_prompt_tokens"], inner["n_ctx"]) == (9004, 4096)


def test_old_messages_are_dropped_silently(fake_ollama: FakeOllama) -> None:
    turn = {"role": "user", "content": "word " * 3000}
    body = {**CHAT, "messages": [{"role": "system", "content": "be"}, turn, turn, turn]}
    read = lines(call(fake_ollama, "POST", "/api/chat", body)[2])[-1]["prompt_eval_count"]
    assert read == 5 + 3004


@pytest.mark.parametrize(
    ("model", "image", "status", "text"),
    [
        ("tiny-vision", base64.b64encode(b"\x89PNG").decode(), 200, b"done"),
        ("tiny-vision", base64.b64encode(b"%PDF").decode(), 400, b"Failed to load image"),
        ("tiny-vision", "data:image/png;base64,xx", 400, b"illegal base64"),
        ("tiny-chat", base64.b64encode(b"\x89PNG").decode(), 400, b"does not support multimodal"),
    ],
)
def test_pictures_are_looked_at(
    fake_ollama: FakeOllama, model: str, image: str, status: int, text: bytes
) -> None:
    body = {"model": model, "messages": [{"role": "user", "content": "?", "images": [image]}]}
    got, _, content = call(fake_ollama, "POST", "/api/chat", body)
    assert got == status and text in content


def test_a_model_that_loads_is_not_listed_until_it_has(fake_ollama: FakeOllama) -> None:
    fake_ollama.load_gate = threading.Event()
    asking = threading.Thread(target=call, args=(fake_ollama, "POST", "/api/chat", CHAT))
    asking.start()
    fake_ollama.wait_for(lambda: fake_ollama.queue == 1)
    assert json.loads(call(fake_ollama, "GET", "/api/ps")[2]) == {"models": []}
    fake_ollama.load_gate.set()
    asking.join(10)
    (listed,) = json.loads(call(fake_ollama, "GET", "/api/ps")[2])["models"]
    assert (listed["name"], listed["context_length"]) == ("tiny-chat:latest", 4096)


def test_keep_alive_0_unloads(fake_ollama: FakeOllama) -> None:
    call(fake_ollama, "POST", "/api/chat", CHAT)
    body = {"model": "tiny-chat", "keep_alive": 0}
    document = json.loads(call(fake_ollama, "POST", "/api/chat", body)[2])
    assert (document["done_reason"], fake_ollama.loaded()) == ("unload", {})


def test_a_busy_server_refuses_only_what_needs_a_load(fake_ollama: FakeOllama) -> None:
    call(fake_ollama, "POST", "/api/chat", CHAT)
    fake_ollama.busy = True
    assert call(fake_ollama, "POST", "/api/chat", CHAT)[0] == 200
    other = {**CHAT, "model": "tiny-vision"}
    assert call(fake_ollama, "POST", "/api/chat", other)[0] == 503


def test_an_unscripted_answer_follows_the_schema(fake_ollama: FakeOllama) -> None:
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "array", "items": {"type": "string"}},
            "b": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "c": {"enum": ["x", "y"]},
        },
    }
    content = call(fake_ollama, "POST", "/api/chat", {**CHAT, "format": schema, "stream": False})[2]
    said = json.loads(json.loads(content)["message"]["content"])
    assert said == {"a": [], "b": None, "c": "x"}


def test_like_texts_have_like_vectors(fake_ollama: FakeOllama) -> None:
    texts = ["the printer shows an error", "an error of the printer", "apples and pears"]
    body = {"model": "all-minilm", "input": texts}
    first, second, third = json.loads(call(fake_ollama, "POST", "/api/embed", body)[2])[
        "embeddings"
    ]
    near = sum(a * b for a, b in zip(first, second, strict=True))
    far = sum(a * b for a, b in zip(first, third, strict=True))
    assert near > 0.5 > far


def test_it_runs_as_a_program_with_a_script(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    answers = [{"match": "weather", "text": {"sunny": True}, "again": True}]
    script.write_text(json.dumps({"answers": answers, "version": "0.33.0"}), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "support.fake_ollama", "--script", str(script)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        body = {**CHAT, "messages": [{"role": "user", "content": "the weather"}], "stream": False}
        connection.request("POST", "/api/chat", json.dumps(body))
        said = json.loads(connection.getresponse().read())["message"]["content"]
        connection.close()
    finally:
        process.terminate()
        assert process.wait(10) in (0, 1)  # 1 on Windows, which ends it without asking
        process.stdout.close()
    assert json.loads(said) == {"sunny": True}
