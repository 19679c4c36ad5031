"""NOT reader, split into leaf goals: one for each keyword that may refuse a value.

Together the goals cover every value that the reader refuses, so when none of
them can be met there is no difference, and those that can are all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from compat.formats.jsonschema.alike import most_alike
from compat.formats.jsonschema.automata.language import Inexpressible
from compat.formats.jsonschema.form import (
    FALSE,
    TRUE,
    Additional,
    All,
    Form,
    One,
    Property,
    all_of,
    any_of,
    negate,
)
from compat.formats.jsonschema.mirror import Mirror, refers
from compat.formats.jsonschema.node import HERE, Node, Part
from compat.formats.jsonschema.search import Search
from compat.formats.jsonschema.values import NOTHING

__all__ = ["Leaf", "Level", "Walk"]

_DEPTH = 30
_PAIRS = 5_000

Wrap = Callable[[Form], Form]


@dataclass(frozen=True, slots=True)
class Level:
    """A step on the way to a leaf: which part of which schema, and where."""

    node: Node
    part: Part
    wrap: Wrap

    def others(self) -> Form:
        """Return what the schema asks besides the part."""
        rest = (each.form for each in self.node.parts if each is not self.part)
        return self.wrap(all_of(rest))


@dataclass(frozen=True, slots=True)
class Leaf:
    """One keyword of the reader at one place, and what breaks it.

    ``kind`` is the keyword, or the name of a finer case; ``name`` the member
    that it is about, if any; ``mirror`` the writer's schemas at the place.
    """

    kind: str
    path: str
    value: Any
    mirror: Mirror
    goal: Form
    levels: tuple[Level, ...]
    name: str = ""

    @property
    def schema(self) -> Any:
        """The reader's schema object that holds the keyword."""
        return self.levels[-1].node.schema

    @property
    def size(self) -> int:
        """How many keywords the reader's schemas on the way have."""
        return sum(len(level.node.parts) for level in self.levels)

    def alone(self) -> list[Form]:
        """Return what else the reader asks: values that break this leaf only."""
        return [level.others() for level in self.levels]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is: how the reader's and the writer's schemas got here."""

    node: Node
    mirror: Mirror
    wrap: Wrap
    path: str
    levels: tuple[Level, ...]


class Walk:
    """A descent into the reader, with the writer's schemas beside it.

    ``blocking`` counts the differences found that no policy forgives. The
    caller keeps it up: once a pair of schemas has shown one, it need not be
    looked at again at another place.
    """

    def __init__(self, search: Search) -> None:
        self.blocking = 0
        self._search = search
        self._open: list[Node] = []
        self._settled: set[tuple[Node, tuple[Node, ...]]] = set()

    def leaves(self, reader: Node, writer: Node) -> Iterator[Leaf]:
        """Yield the leaf goals of NOT ``reader``, without those that surely hold."""
        yield from self._at(_Place(reader, Mirror.of((writer,)), _same, "", ()))

    def _at(self, place: _Place) -> Iterator[Leaf]:
        name = _pair(place.node, place.mirror)
        if name in self._settled:
            return
        blocking = self.blocking
        known = _conjuncts(place.mirror) if place.mirror.exact else {}
        self._open.append(place.node)
        for part in place.node.parts:
            if part.form is TRUE or part.form in known:
                continue
            yield from self._part(place, part)
        self._open.pop()
        if self.blocking > blocking:
            self._settled.add(name)

    def _part(self, place: _Place, part: Part) -> Iterator[Leaf]:
        if part.keyword == "properties" and part.children:
            yield from self._property(place, part)
        elif part.keyword == "additionalProperties" and part.children:
            yield from self._additional(place, part)
        elif part.keyword in ("anyOf", "oneOf") and part.descends is None:
            yield from self._choice(place, part)
        elif part.descends is None or part.keyword == "false":
            yield _leaf(place, part)
        else:
            yield from self._inside(place, part)

    def _inside(self, place: _Place, part: Part) -> Iterator[Leaf]:
        """Look for the difference in the subschema of ``part``."""
        child = part.children[part.descends or 0]
        mirror = place.mirror.moved(part.move, self._search.matches)
        if part.keyword in ("then", "else"):
            mirror = mirror.branch(part.keyword)
        opened = child in self._open or len(place.levels) >= _DEPTH
        if not opened and self._settled and _pair(child, mirror) in self._settled:
            return
        if mirror.exact and part.move is not HERE and self._holds(mirror, child):
            return
        if opened or isinstance(child.schema, bool) or _new(part, mirror):
            yield _leaf(place, part)
            return
        yield from self._at(_entered(place, part, child, mirror))

    def _choice(self, place: _Place, part: Part) -> Iterator[Leaf]:
        """Look for the difference in the alternatives.

        For each alternative of the writer that is not accepted as a whole,
        the reader's most alike one tells what broke.
        """
        mirror = place.mirror
        theirs = mirror.alternatives()
        if not mirror.exact or len(theirs) * len(part.children) > _PAIRS:
            yield _leaf(place, part)
            return
        if not theirs:
            yield from self._against(place, part, mirror.nodes[:1], mirror, FALSE)
        one = isinstance(part.form, One)
        accepted = () if one else {each.form for each in part.children}
        for mine in theirs:
            inner = Mirror.of((*mirror.nodes, mine))
            if mine.form in accepted or self._local(inner, part.form):
                continue
            condition = negate(mine.form)
            yield from self._against(place, part, (mine,), inner, condition)

    def _against(
        self,
        place: _Place,
        part: Part,
        theirs: tuple[Node, ...],
        mirror: Mirror,
        condition: Form,
    ) -> Iterator[Leaf]:
        """Compare the alternatives of ``part`` with one schema of the writer."""
        alike = None
        if theirs:
            alike = most_alike(self._search.entailment, theirs[0], part.children)
        refused = any_of((condition, part.form))
        if alike is None:
            yield _leaf(place, part, form=refused)
            return
        if isinstance(part.form, One):
            yield _leaf(place, part, form=any_of((refused, negate(alike.form))))
        yield from self._among(place, part, alike, mirror, refused)

    def _among(
        self, place: _Place, part: Part, alike: Node, mirror: Mirror, refused: Form
    ) -> Iterator[Leaf]:
        """Look inside one alternative, for values that no other one accepts."""
        if alike in self._open or len(place.levels) >= _DEPTH:
            yield _leaf(place, part, form=refused)
            return
        outer = place.wrap
        yield from self._at(
            _Place(
                alike,
                mirror,
                lambda form: outer(any_of((refused, form))),
                place.path if place.node.external else alike.pointer,
                (*place.levels, Level(place.node, part, outer)),
            )
        )

    def _property(self, place: _Place, part: Part) -> Iterator[Leaf]:
        name = part.move[1]
        if place.mirror.declares(name):
            yield from self._inside(place, part)
            return
        mirror = place.mirror.moved(part.move, self._search.matches)
        if mirror.exact and self._holds(mirror, part.children[0]):
            return
        kind = "property not covered" if mirror.nodes else "property added"
        yield _leaf(place, part, kind=kind, name=name)

    def _additional(self, place: _Place, part: Part) -> Iterator[Leaf]:
        """Tell the properties that the writer declares from all other names."""
        names, patterns = part.move[1]
        form = part.children[0].form
        removed = [
            each for each in place.mirror.declared() if not self._covered(part, each)
        ]
        for name in removed:
            goal = Property(name, form)
            if place.mirror.exact and self._local(place.mirror, goal):
                continue
            kind = (
                "property removed"
                if form is FALSE
                else "property removed and not covered"
            )
            yield _leaf(place, part, kind=kind, name=name, form=goal)
        others = Additional(names | frozenset(removed), patterns, form)
        if place.mirror.values("additionalProperties") and form is not FALSE:
            mirror = place.mirror.moved(part.move, self._search.matches)
            if mirror.nodes and not isinstance(mirror.nodes[0].schema, bool):
                yield from self._rest(place, part, others, mirror)
                return
        yield _leaf(place, part, form=others)

    def _rest(
        self, place: _Place, part: Part, others: Additional, mirror: Mirror
    ) -> Iterator[Leaf]:
        inner = replace(
            part,
            build=lambda _, form: Additional(others.names, others.patterns, form),
            form=others,
        )
        child = part.children[0]
        if child in self._open or len(place.levels) >= _DEPTH:
            yield _leaf(place, part, form=others)
            return
        yield from self._at(_entered(place, inner, child, mirror, replaces=part))

    def _covered(self, part: Part, name: str) -> bool:
        names, patterns = part.move[1]
        try:
            return name in names or any(
                self._search.matches(each, name) for each in patterns
            )
        except Inexpressible:
            return True

    def _holds(self, mirror: Mirror, child: Node) -> bool:
        return self._local(mirror, child.form)

    def _local(self, mirror: Mirror, form: Form) -> bool:
        """Whether the writer's schemas at a place are proved to imply ``form``."""
        gaps, self._search.gaps = self._search.gaps, {}
        found = self._search.find([*mirror.forms, negate(form)])
        mine, self._search.gaps = self._search.gaps, gaps
        return found is NOTHING and not mine


