"""Avro's binary encoding of what a witness needs: single values, small data."""

from __future__ import annotations

import struct
from typing import Any

from compat.formats.avro.model import (
    Array,
    Enum,
    Fixed,
    Map,
    Node,
    Primitive,
    Record,
    Union,
)

__all__ = ["Smallest", "encode", "reached", "zigzag"]

MAX_BYTES = 16 * 1024
"""Larger data show nothing that smaller do not."""

_ROUNDS = 50
"""How often costs are refined; what has none by then counts as uninhabited."""

_ONE_BYTE = 64
"""Smaller numbers are one byte."""

_UUID = "00000000-0000-0000-0000-000000000000"

_ZEROS = {
    "null": b"",
    "boolean": b"\0",
    "int": b"\0",
    "long": b"\0",
    "float": b"\0\0\0\0",
    "double": b"\0\0\0\0\0\0\0\0",
    "bytes": b"\0",
    "string": b"\0",
}


def zigzag(number: int) -> bytes:
    """Return ``number`` as a variable-length zigzag ``long``."""
    rest = (number << 1) ^ (number >> 63)
    out = bytearray()
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def encode(node: Node, value: Any) -> bytes:
    """Return ``value`` of a primitive, a fixed or an enum in Avro's encoding."""
    match node:
        case Enum():
            return zigzag(node.symbols.index(value))
        case Fixed():
            return bytes(value)
        case Primitive(type="int" | "long"):
            return zigzag(value)
        case Primitive(type="float" | "double"):
            return struct.pack("<f" if node.type == "float" else "<d", value)
        case _:
            data = value.encode() if isinstance(value, str) else bytes(value)
            return zigzag(len(data)) + data


class Smallest:
    """The smallest datum of every node that a writer's root reaches.

    Null before other branches, empty containers, zeros. A recursive record
    without a way out has no datum, nor has what contains it.
    """

    def __init__(self, root: Node) -> None:
        self._costs = _costs(root)
        self._data: dict[int, bytes] = {}

    def datum(self, node: Node) -> bytes | None:
        """Return the encoding of the smallest datum of ``node``, or None."""
        if self._costs.get(id(node)) is None:
            return None
        return self._encoded(node)

    def _encoded(self, node: Node) -> bytes:
        if isinstance(node, Primitive):
            return _zero(node)
        if id(node) not in self._data:
            self._data[id(node)] = self._composed(node)
        return self._data[id(node)]

    def _composed(self, node: Node) -> bytes:
        match node:
            case Fixed():
                return bytes(node.size)
            case Record():
                return b"".join([self._encoded(each.type) for each in node.fields])
            case Union():
                costs = [self._costs[id(each)] for each in node.branches]
                best = min(cost for cost in costs if cost is not None)
                index = costs.index(best)
                return zigzag(index) + self._encoded(node.branches[index])
            case _:
                return b"\0"


def _zero(node: Primitive) -> bytes:
    if node.logical and node.logical.name == "uuid":
        return encode(node, _UUID)
    return _ZEROS[node.type]


def _costs(root: Node) -> dict[int, int | None]:
    """Return the bytes of each node's smallest datum, None where none is known."""
    nodes = reached(root)
    costs: dict[int, int | None] = {id(node): None for node in nodes}
    for _ in range(_ROUNDS):
        changed = False
        for node in nodes:
            cost = _cost(node, costs)
            if cost is not None and cost <= MAX_BYTES and cost != costs[id(node)]:
                costs[id(node)] = cost
                changed = True
        if not changed:
            break
    return costs


def _cost(node: Node, costs: dict[int, int | None]) -> int | None:
    match node:
        case Primitive():
            return len(_zero(node))
        case Fixed():
            return node.size
        case Enum():
            return 1 if node.symbols else None
        case Record():
            total = 0
            for each in node.fields:
                cost = costs[id(each.type)]
                if cost is None:
                    return None
                total += cost
            return total
        case Union():
            known = [
                cost + (1 if index < _ONE_BYTE else len(zigzag(index)))
                for index, each in enumerate(node.branches)
                if (cost := costs[id(each)]) is not None
            ]
            return min(known, default=None)
        case _:
            return 1


def reached(root: Node) -> list[Node]:
    """Return every node below ``root`` once, most of them after their parts."""
    found: list[Node] = []
    seen: set[int] = set()
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            found.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting.extend((part, False) for part in _parts(node))
    return found


def _parts(node: Node) -> list[Node]:
    match node:
        case Record():
            return [each.type for each in node.fields]
        case Union():
            return list(node.branches)
        case Array():
            return [node.items]
        case Map():
            return [node.values]
        case _:
            return []
