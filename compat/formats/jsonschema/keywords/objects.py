"""Keywords of objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compat.formats.jsonschema.form import (
    TRUE,
    Additional,
    Form,
    PatternProperty,
    Property,
    PropertyNames,
    Required,
    all_of,
    any_of,
    has,
    negate,
)
from compat.formats.jsonschema.keywords.parts import inside, leaf, malformed
from compat.formats.jsonschema.keywords.strings import at_least, at_most
from compat.formats.jsonschema.node import Part
from compat.formats.jsonschema.references import escape
from compat.formats.jsonschema.values import OBJECT

__all__ = [
    "additional_properties",
    "dependencies",
    "dependent_required",
    "dependent_schemas",
    "max_properties",
    "min_properties",
    "pattern_properties",
    "properties",
    "property_names",
    "required",
]


def required(_scope: Any, value: Any) -> Iterator[Part]:
    """The names that every object has."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        yield malformed("required", value)
        return
    for index, name in enumerate(value):
        yield Part("required", f"/required/{index}", name, form=Required(name))


def properties(scope: Any, value: Any) -> Iterator[Part]:
    """The schema of each member by its name."""
    if not isinstance(value, dict):
        yield malformed("properties", value)
        return
    child_at = scope.child_at
    for name, schema in value.items():
        plain = "~" not in name and "/" not in name
        tokens = f"/properties/{name if plain else escape(name)}"
        child = child_at(schema, tokens)
        form = _property(name, child.form) if child.flat else TRUE
        move = ("property", name)
        yield Part("properties", tokens, schema, _property, (child,), 0, move, form)


def _property(name: str, form: Form) -> Form:
    return TRUE if form is TRUE else Property(name, form)


def _unless_true(inner: Form, form: Form) -> Form:
    return TRUE if inner is TRUE else form


def pattern_properties(scope: Any, value: Any) -> Iterator[Part]:
    """The schema of each member whose name matches a pattern."""
    if not isinstance(value, dict):
        yield malformed("patternProperties", value)
        return
    for pattern, schema in value.items():
        scope.check_pattern(pattern, "patternProperties", pattern)
        yield inside(
            scope,
            schema,
            _pattern_property,
            "patternProperties",
            pattern,
            move=("pattern", pattern),
        )


def _pattern_property(pattern: str, form: Form) -> Form:
    return _unless_true(form, PatternProperty(pattern, form))


def additional_properties(scope: Any, value: Any) -> Iterator[Part]:
    """The schema of each member that has no schema by name or pattern."""
    names = scope.schema.get("properties")
    patterns = scope.schema.get("patternProperties")
    cover = (
        frozenset(names if isinstance(names, dict) else ()),
        tuple(patterns if isinstance(patterns, dict) else ()),
    )
    move = ("additional", cover)
    yield inside(scope, value, _additional, "additionalProperties", move=move)


def _additional(cover: tuple[frozenset[str], tuple[str, ...]], form: Form) -> Form:
    return _unless_true(form, Additional(*cover, form))


def property_names(scope: Any, value: Any) -> Iterator[Part]:
    """The schema of all names."""
    move = ("names", None)
    yield inside(scope, value, _property_names, "propertyNames", move=move)


def _property_names(_argument: None, form: Form) -> Form:
    return _unless_true(form, PropertyNames(form))


def min_properties(_scope: Any, value: Any) -> Iterator[Part]:
    """The least number of members."""
    yield at_least("minProperties", value, OBJECT)


def max_properties(_scope: Any, value: Any) -> Iterator[Part]:
    """The greatest number of members."""
    yield at_most("maxProperties", value, OBJECT)


def dependencies(scope: Any, value: Any) -> Iterator[Part]:
    """Names, or a schema, that hold when a member is there."""
    if not isinstance(value, dict):
        yield malformed("dependencies", value)
        return
    for name, asked in value.items():
        yield _dependency(scope, "dependencies", name, asked)


def dependent_required(scope: Any, value: Any) -> Iterator[Part]:
    """Names that are there when a member is there."""
    if not isinstance(value, dict):
        yield malformed("dependentRequired", value)
        return
    for name, asked in value.items():
        if isinstance(asked, list):
            yield _dependency(scope, "dependentRequired", name, asked)
        else:
            yield malformed("dependentRequired", value)


def dependent_schemas(scope: Any, value: Any) -> Iterator[Part]:
    """A schema that the object meets when a member is there."""
    if not isinstance(value, dict):
        yield malformed("dependentSchemas", value)
        return
    for name, asked in value.items():
        yield _dependency(scope, "dependentSchemas", name, asked)


def _dependency(scope: Any, keyword: str, name: str, asked: Any) -> Part:
    names = [asked] if isinstance(asked, str) else asked
    if isinstance(names, list):
        form = all_of(Required(str(each)) for each in names)
        return leaf(keyword, asked, _when(name, form), keyword, name)
    return inside(scope, asked, _when, keyword, name, move=("dependent", name))


def _when(name: str, form: Form) -> Form:
    return any_of((negate(has(name)), form))
