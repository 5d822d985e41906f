"""Answers: from the passages alone, kept whatever happens."""

from __future__ import annotations

import pytest
from support.document_engines import ScriptedChat, too_long

from app.core.chat import ChatPiece
from app.core.documents.ask import Answerer, answer, stopped
from app.core.documents.model import Answer, Hit
from app.core.errors import AnswerCut, Cancelled, EngineError
from app.core.jobs import JobContext

HITS = tuple(
    Hit(n, 1.0, f"/m/{n}.pdf", n, 0, 4, "", f"text {n} " + "word " * 80) for n in range(1, 9)
)


@pytest.fixture
def ask(library, ctx):
    def ask_(chat_engine, question="How?", num_ctx=8192, ctx=ctx, hits=HITS, **options):
        answerer = Answerer(chat_engine, "tiny", num_ctx)
        return answer(question, hits, answerer, library.chats, ctx, **options)

    return ask_


def turns(library, chat=1):
    return [(m.role, m.text, m.whole) for m in library.chats.messages(chat)]


def test_an_answer_has_its_citations_and_is_kept(ask, library):
    done = ask(ScriptedChat(["Press ", "the lever [2]", "."]))
    assert (done.text, done.engine, done.whole) == ("Press the lever [2].", "tiny", True)
    assert [(c.n, c.path) for c in done.citations] == [(2, "/m/2.pdf")]
    assert turns(library) == [("user", "How?", True), ("assistant", "Press the lever [2].", True)]
    assert library.chats.messages(done.chat)[1].citations == done.citations
    assert library.chats.chats()[0].title == "How?"


def test_pieces_come_as_they_are_written(ask):
    heard = []
    ask(ScriptedChat(["a", "", "b"]), ctx=JobContext(on_data=lambda *piece: heard.append(piece)))
    (kind, begun), *pieces = heard
    assert (kind, begun.engine, begun.text, begun.hits) == ("begun", "tiny", None, HITS)
    assert pieces == [("piece", "a"), ("piece", "b")]
    part = stopped(begun, "as far as [1] and [44]")
    assert (part.text, part.whole, part.chat) == ("as far as [1] and", False, begun.chat)


def test_what_a_model_thought_aloud_is_neither_the_answer_nor_a_citation(ask, library):
    done = ask(ScriptedChat(["They ask about [2].\n</think>", "\n\nPress the lever [1]."]))
    assert done.text == turns(library)[-1][1] == "Press the lever [1]."
    assert [c.n for c in done.citations] == [1]


def test_an_invented_number_is_neither_in_the_text_nor_a_citation(ask, ctx):
    done = ask(ScriptedChat(["True [1], invented [44]."]))
    assert done.text == "True [1], invented."
    assert [c.n for c in done.citations] == [1]
    assert [(n.code, n.params) for n in ctx.notices] == [("citations_invented", {"numbers": "44"})]


def test_a_number_of_a_passage_that_was_not_shown_is_invented(ask, ctx):
    done = ask(ScriptedChat(["From [8]."]), num_ctx=2048)
    assert done.shown < 8
    assert done.citations == ()
    assert ctx.notices[0].code == "passages_left_out"
    assert ctx.notices[0].params == {"shown": done.shown, "found": 8}


def test_the_request_is_constant_where_it_must_be(ask):
    engine = ScriptedChat(["x"])
    ask(engine)
    (request,) = engine.requests
    assert (request.num_ctx, request.temperature, request.think) == (8192, 0.0, False)
    assert request.most_tokens == 800


def test_a_prompt_that_was_too_long_after_all_is_sent_with_fewer_passages(ask):
    engine = ScriptedChat([too_long()], [too_long()], ["Yes [1]."])
    done = ask(engine)
    lengths = [len(r.messages[-1].text) for r in engine.requests]
    assert lengths == sorted(lengths, reverse=True)
    assert done.text == "Yes [1]."
    assert 1 <= done.shown < 8


