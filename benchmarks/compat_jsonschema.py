"""JSON Schemas to check, and ``jsonsubschema``, the checker of IBM's lale project.

It is not among the tests' requirements: install it into a folder of its own,
and put that on the path after ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import Any

from compat.formats.jsonschema import FORMAT

try:
    import jsonsubschema
except ImportError:
    jsonsubschema = None

__all__ = ["BASELINE", "FORMAT", "pair", "theirs", "version"]

try:
    BASELINE = f"jsonsubschema {installed('jsonsubschema')}"
except PackageNotFoundError:
    BASELINE = "jsonsubschema (not installed)"

_KINDS: list[dict[str, Any]] = [
    {"type": "string", "maxLength": 100},
    {"type": "integer", "minimum": 0},
    {"type": "number"},
    {"type": ["string", "null"]},
    {"type": "array", "items": {"type": "string"}},
    {"type": "string", "enum": ["a", "b", "c"]},
    {
        "type": "object",
        "properties": {"x": {"type": "integer"}, "y": {"type": "string"}},
        "required": ["x"],
    },
]


def _object(count: int, required: int = 10_000, **changed: Any) -> str:
    """Return a closed object of ``count`` fields, every second one required."""
    fields = {f"f{each}": _KINDS[each % len(_KINDS)] for each in range(count)}
    return json.dumps(
        {
            "type": "object",
            "properties": fields | changed,
            "required": [f"f{each}" for each in range(0, min(count, required), 2)],
            "additionalProperties": False,
        }
    )


def pair(count: int, *, broken: bool) -> tuple[str, str]:
    """Return the texts of writer and reader, of ``count`` fields.

    The reader has a field more; when broken, it retypes one instead.
    """
    if broken:
        return _object(count), _object(count, f3={"type": "integer"})
    return _object(count), _object(count, added={"type": "string"})


def _theirs(writer: str, reader: str) -> bool:
    """Return whether the baseline finds the pair compatible."""
    return bool(jsonsubschema.isSubschema(json.loads(writer), json.loads(reader)))


theirs: Callable[[str, str], bool] | None = _theirs if jsonsubschema else None


def version(number: int) -> str:
    """Return a version of a history: each allows more, every tenth adds a field."""
    longer = {"type": "string", "maxLength": 100 + number}
    return _object(20 + number // 10, 20, f0=longer)
