"""`openapi.yaml` as the tests read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

__all__ = ["METHODS", "operations", "spec", "strict_spec", "validator"]

METHODS = ("get", "put", "post", "delete")

_FILE = Path(__file__).parent.parent.parent / "openapi.yaml"


@cache
def spec() -> dict[str, Any]:
    """Return the document."""
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text())
    return found


def strict_spec() -> dict[str, Any]:
    """Return the document with no member allowed that it does not list.

    Clients shall ignore what they don't know; a test shall notice it.
    """
    # Not deepcopy: what YAML aliases share, schemathesis would change in all places.
    document: dict[str, Any] = json.loads(json.dumps(spec()))
    for schema in document["components"]["schemas"].values():
        _close(schema)
    return document


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation."""
    for path, item in spec()["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Return a validator of a schema that may refer to the document's own."""
    whole = Resource(strict_spec(), DRAFT202012)
    rooted = _rooted(schema)
    return Draft202012Validator(
        rooted,
        registry=Registry().with_resource("openapi:", whole),
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def _close(schema: Any) -> None:
    if isinstance(schema, dict):
        if "properties" in schema and isinstance(schema["properties"], dict):
            schema.setdefault("additionalProperties", False)
        for key, value in schema.items():
            if key not in ("examples", "const", "enum"):
                _close(value)
    elif isinstance(schema, list):
        for each in schema:
            _close(each)


def _rooted(schema: Any) -> Any:
    """Return the schema with its references led into the document."""
    if isinstance(schema, dict):
        return {
            key: f"openapi:{value}" if key == "$ref" else _rooted(value)
            for key, value in schema.items()
        }
    if isinstance(schema, list):
        return [_rooted(each) for each in schema]
    return schema
