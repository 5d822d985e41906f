"""Looking at a picture: its light, the text in it, and what a model says about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from app.core.chat import ChatEngine, ChatMessage, ChatRequest
from app.core.errors import AnswerCut
from app.core.jobs import JobContext, Progress
from app.core.look.model import Description, Picture, Reading
from app.core.look.ports import PictureReader
from app.core.look.quality import hints
from app.core.look.sentences import SentenceStream
from app.core.loops import REPEATS, first_round, until_it_repeats
from app.core.prompts import load_prompt
from app.core.thoughts import without_thoughts
from app.core.work_folder import work_folder

MOST_TOKENS = 400  # of a description: about a minute of speech


@dataclass(frozen=True)
class Vision:
    """A vision engine: its port, the name of its model, its context in tokens."""

    engine: ChatEngine
    model: str
    num_ctx: int


def read_picture(
    path: Path, reader: PictureReader, ctx: JobContext, *, folder: Path | None = None
) -> Reading:
    """Read the text in the picture at ``path``.

    The picture is emitted as "picture" before its text is read, the result as
    "reading". Gives the notices no_text, picture_moves, picture_dark,
    picture_blurred, text_cut_off. Raises what the port raises.
    """
    return _read(reader.open_picture(path, ctx, folder=folder), reader, ctx)


def _read(picture: Picture, reader: PictureReader, ctx: JobContext) -> Reading:
    ctx.emit("picture", picture)
    reading = Reading(picture, reader.read_text(picture.path, ctx))
    if picture.frames > 1:
        ctx.notice("picture_moves", frames=picture.frames)
    for code, params in hints(reading.quality, reading.confidence):
        ctx.notice(code, **params)
    if not reading.lines:
        ctx.notice("no_text")
    ctx.emit("reading", reading)
    return reading


def describe_picture(
    path: Path,
    reader: PictureReader,
    vision: Callable[[JobContext], Vision | None],
    ctx: JobContext,
    *,
    language: str | None = None,
    folder: Path | None = None,
) -> Description:
    """Read the text in the picture and have the engine that ``vision`` gives describe it.

    ``vision`` is asked only when the text has been read. Events are those of
    ``read_picture``, then "engine" (the model), "piece" for each piece of the
    description and "sentence" for each sentence once it is whole. Without an engine
    the description is None. ``folder`` is private and keeps the pixels to show.
    A description at its longest, or one that only repeated itself, gives a notice.
    Raises what the ports raise; ``AnswerCut`` carries the ``Description`` so far.
    """
    with ExitStack() as held:
        place = folder or held.enter_context(work_folder())
        picture = reader.open_picture(path, ctx, folder=place, sent=True)
        reading = _read(picture, reader, ctx)
        engine = vision(ctx)
        if engine is None or picture.sent is None:
            return Description(reading)
        ctx.check()
        image = picture.sent.read_bytes()
    return _described(reading, image, engine, language, ctx)


def _described(
    reading: Reading, image: bytes, vision: Vision, language: str | None, ctx: JobContext
) -> Description:
    ctx.report(Progress("describe"))
    ctx.emit("engine", vision.model)
    request = ChatRequest(
        vision.model,
        (ChatMessage("user", load_prompt("describe", language), (image,)),),
        vision.num_ctx,
        MOST_TOKENS,
    )
    stream, text = SentenceStream(), ""
    try:
        for piece in until_it_repeats(vision.engine.chat(request, ctx)):
            text += piece.text
            if piece.text:
                ctx.emit("piece", piece.text)
            for sentence in stream.push(piece.text):
                ctx.emit("sentence", sentence)
            if piece.end is not None and piece.end.reason == "length":
                ctx.notice("description_long")
            elif piece.end is not None and piece.end.reason == REPEATS:
                ctx.notice("answer_repeats")
                text = first_round(text)
    except AnswerCut as error:
        said = without_thoughts(text).strip()
        partial = Description(reading, said or None, vision.model, whole=False)
        raise AnswerCut(partial=partial, **error.params) from error
    for sentence in stream.end():
        ctx.emit("sentence", sentence)
    text = without_thoughts(text)
    if not text.strip():  # a model that only thought, or said nothing at all
        nothing = Description(reading, None, vision.model, whole=False)
        raise AnswerCut("answer_empty", partial=nothing)
    return Description(reading, text.strip(), vision.model)
