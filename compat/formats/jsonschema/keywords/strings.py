"""Keywords of strings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compat.formats.jsonschema.form import TRUE, Form, MaxSize, MinSize, Pattern
from compat.formats.jsonschema.keywords.parts import as_count, leaf, malformed
from compat.formats.jsonschema.node import Part
from compat.formats.jsonschema.values import STRING

__all__ = ["at_least", "at_most", "max_length", "min_length", "pattern"]


def at_least(keyword: str, value: Any, mask: int) -> Part:
    """Return the part of a smallest size."""
    count = as_count(value)
    if count is None:
        return malformed(keyword, value)
    form: Form = MinSize(mask, count) if count else TRUE
    return leaf(keyword, value, form)


def at_most(keyword: str, value: Any, mask: int) -> Part:
    """Return the part of a largest size."""
    count = as_count(value)
    if count is None:
        return malformed(keyword, value)
    return leaf(keyword, value, MaxSize(mask, count))


def min_length(_scope: Any, value: Any) -> Iterator[Part]:
    """The least number of characters."""
    yield at_least("minLength", value, STRING)


def max_length(_scope: Any, value: Any) -> Iterator[Part]:
    """The greatest number of characters."""
    yield at_most("maxLength", value, STRING)


def pattern(scope: Any, value: Any) -> Iterator[Part]:
    """A regular expression that is found in all values."""
    if not isinstance(value, str):
        yield malformed("pattern", value)
    else:
        scope.check_pattern(value, "pattern")
        yield leaf("pattern", value, Pattern(value))
