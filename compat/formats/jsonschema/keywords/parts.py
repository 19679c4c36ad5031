"""Builds the parts that keywords are made of."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from compat.formats.jsonschema.form import TRUE, Form, Opaque
from compat.formats.jsonschema.node import HERE, Move, Node, Part
from compat.formats.jsonschema.references import child_pointer
from compat.formats.jsonschema.values import exact

__all__ = ["as_count", "as_number", "elsewhere", "inside", "leaf", "malformed", "same"]


def leaf(keyword: str, value: Any, form: Form, *tokens: str | int) -> Part:
    """Return a part without subschemas; ``tokens`` lead to it from the schema."""
    path = child_pointer("", *tokens) if tokens else f"/{keyword}"
    return Part(keyword, path, value, form=form)


def inside(
    scope: Any,
    schema: Any,
    build: Callable[[Any, Form], Form],
    keyword: str,
    *tokens: str | int,
    move: Move = HERE,
) -> Part:
    """Return a part that holds exactly when ``build`` of one subschema does.

    ``keyword`` and ``tokens`` lead to ``schema`` from the schema of ``scope``.
    """
    path = child_pointer(f"/{keyword}", *tokens)
    child = scope.child_at(schema, path)
    form = build(move[1], child.form) if child.flat else TRUE
    return Part(keyword, path, schema, build, (child,), 0, move, form)


def elsewhere(keyword: str, value: str, target: Node) -> Part:
    """Return a part that holds exactly when the schema that it refers to does."""
    return Part(keyword, f"/{keyword}", value, same, (target,), 0)


def same(_argument: Any, form: Form) -> Form:
    """Return ``form``: the subschema applies to the value itself."""
    return form


def malformed(keyword: str, value: Any) -> Part:
    """Return a part of a keyword whose value its draft does not allow."""
    form = Opaque(f"the value of {keyword}", repr(value))
    return leaf(keyword, value, form)


def as_number(value: Any) -> Any:
    """Return ``value`` as an exact number; None if it is none."""
    if isinstance(value, int | Decimal | float) and not isinstance(value, bool):
        return exact(value)
    return None


def as_count(value: Any) -> int | None:
    """Return ``value`` as a count; None if it is none."""
    number = as_number(value)
    return number if isinstance(number, int) and number >= 0 else None
