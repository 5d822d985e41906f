"""Prompts and JSON schemas: one file per task and language in ``resources/prompts``."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from app.core import paths

_NAME = re.compile(r"[a-z][a-z0-9_.]*\Z")
_FALLBACK = "en"


@cache
def load_prompt(task: str, language: str | None = None) -> str:
    """Return the prompt of ``task`` in ``language``, in English where there is none."""
    for code in (_short(language), _FALLBACK):
        path = paths.resources() / "prompts" / f"{_checked(task)}.{code}.txt"
        if code and path.is_file():
            return path.read_text("utf-8").strip()
    raise FileNotFoundError(f"no prompt {task}")


@cache
def load_schema(task: str) -> dict[str, Any]:
    """Return the JSON schema that stands beside the prompts of ``task``."""
    path = paths.resources() / "prompts" / f"{_checked(task)}.schema.json"
    return json.loads(path.read_text("utf-8"))


def has_prompt(task: str, language: str | None) -> bool:
    """Return whether there is a prompt of ``task`` in ``language`` itself."""
    code = _short(language)
    return bool(code) and (paths.resources() / "prompts" / f"{task}.{code}.txt").is_file()


def filled(template: str, **values: str) -> str:
    """Return ``template`` with each ``{{name}}`` replaced, in one pass.

    What is filled in is never looked at again, so that a text with "{{notes}}" in it
    stays as it is.
    """
    return re.sub(r"\{\{(\w+)\}\}", lambda m: values[m.group(1)], template)


def _short(language: str | None) -> str:
    code = (language or "").replace("_", "-").split("-")[0].casefold()
    return code if code.isalpha() else ""


def _checked(task: str) -> str:
    if not _NAME.match(task):
        raise ValueError(f"not a task: {task!r}")
    return task
