"""A schema's text being edited: its JSON, changed at pointers, printed again."""

from __future__ import annotations

import json
from typing import Any

from compat.formats.avro.model import Named, Node
from compat.formats.avro.resolve import Route
from compat.formats.avro.schema import AvroSchema

__all__ = ["Draft", "writer_pointer"]


class Draft:
    """A copy of a schema's JSON; each proposal starts from a new one."""

    def __init__(self, schema: AvroSchema) -> None:
        self.value: Any = json.loads(schema.text)

    def at(self, pointer: str) -> Any:
        """Return the value at ``pointer``; None when there is none."""
        value = self.value
        for key in _keys(pointer):
            try:
                value = value[int(key)] if isinstance(value, list) else value[key]
            except (KeyError, IndexError, ValueError, TypeError):
                return None
        return value

    def put(self, pointer: str, value: Any) -> bool:
        """Replace the value at ``pointer``; False when it has no place."""
        if not pointer:
            self.value = value
            return True
        parent, _, key = pointer.rpartition("/")
        holder = self.at(parent)
        if isinstance(holder, dict):
            holder[_unescaped(key)] = value
            return True
        if isinstance(holder, list) and key.isdigit() and int(key) < len(holder):
            holder[int(key)] = value
            return True
        return False

    def text(self) -> str:
        """Return the JSON text, indented by two blanks."""
        return json.dumps(self.value, indent=2, ensure_ascii=False)


def writer_pointer(root: Node, route: Route | None, node: Node) -> str | None:
    """Return where in the writer's own text ``node``, met along ``route``, stands.

    None when it stands in a reference's text.
    """
    steps: list[Route] = []
    while route is not None:
        steps.append(route)
        route = route.before
    steps.reverse()
    pointer = _start(root, "")
    for number, step in enumerate(steps, 1):
        if pointer is None:
            return None
        inner = steps[number].node if number < len(steps) else node
        pointer = _start(inner, pointer + _key(step))
    return pointer


def _key(step: Route) -> str:
    match step.node.type:
        case "record":
            return f"/fields/{step.index}/type"
        case "union":
            return f"/{step.index}"
        case "array":
            return "/items"
        case _:
            return "/values"


def _start(node: Node, pointer: str) -> str | None:
    """Return ``pointer``, or where a named type is defined; None if elsewhere."""
    if not isinstance(node, Named):
        return pointer
    return node.at if node.home is None else None


def _keys(pointer: str) -> list[str]:
    return [_unescaped(key) for key in pointer.split("/")[1:]]


def _unescaped(key: str) -> str:
    return key.replace("~1", "/").replace("~0", "~")
