"""Parts, engines and lines to get one, as rows of a list."""

from __future__ import annotations

from app.core.engines.fit import fits
from app.core.engines.model import Engine, EngineReport
from app.ui.rows import Row
from app.words import engines as words
from app.words import tr
from app.words.durations import size


def part_rows(report: EngineReport) -> list[Row]:
    """Return one row a part: its state, its version, what to do."""
    rows = []
    for part in report.parts:
        facts = [words.part_state(part), part.version, part.host]
        if part.state not in ("ready", "busy", "loading"):
            facts.append(words.part_hint(part))
        rows.append(
            Row(
                words.part(part.name),
                "  ·  ".join(dict.fromkeys(f for f in facts if f)),
                key=part.name,
            )
        )
    return rows


def engine_rows(report: EngineReport, free: int) -> list[Row]:
    """Return one row an engine: what it can do, its memory, whether it fits."""
    rows = [_engine_row(engine, free) for engine in report.engines]
    for refused in report.refused:
        rows.append(Row(refused.name, words.reason(refused.reason), key=("r", refused.name)))
    if not rows:
        rows.append(Row(tr("No engine was found. The ways to get one stand below."), kind="quiet"))
    return rows


def _engine_row(engine: Engine, free: int) -> Row:
    abilities = ", ".join(words.ability(a) for a in sorted(engine.abilities))
    facts = [abilities]
    if engine.size:
        facts.append(tr("{size} on disk").format(size=size(engine.size)))
    need = engine.memory(8192)
    if need:
        facts.append(tr("about {size} of memory").format(size=size(need)))
        facts.append(tr("fits") if fits(engine, free) else tr("too large to leave 2 GB free"))
    if engine.state != "ready":
        facts.append(words.state(engine.state))
    return Row(
        words.engine_name(engine), "  ·  ".join(f for f in facts if f), key=engine.id, data=engine
    )


def pull_rows(total: int) -> list[Row]:
    """Return the lines that get a model which fits this machine."""
    return [Row(line, what, key=line, data=line) for line, what in words.pulls(total / 1024**3)]
