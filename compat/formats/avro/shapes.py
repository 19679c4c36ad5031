"""What a type looks like up to its named types, and when one reads another."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeAlias

from compat.budget import Budget
from compat.formats.avro.checks import CHECKS
from compat.formats.avro.matching import candidates, same_kind
from compat.formats.avro.model import (
    Array,
    Enum,
    Fixed,
    Map,
    Named,
    Node,
    Primitive,
    Record,
    Union,
)

__all__ = ["Shape", "faultless", "named_within", "reads_shape", "shape"]

Shape: TypeAlias = Hashable
"""Equal for types that differ at most inside the named types that they name."""


def shape(node: Node) -> Shape:
    """Return the shape of ``node``; a named type counts by its name and aliases."""
    match node:
        case Primitive():
            return (node.type, node.logical) if node.logical else node.type
        case Array():
            return "array", shape(node.items)
        case Map():
            return "map", shape(node.values)
        case Union():
            return "union", *(shape(each) for each in node.branches)
        case _:
            return node.type, node.full, node.aliases


def named_within(node: Node) -> list[Record | Enum | Fixed]:
    """Return the named types that ``node`` names itself, not what is inside them."""
    match node:
        case Primitive():
            return []
        case Array():
            return named_within(node.items)
        case Map():
            return named_within(node.values)
        case Union():
            return [each for branch in node.branches for each in named_within(branch)]
        case _:
            return [node]


def reads_shape(
    reader: Node, writer: Node, rests_on: list[tuple[Named, Named]], budget: Budget
) -> bool:
    """Whether nothing is found between the two types if nothing is in ``rests_on``.

    The pairs of named types, reader's first, are added to ``rests_on``. False
    also where it is not clear: only the best branch of a union is tried.
    Raises `BudgetSpent`.
    """
    budget.spend()
    if isinstance(writer, Union):
        return all(reads_shape(reader, b, rests_on, budget) for b in writer.branches)
    if isinstance(reader, Union):
        near = candidates(reader, writer)
        if not near:
            return False
        return reads_shape(reader.branches[near[0]], writer, rests_on, budget)
    if not same_kind(reader, writer):
        return False
    match reader, writer:
        case Named(), Named():
            rests_on.append((reader, writer))
            return True
        case Array(), Array():
            inner = reader.items, writer.items
        case Map(), Map():
            inner = reader.values, writer.values
        case _:
            return faultless(reader, writer)
    return faultless(reader, writer) and reads_shape(*inner, rests_on, budget)


def faultless(reader: Node, writer: Node) -> bool:
    """Whether no rule of any severity fires on two nodes of one kind."""
    checks = CHECKS.get(type(reader), ())
    return not any(True for _, check in checks for _ in check(reader, writer))
