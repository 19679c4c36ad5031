"""Rules about numbers; their bounds are in `limits`."""

from __future__ import annotations

from compat.formats.jsonschema.differences import Leaf
from compat.formats.jsonschema.ruling import rule, shown

__all__ = ["multiple_of_added", "multiple_of_changed"]


@rule("JSON_MULTIPLE_OF_CHANGED", "multipleOf", confluent="MULTIPLE_OF_CHANGED")
def multiple_of_changed(leaf: Leaf) -> str | None:
    """The reader's divisor does not divide the writer's.

    Why: multiples of the writer's number are not all multiples of the
    reader's.
    Fix: keep the divisor, or use one that divides it.
    Spec: JSON Schema Validation, section 6.2.1, multipleOf.
    """
    old = leaf.mirror.values("multipleOf")
    if not old:
        return None
    return (
        f"multipleOf is {shown(leaf.value)}, but {shown(old[0])} in the writer's schema"
    )


@rule("JSON_MULTIPLE_OF_ADDED", "multipleOf", confluent="MULTIPLE_OF_ADDED")
def multiple_of_added(leaf: Leaf) -> str | None:
    """The reader asks for multiples of a number; the writer does not.

    Why: other numbers were valid when they were written.
    Fix: leave multipleOf out.
    Spec: JSON Schema Validation, section 6.2.1, multipleOf.
    """
    return (
        f"multipleOf is {shown(leaf.value)}, which the writer's schema does not ask for"
    )
