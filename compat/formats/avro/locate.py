"""Where the path of a finding stands in the schema's own text."""

from __future__ import annotations

from compat.formats.avro.model import Array, Map, Named, Node, Record, Union
from compat.formats.avro.schema import AvroSchema
from compat.verdict import Location

__all__ = ["locate", "text_pointer"]


def locate(schema: AvroSchema, path: str) -> Location | None:
    """Return the place of ``path``, or the nearest one that the text has.

    A path goes on inside a type that the text only names; its place is then
    in the type's definition, or at the name when a reference defines it.
    """
    return schema.spans.nearest(text_pointer(schema, path))


def text_pointer(schema: AvroSchema, path: str) -> str:
    """Return the JSON Pointer in the schema's text that ``path`` leads to."""
    keys = [each for each in path.split("/") if each]
    node, pointer = schema.root, ""
    while True:
        if isinstance(node, Named):
            if node.home is not None:
                return pointer
            pointer = node.at
        used, inner = _step(node, keys)
        if inner is None:
            break
        pointer = "/".join([pointer, *keys[:used]])
        node, keys = inner, keys[used:]
    if not keys or keys[0].isdigit():
        return pointer  # the position is that of a writer's branch
    return "/".join([pointer, *keys])


def _step(node: Node, keys: list[str]) -> tuple[int, Node | None]:
    """Return the node that the first keys lead to, and how many those are."""
    match node, keys:
        case Record(), ["fields", index, "type", *_] if int(index) < len(node.fields):
            return 3, node.fields[int(index)].type
        case Array(), ["items", *_]:
            return 1, node.items
        case Map(), ["values", *_]:
            return 1, node.values
        case Union(), [index, _, *_] if int(index) < len(node.branches):
            return 1, node.branches[int(index)]
        case _:
            return 0, None
