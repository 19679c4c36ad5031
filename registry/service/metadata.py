"""Metadata of a schema: tags, properties, and which of them are sensitive.

Kept as Confluent's JSON object with every list and object sorted, so that
equal metadata is equal text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.errors import BadRequest
from registry.service.identity import VERSION_PROPERTY

__all__ = ["Metadata", "merge", "properties_of", "read", "text_value", "with_version"]

Metadata = dict[str, Any]


def read(value: Any, where: str = "metadata") -> Metadata | None:
    """Return ``value`` in its sorted form, or raise `BadRequest`.

    Unknown members are dropped, as Confluent does.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise BadRequest(f"'{where}' must be an object")
    found: Metadata = {}
    if tags := _object(value, "tags", where):
        found["tags"] = {
            path: sorted(set(_strings(tags[path], f"{where}.tags['{path}']")))
            for path in sorted(tags)
        }
    if properties := _object(value, "properties", where):
        found["properties"] = {
            name: text_value(properties[name], f"{where}.properties['{name}']")
            for name in sorted(properties)
        }
    if (sensitive := value.get("sensitive")) is not None:
        names = sorted(set(_strings(sensitive, f"{where}.sensitive")))
        found |= {"sensitive": names} if names else {}
    return found


def merge(old: Metadata | None, new: Metadata | None) -> Metadata | None:
    """Return ``old`` with what ``new`` says instead.

    Later wins for each property and for the tags of each path; sensitive
    names add up.
    """
    if old is None or new is None:
        return new if old is None else old
    merged: Metadata = {}
    for member in ("tags", "properties"):
        both = {**old.get(member, {}), **new.get(member, {})}
        if both:
            merged[member] = {key: both[key] for key in sorted(both)}
    names = sorted({*old.get("sensitive", ()), *new.get("sensitive", ())})
    return merged | ({"sensitive": names} if names else {})


def with_version(metadata: Metadata | None, number: int) -> Metadata:
    """Return the metadata with `confluent:version` set to ``number``."""
    version = {"properties": {VERSION_PROPERTY: str(number)}}
    return merge(metadata, version) or version


def properties_of(metadata: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the properties, empty when there are none."""
    return dict((metadata or {}).get("properties") or {})


def _object(value: Mapping[str, Any], member: str, where: str) -> dict[str, Any] | None:
    found = value.get(member)
    if found is not None and not isinstance(found, dict):
        raise BadRequest(f"'{where}.{member}' must be an object")
    return found


def _strings(value: Any, where: str) -> list[str]:
    if not isinstance(value, list):
        raise BadRequest(f"'{where}' must be a list of strings")
    return [text_value(each, where) for each in value]


def text_value(value: Any, where: str) -> str:
    """Return a string, or another scalar as JSON spells it; or raise `BadRequest`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise BadRequest(f"'{where}' must be a string")
    return value
