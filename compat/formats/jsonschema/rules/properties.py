"""Rules about which properties an object may have, and with what values."""

from __future__ import annotations

from compat.formats.jsonschema.differences import Leaf
from compat.formats.jsonschema.ruling import rule, shown

__all__ = [
    "additional_properties_narrowed",
    "additional_properties_removed",
    "pattern_properties_added",
    "property_added_not_covered",
    "property_added_to_open_model",
    "property_names_added",
    "property_removed_from_closed_model",
    "property_removed_not_covered",
]


@rule(
    "JSON_PROPERTY_ADDED_TO_OPEN_MODEL",
    "property added",
    confluent="OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
    lenient=True,
)
def property_added_to_open_model(leaf: Leaf) -> str | None:
    """A property is added to an object that was open.

    Why: an open object allows any value under the new name, so written data
    may hold one there that the new property refuses.
    Fix: close the object with additionalProperties before it is written, or
    leave the new property's schema open.
    Spec: JSON Schema Core, section 10.3.2.3, additionalProperties.
    """
    return (
        f"property {shown(leaf.name)} is added, but the writer's open object allows "
        "any value there"
    )


@rule(
    "JSON_PROPERTY_ADDED_NOT_COVERED",
    "property not covered",
    confluent="PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
    lenient=True,
)
def property_added_not_covered(leaf: Leaf) -> str | None:
    """A property is added that is stricter than what was allowed under its name.

    Why: additionalProperties or patternProperties of the writer allow values
    there that the new property refuses.
    Fix: give the property a schema that accepts all of these.
    Spec: JSON Schema Core, section 10.3.2, keywords for objects.
    """
    return (
        f"property {shown(leaf.name)} is added with a schema that refuses some of "
        "what the writer allows there"
    )


@rule(
    "JSON_PROPERTY_REMOVED_FROM_CLOSED_MODEL",
    "property removed",
    confluent="PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
    lenient=True,
)
def property_removed_from_closed_model(leaf: Leaf) -> str | None:
    """A property is gone from an object that is closed.

    Why: a closed object refuses properties that it does not list, and written
    data holds this one.
    Fix: keep the property, or allow additionalProperties.
    Spec: JSON Schema Core, section 10.3.2.3, additionalProperties.
    """
    return (
        f"property {shown(leaf.name)} of the writer's schema is gone, and the "
        "reader's object is closed"
    )


@rule(
    "JSON_PROPERTY_REMOVED_NOT_COVERED",
    "property removed and not covered",
    confluent="PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
    lenient=True,
)
def property_removed_not_covered(leaf: Leaf) -> str | None:
    """A property is gone, and what covers its name now is stricter.

    Why: the reader's additionalProperties refuse values that the property
    allowed.
    Fix: keep the property, or widen additionalProperties.
    Spec: JSON Schema Core, section 10.3.2.3, additionalProperties.
    """
    return (
        f"property {shown(leaf.name)} of the writer's schema is gone, and "
        "additionalProperties refuse some of its values"
    )


@rule(
    "JSON_ADDITIONAL_PROPERTIES_REMOVED",
    "additionalProperties",
    confluent="ADDITIONAL_PROPERTIES_REMOVED",
    lenient=True,
)
def additional_properties_removed(leaf: Leaf) -> str | None:
    """An object that was open is closed.

    Why: properties that no schema lists were valid when they were written.
    Fix: keep the object open.
    Spec: JSON Schema Core, section 10.3.2.3, additionalProperties.
    """
    if leaf.value is not False:
        return None
    return "additional properties are refused, which the writer's schema allows"


@rule(
    "JSON_ADDITIONAL_PROPERTIES_NARROWED",
    "additionalProperties",
    confluent="ADDITIONAL_PROPERTIES_NARROWED",
    lenient=True,
)
def additional_properties_narrowed(leaf: Leaf) -> str | None:
    """Additional properties have to meet a schema that they did not before.

    Why: properties with any value were valid when they were written.
    Fix: widen additionalProperties to what was written.
    Spec: JSON Schema Core, section 10.3.2.3, additionalProperties.
    """
    return (
        f"additional properties must meet {shown(leaf.value)}, which the writer's "
        "schema does not ask for"
    )


@rule(
    "JSON_PATTERN_PROPERTIES_ADDED",
    "patternProperties",
    confluent="TYPE_CHANGED",
)
def pattern_properties_added(leaf: Leaf) -> str | None:
    """Properties whose names match a pattern have to meet a new schema.

    Why: such properties were valid with other values when they were written.
    Fix: leave the pattern out of patternProperties, or widen its schema.
    Spec: JSON Schema Core, section 10.3.2.2, patternProperties.
    """
    return (
        f"properties that match a pattern must meet {shown(leaf.value)}, which the "
        "writer's schema does not ask for"
    )


@rule("JSON_PROPERTY_NAMES_ADDED", "propertyNames", confluent="TYPE_CHANGED")
def property_names_added(leaf: Leaf) -> str | None:
    """The reader limits the names of properties; the writer does not.

    Why: properties with other names were valid when they were written.
    Fix: leave propertyNames out.
    Spec: JSON Schema Core, section 10.3.2.4, propertyNames.
    """
    return (
        f"names of properties must meet {shown(leaf.value)}, which the writer's "
        "schema does not ask for"
    )
