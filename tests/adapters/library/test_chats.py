"""Chats, kept turn by turn."""

from __future__ import annotations

import pytest

from app.core.documents.model import Citation, Message
from app.core.errors import StorageError


def test_a_chat_keeps_its_turns_in_order(library):
    chat = library.chats.create("How do I reset it?")
    turns = (
        Message("user", "How do I reset it?", created=1.0),
        Message("assistant", "Press [1].", "tiny", False, (Citation(1, "/a", 2, "Präss"),), 2.0),
    )
    for turn in turns:
        library.chats.add(chat.id, turn)
    assert library.chats.messages(chat.id) == turns


def test_the_newest_chat_comes_first(library):
    first, second = library.chats.create("one"), library.chats.create("two")
    assert library.chats.chats() == (second, first)


def test_a_removed_chat_takes_its_turns_with_it(library):
    chat = library.chats.create("one")
    library.chats.add(chat.id, Message("user", "hello"))
    library.chats.remove(chat.id)
    assert library.chats.chats() == library.chats.messages(chat.id) == ()


def test_a_turn_of_a_chat_that_is_gone_is_refused(library):
    with pytest.raises(StorageError) as caught:
        library.chats.add(7, Message("user", "hello"))
    assert caught.value.code == "chat_missing"
