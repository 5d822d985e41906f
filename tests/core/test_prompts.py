"""Prompts and schemas as files."""

from __future__ import annotations

import json

import pytest

from app.core import paths
from app.core.prompts import filled, has_prompt, load_prompt, load_schema


def test_a_language_without_a_prompt_gets_the_english_one() -> None:
    assert load_prompt("minutes.map", "de-AT") != load_prompt("minutes.map", "en")
    assert load_prompt("minutes.map", "sv") == load_prompt("minutes.map", "en")
    assert load_prompt("minutes.map", None) == load_prompt("minutes.map", "../x")
    assert has_prompt("minutes.map", "de") and not has_prompt("minutes.map", "sv")


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert filled("{{a}} {{b}}", a="{{b}}", b="x") == "{{b}} x"


@pytest.mark.parametrize("task", ["../secret", "", "UPPER"])
def test_a_name_that_is_no_task_is_refused(task: str) -> None:
    with pytest.raises(ValueError):
        load_prompt(task)


def test_a_missing_task_is_missing() -> None:
    with pytest.raises(FileNotFoundError):
        load_prompt("nothing.such")


def test_the_schema_of_minutes_asks_for_sources_everywhere() -> None:
    schema = load_schema("minutes.map")
    for name in ("decisions", "actions", "questions", "dates"):
        assert "segments" in schema["properties"][name]["items"]["required"]


def test_every_language_has_every_prompt_of_the_minutes() -> None:
    names = {p.name for p in (paths.resources() / "prompts").glob("minutes.*.txt")}
    tasks = {n.rsplit(".", 2)[0] for n in names}
    assert names == {f"{task}.{code}.txt" for task in tasks for code in ("en", "de")}


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_prompt_of_minutes_shows_the_form_that_the_schema_asks_for(language: str) -> None:
    """Servers do not show the schema to the model, and old ones do not hold it to it."""
    prompt = filled(load_prompt("minutes.map", language), language="x")
    (line,) = [part for part in prompt.splitlines() if part.startswith("{")]
    shown = json.loads(line.replace("n]", "1]").replace("n,", "1,"))
    assert _same_form(shown, load_schema("minutes.map"))


def _same_form(value: object, schema: dict) -> bool:
    if "anyOf" in schema:
        return any(_same_form(value, one) for one in schema["anyOf"])
    if schema["type"] == "object":
        return set(value) == set(schema["required"]) and all(
            _same_form(value[key], part) for key, part in schema["properties"].items()
        )
    if schema["type"] == "array":
        return bool(value) and all(_same_form(one, schema["items"]) for one in value)
    names = {str: "string", int: "integer", type(None): "null"}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return names.get(type(value)) in kinds
