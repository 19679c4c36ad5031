"""The writer's schemas at the place of the reader's: what to compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from compat.formats.jsonschema.automata.language import Inexpressible
from compat.formats.jsonschema.form import Form
from compat.formats.jsonschema.node import HERE, Move, Node, Part

__all__ = ["IN_PLACE", "Mirror", "refers"]

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
IN_PLACE = (*_REFERENCES, "allOf")
"""Keywords whose schema always applies to the same value."""


def refers(node: Node) -> bool:
    """Whether a schema is a reference and asks nothing else."""
    parts = node.parts
    if len(parts) != 1 or parts[0].keyword not in _REFERENCES:
        return False
    return bool(parts[0].children)


@dataclass(frozen=True, slots=True)
class Mirror:
    """The writer's schemas that every value at one place meets.

    ``exact`` is False where they are only the most alike ones: good for
    words, not for proofs. ``beside`` are good for words too: schemas that the
    values here need not meet.
    """

    nodes: tuple[Node, ...]
    exact: bool = True
    beside: tuple[Node, ...] = ()

    @classmethod
    def of(cls, roots: tuple[Node, ...], *, exact: bool = True) -> Mirror:
        """Return the mirror of ``roots`` and all that apply in place."""
        found = dict.fromkeys(roots)
        todo = list(roots)
        while todo:
            node = todo.pop()
            for part in node.parts:
                if part.move is not HERE or not part.children:
                    continue
                in_place = part.keyword in IN_PLACE or (
                    part.keyword in ("anyOf", "oneOf") and part.descends is not None
                )
                if in_place and part.children[0] not in found:
                    found[part.children[0]] = None
                    todo.append(part.children[0])
        return cls(tuple(found), exact)

    @property
    def forms(self) -> list[Form]:
        """What every value at this place meets, as far as is known."""
        return [each.form for each in self.nodes]

    def parts(self, *keywords: str) -> Iterator[Part]:
        """Yield the writer's parts of these keywords."""
        for node in self.nodes:
            for part in node.parts:
                if part.keyword in keywords:
                    yield part

    def values(self, *keywords: str) -> list[Any]:
        """Return the writer's values of these keywords."""
        return [
            node.schema[keyword]
            for node in (*self.nodes, *self._loose(), *self.beside)
            if isinstance(node.schema, dict)
            for keyword in keywords
            if keyword in node.schema
        ]

    def _loose(self) -> tuple[Node, ...]:
        """Return the schemas that only some values here meet."""
        return Mirror.of(tuple(self.alternatives())).nodes

    def alternatives(self) -> list[Node]:
        """Return the alternatives of which every value here meets one."""
        for node in self.nodes:
            for part in node.choices:
                if len(part.children) > 1:
                    return list(part.children)
        return []

    def declares(self, name: str) -> bool:
        """Whether the writer's schemas declare a property called ``name``."""
        return any(
            each.declares(name) for each in (*self.nodes, *self._loose(), *self.beside)
        )

    def declared(self) -> dict[str, Node]:
        """Return the properties that the writer's schemas declare, by name."""
        return {
            part.move[1]: part.children[0]
            for node in (*self._loose(), *self.nodes)
            for part in node.parts
            if part.keyword == "properties" and part.children
        }

    def branch(self, keyword: str) -> Mirror:
        """Return the mirror of a ``then`` or ``else``, with the writer's for words."""
        beside = (part.children[1] for part in self.parts(keyword))
        return replace(self, beside=tuple(beside))

    def moved(self, move: Move, matches: Callable[[str, str], bool]) -> Mirror:
        """Return the mirror at the place that ``move`` leads to."""
        if move[0] in ("here", "dependent"):
            return self
        there = self._moved(move, matches)
        if not self.beside:
            return there
        beside = Mirror(self.beside)._moved(move, matches)
        return replace(there, beside=beside.nodes)

    def _moved(self, move: Move, matches: Callable[[str, str], bool]) -> Mirror:
        kind, argument = move
        exact = self.exact
        found: list[Node] = []
        for node in self.nodes:
            for part in node.towards(move):
                match = _applies(part, kind, argument, matches)
                if match is not None:
                    found.append(part.children[0])
                    exact = exact and match
        if found:
            return Mirror.of(tuple(found), exact=exact)
        loose = [
            part.children[0]
            for node in self._loose()
            for part in node.towards(move)
            if _applies(part, kind, argument, matches) is not None
        ]
        return Mirror.of(tuple(loose), exact=exact and not loose)


def _applies(
    part: Part, kind: str, argument: Any, matches: Callable[[str, str], bool]
) -> bool | None:
    """Return whether ``part`` surely applies there; None if it does not."""
    own, value = part.move
    if kind == "property":
        return _applies_to_member(own, value, argument, matches)
    if kind == "item":
        if own == "item":
            return True if value == argument else None
        return True if own == "rest" and value <= argument else None
    if own != kind:
        return None
    if kind == "rest":
        return bool(value <= argument)
    if kind == "additional":
        return bool(value[0] <= argument[0] and set(value[1]) <= set(argument[1]))
    return True if value == argument else None


def _applies_to_member(
    own: str, value: Any, name: str, matches: Callable[[str, str], bool]
) -> bool | None:
    try:
        if own == "property":
            return True if value == name else None
        if own == "pattern":
            return True if matches(value, name) else None
        if own == "additional":
            names, patterns = value
            covered = name in names or any(matches(each, name) for each in patterns)
            return None if covered else True
    except Inexpressible:
        return None
    return None
