"""Tags of a JSON Schema: the keyword `confluent:tags` of objects and properties.

A path names what is walked through, as Confluent's does:
`object.lines.array.object.price` is the property `price` of the objects in
the array `lines`.
A schema that says several things at once is the `allOf` of them to
Confluent, and one of several types their `anyOf`
(`allof.1.object.price`, `anyof.1.object.price`); the path without such
steps is understood too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from compat.formats.jsonschema.schema import JsonSchema
from compat.formats.jsonschema.text import compact
from compat.tags import Entity, EntityKind, Tags, refuse_unknown

__all__ = ["entities", "entity", "retag"]

_KEYWORD = "confluent:tags"
_COMBINED = ("allOf", "anyOf", "oneOf")
_CONDITIONAL = ("if", "then", "else")
_DEFINITIONS = ("definitions", "$defs")
_TYPED = {
    "object": (
        *("properties", "patternProperties", "additionalProperties", "required"),
        *("propertyNames", "minProperties", "maxProperties", "dependencies"),
    ),
    "array": (
        *("items", "prefixItems", "additionalItems", "contains"),
        *("minItems", "maxItems", "uniqueItems"),
    ),
}


@dataclass(frozen=True, slots=True)
class _Holder:
    """The object that holds an entity's tags; ``plain`` is its shorter path."""

    entity: Entity
    plain: str
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Path:
    """A path as Confluent spells it, and without the steps that it adds."""

    full: str = ""
    plain: str = ""

    def then(self, step: str) -> _Path:
        return _Path(_joined(self.full, step), _joined(self.plain, step))

    def unseen(self, step: str) -> _Path:
        return _Path(_joined(self.full, step), self.plain)


def entities(schema: JsonSchema) -> dict[Entity, tuple[str, ...]]:
    """Return each object and property that can have tags, with those it has."""
    found: dict[Entity, tuple[str, ...]] = {}
    for holder in _walk(schema.value, _Path()):
        found.setdefault(holder.entity, _tags(holder.value))
    return found


def entity(schema: JsonSchema, asked: Entity) -> Entity | None:
    """Return the entity of this path, Confluent's spelling before the plain one."""
    plain: dict[Entity, Entity] = {}
    for holder in _walk(schema.value, _Path()):
        if holder.entity == asked:
            return asked
        plain.setdefault(Entity(holder.plain, holder.entity.kind), holder.entity)
    return plain.get(asked)


def retag(schema: JsonSchema, tags: Tags) -> str:
    """Return the canonical text with ``tags`` in place of those there."""
    value = deepcopy(schema.value)
    holders: dict[Entity, dict[str, Any]] = {}
    for holder in _walk(value, _Path()):
        holders.setdefault(holder.entity, holder.value)
    for entity, names in tags.items():
        refuse_unknown(entity, holders)
        held = holders[entity]
        held.pop(_KEYWORD, None)
        if names:
            held[_KEYWORD] = list(names)
    return compact(value)


def _walk(node: Any, path: _Path) -> Iterator[_Holder]:
    if not isinstance(node, dict):
        return
    parts = _parts(node)
    for index, part in enumerate(parts):
        here = path.unseen(f"allof.{index}") if len(parts) > 1 else path
        if part in _COMBINED:
            for i, each in enumerate(node[part]):
                yield from _walk(each, here.then(f"{part.lower()}.{i}"))
        elif part == "not":
            yield from _walk(node["not"], here.then("not"))
        elif part == "if":
            for keyword in _CONDITIONAL:
                yield from _walk(node.get(keyword), here.then(f"conditional.{keyword}"))
        elif part == "type":
            yield from _typed(node, here)
    if "type" not in parts:
        yield from _definitions(node, path)


def _parts(node: Mapping[str, Any]) -> list[str]:
    """Return the keywords that stand for the things that ``node`` says at once."""
    found = ["enum"] if "enum" in node else []
    found += [each for each in _COMBINED if isinstance(node.get(each), list)]
    found += [each for each in ("not", "const", "if") if each in node]
    typed = "type" in node or any(_is(node, name) for name in _TYPED)
    return [*found, "type"] if typed else found


def _is(node: Mapping[str, Any], name: str) -> bool:
    type = node.get("type")
    if type is None:
        return any(keyword in node for keyword in _TYPED[name])
    return type == name or (isinstance(type, list) and name in type)


def _typed(node: dict[str, Any], path: _Path) -> Iterator[_Holder]:
    types = node.get("type")
    for name, inside in (("object", _object), ("array", _array)):
        if not _is(node, name):
            continue
        here = path
        if isinstance(types, list) and len(types) > 1:
            here = path.unseen(f"anyof.{types.index(name)}")
        yield from inside(node, here.then(name))
    if not _is(node, "object"):
        yield from _definitions(node, path)


def _object(node: dict[str, Any], path: _Path) -> Iterator[_Holder]:
    yield _Holder(Entity(path.full, EntityKind.RECORD), path.plain, node)
    for name, inner in _members(node, "properties"):
        here = path.then(name)
        if isinstance(inner, dict):
            field = Entity(here.full, EntityKind.FIELD)
            yield _Holder(field, here.plain, inner)
        yield from _walk(inner, here)
    yield from _definitions(node, path)


def _array(node: dict[str, Any], path: _Path) -> Iterator[_Holder]:
    for keyword in ("prefixItems", "items"):
        inner = node.get(keyword)
        if isinstance(inner, list):
            for i, each in enumerate(inner):
                yield from _walk(each, path.then(str(i)))
        else:
            yield from _walk(inner, path)


def _definitions(node: dict[str, Any], path: _Path) -> Iterator[_Holder]:
    for keyword in _DEFINITIONS:
        for name, inner in _members(node, keyword):
            yield from _walk(inner, path.then(f"{keyword}.{name}"))


def _members(node: Mapping[str, Any], keyword: str) -> Iterator[tuple[str, Any]]:
    found = node.get(keyword)
    if isinstance(found, dict):
        yield from found.items()


def _tags(holder: Mapping[str, Any]) -> tuple[str, ...]:
    found = holder.get(_KEYWORD)
    if not isinstance(found, list):
        return ()
    return tuple(each for each in found if isinstance(each, str))


def _joined(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step
