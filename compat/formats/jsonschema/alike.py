"""Which alternative of a union is most like a schema of the other side."""

from __future__ import annotations

from collections.abc import Sequence

from compat.formats.jsonschema.entailment import Entailment
from compat.formats.jsonschema.mirror import Mirror
from compat.formats.jsonschema.node import Node

__all__ = ["most_alike"]


def most_alike(
    entailment: Entailment, node: Node, others: Sequence[Node]
) -> Node | None:
    """Return the one of ``others`` to compare ``node`` with; None if none is alike.

    Alike are schemas that share a value as far as can be told, and more so
    the more properties they share.
    """
    best: tuple[int, Node] | None = None
    names = _names(node)
    for other in others:
        if not entailment.mask(node.form) & entailment.mask(other.form):
            continue
        score = 2 * len(names & _names(other))
        score += 3 * (entailment.mask(node.form) == entailment.mask(other.form))
        score -= 100 * entailment.disjoint(node.form, other.form)
        if score > 0 and (best is None or score > best[0]):
            best = score, other
    return best[1] if best else None


def _names(node: Node) -> frozenset[str]:
    return frozenset(Mirror.of((node,)).declared())
