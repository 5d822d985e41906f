"""Which engine does which task."""

from __future__ import annotations

import pytest

from app.core.engines.fit import GIGABYTE
from app.core.engines.model import Engine, EngineReport, Part, Refused, merged
from app.core.engines.tasks import (
    ANSWERS,
    EMBEDDINGS,
    LOOK,
    MINUTES,
    SPEECH_OUTPUT,
    able,
    choose,
)
from app.core.errors import EngineError
from app.core.settings import Settings

FREE = 6 * GIGABYTE


def engine(name: str, gigabytes: float, *abilities: str) -> Engine:
    size = int(gigabytes * GIGABYTE)
    return Engine(f"ollama/{name}", name, "chat", frozenset(abilities), "ollama", size=size)


REPORT = EngineReport(
    (
        engine("b-embed:latest", 0.3, "embed"),
        engine("a-embed:latest", 0.6, "embed"),
        engine("small:latest", 1.0, "chat"),
        engine("middle:3b", 2.0, "chat", "vision"),
        engine("huge:70b", 40.0, "chat"),
    ),
    refused=(Refused("far:latest", "cloud"),),
)


def name_of(task: str, settings: Settings | None = None, name: str = "") -> str:
    choice = choose(task, REPORT, settings or Settings(), FREE, name)
    assert choice is not None
    return choice.engine.name


def test_the_largest_that_fits_writes_minutes_and_answers() -> None:
    assert name_of(MINUTES) == name_of(ANSWERS) == "middle:3b"
    assert name_of(LOOK) == "middle:3b"


def test_the_first_embedder_is_taken_whatever_its_size() -> None:
    assert name_of(EMBEDDINGS) == "b-embed:latest"


def test_the_setting_and_the_command_line_name_an_engine() -> None:
    settings = Settings(chat_model="small")
    assert name_of(MINUTES, settings) == "small:latest"
    assert name_of(MINUTES, settings, "huge:70b") == "huge:70b"
    choice = choose(MINUTES, REPORT, settings, FREE, "huge:70b")
    assert choice is not None and (choice.named, choice.fits) == (True, False)


def test_without_an_engine_there_is_no_choice() -> None:
    assert choose(SPEECH_OUTPUT, REPORT, Settings(), FREE) is None
    assert able(REPORT, SPEECH_OUTPUT) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("gone", "ollama_model_missing"),
        ("far", "ollama_cloud_refused"),
        ("any:120b-cloud", "ollama_cloud_refused"),
        ("a-embed", "ability_missing"),
    ],
)
def test_a_named_engine_that_cannot_is_an_error(name: str, code: str) -> None:
    with pytest.raises(EngineError) as raised:
        choose(MINUTES, REPORT, Settings(), FREE, name)
    assert raised.value.code == code


def test_reports_of_several_catalogues_become_one() -> None:
    other = EngineReport(parts=(Part("whisper", "ready"),))
    whole = merged(REPORT, other)
    assert whole.engines == REPORT.engines and whole.refused == REPORT.refused
    part = whole.part("whisper")
    assert part is not None and part.state == "ready"
    assert whole.part("draft") is None


def test_an_engine_is_found_by_id_and_by_short_name() -> None:
    assert REPORT.engine("ollama/small:latest") is REPORT.engine("small")
    assert REPORT.engine("middle") is None
    assert REPORT.engines[0].with_state("busy").state == "busy"
