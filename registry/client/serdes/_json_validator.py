"""A JSON Schema compiled by jsonschema-rs, without network and bounded in time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin

import jsonschema_rs

from registry.client.serdes._errors import UnusableSchema

__all__ = ["Fault", "compile_validator"]

Fault = Callable[[Any], str | None]
"""Given a document, says what is wrong with it and where; None when valid."""

BASE = "json-schema:///"
"""What jsonschema-rs resolves the references of a schema without ``$id`` against."""

MOST_BACKTRACKS = 100_000


def compile_validator(text: str, references: Mapping[str, str]) -> Fault:
    """Compile ``text``; ``references`` maps the ``$ref`` URIs to their texts.

    Patterns run on an engine of linear time; the few that need lookaround
    run on one with a bound. Raises `UnusableSchema`.
    """
    schema = _parsed(text)
    resources = _resources(schema, references)
    registry = jsonschema_rs.Registry(resources) if resources else None
    try:
        validator = _validator(schema, registry, jsonschema_rs.RegexOptions())
    except UnusableSchema:
        fancy = jsonschema_rs.FancyRegexOptions(backtrack_limit=MOST_BACKTRACKS)
        validator = _validator(schema, registry, fancy)
    is_valid = validator.is_valid

    def fault(document: Any) -> str | None:
        return None if is_valid(document) else _first(validator, document)

    return fault


def _validator(schema: Any, registry: Any, patterns: Any) -> Any:
    try:
        return jsonschema_rs.validator_for(
            schema, registry=registry, pattern_options=patterns, offline=True
        )
    except (
        ValueError,
        jsonschema_rs.ValidationError,
        jsonschema_rs.ReferencingError,
    ) as error:
        raise UnusableSchema(f"not a JSON schema: {error}") from error


def _first(validator: Any, document: Any) -> str:
    for error in validator.iter_errors(document):
        path = "".join(f"/{each}" for each in error.instance_path)
        message = str(error.message)
        shown = message if len(message) <= 300 else f"{message[:297]}..."
        return f"{path or '/'}: {shown}"
    return "/: the document does not match the schema"


def _resources(schema: Any, references: Mapping[str, str]) -> list[tuple[str, Any]]:
    base = schema.get("$id") or schema.get("id") if isinstance(schema, dict) else None
    bases = [each for each in (base, BASE) if isinstance(each, str)]
    found: dict[str, Any] = {}
    for name, text in references.items():
        contents = _parsed(text)
        for each in bases:
            found.setdefault(urljoin(each, name) if "://" in each else name, contents)
    return list(found.items())


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnusableSchema(f"not a JSON schema: {error}") from error
