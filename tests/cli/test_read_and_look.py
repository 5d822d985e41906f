"""``read`` and ``look`` with the real models, as a script calls them."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.pictures import page, saved

from app.adapters.reader import Reader
from app.cli import look, read
from app.cli.output import Output
from app.core.chat import ChatEnd, ChatPiece
from app.core.errors import AnswerCut, InputError
from app.core.look.desk import LookDesk
from app.core.look.look import Vision
from app.workers.reader import OPS

LINES = [(60, 60, "The red lamp blinks twice"), (60, 140, "Open the front cover now")]


class Seer:
    """A vision engine that says what it is told to, and may break off."""

    cut = False

    def chat(self, request, ctx):
        assert request.messages[0].images[0].startswith(b"\xff\xd8")
        yield ChatPiece("A page. ")
        yield ChatPiece("It has two lines.")
        if self.cut:
            raise AnswerCut(partial="A page. It has two lines.")
        yield ChatPiece(end=ChatEnd("stop"))


class Here:
    """The calls of the reader, made in this process."""

    def call(self, op, args, ctx, *, seconds=None, megabytes=None):
        return OPS[op](args, ctx)

    def close(self) -> None:
        pass


@pytest.fixture
def seen() -> list[Vision | None]:
    return [None]


@pytest.fixture
def services(seen):
    desk = LookDesk(Reader(Here(), Here()), lambda ctx: seen[0])
    yield SimpleNamespace(look=desk)
    desk.close()


def run(module, path: str, services, *, as_json: bool = True) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = module.run(argparse.Namespace(image=path), services, Output(as_json, out, err))
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> str:
    return saved(page(LINES), tmp_path_factory.mktemp("pictures") / "letter.png")


def test_read_prints_one_object_with_the_lines(services, letter: str) -> None:
    code, text, _ = run(read, letter, services)
    found = json.loads(text)
    assert code == 0
    assert set(found) == {"schema", "file", "width", "height", "text", "codes", "notices"}
    assert (found["file"], found["width"], found["height"]) == (letter, 800, 500)
    assert [line["text"] for line in found["text"]["lines"]] == [t for _, _, t in LINES]
    for line in found["text"]["lines"]:
        assert set(line) == {"text", "confidence", "box"}
        assert 0 <= line["confidence"] <= 1
        left, top, right, bottom = line["box"]
        assert 0 <= left < right <= 800 and 0 <= top < bottom <= 500


def test_read_prints_the_lines_for_a_person(services, letter: str) -> None:
    _, text, _ = run(read, letter, services, as_json=False)
    assert text.splitlines() == [t for _, _, t in LINES]


def test_a_picture_without_text_is_a_notice_and_no_failure(services, tmp_path: Path) -> None:
    code, text, _ = run(read, saved(page([]), tmp_path / "empty.png"), services)
    found = json.loads(text)
    assert (code, found["text"]["lines"]) == (0, [])
    assert [n["code"] for n in found["notices"]] == ["no_text"]


def test_a_broken_picture_is_an_error(services, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(InputError) as caught:
        run(read, str(tmp_path / "broken.png"), services)
    assert caught.value.code == "picture_undecodable"
    assert caught.value.params["path"] == str(tmp_path / "broken.png")


def test_look_without_a_vision_engine_has_null_for_its_description(services, letter) -> None:
    code, text, _ = run(look, letter, services)
    found = json.loads(text)
    assert (code, found["description"], found["engine"]) == (0, None, None)
    assert len(found["text"]["lines"]) == 2
    assert "no_vision_engine" in [n["code"] for n in found["notices"]]


def test_look_prints_text_then_description_and_who_wrote_it(services, seen, letter) -> None:
    seen[0] = Vision(Seer(), "seer:2b", 4096)
    _, text, _ = run(look, letter, services, as_json=False)
    assert text.splitlines() == [
        *(t for _, _, t in LINES),
        "",
        "A page. It has two lines.",
        "",
        "Written by the model seer:2b; it may be wrong.",
    ]


def test_look_as_json_is_one_object_with_the_description(services, seen, letter) -> None:
    seen[0] = Vision(Seer(), "seer:2b", 4096)
    found = json.loads(run(look, letter, services)[1])
    assert (found["description"], found["engine"]) == ("A page. It has two lines.", "seer:2b")
    assert "no_vision_engine" not in [n["code"] for n in found["notices"]]


def test_a_description_that_breaks_off_is_kept_in_the_error(services, seen, letter) -> None:
    seer = Seer()
    seer.cut = True
    seen[0] = Vision(seer, "seer:2b", 4096)
    with pytest.raises(AnswerCut) as caught:
        run(look, letter, services)
    assert caught.value.partial["file"] == letter
    assert caught.value.partial["description"] == "A page. It has two lines."
    assert len(caught.value.partial["text"]["lines"]) == 2
