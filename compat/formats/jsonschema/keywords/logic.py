"""Keywords that combine schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from compat.formats.jsonschema.form import (
    TRUE,
    Cases,
    Form,
    any_of,
    negate,
    one_of,
)
from compat.formats.jsonschema.keywords.parts import inside, malformed, same
from compat.formats.jsonschema.node import Part

__all__ = ["all_of_", "any_of_", "if_", "not_", "one_of_"]


def all_of_(scope: Any, value: Any) -> Iterator[Part]:
    """Every one of the schemas."""
    if not isinstance(value, list):
        yield malformed("allOf", value)
        return
    for index, schema in enumerate(value):
        yield inside(scope, schema, same, "allOf", index)


def any_of_(scope: Any, value: Any) -> Iterator[Part]:
    """At least one of the schemas."""
    yield from _choice(scope, "anyOf", value, lambda _, *forms: any_of(forms))


def one_of_(scope: Any, value: Any) -> Iterator[Part]:
    """Exactly one of the schemas."""
    yield from _choice(scope, "oneOf", value, lambda _, *forms: one_of(forms))


def _choice(
    scope: Any, keyword: str, value: Any, build: Callable[..., Form]
) -> Iterator[Part]:
    if not isinstance(value, list) or not value:
        yield malformed(keyword, value)
        return
    children = tuple(
        scope.child(schema, keyword, index) for index, schema in enumerate(value)
    )
    descends = 0 if len(children) == 1 else None
    tokens = f"/{keyword}/0" if len(children) == 1 else f"/{keyword}"
    yield Part(keyword, tokens, value, build, children, descends)


def not_(scope: Any, value: Any) -> Iterator[Part]:
    """Anything that the schema refuses."""
    child = scope.child(value, "not")
    yield Part("not", "/not", value, lambda _, form: negate(form), (child,))


def if_(scope: Any, value: Any) -> Iterator[Part]:
    """``then`` where ``if`` holds, ``else`` where it does not."""
    condition = scope.child(value, "if")
    yield Part("if", "/if", value, lambda *_: TRUE, (condition,))
    for keyword, build in (("then", _then), ("else", _else)):
        if keyword in scope.schema:
            asked = scope.schema[keyword]
            child = scope.child(asked, keyword)
            yield Part(keyword, f"/{keyword}", asked, build, (condition, child), 1)


def _then(_argument: Any, condition: Form, form: Form) -> Form:
    return _cases(condition, form, TRUE)


def _else(_argument: Any, condition: Form, form: Form) -> Form:
    return _cases(condition, TRUE, form)


def _cases(condition: Form, yes: Form, no: Form) -> Form:
    if yes is no:
        return yes
    if condition in (TRUE, negate(TRUE)):
        return yes if condition is TRUE else no
    return Cases(((condition, yes), (negate(condition), no)))