def _same(form: Form) -> Form:
    return form


def _conjuncts(mirror: Mirror) -> dict[Form, None]:
    found: dict[Form, None] = {}
    for form in mirror.forms:
        if isinstance(form, All):
            found.update(dict.fromkeys(form.parts))
        found[form] = None
    return found


def _pair(node: Node, mirror: Mirror) -> tuple[Node, tuple[Node, ...]]:
    """Return what is compared: the schemas that the nodes only refer to, if so."""
    while refers(node):
        node = node.parts[0].children[0]
    return node, tuple(each for each in mirror.nodes if not refers(each))


def _new(part: Part, mirror: Mirror) -> bool:
    """Whether the writer has nothing to compare the subschema with."""
    return part.move[0] in ("item", "rest", "pattern", "names") and not mirror.nodes


def _entered(
    place: _Place,
    part: Part,
    child: Node,
    mirror: Mirror,
    *,
    replaces: Part | None = None,
) -> _Place:
    outer = place.wrap
    level = Level(place.node, replaces or part, outer)
    if child.external is not None:
        path = place.path if place.node.external else f"{place.path}{part.tokens}"
    else:
        path = child.pointer
    return _Place(
        child,
        mirror,
        lambda form: outer(part.around(form)),
        path,
        (*place.levels, level),
    )


def _leaf(
    place: _Place,
    part: Part,
    *,
    kind: str = "",
    name: str = "",
    form: Form | None = None,
) -> Leaf:
    path = place.path if place.node.external else f"{place.path}{part.tokens}"
    if part.keyword == "required":
        name = part.value
    return Leaf(
        kind or part.keyword,
        path,
        part.value,
        place.mirror,
        negate(place.wrap(form if form is not None else part.form)),
        (*place.levels, Level(place.node, part, place.wrap)),
        name,
    )
