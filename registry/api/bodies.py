"""Request bodies, read into values with an error for each wrong shape."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from registry.errors import BadRequest, InvalidSchemaText, MissingBody
from registry.service import metadata, rule_sets, tags
from registry.service.requests import SchemaRequest, TagRequest
from registry.store.values import Reference

__all__ = [
    "boolean_member",
    "integer_member",
    "json_object",
    "optional_object",
    "read_schema_request",
    "schema_request",
    "tag_request",
    "text_member",
]

_INT32 = range(-(2**31), 2**31)
_MOST_DIGITS = 1000
_KINDS = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}


def json_object() -> dict[str, Any]:
    """Return the body, a JSON object.

    Raises `MissingBody` when there is none, `BadRequest` when it is not JSON
    or another kind of value.
    """
    value = _json()
    if value is None:
        raise MissingBody
    if not isinstance(value, dict):
        kind = _KINDS[type(value)]
        raise BadRequest(f"The request body must be a JSON object, not {kind}")
    return value


def optional_object() -> dict[str, Any]:
    """Return the body as `json_object` does; an absent one is empty."""
    return {} if not request.get_data(cache=True) else json_object()


def schema_request() -> SchemaRequest:
    """Return the body as a schema to register, check or look up."""
    return read_schema_request(json_object())


def read_schema_request(body: dict[str, Any]) -> SchemaRequest:
    """Read Confluent's RegisterSchemaRequest; unknown members are ignored."""
    return SchemaRequest(
        text=text_member(body, "schema") or "",
        type=text_member(body, "schemaType") or "AVRO",
        references=_references(body.get("references")),
        metadata=metadata.read(body.get("metadata")),
        rule_set=rule_sets.read(body.get("ruleSet")),
        version=_version(body),
        id=_id(body),
        tags_to_add=tags.read(body.get("schemaTagsToAdd"), "schemaTagsToAdd"),
        tags_to_remove=tags.read(body.get("schemaTagsToRemove"), "schemaTagsToRemove"),
        propagate_tags=boolean_member(body, "propagateSchemaTags") or False,
    )


def tag_request() -> TagRequest:
    """Return the body as Confluent's TagSchemaRequest."""
    body = json_object()
    return TagRequest(
        new_version=integer_member(body, "newVersion") or None,
        tags_to_add=tags.read(body.get("tagsToAdd"), "tagsToAdd"),
        tags_to_remove=tags.read(body.get("tagsToRemove"), "tagsToRemove"),
        metadata=metadata.read(body.get("metadata")),
        rule_set=rule_sets.read(body.get("ruleSet")),
        rules_to_merge=rule_sets.read(body.get("rulesToMerge"), "rulesToMerge"),
        rules_to_remove=_names(body, "rulesToRemove"),
    )


def _json() -> Any:
    raw = request.get_data(cache=True)
    if not raw.strip():
        return None
    try:
        value = json.loads(raw, parse_constant=_refuse_constant, parse_int=_integer)
        if b"\\u" in raw:
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise BadRequest("The request body is nested too deeply") from None
    except UnicodeError:
        raise BadRequest("The request body is not valid Unicode text") from None
    except ValueError as error:
        raise BadRequest(f"The request body is not valid JSON: {error}") from None
    return value


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits; at most {_MOST_DIGITS}")
    return int(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def text_member(body: dict[str, Any], name: str) -> str | None:
    """Return a member that is a string, None when it is absent or null."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        kind = _KINDS[type(value)]
        hint = "; write the schema as a JSON string" if name == "schema" else ""
        raise BadRequest(f"'{name}' must be a string, not {kind}{hint}")
    return value


def boolean_member(body: dict[str, Any], name: str) -> bool | None:
    """Return a member that is true or false, None when it is absent or null."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadRequest(f"'{name}' must be true or false")
    return value


def _names(body: dict[str, Any], name: str) -> tuple[str, ...]:
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadRequest(f"'{name}' must be a list of strings")
    return tuple(value)


def integer_member(body: dict[str, Any], name: str) -> int | None:
    """Return a member that is a number of 32 bits, None when absent or null."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        # 1.0 and 1 are the same number in JSON.
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in _INT32:
        raise BadRequest(f"'{name}' must be a whole number of 32 bits")
    return value


def _version(body: dict[str, Any]) -> int:
    version = integer_member(body, "version") or 0
    if version < -1:
        raise InvalidSchemaText("Version is not one more than previous version")
    return version


def _id(body: dict[str, Any]) -> int | None:
    """Return the explicit id; below zero is how some clients say none."""
    value = integer_member(body, "id")
    return None if value is None or value < 0 else value


def _references(value: Any) -> tuple[Reference, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadRequest("'references' must be a list")
    return tuple(_reference(each) for each in value)


def _reference(value: Any) -> Reference:
    if not isinstance(value, dict):
        raise BadRequest("each of 'references' must be an object")
    name, subject = (
        text_member(value, "name") or "",
        text_member(value, "subject") or "",
    )
    if any(ord(each) < 32 for each in name + subject):
        shown = json.dumps(value)
        raise InvalidSchemaText(f"Invalid reference: {shown}: control characters")
    return Reference(name, subject, integer_member(value, "version") or 0)
