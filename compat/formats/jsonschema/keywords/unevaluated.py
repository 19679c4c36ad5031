"""``unevaluatedProperties`` and ``unevaluatedItems``: what no other keyword saw.

Which members were seen depends on which subschemas hold. The cases are laid
out once: in each, every subschema in place is assumed to hold or not to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from compat.formats.jsonschema.form import (
    TRUE,
    Additional,
    Cases,
    Form,
    Items,
    Opaque,
    all_of,
    any_of,
    has,
    negate,
)
from compat.formats.jsonschema.node import Node, Part

__all__ = ["Seen", "outcomes", "unevaluated_items", "unevaluated_properties"]

_CASES = 256
_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Seen:
    """What is evaluated where ``assumed`` holds."""

    assumed: tuple[Form, ...] = ()
    names: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    all_members: bool = False
    items: int = 0
    all_items: bool = False
    matching: tuple[Form, ...] = ()

    def __or__(self, other: Seen) -> Seen:
        return Seen(
            self.assumed + other.assumed,
            self.names | other.names,
            tuple(dict.fromkeys(self.patterns + other.patterns)),
            self.all_members or other.all_members,
            max(self.items, other.items),
            self.all_items or other.all_items,
            tuple(dict.fromkeys(self.matching + other.matching)),
        )

    @property
    def nothing(self) -> bool:
        """Whether neither a member nor an item is evaluated."""
        return self == Seen(self.assumed)


class _TooMany(Exception):
    """The cases multiply beyond what is laid out."""


def unevaluated_properties(scope: Any, value: Any) -> Iterator[Part]:
    """The schema of members that nothing else evaluated."""

    def build(_argument: Any, form: Form) -> Form:
        return _by_cases(scope.node, form, "unevaluatedProperties", _members)

    child = scope.child(value, "unevaluatedProperties")
    yield Part(
        "unevaluatedProperties", "/unevaluatedProperties", value, build, (child,)
    )


def unevaluated_items(scope: Any, value: Any) -> Iterator[Part]:
    """The schema of items that nothing else evaluated."""

    def build(_argument: Any, form: Form) -> Form:
        return _by_cases(scope.node, form, "unevaluatedItems", _items)

    child = scope.child(value, "unevaluatedItems")
    yield Part("unevaluatedItems", "/unevaluatedItems", value, build, (child,))


def _members(seen: Seen, form: Form) -> Form:
    return TRUE if seen.all_members else Additional(seen.names, seen.patterns, form)


def _items(seen: Seen, form: Form) -> Form:
    if seen.all_items:
        return TRUE
    return Items(seen.items, False, any_of((form, *seen.matching)))


def _by_cases(
    node: Node, form: Form, keyword: str, asked: Callable[[Seen, Form], Form]
) -> Form:
    if form is TRUE:
        return TRUE
    try:
        every = outcomes(node, top=True)
    except _TooMany:
        return Opaque(f"{keyword} beside too many subschemas", node.pointer)
    if len(every) == 1:
        return asked(every[0], form)
    return Cases(tuple((all_of(each.assumed), asked(each, form)) for each in every))


def outcomes(node: Node, *, top: bool = False, depth: int = 0) -> list[Seen]:
    """Return what ``node`` evaluates in each case; exactly one case holds."""
    if depth > _DEPTH:
        raise _TooMany
    found = [Seen()]
    for part in node.parts:
        found = _combined(found, _of_part(part, node, top, depth + 1))
    return found


def _of_part(part: Part, node: Node, top: bool, depth: int) -> list[Seen]:
    kind, argument = part.move
    match part.keyword:
        case "properties":
            return [Seen(names=frozenset((argument,)))]
        case "patternProperties":
            return [Seen(patterns=(argument,))]
        case "additionalProperties":
            return [Seen(all_members=True)]
        case "unevaluatedProperties":
            return [Seen(all_members=not top)]
        case "unevaluatedItems":
            return [Seen(all_items=not top)]
        case "prefixItems" | "items" | "additionalItems":
            return [
                Seen(items=argument + 1) if kind == "item" else Seen(all_items=True)
            ]
        case "contains" | "minContains" | "maxContains":
            if node.dialect.contains_evaluates and part.children:
                return [Seen(matching=(part.children[0].form,))]
        case "$ref" | "$dynamicRef" | "$recursiveRef" | "allOf":
            if part.children:
                return outcomes(part.children[0], depth=depth)
        case "anyOf" | "oneOf":
            found = [Seen()]
            for child in part.children:
                found = _combined(found, _if_holds(child.form, child, depth))
            return found
        case "if":
            return _if_holds(part.children[0].form, part.children[0], depth)
        case "then" | "else":
            condition, child = part.children
            form = condition.form if part.keyword == "then" else negate(condition.form)
            return _if_holds(form, child, depth)
        case "dependentSchemas" | "dependencies":
            if part.children:
                return _if_holds(has(argument), part.children[0], depth)
    return [Seen()]


def _if_holds(condition: Form, child: Node, depth: int) -> list[Seen]:
    """Split: ``child`` counts where ``condition`` holds, and only there."""
    inner = outcomes(child, depth=depth)
    if all(each.nothing for each in inner):
        return [Seen()]
    if condition is TRUE:
        return inner
    yes = [replace(each, assumed=(condition, *each.assumed)) for each in inner]
    return [*yes, Seen((negate(condition),))]


def _combined(left: list[Seen], right: Iterable[Seen]) -> list[Seen]:
    both = [a | b for a in left for b in right]
    if len(both) > _CASES:
        raise _TooMany
    return both
