"""Keywords of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compat.formats.jsonschema.form import Maximum, Minimum, Multiple
from compat.formats.jsonschema.keywords.parts import as_number, leaf, malformed
from compat.formats.jsonschema.node import Part

__all__ = [
    "exclusive_maximum",
    "exclusive_minimum",
    "maximum",
    "maximum_with_flag",
    "minimum",
    "minimum_with_flag",
    "multiple_of",
]


def _bound(
    keyword: str, value: Any, kind: type[Minimum | Maximum], *, exclusive: bool
) -> Part:
    bound = as_number(value)
    if bound is None:
        return malformed(keyword, value)
    return leaf(keyword, value, kind(bound, exclusive))


def minimum(_scope: Any, value: Any) -> Iterator[Part]:
    """The least value."""
    yield _bound("minimum", value, Minimum, exclusive=False)


def maximum(_scope: Any, value: Any) -> Iterator[Part]:
    """The greatest value."""
    yield _bound("maximum", value, Maximum, exclusive=False)


def exclusive_minimum(_scope: Any, value: Any) -> Iterator[Part]:
    """A bound below all values."""
    yield _bound("exclusiveMinimum", value, Minimum, exclusive=True)


def exclusive_maximum(_scope: Any, value: Any) -> Iterator[Part]:
    """A bound above all values."""
    yield _bound("exclusiveMaximum", value, Maximum, exclusive=True)


def minimum_with_flag(scope: Any, value: Any) -> Iterator[Part]:
    """Draft 04's ``minimum``, made exclusive by a boolean beside it."""
    exclusive = scope.schema.get("exclusiveMinimum") is True
    yield _bound("minimum", value, Minimum, exclusive=exclusive)


def maximum_with_flag(scope: Any, value: Any) -> Iterator[Part]:
    """Draft 04's ``maximum``, made exclusive by a boolean beside it."""
    exclusive = scope.schema.get("exclusiveMaximum") is True
    yield _bound("maximum", value, Maximum, exclusive=exclusive)


def multiple_of(_scope: Any, value: Any) -> Iterator[Part]:
    """The number that divides all values."""
    number = as_number(value)
    if number is None or number <= 0:
        yield malformed("multipleOf", value)
    else:
        yield leaf("multipleOf", value, Multiple(number))
