"""Reading and describing a picture, with the ports played by fakes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.document_engines import ScriptedChat
from support.fake_pictures import PNG, FakePictures

from app.core.chat import ChatPiece
from app.core.errors import AnswerCut, AppError, EngineError
from app.core.jobs import JobContext
from app.core.look.desk import LookDesk
from app.core.look.look import Vision, describe_picture, read_picture
from app.core.look.model import Code, Description, FoundText, TextLine
from app.core.work_folder import sweep_all

ROOT = Path(__file__).resolve().parents[3]
LINE = TextLine("Lift out of order", 0.98, (10, 20, 110, 40))


def engine_of(*pieces: str, error: AppError | None = None) -> ScriptedChat:
    """Return an engine that thinks, answers, and perhaps breaks off."""
    return ScriptedChat([ChatPiece(thinking="hm"), *pieces, *([error] if error else [])])


@pytest.fixture(autouse=True)
def pictures(tmp_path, monkeypatch) -> None:
    """Stand where there are two pictures."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "a.gif"):
        Path(name).write_bytes(PNG)


@pytest.fixture
def told() -> list:
    return []


@pytest.fixture
def ctx(told: list) -> JobContext:
    return JobContext(on_data=lambda kind, data: told.append((kind, data)))


def notices(ctx: JobContext) -> list[str]:
    return [notice.code for notice in ctx.notices]


def see(engine: ScriptedChat) -> object:
    return lambda ctx: Vision(engine, "seer:2b", 4096)


def test_the_picture_is_shown_before_its_text_is_read(ctx, told) -> None:
    reading = read_picture(Path("a.png"), FakePictures(FoundText((LINE,))), ctx)
    assert [kind for kind, _ in told] == ["picture", "reading"]
    assert (reading.text, reading.confidence, notices(ctx)) == (LINE.text, 0.98, [])


def test_a_picture_without_text_is_no_error(ctx) -> None:
    reading = read_picture(Path("a.png"), FakePictures(FoundText()), ctx)
    assert reading.to_json("a.png")["text"] == {"lines": []}
    assert notices(ctx) == ["no_text"]


def test_what_makes_a_picture_hard_to_read_is_said(ctx) -> None:
    reader = FakePictures(FoundText((LINE,), cut=("right",)), brightness=12.0, frames=9)
    read_picture(Path("a.gif"), reader, ctx)
    assert notices(ctx) == ["picture_moves", "picture_dark", "text_cut_off"]


def test_the_json_has_the_names_of_the_command_line(ctx) -> None:
    code = Code("qr", "https://alcove.example", (1, 2, 3, 4))
    found = FoundText((LINE,), codes=(code,))
    reading = read_picture(Path("a.png").absolute(), FakePictures(found), ctx)
    assert reading.to_json("a.png") == {
        "file": "a.png",
        "width": 640,
        "height": 480,
        "codes": [{"kind": "qr", "text": "https://alcove.example", "box": [1, 2, 3, 4]}],
        "text": {"lines": [
            {"text": "Lift out of order", "confidence": 0.98, "box": [10, 20, 110, 40]}]},
    }  # fmt: skip


def test_without_a_vision_engine_there_is_text_and_no_description(ctx) -> None:
    found = describe_picture(Path("a.png"), FakePictures(FoundText((LINE,))), lambda ctx: None, ctx)
    plain = found.to_json("a.png")
    assert (plain["description"], plain["engine"]) == (None, None)
    assert plain["text"]["lines"]


def test_a_description_is_streamed_in_pieces_and_in_sentences(ctx, told) -> None:
    engine = engine_of("A sign. It ", "says no.")
    found = describe_picture(Path("a.png"), FakePictures(FoundText((LINE,))), see(engine), ctx)
    assert told[2:] == [
        ("engine", "seer:2b"), ("piece", "A sign. It "), ("sentence", "A sign."),
        ("piece", "says no."), ("sentence", "It says no."),
    ]  # fmt: skip
    assert (found.text, found.engine, found.whole) == ("A sign. It says no.", "seer:2b", True)


def test_the_engine_is_sent_the_reader_s_copy_at_temperature_0(ctx) -> None:
    engine = engine_of("A sign.")
    describe_picture(Path("a.png"), FakePictures(FoundText()), see(engine), ctx)
    assert engine.requests[0].messages[0].images == (b"jpeg",)
    assert (engine.requests[0].temperature, engine.requests[0].think) == (0.0, False)


def test_the_prompt_follows_the_language(ctx) -> None:
    engine = engine_of("Ein Schild.")
    describe_picture(Path("a.png"), FakePictures(FoundText()), see(engine), ctx, language="de")
    assert "Beschreibe" in engine.requests[0].messages[0].text


