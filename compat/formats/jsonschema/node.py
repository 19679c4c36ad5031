"""A schema object as its keywords read it, with links to its subschemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from compat.formats.jsonschema.form import TRUE, Form

__all__ = ["HERE", "Move", "Node", "Part"]

Move = tuple[str, Any]
"""From a value to a part of it: ``("property", name)``, ``("item", index)``..."""

HERE: Move = ("here", None)


def _has_no_child(_argument: Any, *_forms: Form) -> Form:
    raise TypeError("a part without children has its form from the start")


@dataclass(slots=True, eq=False)
class Part:
    """What one keyword (or one entry of it) asks of a value.

    ``build`` makes its form from the argument of ``move`` and the forms of
    ``children``; a part without any, or of flat ones, may be given its form.
    Where it has one child that matters, `descends`, a break of the part is a
    break inside that child, at the place that ``move`` leads to.
    """

    keyword: str
    tokens: str
    value: Any
    build: Callable[..., Form] = _has_no_child
    children: tuple[Node, ...] = ()
    descends: int | None = None
    move: Move = HERE
    form: Form = field(default=TRUE, repr=False)

    def built(self) -> Form:
        """Return the part's form, from those that its children have now."""
        return self.build(self.move[1], *[child.form for child in self.children])

    def around(self, inner: Form) -> Form:
        """Return the part's form with ``inner`` in place of the child's."""
        forms = [child.form for child in self.children]
        if self.descends is not None:
            forms[self.descends] = inner
        return self.build(self.move[1], *forms)


@dataclass(slots=True, eq=False)
class Node:
    """One schema object (or boolean) at one place of one document.

    ``pointer`` is its JSON Pointer; ``external`` names its document when that
    is not the schema's own text. ``flat`` says that no part has children: the
    form is known from the start, and the parts may be those of other nodes.
    """

    schema: Any
    pointer: str
    external: str | None
    dialect: Any
    parts: tuple[Part, ...] = ()
    form: Form = field(default=TRUE, repr=False)
    flat: bool = False
    _index: _Index | None = field(default=None, init=False, repr=False)

    def towards(self, move: Move) -> Iterator[Part]:
        """Yield the parts whose subschema may apply where ``move`` leads."""
        index = self._indexed()
        at = index.single.get(move) if move[0] in _SINGLE else None
        wide = index.wide if at is None else sorted((*index.wide, at))
        for each in wide:
            yield self.parts[each]

    def declares(self, name: str) -> bool:
        """Whether ``properties`` has a schema for ``name``."""
        return ("property", name) in self._indexed().single

    @property
    def choices(self) -> tuple[Part, ...]:
        """The parts of ``anyOf`` and ``oneOf``."""
        return self._indexed().choices

    def _indexed(self) -> _Index:
        # Made when first asked for: most nodes never are. A second is the same.
        if self._index is None:
            single: dict[Move, int] = {}
            others: list[int] = []
            for each, part in enumerate(self.parts):
                if part.move[0] in _SINGLE:
                    single[part.move] = each
                elif part.children:
                    others.append(each)
            parts = (self.parts[each] for each in others)
            choices = (each for each in parts if each.keyword in ("anyOf", "oneOf"))
            self._index = _Index(single, tuple(others), tuple(choices))
        return self._index


_SINGLE = ("property", "item")
"""Moves that lead to one member or item."""


@dataclass(frozen=True, slots=True)
class _Index:
    """Where in the parts of a node each move is, so that none is searched for."""

    single: Mapping[Move, int]
    wide: tuple[int, ...]
    choices: tuple[Part, ...]
