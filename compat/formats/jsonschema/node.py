"""A schema object as its keywords read it, with links to its subschemas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from compat.formats.jsonschema.form import TRUE, Form

__all__ = ["HERE", "Move", "Node", "Part"]

Move = tuple[str, Any]
"""From a value to a part of it: ``("property", name)``, ``("item", index)``..."""

HERE: Move = ("here", None)


def _has_no_child(*_forms: Form) -> Form:
    raise TypeError("a part without children has its form from the start")


@dataclass(slots=True, eq=False)
class Part:
    """What one keyword (or one entry of it) asks of a value.

    ``build`` makes its form from those of ``children``; a part without any is
    given its form. Where it has one child that matters, `descends`, a break
    of the part is a break inside that child, at the place that ``move`` leads
    to.
    """

    keyword: str
    tokens: str
    value: Any
    build: Callable[..., Form] = _has_no_child
    children: tuple[Node, ...] = ()
    descends: int | None = None
    move: Move = HERE
    form: Form = field(default=TRUE, repr=False)

    def around(self, inner: Form) -> Form:
        """Return the part's form with ``inner`` in place of the child's."""
        forms = [child.form for child in self.children]
        if self.descends is not None:
            forms[self.descends] = inner
        return self.build(*forms)


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
    form: Form = field(init=False, repr=False)
    flat: bool = False
