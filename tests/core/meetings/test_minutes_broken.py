"""Minutes of answers that break off, loop, or are none."""

from __future__ import annotations

import threading

import pytest
from support.fake_ollama import Answer, FakeOllama
from support.minutes_room import MODEL, NOTHING, TEXT, entries, said, three_parts, transcript, write

from app.adapters.ollama import Ollama
from app.core.errors import AnswerCut, EngineError
from app.core.jobs import JobContext


def test_the_second_of_three_prompts_cut_reads_less_than_all(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    source = three_parts(fake_ollama, ollama)
    fake_ollama.say(said(), Answer(said(40), end="cut", after=20), said(70))
    with pytest.raises(AnswerCut) as raised:
        write(ollama, source, num_ctx=2048)
    partial = raised.value.partial
    assert 0 < partial.coverage.segments_read < partial.coverage.segments_total == 78
    assert 0 < partial.coverage.seconds_read < partial.coverage.seconds_total
    assert [d.segments for d in partial.decisions] == [(1,)]
    assert len(fake_ollama.chats()) == 2


def test_a_part_whose_answer_never_ends_is_not_counted_and_the_others_go_on(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    source = three_parts(fake_ollama, ollama)
    fake_ollama.say(said(), Answer(said(40), end="none"), said(78), "The numbers move on Monday.")
    ctx = JobContext()
    minutes = write(ollama, source, num_ctx=2048, ctx=ctx)
    assert 0 < minutes.coverage.segments_read < 78
    assert [n.code for n in ctx.notices] == ["minutes_partly_read"]
    assert [d.segments for d in minutes.decisions] == [(1, 40, 78)], "what came of it is kept"


@pytest.mark.parametrize("end", ["cut", "error", "none"])
def test_what_came_of_the_only_answer_is_kept_when_it_is_cut(
    fake_ollama: FakeOllama, ollama: Ollama, end: str
) -> None:
    task = {"task": "David calls the company number.", "owner": None, "due": None, "segments": [2]}
    whole = said(1, "Move the numbers on Monday.", actions=[task, task])
    begun = whole[: whole.index("David") + 140]
    fake_ollama.say(Answer([begun, "?"], end=end, after=1))
    with pytest.raises(AnswerCut) as raised:
        write(ollama, transcript())
    partial = raised.value.partial
    assert [d.text for d in partial.decisions] == ["Move the numbers on Monday."]
    assert [a.segments for a in partial.actions] == [(2,)]
    assert partial.coverage.segments_read == 0, "the answer was not whole"


def test_a_server_that_dies_between_prompts_keeps_what_was_read(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    source = three_parts(fake_ollama, ollama)
    gate = threading.Event()
    fake_ollama.say(said(), Answer(gate=gate))
    killer = threading.Thread(
        target=lambda: (
            fake_ollama.wait_for(lambda: len(fake_ollama.chats()) == 2),
            fake_ollama.close(),
        )
    )
    killer.start()
    with pytest.raises(AnswerCut) as raised:
        write(ollama, source, num_ctx=2048)
    killer.join()
    assert 0 < raised.value.partial.coverage.segments_read < 78


def test_a_model_that_vanishes_half_way_is_what_the_error_tells_of(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    source = three_parts(fake_ollama, ollama)
    gone = Answer(status=404, error="model 'tiny-chat' not found")
    fake_ollama.say(said(), gone)
    with pytest.raises(AnswerCut) as raised:
        write(ollama, source, num_ctx=2048)
    assert raised.value.params == {"why": "ollama_model_missing", "model": MODEL}


def test_a_server_that_was_never_there_is_its_own_error() -> None:
    gone = FakeOllama()
    gone.close()
    from app.core.settings import Settings

    ollama = Ollama(Settings, environment={"OLLAMA_HOST": gone.host}, installed=lambda: True)
    with pytest.raises(EngineError) as raised:
        write(ollama, transcript())
    ollama.close()
    assert raised.value.code == "ollama_not_running"


def test_a_part_that_does_not_fit_is_split_until_it_does(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    # Signs are tokens of their own: many more than their bytes promise.
    source = transcript(12, text="?! " * 300)
    fake_ollama.say(Answer(NOTHING, again=True))
    minutes = write(ollama, source, num_ctx=2048)
    assert minutes.coverage.segments_read == 12
    assert any(r.body for r in fake_ollama.chats())


def test_one_enormous_segment_is_read_in_pieces_and_counts_once(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    source = transcript(1, text=TEXT + " and more " * 3000)
    fake_ollama.say(Answer(NOTHING, again=True))
    minutes = write(ollama, source, num_ctx=2048)
    assert len(fake_ollama.chats()) > 3
    assert minutes.coverage.segments_read == minutes.coverage.segments_total == 1


def test_an_answer_at_its_limit_is_asked_for_again_in_two_parts(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    source = transcript(30)
    long = said(1, topics=[{"title": "long talk " * 600, "points": []}])
    fake_ollama.say(
        long,
        Answer(said(1), match=r"\[1\] Anna"),
        Answer(said(30), match=r"\[30\] Anna"),
        Answer(NOTHING, match="transcript .* begins", again=True),
    )
    minutes = write(ollama, source)
    sizes = [len(r.prompt) for r in fake_ollama.chats()]
    assert max(sizes[1:]) < sizes[0]
    assert minutes.coverage.segments_read == 30
    assert minutes.decisions[0].segments == (1, 30)


def test_a_model_that_loses_the_thread_over_one_part_reads_the_next_ones_whole(
    fake_ollama: FakeOllama, ollama: Ollama, parts
) -> None:
    source, (first, *_) = parts
    loop = '{"topics": [{"title": "T", "points": [{"text": "' + "and so it is said " * 400
    answer = Answer(NOTHING, match="transcript .* begins", again=True)
    fake_ollama.say(Answer(loop, per_second=1000), answer)
    made = write(ollama, source, num_ctx=2048)
    looped, *then = fake_ollama.chats()
    assert looped.hung_up.wait(5), "the server was told to stop"
    parts_after = [entries(r) for r in then if "transcript" in r.prompt]
    half, other, *rest = parts_after
    assert max(len(half), len(other)) < len(first) <= max(map(len, rest))
    assert made.coverage.segments_read == 78


def test_what_came_before_a_loop_is_kept_and_its_entries_are_not_counted(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    begun = said(1).split(', "actions"')[0] + ', "actions": [{"task": "'
    fake_ollama.say(Answer(begun + "and so it is said " * 400, again=True))
    with pytest.raises(AnswerCut) as raised:
        write(ollama, transcript())
    assert [d.segments for d in raised.value.partial.decisions] == [(1,)]
    assert raised.value.partial.coverage.segments_read == 0


def test_a_model_that_never_writes_minutes_is_not_asked_about_every_part(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    fake_ollama.say(Answer("I would rather chat.", again=True))
    with pytest.raises(EngineError) as raised:
        write(ollama, transcript(400), num_ctx=2048)
    assert raised.value.code == "answer_malformed"
    assert len(fake_ollama.chats()) == 6


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<think> who said what " * 800, "answer_only_thought"),
        ("They talked a lot. " * 800, "answer_malformed"),
    ],
)
def test_a_model_that_only_thinks_or_talks_is_not_asked_about_less_text(
    fake_ollama: FakeOllama, ollama: Ollama, text: str, code: str
) -> None:
    fake_ollama.say(Answer(text, again=True))
    with pytest.raises(EngineError) as raised:
        write(ollama, transcript(30))
    assert raised.value.code == code
    assert len(fake_ollama.chats()) == 1


def test_what_came_of_an_answer_that_stops_too_early_is_kept(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    source = three_parts(fake_ollama, ollama)
    begun = said(40)[: -len(', "actions": [], "questions": [], "dates": []}')]
    fake_ollama.say(NOTHING, begun, begun, NOTHING, "The numbers move on Monday.")
    made = write(ollama, source, num_ctx=2048)
    assert [d.segments for d in made.decisions] == [(40,)]
    assert 0 < made.coverage.segments_read < 78


def test_a_malformed_answer_is_asked_for_once_more(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    fake_ollama.say("I would rather chat.", said(), "The numbers move on Monday.")
    minutes = write(ollama, transcript())
    first, second = fake_ollama.chats()[:2]
    assert minutes.decisions and minutes.coverage.segments_read == 3
    assert first.body["options"]["seed"] != second.body["options"]["seed"]


def test_a_model_that_only_chats_is_an_error(fake_ollama: FakeOllama, ollama: Ollama) -> None:
    fake_ollama.say(Answer("I would rather chat.", again=True))
    with pytest.raises(EngineError) as raised:
        write(ollama, transcript())
    assert raised.value.code == "answer_malformed"
    assert len(fake_ollama.chats()) == 2


def test_one_malformed_part_of_three_is_not_counted(
    fake_ollama: FakeOllama, ollama: Ollama
) -> None:
    source = three_parts(fake_ollama, ollama)
    fake_ollama.say(said(), "no", "no", NOTHING, "The numbers move on Monday.")
    ctx = JobContext()
    minutes = write(ollama, source, num_ctx=2048, ctx=ctx)
    assert 0 < minutes.coverage.segments_read < 78
    assert [n.code for n in ctx.notices] == ["minutes_partly_read"]


@pytest.mark.parametrize("answer", [NOTHING, said(1, "Buy a zebra for the office.")])
def test_minutes_of_which_nothing_could_be_kept_say_so(
    fake_ollama: FakeOllama, ollama: Ollama, answer: str
) -> None:
    fake_ollama.say(answer)
    ctx = JobContext()
    assert write(ollama, transcript(), ctx=ctx).coverage.segments_read == 3
    assert [n.code for n in ctx.notices] == ["minutes_nothing"]
