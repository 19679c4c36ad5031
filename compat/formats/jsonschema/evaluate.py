"""Whether a form holds for a given value."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from compat.formats.jsonschema import form as forms
from compat.formats.jsonschema.automata.language import Inexpressible
from compat.formats.jsonschema.form import Form, MaxSize, MinSize
from compat.formats.jsonschema.values import ARRAY, NUMBER, OBJECT, STRING, key, type_of

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
    match form:
        case forms.Constant(value=constant):
            return constant
        case forms.Not(form=inner):
            return not holds(inner, value, matches)
        case forms.All(parts=parts):
            return all(holds(each, value, matches) for each in parts)
        case forms.AnyOf(parts=parts):
            return any(holds(each, value, matches) for each in parts)
        case forms.One(parts=parts):
            return sum(holds(each, value, matches) for each in parts) == 1
        case forms.Cases(cases=cases):
            for condition, asked in cases:
                if holds(condition, value, matches):
                    return holds(asked, value, matches)
            return True
        case forms.Ref(target=target):
            return target is None or holds(target, value, matches)
        case forms.Type(mask=mask):
            return bool(type_of(value) & mask)
        case forms.Enum(members=members):
            return key(value) in members
        case forms.Opaque(reason=reason):
            raise Inexpressible(reason)
    kind = type_of(value)
    if not kind & domain(form):
        return True
    if isinstance(form, MinSize):
        return len(value) >= form.size
    if isinstance(form, MaxSize):
        return len(value) <= form.size
    return _BY_TYPE[kind](form, value, matches)


def _number(form: Form, value: Any, _matches: Matches) -> bool:
    match form:
        case forms.Minimum(bound=bound, exclusive=exclusive):
            return bool(value > bound if exclusive else value >= bound)
        case forms.Maximum(bound=bound, exclusive=exclusive):
            return bool(value < bound if exclusive else value <= bound)
        case forms.Multiple(of=of):
            return (Fraction(value) / of).denominator == 1
    raise TypeError(form)


def _string(form: Form, value: Any, matches: Matches) -> bool:
    if isinstance(form, forms.Pattern):
        return matches(form.pattern, value)
    raise TypeError(form)


def _array(form: Form, value: Any, matches: Matches) -> bool:
    match form:
        case forms.Unique():
            return len({key(each) for each in value}) == len(value)
        case forms.Items():
            return all(
                holds(item_form(form, index), each, matches)
                for index, each in enumerate(value)
            )
        case forms.Contains(form=inner, low=low, high=high):
            count = sum(holds(inner, each, matches) for each in value)
            return count >= low and (high is None or count <= high)
    raise TypeError(form)


def _object(form: Form, value: Any, matches: Matches) -> bool:
    match form:
        case forms.Required(name=name):
            return name in value
        case forms.Property(name=name, form=inner):
            return name not in value or holds(inner, value[name], matches)
        case forms.PatternProperty(pattern=pattern, form=inner):
            return all(
                holds(inner, each, matches)
                for name, each in value.items()
                if matches(pattern, name)
            )
        case forms.Additional(form=inner):
            return all(
                holds(inner, each, matches)
                for name, each in value.items()
                if covers(form, name, matches)
            )
        case forms.PropertyNames(form=inner):
            return all(holds(inner, name, matches) for name in value)
    raise TypeError(form)


_BY_TYPE: dict[int, Callable[[Form, Any, Matches], bool]] = {
    NUMBER: _number,
    STRING: _string,
    ARRAY: _array,
    OBJECT: _object,
}
