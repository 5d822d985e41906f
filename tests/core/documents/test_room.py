"""The document room as a whole."""

from __future__ import annotations

import pytest
from support.document_engines import ScriptedChat, WordEmbedder

from app.core.documents.ask import Answerer
from app.core.documents.room import DocumentRoom
from app.core.documents.search import ExactIndex, Meaning
from app.core.errors import EngineError
from app.core.jobs import JobContext

FILES = {"a.txt": "The pump is blue.", "b.txt": "The hose is red."}


@pytest.fixture
def room(library, reader):
    """Build a room with the given engines."""

    def build(meaning=None, chat=None):
        found = Meaning(meaning, ExactIndex(library.documents)) if meaning else None
        answerer = Answerer(chat, "tiny", 4096) if chat else None
        return DocumentRoom(
            reader, library.documents, library.chats, lambda ctx: found, lambda ctx: answerer
        )

    return build


def test_without_a_model_the_passages_are_the_answer(room, folder, ctx, library):
    plain = room()
    plain.add([folder(FILES)], ctx)
    answer = plain.ask("pump?", ctx)
    assert (answer.text, answer.engine, answer.citations) == (None, None, ())
    assert len(answer.hits) == 1
    assert [n.code for n in ctx.notices] == ["no_chat_engine"]
    assert library.chats.chats() == ()


def test_without_a_hit_no_model_is_asked(room, folder, ctx):
    engine = ScriptedChat()
    answer = room(chat=engine).ask("zzyzx?", ctx)
    assert (answer.hits, answer.text) == ((), None)
    assert [n.code for n in ctx.notices] == ["no_hits"]
    assert engine.requests == []


def test_passages_are_shown_before_the_answer_begins(room, folder, ctx):
    heard = []
    with_chat = room(chat=ScriptedChat(["Blue [1]."]))
    with_chat.add([folder(FILES)], ctx)
    answer = with_chat.ask("Is the pump blue?", JobContext(on_data=lambda k, v: heard.append(k)))
    assert heard == ["hits", "begun", "piece"]
    assert answer.text == "Blue [1]."
    assert answer.citations[0].text == "The pump is blue."


def test_adding_gives_vectors_where_there_is_an_embedding_engine(room, folder, ctx):
    with_meaning = room(meaning=WordEmbedder(same={"tube": "hose"}))
    with_meaning.add([folder(FILES)], ctx)
    assert with_meaning.search("tube", ctx)[0].text == "The hose is red."


def test_an_empty_library_asks_no_embedding_engine(room, ctx):
    embedder = WordEmbedder()
    room(meaning=embedder).look_after(ctx)
    assert embedder.asked == []


def test_an_embedding_engine_that_cannot_be_found_costs_only_the_meaning(
    library, reader, folder, ctx
):
    def missing(ctx):
        raise EngineError("ollama_model_missing", model="x")

    built = DocumentRoom(reader, library.documents, library.chats, missing)
    results = built.add([folder(FILES)], ctx)
    assert [r.state for r in results] == ["added", "added"]
    assert len(built.search("pump", ctx)) == 1
    assert [n.code for n in ctx.notices] == ["meaning_unavailable"]


def test_a_question_that_follows_finds_with_the_one_before(room, folder, ctx):
    engine = ScriptedChat(["Blue [1]."], ["Yes [1]."])
    with_chat = room(chat=engine)
    with_chat.add([folder(FILES)], ctx)
    first = with_chat.ask("Which colour is the pump?", ctx)
    second = with_chat.ask("really?", ctx, chat=first.chat)
    assert second.hits[0].text == "The pump is blue."
    assert second.text == "Yes [1]."
