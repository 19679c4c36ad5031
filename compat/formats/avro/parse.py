"""Avro JSON text to the model, every refusal with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from compat.budget import Budget
from compat.errors import BudgetSpent, InvalidSchema, UnresolvedReference
from compat.formats.avro import source
from compat.formats.avro.canonical import MAX_DEPTH
from compat.formats.avro.defaults import why_unfit
from compat.formats.avro.logical import logical_of
from compat.formats.avro.model import (
    NO_DEFAULT,
    NO_PROPS,
    PRIMITIVES,
    Array,
    Definition,
    Enum,
    Field,
    Fixed,
    Map,
    Named,
    Node,
    Primitive,
    Record,
    Union,
)
from compat.formats.avro.names import full_name, is_name, split, why_bad_namespace
from compat.limits import Limits, refuse_large_closure
from compat.spans import Spans

__all__ = ["Parsed", "parse"]

D = TypeVar("D", Record, Enum, Fixed)

_NOT_PROPS = frozenset(
    {
        *("type", "name", "namespace", "doc", "aliases"),
        *("fields", "symbols", "size", "items", "values"),
    }
)
_NOT_FIELD_PROPS = frozenset({"name", "type", "doc", "default", "order", "aliases"})
_NAME = 10_000
"""The longest name, namespace included; findings repeat it."""

_NAMES = 4
"""How many times the longest text all full names together may amount to."""

_NESTS = (dict, list)

_ORDERS = ("ascending", "descending", "ignore")


class Parsed(NamedTuple):
    """A schema and what its text declares and needs.

    ``types`` are all named types by full name, those of references included.
    """

    root: Node
    types: Mapping[str, Definition]
    declares: tuple[str, ...]
    needs: tuple[str, ...]


def parse(
    text: str, references: Mapping[str, str], *, strict: bool, limits: Limits
) -> Parsed:
    """Return the model of ``text``, or raise `InvalidSchema`.

    The texts of ``references`` are read first, in their order; their named
    types are then known. A type that several of them define keeps its first
    definition.
    """
    if references:
        refuse_large_closure("AVRO", references, limits)
    depth = min(limits.depth, MAX_DEPTH)
    types: dict[str, Definition] = {}
    for name, referenced in references.items():
        reading = _Reading(types, limits, depth, strict=False, home=name)
        try:
            _read(reading, referenced)
        except InvalidSchema as error:
            error.reason = f"in the reference {name!r}: {error.reason}"
            raise
    reading = _Reading(types, limits, depth, strict=strict)
    root = _read(reading, text)
    return Parsed(root, types, tuple(reading.declared), tuple(reading.needed))


def _read(reading: _Reading, text: str) -> Node:
    try:
        return reading.node(source.values(text, reading.limits), "", "", 1)
    except InvalidSchema as error:
        if error.line is None and (place := Spans(text).nearest(error.path)):
            error.line, error.column = place.line, place.column
        raise


@dataclass(slots=True)
class _Reading:
    """One text being read; ``home`` is the name of the reference that it is.

    ``depth`` is how deep types and values may nest, ``budget`` what all defaults
    together may cost to check.
    """

    types: dict[str, Definition]
    limits: Limits
    depth: int
    strict: bool
    home: str | None = None
    declared: list[str] = field(default_factory=list)
    needed: dict[str, None] = field(default_factory=dict)
    named: int = 0
    budget: Budget = field(default_factory=Budget)

    def node(self, value: Any, space: str, path: str, depth: int) -> Node:
        """Return the node of ``value``, which stands in the namespace ``space``."""
        if isinstance(value, str):
            return PRIMITIVES.get(value) or self._named(value, space, path)
        if depth > self.depth:
            raise _invalid(path, f"types nest deeper than {self.depth}")
        if isinstance(value, list):
            return self._union(value, space, path, depth)
        if isinstance(value, dict):
            return self._object(value, space, path, depth)
        raise _invalid(
            path, "a schema is a type's name, an object, or a list of types (a union)"
        )

    def _named(self, name: str, space: str, path: str) -> Node:
        full = self._full(name, space, path)
        if full not in self.types and "." not in name:
            full = name  # Java falls back to the null namespace, and so do schemas
        found = self.types.get(full)
        if found is None:
            raise UnresolvedReference(
                "AVRO",
                f"unknown type {name!r}: define it before its first use, "
                "or give a reference that does",
                path,
            )
        if found.home is not None and found.home != self.home:
            self.needed[found.home] = None
        return found

    def _union(self, value: list[Any], space: str, path: str, depth: int) -> Union:
        branches: list[Node] = []
        seen: dict[str, int] = {}
        for index, each in enumerate(value):
            if isinstance(each, list):
                raise _invalid(
                    f"{path}/{index}", "a union cannot directly contain a union"
                )
            branch: Node | None = None
            if isinstance(each, str):
                branch = PRIMITIVES.get(each)
            if branch is None:
                branch = self.node(each, space, f"{path}/{index}", depth + 1)
            key = branch.full if isinstance(branch, Named) else branch.type
            if seen.setdefault(key, index) != index:
                raise _invalid(
                    f"{path}/{index}",
                    f"the union has {key} twice: branches {seen[key]}, {index}",
                )
            branches.append(branch)
        return Union(tuple(branches))

    def _object(self, value: dict[str, Any], space: str, path: str, depth: int) -> Node:
        match value.get("type"):
            case "record" | "error":
                return self._record(value, space, path, depth)
            case "enum":
                return self._enum(value, space, path)
            case "fixed":
                return self._fixed(value, space, path)
            case "array":
                items = self._inner("items", value, space, path, depth)
                return Array(items, self._props(value, path))
            case "map":
                values = self._inner("values", value, space, path, depth)
                return Map(values, self._props(value, path))
            case str(name) if name in PRIMITIVES:
                props = self._props(value, path)
                if not props:
                    return PRIMITIVES[name]
                return Primitive(name, logical_of(name, props), props)
            case str(name):
                return self._named(name, space, f"{path}/type")
            case None:
                raise _invalid(path, "the member 'type' is missing")
            case _:
                raise _invalid(
                    f"{path}/type",
                    "'type' must be a name here; put the inner type in its place",
                )

    def _inner(
        self, key: str, value: dict[str, Any], space: str, path: str, depth: int
    ) -> Node:
        if key not in value:
            raise _invalid(path, f"the member {key!r} is missing")
        return self.node(value[key], space, f"{path}/{key}", depth + 1)

    def _record(
        self, value: dict[str, Any], space: str, path: str, depth: int
    ) -> Record:
        record = self._definition(Record, value, space, path)
        record.error = value["type"] == "error"
        record.props = self._props(value, path)
        first = self._declare(record, path)
        fields = value.get("fields")
        if not isinstance(fields, list):
            raise _invalid(path, f"record {record.full} needs a list of 'fields'")
        made = []
        for index, each in enumerate(fields):
            where = f"{path}/fields/{index}"
            new = self._field(each, record, where, depth)
            if record.by_name.setdefault(new.name, index) != index:
                raise _invalid(
                    where, f"record {record.full} has two fields named {new.name!r}"
                )
            made.append(new)
        record.fields = tuple(made)
        if self.strict:
            self._check_defaults(record, path)
        return first

    def _field(self, value: Any, record: Record, path: str, depth: int) -> Field:
        if not isinstance(value, dict):
            raise _invalid(path, "a field is an object with 'name' and 'type'")
        name = value.get("name")
        if not isinstance(name, str):
            raise _invalid(path, "the field's 'name' is missing")
        self._check_name(name, "field", path)
        if "type" not in value:
            raise _invalid(path, f"field {name!r} has no 'type'")
        kind = value["type"]
        if isinstance(kind, str) and kind in PRIMITIVES:
            made = Field(name, PRIMITIVES[kind])
        else:
            node = self.node(kind, record.space, f"{path}/type", depth + 1)
            made = Field(name, node)
        if len(value) > 2:
            self._complete(made, value, path)
        return made

    def _complete(self, made: Field, value: dict[str, Any], path: str) -> None:
        if "default" in value:
            made.default = value["default"]
            if isinstance(made.default, _NESTS):
                self._check_depth(made.default, f"{path}/default")
        if "aliases" in value:
            made.aliases = tuple(dict.fromkeys(_strings(value, "aliases", path)))
        if isinstance(doc := value.get("doc"), str):
            made.doc = doc
        if "order" in value:
            made.order = _order(value["order"], path)
        made.props = self._props(value, path, _NOT_FIELD_PROPS)

    def _check_defaults(self, record: Record, path: str) -> None:
        for index, each in enumerate(record.fields):
            if each.default is NO_DEFAULT:
                continue
            if wrong := self._why_no_default(each):
                raise _invalid(
                    f"{path}/fields/{index}/default",
                    f"the default of field {each.name!r} {wrong}",
                )

    def _why_no_default(self, each: Field) -> str | None:
        try:
            misfit = why_unfit(each.type, each.default, self.budget)
        except BudgetSpent as spent:
            return f"costs too much to check: the search {spent}; shorten it"
        return f"does not fit: {misfit}" if misfit else None

    def _enum(self, value: dict[str, Any], space: str, path: str) -> Enum:
        enum = self._definition(Enum, value, space, path)
        if not isinstance(value.get("symbols"), list):
            raise _invalid(path, f"enum {enum.full} needs a list of 'symbols'")
        enum.symbols = _strings(value, "symbols", path)
        enum.known = frozenset(enum.symbols)
        for index, symbol in enumerate(enum.symbols):
            self._check_name(symbol, "symbol", f"{path}/symbols/{index}")
        if len(enum.known) != len(enum.symbols):
            index, symbol = _repeated(enum.symbols)
            raise _invalid(
                f"{path}/symbols/{index}", f"enum {enum.full} has {symbol!r} twice"
            )
        enum.default = value.get("default")
        if enum.default is not None and enum.default not in enum.symbols:
            raise _invalid(
                f"{path}/default", f"{enum.default!r} is no symbol of {enum.full}"
            )
        enum.props = self._props(value, path, _NOT_PROPS | {"default"})
        return self._declare(enum, path)

    def _fixed(self, value: dict[str, Any], space: str, path: str) -> Fixed:
        fixed = self._definition(Fixed, value, space, path)
        size = value.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise _invalid(
                path, f"fixed {fixed.full} needs a 'size' in bytes, 0 or more"
            )
        if size > 2**31 - 1:
            raise _invalid(f"{path}/size", "a fixed has at most 2147483647 bytes")
        fixed.size = size
        fixed.props = self._props(value, path)
        fixed.logical = logical_of("fixed", fixed.props, size)
        return self._declare(fixed, path)

    def _definition(
        self, kind: type[D], value: dict[str, Any], space: str, path: str
    ) -> D:
        """Return a type with what all named types share, from ``value``."""
        name = value.get("name")
        if not isinstance(name, str) or not name:
            raise _invalid(path, f"the {value['type']} has no 'name'")
        given = value.get("namespace")
        full = self._full(name, given if isinstance(given, str) else space, path)
        inner, simple = split(full)
        self._check_name(simple, value["type"], f"{path}/name")
        if self.strict and (reason := why_bad_namespace(inner)):
            raise _invalid(f"{path}/name", reason)
        if full in PRIMITIVES:
            raise _invalid(f"{path}/name", f"{full!r} is the name of a primitive type")
        doc = value.get("doc")
        return kind(
            full,
            simple,
            inner,
            self._aliases(value, inner, path),
            doc if isinstance(doc, str) else None,
            NO_PROPS,
            self.home,
            path,
        )

    def _aliases(self, value: dict[str, Any], space: str, path: str) -> tuple[str, ...]:
        aliases = _strings(value, "aliases", path)
        for index, alias in enumerate(aliases):
            self._check_name(split(alias)[1], "alias", f"{path}/aliases/{index}")
        full = (self._full(each, space, path) for each in aliases)
        return tuple(dict.fromkeys(full)) if aliases else ()

    def _full(self, name: str, space: str, path: str) -> str:
        """Return the full name; all of a text together may only be so long."""
        full = full_name(name, space)
        if len(full) > _NAME:
            raise _invalid(path, f"a name is longer than {_NAME} characters")
        self.named += len(full)
        if self.named > _NAMES * self.limits.text_bytes:
            raise _invalid(path, "the full names of its types are too long together")
        return full

    def _check_name(self, name: str, what: str, path: str) -> None:
        if len(name) > _NAME:
            raise _invalid(path, f"a name is longer than {_NAME} characters")
        if not is_name(name, strict=self.strict):
            raise _invalid(
                path,
                f"{name!r} is no name for a {what}: use letters, digits and _, "
                "and no digit first",
            )

    def _declare(self, made: D, path: str) -> D:
        """Make ``made`` known, or return the definition that was there first."""
        first = self.types.get(made.full)
        if first is None:
            self.types[made.full] = made
            self.declared.append(made.full)
        elif self.home is None or first.home == self.home:
            where = f" in the reference {first.home!r}" if first.home else ""
            raise _invalid(path, f"{made.full} is already defined{where}")
        elif isinstance(first, type(made)):
            return first
        return made

    def _props(
        self, value: dict[str, Any], path: str, known: frozenset[str] = _NOT_PROPS
    ) -> Mapping[str, Any]:
        if value.keys() <= known:
            return NO_PROPS
        props = {key: each for key, each in value.items() if key not in known}
        for key, each in props.items():
            if isinstance(each, _NESTS):
                self._check_depth(each, f"{path}/{key}")
        return props

    def _check_depth(self, value: Any, path: str) -> None:
        if source.too_deep(value, self.depth):
            raise _invalid(path, f"the value nests deeper than {self.depth}")


def _order(value: Any, path: str) -> str:
    # Java reads the word in any case.
    order = value.lower() if isinstance(value, str) else ""
    if order not in _ORDERS:
        raise _invalid(f"{path}/order", f"'order' must be one of {', '.join(_ORDERS)}")
    return order


def _strings(value: dict[str, Any], key: str, path: str) -> tuple[str, ...]:
    if key not in value:
        return ()
    strings = value[key]
    if not isinstance(strings, list) or not all(isinstance(s, str) for s in strings):
        raise _invalid(f"{path}/{key}", f"{key!r} must be a list of strings")
    return tuple(strings)


def _repeated(symbols: tuple[str, ...]) -> tuple[int, str]:
    seen: set[str] = set()
    for index, symbol in enumerate(symbols):
        if symbol in seen:
            return index, symbol
        seen.add(symbol)
    raise AssertionError("no symbol is repeated")


def _invalid(path: str, reason: str) -> InvalidSchema:
    return InvalidSchema("AVRO", reason, path)
