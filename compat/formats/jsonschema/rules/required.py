"""Rules about properties that have to be there."""

from __future__ import annotations

from typing import Any

from compat.formats.jsonschema.differences import Leaf
from compat.formats.jsonschema.ruling import rule, shown

__all__ = [
    "dependency_added",
    "dependency_extended",
    "required_added",
    "required_property_added",
    "required_with_default_added",
]


def _property(leaf: Leaf) -> Any:
    """Return the reader's schema of the required property, if it has one."""
    known = leaf.schema.get("properties") if isinstance(leaf.schema, dict) else None
    return known.get(leaf.name) if isinstance(known, dict) else None


@rule(
    "JSON_REQUIRED_WITH_DEFAULT_ADDED",
    "required",
    confluent="REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED",
    lenient=True,
)
def required_with_default_added(leaf: Leaf) -> str | None:
    """A property with a default is required, and the writer may leave it out.

    Why: validators do not fill in defaults, so data without the property is
    refused. A reader that fills them in first can read it.
    Fix: do not require the property; its default says what is meant.
    Spec: JSON Schema Validation, sections 6.5.3, required, and 9.2, default.
    """
    schema = _property(leaf)
    if not isinstance(schema, dict) or "default" not in schema:
        return None
    return (
        f"property {shown(leaf.name)} is required, but the writer may leave it out; "
        "validators do not fill in its default"
    )


@rule(
    "JSON_REQUIRED_PROPERTY_ADDED",
    "required",
    confluent="REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL",
)
def required_property_added(leaf: Leaf) -> str | None:
    """A new property is required.

    Why: the writer's schema does not know the property, so its data lacks it.
    Fix: make the property optional.
    Spec: JSON Schema Validation, section 6.5.3, required.
    """
    if leaf.mirror.declares(leaf.name) or _property(leaf) is None:
        return None
    return f"the new property {shown(leaf.name)} is required"


@rule(
    "JSON_REQUIRED_ADDED",
    "required",
    confluent="REQUIRED_ATTRIBUTE_ADDED",
)
def required_added(leaf: Leaf) -> str | None:
    """A property is required that the writer may leave out.

    Why: data without the property was valid when it was written.
    Fix: make the property optional.
    Spec: JSON Schema Validation, section 6.5.3, required.
    """
    return f"property {shown(leaf.name)} is required, but the writer may leave it out"


_DEPENDENCIES = ("dependencies", "dependentRequired")


@rule(
    "JSON_DEPENDENCY_EXTENDED",
    *_DEPENDENCIES,
    confluent="DEPENDENCY_ARRAY_EXTENDED",
)
def dependency_extended(leaf: Leaf) -> str | None:
    """A property requires more properties beside it than before.

    Why: data without the added ones was valid when it was written.
    Fix: keep the list of the dependency as it was.
    Spec: JSON Schema Validation, section 6.5.4, dependentRequired.
    """
    trigger = leaf.path.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    for old in leaf.mirror.values(*_DEPENDENCIES):
        if isinstance(old, dict) and trigger in old:
            return (
                f"{shown(trigger)} requires {shown(leaf.value)} beside it, but "
                f"{shown(old[trigger])} in the writer's schema"
            )
    return None


@rule(
    "JSON_DEPENDENCY_ADDED",
    *_DEPENDENCIES,
    "dependentSchemas",
    confluent="DEPENDENCY_ARRAY_ADDED",
)
def dependency_added(leaf: Leaf) -> str | None:
    """A property asks for something else beside it, and did not before.

    Why: data with the property alone was valid when it was written.
    Fix: leave the dependency out.
    Spec: JSON Schema Validation, section 6.5.4, dependentRequired.
    """
    return f"a dependency on {shown(leaf.value)} is added"
