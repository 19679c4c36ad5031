"""Gives the nodes of a schema their forms, and refuses what would have none."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from compat.errors import InvalidSchema
from compat.formats.jsonschema.form import TRUE, Ref, all_of
from compat.formats.jsonschema.node import Node
from compat.formats.jsonschema.text import NAME, compact

__all__ = ["UNEVALUATED", "add_forms", "refuse_loops"]

UNEVALUATED = ("unevaluatedItems", "unevaluatedProperties")
"""Keywords that are read after all others of their schema."""

_CHAIN = 100
_IDENTIFIED = 64


def refuse_loops(nodes: list[Node]) -> None:
    """Refuse a schema that refers to itself without entering the value.

    ``nodes`` are those that have children.
    """
    inside = {node: inner for node in nodes if (inner := _in_place(node))}
    depths: dict[Node, int] = {}
    for start in inside:
        if start in depths:
            continue
        trail: list[tuple[Node, Iterator[Node]]] = [(start, iter(inside[start]))]
        depths[start] = -1
        while trail:
            node, children = trail[-1]
            child = next(children, None)
            if child is None:
                trail.pop()
                depths[node] = 1 + max(depths[each] for each in inside[node])
                if depths[node] > _CHAIN:
                    reason = f"more than {_CHAIN} references or combinations in a row"
                    raise InvalidSchema(NAME, reason, node.pointer)
            elif child not in inside:
                depths[child] = 1
            elif child not in depths:
                depths[child] = -1
                trail.append((child, iter(inside[child])))
            elif depths[child] == -1:
                reason = "the schema refers to itself without end"
                raise InvalidSchema(NAME, reason, node.pointer)


def _in_place(node: Node) -> list[Node]:
    return [
        child
        for part in node.parts
        if part.move[0] in ("here", "dependent") and part.keyword not in _INTO_VALUE
        for child in part.children
    ]


_INTO_VALUE = frozenset(
    ("contains", "minContains", "maxContains", *UNEVALUATED),
)


def add_forms(root: Node) -> None:
    """Give each node and part its form, children first.

    A child that is still being worked on contains itself: a `Ref` stands for
    it there.
    """
    begun: set[Node] = {root}
    done: set[Node] = set()
    refs: dict[Node, Ref] = {}
    trail: list[tuple[Node, Iterator[Node]]] = [(root, iter(_children(root)))]
    while trail:
        node, children = trail[-1]
        child = next(children, None)
        if child is not None:
            if child not in begun:
                begun.add(child)
                inner = _children(child)
                if inner:
                    trail.append((child, iter(inner)))
                else:
                    _add_form(child)
                    done.add(child)
            elif child not in done and child not in refs:
                unique = len(refs) >= _IDENTIFIED
                refs[child] = Ref(object() if unique else _identity(child))
                child.form = refs[child]
            continue
        trail.pop()
        _add_form(node)
        done.add(node)
        if node in refs:
            refs[node].target = node.form


def _add_form(node: Node) -> None:
    forms = []
    for part in node.parts:
        if part.children and part.form is TRUE:
            part.form = part.built()
        forms.append(part.form)
    node.form = all_of(forms)


def _children(node: Node) -> list[Node]:
    """Return the children whose forms are not known from the start."""
    return [c for part in node.parts for c in part.children if not c.flat]


def _identity(root: Node) -> str:
    """Return a digest over all that ``root`` can reach, the same in any document."""
    numbers: dict[Node, int] = {root: 0}
    todo = [root]
    digest = sha256()
    while todo:
        target = todo.pop()
        digest.update(f"{target.dialect.name} {compact(target.schema)}".encode())
        inside = [target]
        seen = {target}
        while inside:
            node = inside.pop()
            for part in node.parts:
                for child in part.children:
                    if part.keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
                        if child not in numbers:
                            numbers[child] = len(numbers)
                            todo.append(child)
                        digest.update(b"#%d" % numbers[child])
                    elif child not in seen:
                        seen.add(child)
                        inside.append(child)
    return digest.hexdigest()
