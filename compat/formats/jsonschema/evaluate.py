"""Whether a form holds for a given value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from compat.formats.jsonschema import form as forms
from compat.formats.jsonschema.automata.language import Inexpressible
from compat.formats.jsonschema.form import Form, MaxSize, MinSize
from compat.formats.jsonschema.values import key, type_of

__all__ = ["Matches", "covers", "domain", "holds", "item_form"]

_SIZES = (MinSize, MaxSize)

Matches = Callable[[str, str], bool]
"""Whether a pattern is found in a text."""


def domain(atom: Form) -> int:
    """Return the types that ``atom`` constrains; it holds for all others."""
    return atom.mask if isinstance(atom, _SIZES) else atom.types


def covers(form: forms.Additional, name: str, matches: Matches) -> bool:
    """Whether ``form`` applies to the member ``name``."""
    return name not in form.names and not any(
        matches(pattern, name) for pattern in form.patterns
    )


def item_form(form: forms.Items, index: int) -> Form:
    """Return what ``form`` asks of the item at ``index``."""
    inside = index == form.start if form.single else index >= form.start
    return form.form if inside else forms.TRUE


def holds(form: Form, value: Any, matches: Matches) -> bool:
    """Whether ``form`` holds for the exact ``value``.

    Raises `Inexpressible` where that rests on a construct beyond automata.
    """
    kind = type(form)
    atom = _ATOMS.get(kind)
    if atom is None:
        return _LOGIC[kind](form, value, matches)
    if not type_of(value) & form.types:
        return True
    return atom(form, value, matches)


def _constant(form: forms.Constant, _value: Any, _matches: Matches) -> bool:
    return form.value


def _not(form: forms.Not, value: Any, matches: Matches) -> bool:
    return not holds(form.form, value, matches)


def _all(form: forms.All, value: Any, matches: Matches) -> bool:
    # Loops: of thousands of parts, and a generator doubles their cost.
    for each in form.parts:  # noqa: SIM110
        if not holds(each, value, matches):
            return False
    return True


def _any_of(form: forms.AnyOf, value: Any, matches: Matches) -> bool:
    for each in form.parts:  # noqa: SIM110
        if holds(each, value, matches):
            return True
    return False


def _one(form: forms.One, value: Any, matches: Matches) -> bool:
    return sum(holds(each, value, matches) for each in form.parts) == 1


def _cases(form: forms.Cases, value: Any, matches: Matches) -> bool:
    for condition, asked in form.cases:
        if holds(condition, value, matches):
            return holds(asked, value, matches)
    return True


def _ref(form: forms.Ref, value: Any, matches: Matches) -> bool:
    return form.target is None or holds(form.target, value, matches)


def _type(form: forms.Type, value: Any, _matches: Matches) -> bool:
    return bool(type_of(value) & form.mask)


def _enum(form: forms.Enum, value: Any, _matches: Matches) -> bool:
    return key(value) in form.members


def _opaque(form: forms.Opaque, _value: Any, _matches: Matches) -> bool:
    raise Inexpressible(form.reason)


def _minimum(form: forms.Minimum, value: Any, _matches: Matches) -> bool:
    return bool(value > form.bound if form.exclusive else value >= form.bound)


def _maximum(form: forms.Maximum, value: Any, _matches: Matches) -> bool:
    return bool(value < form.bound if form.exclusive else value <= form.bound)


def _multiple(form: forms.Multiple, value: Any, _matches: Matches) -> bool:
    return bool(value % form.of == 0)


def _min_size(form: MinSize, value: Any, _matches: Matches) -> bool:
    return not type_of(value) & form.mask or len(value) >= form.size


def _max_size(form: MaxSize, value: Any, _matches: Matches) -> bool:
    return not type_of(value) & form.mask or len(value) <= form.size


def _pattern(form: forms.Pattern, value: Any, matches: Matches) -> bool:
    return matches(form.pattern, value)


def _unique(_form: forms.Unique, value: Any, _matches: Matches) -> bool:
    return len({key(each) for each in value}) == len(value)


def _items(form: forms.Items, value: Any, matches: Matches) -> bool:
    return all(
        holds(item_form(form, index), each, matches) for index, each in enumerate(value)
    )


def _contains(form: forms.Contains, value: Any, matches: Matches) -> bool:
    count = sum(holds(form.form, each, matches) for each in value)
    return count >= form.low and (form.high is None or count <= form.high)


def _required(form: forms.Required, value: Any, _matches: Matches) -> bool:
    return form.name in value


def _property(form: forms.Property, value: Any, matches: Matches) -> bool:
    return form.name not in value or holds(form.form, value[form.name], matches)


def _pattern_property(
    form: forms.PatternProperty, value: Any, matches: Matches
) -> bool:
    return all(
        holds(form.form, each, matches)
        for name, each in value.items()
        if matches(form.pattern, name)
    )


def _additional(form: forms.Additional, value: Any, matches: Matches) -> bool:
    return all(
        holds(form.form, each, matches)
        for name, each in value.items()
        if covers(form, name, matches)
    )


def _property_names(form: forms.PropertyNames, value: Any, matches: Matches) -> bool:
    return all(holds(form.form, name, matches) for name in value)


_Test = Callable[[Any, Any, Matches], bool]

# About values of any type; what the others do not constrain, they hold for.
_LOGIC: dict[type[Form], _Test] = {
    forms.Constant: _constant,
    forms.Not: _not,
    forms.All: _all,
    forms.AnyOf: _any_of,
    forms.One: _one,
    forms.Cases: _cases,
    forms.Ref: _ref,
    forms.Type: _type,
    forms.Enum: _enum,
    forms.Opaque: _opaque,
    MinSize: _min_size,
    MaxSize: _max_size,
}
_ATOMS: dict[type[Form], _Test] = {
    forms.Minimum: _minimum,
    forms.Maximum: _maximum,
    forms.Multiple: _multiple,
    forms.Pattern: _pattern,
    forms.Unique: _unique,
    forms.Items: _items,
    forms.Contains: _contains,
    forms.Required: _required,
    forms.Property: _property,
    forms.PatternProperty: _pattern_property,
    forms.Additional: _additional,
    forms.PropertyNames: _property_names,
}
