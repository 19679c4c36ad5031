"""Keywords that stand for a schema elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compat.formats.jsonschema.keywords.parts import elsewhere, malformed
from compat.formats.jsonschema.node import Part

__all__ = ["dynamic", "recursive", "reference"]


def reference(scope: Any, value: Any) -> Iterator[Part]:
    """The schema that a URI names."""
    if isinstance(value, str):
        yield elsewhere("$ref", value, scope.target(value))
    else:
        yield malformed("$ref", value)


def dynamic(scope: Any, value: Any) -> Iterator[Part]:
    """The schema of an anchor, taken from the outermost schema that has it."""
    if isinstance(value, str):
        yield elsewhere("$dynamicRef", value, scope.dynamic_target(value))
    else:
        yield malformed("$dynamicRef", value)


def recursive(scope: Any, value: Any) -> Iterator[Part]:
    """The document's root, or the outermost one that allows to be extended."""
    if value == "#":
        yield elsewhere("$recursiveRef", value, scope.recursive_target())
    else:
        yield malformed("$recursiveRef", value)