def test_an_answer_to_a_prompt_that_was_read_in_part_is_no_part_of_the_next_one(ask):
    engine = ScriptedChat(["It is ", "blue [2].", too_long()], ["It is red [1]."])
    assert ask(engine).text == "It is red [1]."


def test_one_passage_that_is_too_long_is_an_error(ask):
    with pytest.raises(EngineError) as caught:
        ask(ScriptedChat([too_long()]), hits=HITS[:1])
    assert caught.value.code == "ollama_too_long"


def test_a_cut_answer_keeps_what_came(ask, library):
    with pytest.raises(AnswerCut) as caught:
        ask(ScriptedChat(["It is red [1]", AnswerCut(partial="It is red [1]")]))
    part = caught.value.partial
    assert (part.text, part.whole) == ("It is red [1]", False)
    assert part.to_json()["citations"][0]["n"] == 1
    assert turns(library)[1] == ("assistant", "It is red [1]", False)


def test_a_stopped_answer_keeps_what_came(ask, library):
    ctx = JobContext(on_data=lambda kind, piece: piece == "two" and ctx.cancel())
    with pytest.raises(Cancelled):
        ask(ScriptedChat(["one ", "two", "three"]), ctx=ctx)
    assert turns(library)[1] == ("assistant", "one two", False)


def test_an_answer_cut_before_its_first_word_keeps_the_question(ask, library):
    with pytest.raises(AnswerCut):
        ask(ScriptedChat([AnswerCut()]))
    assert turns(library) == [("user", "How?", True)]


def test_an_empty_answer_is_an_error_and_no_turn(ask, library):
    with pytest.raises(EngineError) as caught:
        ask(ScriptedChat(["  "]))
    assert caught.value.code == "answer_malformed"
    assert len(turns(library)) == 1


def test_a_second_question_goes_into_the_same_chat_with_what_was_said(ask, library):
    first = ask(ScriptedChat(["Red [1]."]), "What colour?")
    engine = ScriptedChat(["Yes."])
    second = ask(engine, "Are you sure?", chat=first.chat)
    assert second.chat == first.chat
    assert len(library.chats.chats()) == 1
    sent = engine.requests[0].messages
    assert [m.role for m in sent] == ["system", "user", "assistant", "user"]
    assert sent[2].text == "Red.", "its number meant a passage of that question"


def test_an_answer_at_its_longest_says_so(ask, ctx):
    engine = ScriptedChat(["word"])
    engine.reason = "length"
    ask(engine)
    assert ctx.notices[0].code == "answer_long"


@pytest.mark.parametrize(
    ("pieces", "reason", "code"),
    [
        ([ChatPiece(thinking="hm")], "length", "answer_only_thought"),
        ([ChatPiece(thinking="hm")], "stop", "answer_malformed"),
        ([" "], "length", "answer_malformed"),
    ],
)
def test_a_model_that_never_comes_to_its_answer_is_an_error(ask, ctx, pieces, reason, code):
    engine = ScriptedChat(pieces)
    engine.reason = reason
    with pytest.raises(EngineError) as raised:
        ask(engine)
    assert raised.value.code == code


def test_an_answer_that_only_repeats_itself_is_stopped_and_said_once(ask, ctx):
    engine = ScriptedChat(["Press the lever [1].", *[" Then", " press", " it", " down."] * 200])
    assert ask(engine).text == "Press the lever [1]. Then press it down."
    assert [n.code for n in ctx.notices] == ["answer_repeats"]


@pytest.mark.parametrize("text", ["A fuser failure.", "A fuser failure [44]."])
def test_an_answer_that_names_no_passage_says_so(ask, ctx, text):
    assert ask(ScriptedChat([text])).text == "A fuser failure."
    assert ctx.notices[-1].code == "answer_uncited"


def test_what_a_model_thought_aloud_is_no_part_of_a_stopped_answer_either():
    part = stopped(Answer(HITS, engine="tiny"), "They ask [2].\n</think>\n\nPress the [1]")
    assert (part.text, [c.n for c in part.citations]) == ("Press the [1]", [1])
