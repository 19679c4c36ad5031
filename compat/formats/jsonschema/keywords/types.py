"""Keywords of any value: ``type``, ``enum`` and ``const``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compat.formats.jsonschema.form import Form, Multiple, Type, all_of, enum
from compat.formats.jsonschema.keywords.parts import leaf, malformed
from compat.formats.jsonschema.node import Part
from compat.formats.jsonschema.values import NUMBER, TYPES, exact

__all__ = ["const", "enumeration", "type_"]


def type_(_scope: Any, value: Any) -> Iterator[Part]:
    """The types that a value may have."""
    if isinstance(value, str) and value in _ONE:
        yield _ONE[value]
        return
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(
        isinstance(each, str) and (each in TYPES or each == "integer") for each in names
    ):
        yield malformed("type", value)
        return
    yield leaf("type", value, _of_types(names))


def _of_types(names: list[str]) -> Form:
    mask = 0
    for name in names:
        mask |= TYPES.get(name, NUMBER)
    form: Form = Type(mask)
    if "integer" in names and "number" not in names:
        form = all_of((form, Multiple(1)))
    return form


_ONE = {name: leaf("type", name, _of_types([name])) for name in (*TYPES, "integer")}
"""The parts of most schemas, which never change."""


def enumeration(_scope: Any, value: Any) -> Iterator[Part]:
    """The list of all values."""
    if isinstance(value, list):
        yield leaf("enum", value, enum(map(exact, value)))
    else:
        yield malformed("enum", value)


def const(_scope: Any, value: Any) -> Iterator[Part]:
    """The only value."""
    yield leaf("const", value, enum((exact(value),)))
