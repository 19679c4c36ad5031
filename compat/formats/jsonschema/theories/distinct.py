"""Different values for the items of an array with ``uniqueItems``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compat.formats.jsonschema import form as forms
from compat.formats.jsonschema.form import Form, negate
from compat.formats.jsonschema.values import NOTHING, Unwritable, key

if TYPE_CHECKING:
    from compat.formats.jsonschema.search import Search

__all__ = ["distinct_values"]

_MOST = 150


def distinct_values(search: Search, wanted: list[tuple[Form, ...]]) -> Any:
    """Return a value for each of ``wanted``, no two equal, or `NOTHING`.

    Exact: where a set of literals has fewer values than there are items, all
    of its values are listed, and a matching decides.
    """
    if len(wanted) > _MOST:
        return search.give_up(f"uniqueItems with more than {_MOST} items")
    listed: dict[frozenset[Form], list[Any]] = {}
    for literals in wanted:
        name = frozenset(literals)
        if name not in listed:
            listed[name] = _some(search, literals, len(wanted))
    choices = [listed[frozenset(literals)] for literals in wanted]
    owner: dict[Any, int] = {}
    for index in range(len(wanted)):
        if not _assign(index, choices, owner, set()):
            return NOTHING
    found: list[Any] = [None] * len(wanted)
    for index, values in enumerate(choices):
        for value in values:
            if owner.get(_name(value)) == index:
                found[index] = value
    huge = [each for each in found if isinstance(each, Unwritable)]
    return huge[0] if huge else found


def _some(search: Search, literals: tuple[Form, ...], most: int) -> list[Any]:
    """Return up to ``most`` different values; fewer only if there are no more."""
    values: list[Any] = []
    while len(values) < most:
        search.budget.spend()
        unlike = [negate(forms.enum(values))] if values else []
        value = search.find([*literals, *unlike])
        if value is NOTHING:
            break
        if isinstance(value, Unwritable):
            # There are countless values as large as this one.
            values += [Unwritable(value.what) for _ in range(most - len(values))]
            break
        values.append(value)
    return values


def _assign(
    index: int, choices: list[list[Any]], owner: dict[Any, int], tried: set[Any]
) -> bool:
    """Give ``index`` a value, moving the owners of taken ones if need be."""
    for value in choices[index]:
        name = _name(value)
        if name in tried:
            continue
        tried.add(name)
        if name not in owner or _assign(owner[name], choices, owner, tried):
            owner[name] = index
            return True
    return False


def _name(value: Any) -> Any:
    return value if isinstance(value, Unwritable) else key(value)
