"""Keywords of arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compat.formats.jsonschema.form import TRUE, Contains, Form, Items, Unique
from compat.formats.jsonschema.keywords.parts import (
    as_count,
    inside,
    leaf,
    malformed,
)
from compat.formats.jsonschema.keywords.strings import at_least, at_most
from compat.formats.jsonschema.node import Part
from compat.formats.jsonschema.values import ARRAY

__all__ = [
    "additional_items",
    "contains",
    "counted_contains",
    "items",
    "items_or_tuple",
    "max_items",
    "min_items",
    "prefix_items",
    "unique_items",
]


def _item(index: int, form: Form) -> Form:
    return TRUE if form is TRUE else Items(index, True, form)


def _items(start: int, form: Form) -> Form:
    return TRUE if form is TRUE else Items(start, False, form)


def _tuple(scope: Any, keyword: str, value: list[Any]) -> Iterator[Part]:
    for index, schema in enumerate(value):
        yield inside(scope, schema, _item, keyword, index, move=("item", index))


def _rest(scope: Any, keyword: str, value: Any, start: int) -> Part:
    return inside(scope, value, _items, keyword, move=("rest", start))


def prefix_items(scope: Any, value: Any) -> Iterator[Part]:
    """The schemas of the first items, one each."""
    if isinstance(value, list):
        yield from _tuple(scope, "prefixItems", value)
    else:
        yield malformed("prefixItems", value)


def items(scope: Any, value: Any) -> Iterator[Part]:
    """The schema of the items after ``prefixItems``."""
    prefix = scope.schema.get("prefixItems")
    start = len(prefix) if isinstance(prefix, list) else 0
    yield _rest(scope, "items", value, start)


def items_or_tuple(scope: Any, value: Any) -> Iterator[Part]:
    """The schema of all items, or of the first ones, one each."""
    if isinstance(value, list):
        yield from _tuple(scope, "items", value)
    else:
        yield _rest(scope, "items", value, 0)


def additional_items(scope: Any, value: Any) -> Iterator[Part]:
    """The schema of the items after a tuple; nothing without a tuple."""
    prefix = scope.schema.get("items")
    if isinstance(prefix, list):
        yield _rest(scope, "additionalItems", value, len(prefix))


def contains(scope: Any, value: Any) -> Iterator[Part]:
    """A schema that at least one item meets."""
    child = scope.child(value, "contains")
    yield Part("contains", "/contains", value, _contains, (child,))


def _contains(_argument: None, form: Form) -> Form:
    return Contains(form, 1, None)


def counted_contains(scope: Any, value: Any) -> Iterator[Part]:
    """A schema, with how many items at least and at most meet it."""
    low = as_count(scope.schema.get("minContains", 1))
    high = scope.schema.get("maxContains")
    most = None if high is None else as_count(high)
    if low is None or (high is not None and most is None):
        yield malformed("contains", value)
        return
    child = scope.child(value, "contains")
    least = low
    if least:
        yield Part(
            "contains" if least == 1 else "minContains",
            "/minContains" if "minContains" in scope.schema else "/contains",
            value if least == 1 else least,
            lambda _, form: Contains(form, least, None),
            (child,),
        )
    if most is not None:
        yield Part(
            "maxContains",
            "/maxContains",
            most,
            lambda _, form: Contains(form, 0, most),
            (child,),
        )
    if not least and most is None:
        yield Part("contains", "/contains", value, lambda *_: TRUE, (child,))


def min_items(_scope: Any, value: Any) -> Iterator[Part]:
    """The least number of items."""
    yield at_least("minItems", value, ARRAY)


def max_items(_scope: Any, value: Any) -> Iterator[Part]:
    """The greatest number of items."""
    yield at_most("maxItems", value, ARRAY)


def unique_items(_scope: Any, value: Any) -> Iterator[Part]:
    """Whether no two items are equal."""
    if value is True:
        yield leaf("uniqueItems", value, Unique())
    elif value is not False:
        yield malformed("uniqueItems", value)
