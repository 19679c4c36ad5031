"""Rules about strings; their lengths are in `limits`."""

from __future__ import annotations

from compat.formats.jsonschema.differences import Leaf
from compat.formats.jsonschema.ruling import rule, shown

__all__ = ["pattern_added", "pattern_changed"]


@rule("JSON_PATTERN_CHANGED", "pattern", confluent="PATTERN_CHANGED")
def pattern_changed(leaf: Leaf) -> str | None:
    """The reader's pattern is not found in all strings that match the writer's.

    Why: the two patterns are compared as sets of strings; some string of the
    writer's is not in the reader's.
    Fix: allow both patterns, as alternatives of one.
    Spec: JSON Schema Validation, section 6.3.3, pattern.
    """
    old = leaf.mirror.values("pattern")
    if not old or old[0] == leaf.value:
        return None
    return f"pattern is {shown(leaf.value)}, but {shown(old[0])} in the writer's schema"


@rule("JSON_PATTERN_ADDED", "pattern", confluent="PATTERN_ADDED")
def pattern_added(leaf: Leaf) -> str | None:
    """The reader asks for a pattern; the writer does not.

    Why: strings without it were valid when they were written.
    Fix: leave the pattern out.
    Spec: JSON Schema Validation, section 6.3.3, pattern.
    """
    return f"pattern is {shown(leaf.value)}, which the writer's schema does not ask for"
