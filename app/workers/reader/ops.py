"""The calls of the reader. Plain data in and out; large data goes through files or events.

- ``picture`` {path, folder, name, side, sent_side}: size, quality, the pixels to show.
- ``ocr`` {path}: the lines of text and the codes in a picture.
- ``pdf`` {path}: each page as event "page".
- ``page_image`` {path, page, folder, name, side} and ``page_ocr`` {path, page}.
- ``text`` {path}: the text of a plain file in pieces, event "text".
- ``trial`` {}: whether the models can be loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.core.disk import refused
from app.core.jobs import JobContext
from app.core.look import quality
from app.workers.reader import pdf, texts

_SHOWN_SIDE = 1600
_PIECE = 500_000  # characters of a text per event, far below what a frame may hold


def picture(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Decode a picture: its size after the EXIF turn, its light, its sharpness.

    With ``folder`` the pixels to show are written there as ``name``.png, and with
    ``sent_side`` a smaller JPEG for a vision engine as ``name``.jpg.
    """
    from app.workers.reader.pictures import decode, shrunk, write_jpeg, write_png

    found = decode(args["path"])
    ctx.check()
    small = found.grey(quality.MEASURE_SIDE)
    plain: dict[str, Any] = {
        "width": found.width,
        "height": found.height,
        "format": found.format,
        "frames": found.frames,
        "brightness": quality.brightness(small),
        "sharpness": quality.sharpness(small),
    }
    if args.get("folder"):
        place = Path(args["folder"]) / str(args.get("name") or "picture")
        try:
            shown = shrunk(found.image, int(args.get("side") or _SHOWN_SIDE))
            plain["shown"] = write_png(shown, place.with_suffix(".png"))
            if args.get("sent_side"):
                sent = shrunk(found.image, int(args["sent_side"]))
                plain["sent"] = write_jpeg(sent, place.with_suffix(".jpg"))
        except OSError as error:
            raise refused(error, place.parent) from error
    return plain


def ocr(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Read the text and the codes in a picture; boxes in its pixels after the EXIF turn."""
    from app.workers.reader.codes import find_codes
    from app.workers.reader.pictures import decode

    found = decode(args["path"])
    pixels = found.pixels()
    codes = find_codes(np.ascontiguousarray(pixels[:, :, ::-1]), found.width / pixels.shape[1])
    return {**_read(pixels, (found.width, found.height), ctx), "codes": codes}


def _read(pixels: npt.NDArray[np.uint8], size: tuple[int, int], ctx: JobContext) -> dict[str, Any]:
    """Read ``pixels``, which may be a smaller copy of a picture of ``size``."""
    from app.workers.reader.engine import loaded
    from app.workers.reader.ocr import read_page, to_plain

    ctx.check()
    page = read_page(loaded(), np.ascontiguousarray(pixels[:, :, ::-1]), ctx)
    cut = quality.cut_sides(pixels.mean(axis=2).astype(np.uint8), [x.box for x in page.lines])
    scale = size[0] / pixels.shape[1]
    return {"width": size[0], "height": size[1], "lines": to_plain(page, scale, size),
            "turned": page.turned, "cut": list(cut)}  # fmt: skip


def pdf_pages(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Give each page as event "page" and return how many there were."""
    count = 0
    for page in pdf.page_texts(args["path"], ctx):
        ctx.emit("page", page.to_plain())
        count += 1
    return {"pages": count}


def page_image(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Draw a page of a PDF as a PNG of our own, ``name``.png."""
    from app.workers.reader.pictures import write_png

    side = int(args.get("side") or _SHOWN_SIDE)
    image, dpi = pdf.page_picture(args["path"], int(args["page"]), args.get("dpi") or 150, side)
    place = Path(args["folder"]) / str(args.get("name") or f"page-{args['page']}")
    try:
        return {**write_png(image, place.with_suffix(".png")), "dpi": dpi}
    except OSError as error:
        raise refused(error, place.parent) from error


def page_ocr(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Draw a page of a PDF and read the text in that picture."""
    image, dpi = pdf.page_picture(args["path"], int(args["page"]), pdf.OCR_DPI)
    return {**_read(np.asarray(image), image.size, ctx), "dpi": dpi}


def text(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Give the text of a plain file in pieces and return its length and encoding."""
    whole, encoding = texts.read_text(args["path"])
    for start in range(0, len(whole), _PIECE):
        ctx.check()
        ctx.emit("text", whole[start : start + _PIECE])
    return {"characters": len(whole), "encoding": encoding}


def trial(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Load the models; raises ``EngineError`` when they are missing or damaged."""
    from app.workers.reader import engine

    engine.loaded()
    return {"engine": engine.NAME, "version": engine.version()}


OPS: dict[str, Callable[[dict[str, Any], JobContext], Any]] = {
    "picture": picture,
    "ocr": ocr,
    "pdf": pdf_pages,
    "page_image": page_image,
    "page_ocr": page_ocr,
    "text": text,
    "trial": trial,
}
