"""Rules about types and listed values."""

from __future__ import annotations

from typing import Any

from compat.formats.jsonschema.differences import Leaf
from compat.formats.jsonschema.ruling import rule, shown
from compat.formats.jsonschema.values import exact, key

__all__ = [
    "const_added",
    "const_changed",
    "enum_added",
    "enum_narrowed",
    "type_added",
    "type_changed",
    "type_narrowed",
    "value_forbidden",
]


def _types(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@rule("JSON_TYPE_NARROWED", "type", confluent="TYPE_NARROWED")
def type_narrowed(leaf: Leaf) -> str | None:
    """The reader allows fewer types than the writer.

    Why: data of a type that was dropped is refused.
    Fix: keep all types of the versions that are still read.
    Spec: JSON Schema Validation, section 6.1.1, type.
    """
    every = leaf.mirror.values("type")
    before = [name for old in every for name in _types(old)]
    if "number" in before:
        before.append("integer")
    if not set(_types(leaf.value)) < set(before):
        return None
    old = every[0] if len(every) == 1 else list(dict.fromkeys(before))
    new, wider = shown(leaf.value), shown(old)
    return f"type is {new}, narrower than {wider} in the writer's schema"


@rule("JSON_TYPE_CHANGED", "type", confluent="TYPE_CHANGED")
def type_changed(leaf: Leaf) -> str | None:
    """The reader asks for another type than the writer.

    Why: data of the writer's type is refused.
    Fix: allow both types, or give the new type a new property.
    Spec: JSON Schema Validation, section 6.1.1, type.
    """
    for old in leaf.mirror.values("type"):
        if old != leaf.value:
            return (
                f"type is {shown(leaf.value)}, but {shown(old)} in the writer's schema"
            )
    return None


@rule("JSON_TYPE_ADDED", "type", confluent="TYPE_CHANGED")
def type_added(leaf: Leaf) -> str | None:
    """The reader asks for a type where the writer allows several.

    Why: the writer's data may be of any type there, and the reader refuses
    all but its own.
    Fix: leave the type out, or allow all types that the writer does.
    Spec: JSON Schema Validation, section 6.1.1, type.
    """
    return f"type is {shown(leaf.value)}, which the writer's schema does not ask for"


@rule("JSON_ENUM_NARROWED", "enum", confluent="ENUM_ARRAY_NARROWED")
def enum_narrowed(leaf: Leaf) -> str | None:
    """The reader's enum lacks values of the writer's.

    Why: data with one of these values is refused.
    Fix: keep the values of all versions that are still read.
    Spec: JSON Schema Validation, section 6.1.2, enum.
    """
    old = leaf.mirror.values("enum") or [[e] for e in leaf.mirror.values("const")]
    if not old or not isinstance(leaf.value, list):
        return None
    kept = {key(exact(each)) for each in leaf.value}
    gone = [each for each in old[0] if key(exact(each)) not in kept]
    if not gone:
        return None
    return f"enum lacks {shown(gone)}, which the writer's schema lists"


@rule("JSON_ENUM_ADDED", "enum", confluent="ENUM_ARRAY_CHANGED")
def enum_added(_leaf: Leaf) -> str | None:
    """The reader lists the values it accepts; the writer does not.

    Why: data with any other value is refused.
    Fix: leave the enum out, or document the known values instead.
    Spec: JSON Schema Validation, section 6.1.2, enum.
    """
    return "enum lists the values, which the writer's schema does not limit so"


@rule("JSON_CONST_CHANGED", "const", confluent="ENUM_ARRAY_CHANGED")
def const_changed(leaf: Leaf) -> str | None:
    """The only value that the reader accepts is not the writer's.

    Why: data with the writer's value is refused.
    Fix: accept both with an enum.
    Spec: JSON Schema Validation, section 6.1.3, const.
    """
    old = leaf.mirror.values("const", "enum")
    if not old:
        return None
    return f"const is {shown(leaf.value)}, but {shown(old[0])} in the writer's schema"


@rule("JSON_CONST_ADDED", "const", confluent="ENUM_ARRAY_CHANGED")
def const_added(leaf: Leaf) -> str | None:
    """The reader accepts one value only; the writer allows more.

    Why: data with any other value is refused.
    Fix: leave const out.
    Spec: JSON Schema Validation, section 6.1.3, const.
    """
    return f"const is {shown(leaf.value)}, which the writer's schema does not ask for"


@rule(
    "JSON_VALUE_FORBIDDEN",
    *("false", "properties", "allOf"),
    confluent="TYPE_CHANGED",
)
def value_forbidden(leaf: Leaf) -> str | None:
    """The reader accepts no value where the writer allows some.

    Why: a schema that is false refuses everything.
    Fix: use true, or the writer's schema.
    Spec: JSON Schema Core, section 4.3.2, boolean schemas.
    """
    if leaf.value is not False:
        return None
    return "the schema is false, so it refuses what the writer's schema allows"
