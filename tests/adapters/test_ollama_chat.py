"""A chat that streams, is stopped, breaks off, or never comes."""

from __future__ import annotations

import json
import threading
import time

import pytest
from support.fake_ollama import Answer, FakeOllama
from support.fake_ollama.server import Handler

from app.adapters import ollama_http
from app.adapters.ollama import Ollama
from app.adapters.ollama_chat import Patience
from app.core.chat import ChatMessage, ChatRequest, read_answer
from app.core.errors import AnswerCut, Cancelled, EngineError
from app.core.jobs import JobContext
from app.core.settings import Settings

MODEL = "tiny-chat:latest"


def ask(text: str = "Hi", model: str = MODEL, **more: object) -> ChatRequest:
    return ChatRequest(model, (ChatMessage("user", text),), **({"num_ctx": 4096} | more))


def error_of(ollama: Ollama, request: ChatRequest) -> EngineError:
    with pytest.raises(EngineError) as raised:
        read_answer(ollama.chat(request, JobContext()))
    return raised.value


def test_every_request_says_what_the_server_would_guess(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    read_answer(ollama.chat(ask(most_tokens=77), JobContext()))
    body = fake_ollama.chats()[0].body
    assert body["truncate"] is False
    assert body["think"] is False
    assert body["keep_alive"] == 300
    assert body["options"] == {
        "num_ctx": 4096,
        "num_predict": 77,
        "temperature": 0.0,
        "seed": ask().seed,
    }


def test_an_answer_never_takes_the_place_of_what_was_read(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say(Answer([f"word{n} " for n in range(200)]))
    answer = read_answer(ollama.chat(ask("word " * 50, num_ctx=100), JobContext()))
    end = answer.end
    assert end.reason == "length"
    assert end.prompt_tokens is not None and end.answer_tokens == 100 - end.prompt_tokens


def test_control_tokens_in_a_text_are_broken_up(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    read_answer(ollama.chat(ask("a <|im_end|> b [INST] c </s> d"), JobContext()))
    sent = fake_ollama.chats()[0].prompt
    assert not any(mark in sent for mark in ("<|", "|>", "[INST]", "</s>"))


def test_a_stream_that_ends_without_done_is_a_cut_answer(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say(Answer("one two three", end="none"))
    error = error_of(ollama, ask())
    assert isinstance(error, AnswerCut)
    assert (error.partial, error.params["why"]) == ("one two three", "ended")


def test_a_model_that_repeats_itself_is_cut_off_by_the_server(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say(Answer([" no"] * 200))
    error = error_of(ollama, ask())
    assert isinstance(error, AnswerCut)
    assert error.partial.count("no") == 31


@pytest.mark.parametrize("end", ["cut", "reset"])
def test_a_torn_connection_keeps_what_had_come(
    fake_ollama: FakeOllama, ollama: Ollama, end: str
) -> None:
    arrived = threading.Event()
    fake_ollama.say(Answer("one two three", end=end, after=2, hold=arrived))
    pieces = ollama.chat(ask(), JobContext())
    got = next(pieces).text + next(pieces).text
    arrived.set()
    with pytest.raises(AnswerCut) as raised:
        list(pieces)
    assert raised.value.partial == got == "one two"
    assert raised.value.params["why"] == "lost"


def test_a_server_that_dies_before_the_first_word_is_a_cut_answer(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say(Answer(gate=threading.Event()))
    ctx = JobContext()
    killer = threading.Thread(
        target=lambda: (
            fake_ollama.wait_for(lambda: bool(fake_ollama.chats())),
            fake_ollama.close(),
        )
    )
    killer.start()
    with pytest.raises(AnswerCut) as raised:
        read_answer(ollama.chat(ask(), ctx))
    killer.join()
    assert raised.value.partial == ""


def test_an_error_in_the_middle_keeps_what_had_come(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say(Answer("one two three", end="error", after=2))
    error = error_of(ollama, ask())
    assert isinstance(error, AnswerCut)
    assert (error.partial, error.params["why"]) == ("one two", "error")


def test_an_error_of_its_own_code_in_the_middle_keeps_what_had_come(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    nested = '{"error":{"code":500,"message":"ggml: out of memory"}}'
    fake_ollama.say(Answer("one two", end="error", error=nested))
    error = error_of(ollama, ask())
    assert isinstance(error, AnswerCut)
    assert error.partial == "one two"
    assert error.params == {"why": "ollama_memory", "model": MODEL}


def test_a_line_that_is_no_json_keeps_what_had_come(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say(Answer("one two", raw=b'{"message": nonsense\n', end="none"))
    error = error_of(ollama, ask())
    assert isinstance(error, AnswerCut)
    assert error.partial == "one two"


@pytest.mark.parametrize("line", [b"[]\n", b'"text"\n', b"7\n", b"{}\n", b'{"message":null}\n'])
def test_an_answer_of_another_form_is_malformed(
    fake_ollama: FakeOllama, ollama: Ollama, line: bytes
) -> None:
    fake_ollama.say(Answer("", raw=line, end="none"))
    assert error_of(ollama, ask()).code == "answer_malformed"


def test_an_answer_without_end_is_given_up(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    fake_ollama.say(Answer(["word " * 5000] * 60))
    error = error_of(ollama, ask())
    assert isinstance(error, AnswerCut)
    assert len(error.partial) < 260_000


@pytest.mark.parametrize("step", [1, 2, 1000])
def test_a_text_may_hold_signs_that_end_a_line_elsewhere(
    fake_ollama: FakeOllama, ollama: Ollama, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    text = "Größe\x85 \u2028日\u2029"
    line = {"message": {"role": "assistant", "content": text}, "done": False}
    raw = json.dumps(line, ensure_ascii=False).encode() + b"\n"

    def in_bits(self: Handler, data: bytes) -> None:
        for at in range(0, len(data), step):
            chunk(self, data[at : at + step])

    chunk = Handler.chunk
    monkeypatch.setattr(Handler, "chunk", in_bits)
    fake_ollama.say(Answer("", raw=raw))
    assert read_answer(ollama.chat(ask(), JobContext())).text == text


def test_lines_without_end_are_given_up(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    line = b'{"message":{"role":"assistant","content":""},"done":false}\n'
    fake_ollama.say(Answer("one two", raw=line * 4000, end="done"))
    error = error_of(ollama, ask(most_tokens=500))
    assert isinstance(error, AnswerCut)
    assert error.partial == "one two"


def test_a_line_without_end_is_given_up(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    fake_ollama.say(Answer("", raw=b" " * (5 * 1024 * 1024), end="none"))
    assert error_of(ollama, ask()).code == "answer_malformed"


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (503, "server busy, please try again.  maximum pending requests exceeded", "ollama_busy"),
        (500, "model requires more system memory (9 GiB) than is available", "ollama_memory"),
        (500, "llama-server process has terminated: exit status 2", "ollama_failed"),
        (403, "ollama cloud is disabled: remote model is unavailable", "ollama_cloud_refused"),
        (400, '"tiny-chat" does not support chat', "ability_missing"),
        (500, "llama-server process has terminated: exit status 1: this model may be incompatible "
         "with your version of Ollama", "ollama_old"),
        (400, "json: cannot unmarshal object into Go struct field ChatRequest.format of type "
         "string", "ollama_old"),
    ],
)  # fmt: skip
def test_a_refusal_has_its_own_code(
    fake_ollama: FakeOllama, ollama: Ollama, status: int, text: str, code: str
) -> None:
    fake_ollama.say(Answer(status=status, error=text))
    assert error_of(ollama, ask()).code == code


def test_a_text_that_does_not_fit_says_how_much_does(ollama: Ollama) -> None:
    error = error_of(ollama, ask("word " * 5000))
    assert error.code == "ollama_too_long"
    assert (error.params["needed"], error.params["limit"]) == (5004, 4096)


@pytest.mark.parametrize("version", ["0.12.1", "0.9.6", "0.5.13"])
def test_an_old_server_that_cuts_silently_is_found_out(
    fake_ollama: FakeOllama, ollama: Ollama, version: str
) -> None:
    fake_ollama.version = version
    text = "a much longer sentence with remarkably extraordinary vocabulary " * 800
    assert error_of(ollama, ask(text)).code == "ollama_too_long"


@pytest.mark.parametrize("name", ["big-model:120b-cloud", "any:cloud", "Any-CLOUD"])
def test_a_cloud_name_is_refused_before_anything_is_sent(
    fake_ollama: FakeOllama, ollama: Ollama, name: str
) -> None:
    assert error_of(ollama, ask(model=name)).code == "ollama_cloud_refused"
    assert fake_ollama.requests == []


def test_a_stub_of_a_cloud_model_is_refused_by_what_the_server_says(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.models[0].remote_host = "https://ollama.com:443"
    assert error_of(ollama, ask()).code == "ollama_cloud_refused"
    assert fake_ollama.chats() == []
    fake_ollama.models[0].remote_host = ""


def test_thinking_comes_apart_from_the_answer_and_only_when_asked_for(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say(Answer("Four.", thinking="two and two", again=True))
    request = ask(model="tiny-thinker", think=True)
    answer = read_answer(ollama.chat(request, JobContext()))
    assert (answer.text, answer.thinking) == ("Four.", "two and two")
    answer = read_answer(ollama.chat(ask(model="tiny-thinker"), JobContext()))
    assert (answer.text, answer.thinking) == ("Four.", "")


def test_a_model_that_cannot_think_is_not_asked_to(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    error = error_of(ollama, ask(think=True))
    assert (error.code, error.params["ability"]) == ("ability_missing", "thinking")
    assert fake_ollama.chats() == []


def test_a_picture_goes_as_plain_base64(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    message = ChatMessage("user", "What is this?", (b"\x89PNG\r\n\x1a\n",))
    read_answer(ollama.chat(ChatRequest("tiny-vision", (message,), 4096), JobContext()))
    assert fake_ollama.chats()[0].body["messages"][0]["images"] == ["iVBORw0KGgo="]


def test_what_is_waited_for_is_told(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    told: list[str] = []
    fake_ollama.load_gate = threading.Event()
    gate = threading.Event()
    fake_ollama.say(Answer(gate=gate))

    def hear(kind: str, data: str) -> None:
        told.append(data)
        (fake_ollama.load_gate if data == "loading" else gate).set()

    read_answer(ollama.chat(ask(), JobContext(on_data=hear)))
    assert list(dict.fromkeys(told)) == ["loading", "busy"]


def test_a_server_that_hangs_is_given_up(fake_ollama: FakeOllama) -> None:
    impatient = Ollama(
        Settings,
        environment={"OLLAMA_HOST": fake_ollama.host},
        patience=Patience(first=5.0, between=0.1, probe=0.05, tell=0.05),
    )
    fake_ollama.say(Answer("one two", end="hang"))
    error = error_of(impatient, ask())
    impatient.close()
    assert isinstance(error, AnswerCut)
    assert error.partial == "one two"
    assert fake_ollama.chats()[0].hung_up.wait(5)


def test_a_server_that_answers_nothing_at_all_any_more_is_given_up(
    fake_ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ollama_http, "_LOOK_SECONDS", 0.3)
    patience = Patience(tell=0.05, probe=0.05)
    environment = {"OLLAMA_HOST": fake_ollama.host}
    ollama = Ollama(Settings, environment=environment, patience=patience)
    fake_ollama.look_gate = threading.Event()
    fake_ollama.say(Answer("one two", end="hang"))
    ctx = JobContext()
    giving_up = threading.Timer(8.0, ctx.cancel)
    giving_up.start()
    try:
        with pytest.raises(AnswerCut) as raised:
            read_answer(ollama.chat(ask(), ctx))
    finally:
        giving_up.cancel()
        ollama.close()
    assert (raised.value.partial, raised.value.params["why"]) == ("one two", "lost")


def _cancelled_after(pieces: object, ctx: JobContext) -> tuple[float, float]:
    """Cancel and return the moment of it, and the seconds until the job had ended."""
    began = time.monotonic()
    ctx.cancel()
    with pytest.raises(Cancelled):
        list(pieces)  # type: ignore[call-overload]
    return began, time.monotonic() - began


def test_cancel_while_it_streams_ends_job_and_connection_within_200_ms(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say(Answer("word " * 2000, per_second=100))
    ctx = JobContext()
    pieces = ollama.chat(ask(most_tokens=4000), ctx)
    next(pieces)
    began, took = _cancelled_after(pieces, ctx)
    recorded = fake_ollama.chats()[0]
    assert recorded.hung_up.wait(5)
    assert took < 0.2
    assert recorded.hung_up_at is not None and recorded.hung_up_at - began < 0.2


@pytest.mark.parametrize("where", ["first word", "load", "queue"])
def test_cancel_while_nothing_comes_ends_job_and_connection_within_200_ms(
    fake_ollama: FakeOllama, ollama: Ollama, where: str
) -> None:
    blocked = threading.Event()
    if where == "load":
        fake_ollama.load_gate = blocked
    else:
        fake_ollama.say(Answer(gate=blocked))
    first = JobContext()
    jobs = [first] if where != "queue" else [first, JobContext()]
    ended: list[tuple[float, float]] = []

    def run(ctx: JobContext) -> None:
        with pytest.raises(Cancelled):
            read_answer(ollama.chat(ask(), ctx))
        ended.append((0.0, time.monotonic()))

    threads = []
    for count, ctx in enumerate(jobs, 1):
        threads.append(threading.Thread(target=run, args=(ctx,)))
        threads[-1].start()
        fake_ollama.wait_for(lambda count=count: fake_ollama.queue == count)
    began = time.monotonic()
    jobs[-1].cancel()
    recorded = fake_ollama.chats()[-1]
    assert recorded.hung_up.wait(5)
    assert recorded.hung_up_at is not None and recorded.hung_up_at - began < 0.2
    threads[-1].join(5)
    assert ended[0][1] - began < 0.2
    first.cancel()
    for thread in threads:
        thread.join(5)


def test_closing_the_iterator_hangs_up(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    fake_ollama.say(Answer("word " * 2000, per_second=100))
    pieces = ollama.chat(ask(most_tokens=4000), JobContext())
    next(pieces)
    pieces.close()
    assert fake_ollama.chats()[0].hung_up.wait(5)


def test_closing_the_adapter_ends_what_runs(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    fake_ollama.say(Answer("word " * 2000, per_second=100))
    pieces = ollama.chat(ask(most_tokens=4000), JobContext())
    next(pieces)
    ollama.close()
    with pytest.raises(Cancelled):
        list(pieces)
    assert fake_ollama.chats()[0].hung_up.wait(5)


def test_an_answer_after_a_cancelled_one_is_whole(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    fake_ollama.say(Answer("word " * 2000, per_second=100), "second")
    ctx = JobContext()
    pieces = ollama.chat(ask(most_tokens=4000), ctx)
    next(pieces)
    _cancelled_after(pieces, ctx)
    assert read_answer(ollama.chat(ask(), JobContext())).text == "second"


def test_two_threads_are_answered_each_with_its_own(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say(
        Answer("alpha one " * 50, match="ask alpha"),
        Answer("beta two " * 50, match="ask beta"),
    )
    heard: dict[str, str] = {}

    def run(word: str) -> None:
        heard[word] = read_answer(ollama.chat(ask(f"ask {word}"), JobContext())).text

    threads = [threading.Thread(target=run, args=(w,)) for w in ("alpha", "beta")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert {w: set(t.split()) for w, t in heard.items()} == {
        "alpha": {"alpha", "one"},
        "beta": {"beta", "two"},
    }


def test_thoughts_that_an_old_server_leaves_in_the_text_are_no_answer(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say("<think>\ntwo and two\n</think>\n\nFour.")
    answer = read_answer(ollama.chat(ask(), JobContext()))
    assert (answer.text, answer.thinking.strip()) == ("Four.", "two and two")


def test_thoughts_without_an_opening_tag_are_no_answer(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say("Okay, two and two.\n</think>\n\nFour.")
    assert read_answer(ollama.chat(ask(), JobContext())).text == "Four."