def test_what_a_model_thought_aloud_is_no_description(ctx) -> None:
    engine = engine_of("I see a lift.\n</think>\n", "A closed lift.")
    found = describe_picture(Path("a.png"), FakePictures(FoundText((LINE,))), see(engine), ctx)
    assert found.text == "A closed lift."


def test_what_a_model_thought_aloud_is_no_part_of_a_description_that_was_cut(ctx) -> None:
    engine = engine_of("I see a lift.\n</think>\n", "A closed", AnswerCut(why="lost"))
    with pytest.raises(AnswerCut) as raised:
        describe_picture(Path("a.png"), FakePictures(FoundText((LINE,))), see(engine), ctx)
    assert raised.value.partial.text == "A closed"


def test_a_model_that_says_nothing_is_not_said_to_have_been_cut(ctx) -> None:
    with pytest.raises(AnswerCut) as raised:
        describe_picture(
            Path("a.png"), FakePictures(FoundText((LINE,))), see(engine_of(" \n")), ctx
        )
    assert raised.value.code == "answer_empty"
    assert raised.value.partial.reading.lines == (LINE,)


def test_a_description_at_its_longest_says_so(ctx) -> None:
    engine = engine_of("A closed lift and a")
    engine.reason = "length"
    describe_picture(Path("a.png"), FakePictures(FoundText((LINE,))), see(engine), ctx)
    assert notices(ctx) == ["description_long"]


def test_a_description_that_only_repeats_itself_is_stopped_and_kept_once(ctx, told) -> None:
    engine = engine_of("A lift.", *[" A red chair stands there."] * 100)
    found = describe_picture(Path("a.png"), FakePictures(FoundText((LINE,))), see(engine), ctx)
    assert found.text == "A lift. A red chair stands there."
    assert notices(ctx) == ["answer_repeats"]
    assert len([kind for kind, _ in told if kind == "sentence"]) < 10


def test_a_description_that_breaks_off_keeps_what_had_come(ctx) -> None:
    engine = engine_of("A sign. It s", error=AnswerCut(partial="A sign. It s"))
    with pytest.raises(AnswerCut) as caught:
        describe_picture(Path("a.png"), FakePictures(FoundText((LINE,))), see(engine), ctx)
    partial = caught.value.partial
    assert isinstance(partial, Description)
    assert (partial.text, partial.whole, partial.reading.lines) == ("A sign. It s", False, (LINE,))


def test_the_text_is_read_before_the_engine_is_looked_for(ctx, told) -> None:
    def missing(ctx):
        raise EngineError("ollama_model_missing", model="seer")

    with pytest.raises(EngineError):
        describe_picture(Path("a.png"), FakePictures(FoundText((LINE,))), missing, ctx)
    assert [kind for kind, _ in told] == ["picture", "reading"]


def test_a_pasted_picture_lies_in_a_private_file_until_the_desk_closes() -> None:
    desk = LookDesk(FakePictures(FoundText()), lambda ctx: None)
    first, second = desk.keep(b"one"), desk.keep(b"two")
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    assert first.stat().st_mode & 0o077 == 0
    desk.close()
    assert not first.parent.exists()


_KILLED = """
import os, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:]
from support.fake_pictures import FakePictures
from app.core.jobs import JobContext
from app.core.look.desk import LookDesk
from app.core.look.look import describe_picture
from app.core.look.model import FoundText
pictures = FakePictures(FoundText())
desk = LookDesk(pictures, lambda ctx: None)
desk.keep(b"secret")
desk.look(Path("a.png"), JobContext())
describe_picture(Path("a.png"), pictures, lambda ctx: os._exit(9), JobContext())
"""


def test_pictures_of_a_killed_program_are_gone_at_the_next_start(tmp_path, monkeypatch) -> None:
    temporary, home = tmp_path / "temporary", tmp_path / "home"
    temporary.mkdir()
    monkeypatch.setenv("ALCOVE_HOME", str(home))
    env = {**os.environ, **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(temporary))}
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(ROOT), str(ROOT / "tests")], env=env, timeout=60
    )
    assert killed.returncode == 9
    left = [p for place in (temporary, home) for p in place.rglob("picture-1")]
    assert [p.read_bytes() for p in left] == [b"secret"], "it was there when the program died"
    sweep_all()
    assert [p for place in (temporary, home) for p in place.rglob("*") if p.is_file()] == []


def test_a_desk_reads_and_looks(ctx) -> None:
    desk = LookDesk(FakePictures(FoundText((LINE,))), see(engine_of("A sign.")))
    try:
        assert desk.read(Path("a.png"), ctx).lines == (LINE,)
        assert desk.look(Path("a.png"), ctx).text == "A sign."
    finally:
        desk.close()
