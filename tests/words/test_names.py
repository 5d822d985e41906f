from __future__ import annotations

import pytest

from app.core.errors import EngineError
from app.words.errors import error_words
from app.words.names import ENGINES, engine_in_words
from app.words.notices import notice_words


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_no_sentence_shows_the_id_of_an_engine(name) -> None:
    assert engine_in_words(name) == ENGINES[name]
    sentence = error_words(EngineError("engine_missing", engine=name)).sentence()
    assert ENGINES[name] in sentence and f" {name}." not in sentence


def test_a_model_keeps_its_own_name() -> None:
    assert engine_in_words("llama3.2:3b") == "llama3.2:3b"
    assert "llama3.2:3b" in error_words(EngineError("engine_failed", engine="llama3.2:3b")).message


def test_the_step_down_to_the_draft_says_plainly_what_it_means() -> None:
    said = notice_words("engine_stepped_down", {"wanted": "Whisper", "used": "draft"})
    assert said == (
        "There is no Whisper model here, so the draft recogniser wrote this down (English only)."
    )


def test_the_step_down_to_highlights_says_what_they_are() -> None:
    said = notice_words("engine_stepped_down", {"wanted": "ollama", "used": "extract"})
    assert "no language model" in said and "own words" in said


@pytest.mark.parametrize(
    ("why", "params", "reason"),
    [
        ("ollama_model_missing", {"model": "nosuch"}, "Ollama does not have the model nosuch. So"),
        ("answer_malformed", {"engine": "tiny"}, "The model's answer could not be used. So"),
        ("ollama_not_installed", {}, "There is no language model"),
    ],
)
def test_the_step_down_to_highlights_says_why_there_was_no_model(why, params, reason) -> None:
    told = {"wanted": "ollama", "used": "extract", "why": why, "params": params}
    said = notice_words("engine_stepped_down", told)
    assert said.startswith(reason) and "own words" in said


def test_a_step_down_kept_by_an_older_build_has_no_params_to_show() -> None:
    told = {"wanted": "ollama", "used": "extract", "why": "ollama_model_missing"}
    assert "no language model" in notice_words("engine_stepped_down", told)


def test_a_step_down_between_models_names_both() -> None:
    said = notice_words("engine_stepped_down", {"wanted": "large", "used": "tiny"})
    assert said == "large could not be used, so tiny did the work."
    said = notice_words("engine_stepped_down", {"wanted": "cut-off", "used": "draft"})
    assert "the draft recogniser did the work" in said
