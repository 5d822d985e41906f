"""The smallest document of a JSON schema: what a grammar lets a silent model say."""

from __future__ import annotations

import json
from typing import Any


def smallest(schema: Any) -> Any:
    """Return a value that follows ``schema``: empty lists and texts, null where allowed."""
    if not isinstance(schema, dict):
        return {}
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        options = schema["anyOf"]
        return None if {"type": "null"} in options else smallest(options[0])
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = "null" if "null" in kind else kind[0]
    if kind == "array":
        return [smallest(schema.get("items"))] * int(schema.get("minItems", 0))
    if kind == "object" or (kind is None and "properties" in schema):
        return {k: smallest(v) for k, v in schema.get("properties", {}).items()}
    return {"string": "", "integer": 0, "number": 0, "boolean": False, "null": None}.get(kind, {})


def default_text(form: Any) -> str:
    """Return what is said when nothing is scripted."""
    if form in (None, ""):
        return "Hello! This is the scripted server."
    return json.dumps({} if form == "json" else smallest(form))
