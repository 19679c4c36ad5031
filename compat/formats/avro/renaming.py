"""What a reader's aliases make of the unions in a writer's schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from compat.formats.avro.encoding import reached
from compat.formats.avro.model import Named, Node, Union

__all__ = ["aliases_of", "clash", "unions_of"]


def aliases_of(root: Node) -> dict[str, Named]:
    """Return the named types below ``root`` by each of their aliases."""
    named = (node for node in reached(root) if isinstance(node, Named))
    return {alias: each for each in named for alias in each.aliases}


def unions_of(root: Node) -> Iterator[tuple[str, ...]]:
    """Yield the full names in each union below ``root`` that has several."""
    for node in reached(root):
        if isinstance(node, Union):
            names = [each.full for each in node.branches if isinstance(each, Named)]
            if len(names) > 1:
                yield tuple(names)


def clash(
    names: Iterable[str], renamed: Mapping[str, str]
) -> tuple[str, str, str] | None:
    """Return the first two of a union's names that become one, and that one."""
    known: dict[str, str] = {}
    for name in names:
        now = renamed.get(name, name)
        if now in known:
            return known[now], name, now
        known[now] = name
    return None
