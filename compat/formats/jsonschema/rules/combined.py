"""Rules about schemas that combine others."""

from __future__ import annotations

from compat.formats.jsonschema.differences import Leaf
from compat.formats.jsonschema.ruling import rule, shown

__all__ = [
    "any_of_added",
    "any_of_narrowed",
    "not_added",
    "not_extended",
    "one_of_added",
    "one_of_narrowed",
    "schema_narrowed",
    "unevaluated_items_narrowed",
    "unevaluated_items_removed",
    "unevaluated_properties_narrowed",
    "unevaluated_properties_removed",
]


@rule("JSON_ANY_OF_NARROWED", "anyOf", confluent="SUM_TYPE_NARROWED")
def any_of_narrowed(leaf: Leaf) -> str | None:
    """Some of the writer's data meets none of the reader's alternatives.

    Why: anyOf accepts a value only if one of its schemas does.
    Fix: keep all alternatives of the versions that are still read.
    Spec: JSON Schema Core, section 10.2.1.2, anyOf.
    """
    if not leaf.mirror.values("anyOf", "oneOf"):
        return None
    return "none of the alternatives of anyOf accepts all that the writer's do"


@rule("JSON_ANY_OF_ADDED", "anyOf", confluent="TYPE_CHANGED")
def any_of_added(_leaf: Leaf) -> str | None:
    """Values have to meet one of several schemas, and did not before.

    Why: a value that meets none of them was valid when it was written.
    Fix: add the writer's schema as one more alternative.
    Spec: JSON Schema Core, section 10.2.1.2, anyOf.
    """
    return "anyOf lists alternatives that the writer's schema does not ask for"


@rule("JSON_ONE_OF_NARROWED", "oneOf", confluent="SUM_TYPE_NARROWED")
def one_of_narrowed(leaf: Leaf) -> str | None:
    """Some of the writer's data meets none, or several, of the reader's alternatives.

    Why: oneOf refuses a value that meets two of its schemas as it does one
    that meets none; an alternative that is added may overlap another.
    Fix: use anyOf, or keep the alternatives apart with a tag.
    Spec: JSON Schema Core, section 10.2.1.3, oneOf.
    """
    if not leaf.mirror.values("anyOf", "oneOf"):
        return None
    return "oneOf refuses some value that the writer's alternatives accept"


@rule("JSON_ONE_OF_ADDED", "oneOf", confluent="TYPE_CHANGED")
def one_of_added(_leaf: Leaf) -> str | None:
    """Values have to meet exactly one of several schemas, and did not before.

    Why: a value that meets none or several was valid when it was written.
    Fix: add the writer's schema as one more alternative, apart from the others.
    Spec: JSON Schema Core, section 10.2.1.3, oneOf.
    """
    return "oneOf lists alternatives that the writer's schema does not ask for"


@rule("JSON_NOT_EXTENDED", "not", confluent="NOT_TYPE_EXTENDED")
def not_extended(leaf: Leaf) -> str | None:
    """The schema under not accepts more than before, so fewer values are left.

    Why: what the schema under not accepts is refused.
    Fix: keep the schema under not as it was.
    Spec: JSON Schema Core, section 10.2.1.4, not.
    """
    if not leaf.mirror.values("not"):
        return None
    return f"not refuses {shown(leaf.value)}, more than the writer's schema does"


@rule("JSON_NOT_ADDED", "not", confluent="TYPE_CHANGED")
def not_added(leaf: Leaf) -> str | None:
    """Values of some kind are refused with not, and were not before.

    Why: such values were valid when they were written.
    Fix: leave not out.
    Spec: JSON Schema Core, section 10.2.1.4, not.
    """
    return f"not refuses {shown(leaf.value)}, which the writer's schema allows"


@rule(
    "JSON_UNEVALUATED_PROPERTIES_REMOVED",
    "unevaluatedProperties",
    confluent="UNEVALUATED_PROPERTIES_REMOVED",
    lenient=True,
)
def unevaluated_properties_removed(leaf: Leaf) -> str | None:
    """An object that was open refuses properties that no schema evaluated.

    Why: such properties were valid when they were written.
    Fix: leave unevaluatedProperties out.
    Spec: JSON Schema Core, section 11.3, unevaluatedProperties.
    """
    if leaf.value is not False:
        return None
    return "properties that no schema evaluates are refused"


@rule(
    "JSON_UNEVALUATED_PROPERTIES_NARROWED",
    "unevaluatedProperties",
    confluent="UNEVALUATED_PROPERTIES_NARROWED",
    lenient=True,
)
def unevaluated_properties_narrowed(leaf: Leaf) -> str | None:
    """Properties that no schema evaluated have to meet one now.

    Why: such properties were valid with any value when they were written.
    Fix: widen unevaluatedProperties to what was written.
    Spec: JSON Schema Core, section 11.3, unevaluatedProperties.
    """
    return f"properties that no schema evaluates must meet {shown(leaf.value)}"


@rule(
    "JSON_UNEVALUATED_ITEMS_REMOVED",
    "unevaluatedItems",
    confluent="UNEVALUATED_ITEMS_REMOVED",
)
def unevaluated_items_removed(leaf: Leaf) -> str | None:
    """An array that was open refuses items that no schema evaluated.

    Why: such items were valid when they were written.
    Fix: leave unevaluatedItems out.
    Spec: JSON Schema Core, section 11.2, unevaluatedItems.
    """
    if leaf.value is not False:
        return None
    return "items that no schema evaluates are refused"


@rule(
    "JSON_UNEVALUATED_ITEMS_NARROWED",
    "unevaluatedItems",
    confluent="UNEVALUATED_ITEMS_NARROWED",
)
def unevaluated_items_narrowed(leaf: Leaf) -> str | None:
    """Items that no schema evaluated have to meet one now.

    Why: such items were valid with any value when they were written.
    Fix: widen unevaluatedItems to what was written.
    Spec: JSON Schema Core, section 11.2, unevaluatedItems.
    """
    return f"items that no schema evaluates must meet {shown(leaf.value)}"


@rule("JSON_SCHEMA_NARROWED", "any", confluent="TYPE_CHANGED")
def schema_narrowed(_leaf: Leaf) -> str | None:
    """The reader's schema refuses data that the writer's allows.

    Why: a value exists that meets the writer's schema and not the reader's,
    where the two are too unlike to tell which keyword is to blame.
    Fix: compare the two schemas at the place that is named.
    Spec: JSON Schema Core, section 7.6, assertions.
    """
    return "the schema refuses some value that the writer's schema allows"
