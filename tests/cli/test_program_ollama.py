from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.fake_ollama.script import Answer
from support.fake_ollama.server import FakeOllama

GOOD = json.dumps(
    {
        "topics": [],
        "decisions": [{"text": "Buy a new printer for the second floor.", "segments": [2]}],
        "actions": [],
        "questions": [],
        "dates": [],
    }
)


@pytest.fixture
def meeting(tmp_path) -> Path:
    path = tmp_path / "meeting.txt"
    path.write_text(
        "Anna: Welcome, this is about the zebraquagga.\n"
        "Tom: We decided to buy a new printer for the second floor.\n",
        "utf-8",
    )
    return path


@pytest.fixture
def ask(program, meeting, fake_ollama):
    """Summarize the meeting with the scripted server."""

    def run(*args, **env):
        wanted = {"OLLAMA_HOST": fake_ollama.host, **env}
        return program.run(
            "summarize", meeting.name, "--engine", "ollama", "--json", *args, env=wanted
        )

    return run


def test_the_minutes_are_written_without_a_proxy(ask, fake_ollama):
    fake_ollama.say(Answer(GOOD, again=True))
    nowhere = "http://127.0.0.1:9"
    ended = ask(HTTP_PROXY=nowhere, http_proxy=nowhere, ALL_PROXY=nowhere)
    found = ended.json()
    assert ended.status == 0 and found["engine"] == "ollama"
    assert [d["kind"] for d in found["decisions"]] == ["written"]
    assert found["coverage"]["segments_read"] == found["coverage"]["segments_total"] == 2


@pytest.mark.parametrize(
    "env",
    [
        {"ALL_PROXY": "socks5://127.0.0.1:9"},
        {"http_proxy": "127.0.0.1:9", "https_proxy": "ftp://127.0.0.1:9"},
        {"NO_PROXY": "::1,[::1]:x", "HTTP_PROXY": "http://127.0.0.1:9"},
        {"SSL_CERT_FILE": "/not/there.pem"},
    ],
    ids=lambda env: " ".join(env),
)
def test_the_minutes_are_written_where_the_environment_is_of_no_use(ask, fake_ollama, env):
    fake_ollama.say(Answer(GOOD, again=True))
    ended = ask(**env)
    assert ended.status == 0 and ended.json()["engine"] == "ollama"


@pytest.mark.parametrize("end", ["cut", "reset", "none", "error"])
def test_a_server_that_dies_over_its_answer_is_an_error_with_what_had_come(
    ask, fake_ollama, program, end
):
    fake_ollama.say(Answer(GOOD, after=12, end=end))
    ended = ask()
    assert (ended.status, ended.code) == (1, "answer_cut")
    partial = ended.json()["error"]["partial"]
    assert partial["coverage"]["segments_read"] < partial["coverage"]["segments_total"]
    assert "zebraquagga" not in program.logs() and "printer" not in program.logs()


@pytest.mark.parametrize("text", ["I would rather not.", "", "[1, 2"])
def test_an_answer_that_is_no_minutes_is_an_error(ask, fake_ollama, text):
    fake_ollama.say(Answer(text, again=True))
    ended = ask()
    assert (ended.status, ended.code) == (1, "answer_malformed")


def test_a_busy_server_is_said_to_be_busy(ask, fake_ollama):
    fake_ollama.busy = True
    ended = ask()
    assert (ended.status, ended.code) == (1, "ollama_busy")


def test_a_redirect_is_not_followed(ask, fake_ollama):
    with FakeOllama() as other:
        fake_ollama.redirect_to = other.host
        ended = ask()
        assert (ended.status, ended.code) == (1, "ollama_redirected")
        assert other.requests == []


def test_a_cloud_model_is_refused(ask):
    assert ask("--model", "big-model:120b-cloud").code == "ollama_cloud_refused"


def test_an_address_that_is_none_is_as_if_none_was_given(ask):
    ended = ask(OLLAMA_HOST="http://[::bad")
    assert ended.status == 1 and ended.code in ("ollama_not_installed", "ollama_not_running")


@pytest.fixture
def library(program, meeting):
    assert program.run("docs", "add", meeting.name, "--json").status == 0


def test_a_cut_answer_from_documents_keeps_what_had_come(program, library, fake_ollama):
    fake_ollama.say(Answer("We buy a new printer [1] and much more.", after=4, end="cut"))
    env = {"OLLAMA_HOST": fake_ollama.host}
    ended = program.run("docs", "ask", "Which printer?", "--json", env=env)
    assert (ended.status, ended.code) == (1, "answer_cut")
    assert ended.json()["error"]["partial"]["answer"].startswith("We buy")


def test_a_model_that_only_thinks_gives_no_answer_from_documents(program, library, fake_ollama):
    fake_ollama.say(Answer("", thinking="Let me think about the printer."))
    env = {"OLLAMA_HOST": fake_ollama.host}
    ended = program.run("docs", "ask", "Which printer?", "--json", env=env)
    assert (ended.status, ended.code) == (1, "answer_malformed")


def test_ctrl_c_hangs_up_on_the_model(program, library, fake_ollama):
    fake_ollama.say(Answer("A long answer that never ends", end="hang", after=2))
    env = {"OLLAMA_HOST": fake_ollama.host}
    process = program.start("docs", "ask", "Which printer?", env=env)
    process.stdout.read(1)  # the first piece is there
    ended = program.stop(process)
    assert ended.status == 130
    (asked,) = [r for r in fake_ollama.requests if r.path == "/api/chat"]
    assert asked.hung_up.wait(5)
