"""Generates, for one schema, the Python function that writes its values."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from fastavro.logical_writers import LOGICAL_WRITERS

from registry.client.serdes._errors import UnusableSchema
from registry.client.serdes.avro_codec._defaults import default_value
from registry.client.serdes.avro_codec._parsed import ParsedAvro, kind, logical
from registry.client.serdes.avro_codec._recursion import recursive_names
from registry.client.serdes.avro_codec._source import (
    MAX_DEPTH,
    Source,
    literal,
)
from registry.client.serdes.avro_codec._unions import branch_chooser, branches_by_class
from registry.client.serdes.avro_codec._values import (
    Symbols,
    as_dict,
    as_items,
    as_octets,
    as_real,
)
from registry.client.serdes.avro_codec._varint import SHORT, write_int, write_long

__all__ = ["generate_writer"]

OBJECTS: dict[str, Any] = {
    "short": SHORT,
    "write_int": write_int,
    "write_long": write_long,
    "as_dict": as_dict,
    "as_items": as_items,
    "as_octets": as_octets,
    "as_real": as_real,
    "pack_float": struct.Struct("<f").pack,
    "pack_double": struct.Struct("<d").pack,
    "booleans": {False: b"\x00", True: b"\x01"},
}


def generate_writer(
    parsed: ParsedAvro,
    otherwise: Callable[[Any, Exception], bytes],
    *,
    strict: bool = True,
    prefix: bytes = b"",
) -> Callable[[Any], bytes]:
    """Return a function that writes one value, after ``prefix``.

    A value on which the generated code fails is given to ``otherwise``, with
    the error. ``strict`` refuses fields that the schema does not have. Raises
    `UnusableSchema` when the schema is too large for generated code.
    """
    return _Generator(parsed, strict).whole(prefix, otherwise)


class _Generator:
    def __init__(self, parsed: ParsedAvro, strict: bool) -> None:
        self._parsed = parsed
        self._strict = strict
        self._source = Source(OBJECTS)
        self._recursive = recursive_names(parsed)
        self._functions: dict[str, str] = {}
        self._todo: list[tuple[str, Any]] = []
        self._parts: list[str] = []

    def whole(
        self, prefix: bytes, otherwise: Callable[[Any, Exception], bytes]
    ) -> Callable[[Any], bytes]:
        source = self._source
        source.add(0, "def write(value):")
        source.add(1, "try:")
        source.add(2, "out = []; add = out.append; extend = out.extend")
        if prefix:
            self._parts.append(source.object(prefix))
        self._write(self._parsed.root, "value", 2)
        self._flush(2)
        source.add(2, "return b''.join(out)")
        source.add(1, "except Exception as error:")
        source.add(2, f"return {source.object(otherwise)}(value, error)")
        while self._todo:
            name, schema = self._todo.pop()
            source.add(0, f"def {name}(value, add, extend):")
            self._write(schema, "value", 1, inline=True)
            self._flush(1)
            source.add(1, "return")
        return source.build("write")

    def _flush(self, depth: int) -> None:
        """Append the pieces gathered so far with as few calls as possible."""
        parts, self._parts = self._parts, []
        if len(parts) == 1:
            self._source.add(depth, f"add({parts[0]})")
        elif parts:
            self._source.add(depth, f"extend(({', '.join(parts)}))")

    def _write(
        self, schema: Any, value: str, depth: int, *, inline: bool = False
    ) -> None:
        schema = self._parsed.resolve(schema)
        what = kind(schema)
        if not inline and self._apart(schema, what, depth):
            self._call(schema, value, depth)
            return
        conversion = logical(schema)
        if conversion in LOGICAL_WRITERS:
            convert = self._source.object(LOGICAL_WRITERS[conversion])
            given = self._source.object(schema)
            value = f"{convert}({value}, {given})"
        match what:
            case "record" | "error":
                self._record(schema, value, depth)
            case "union" | "error_union":
                self._union(schema, value, depth)
            case "array":
                self._array(schema, value, depth)
            case "map":
                self._map(schema, value, depth)
            case "null":
                self._flush(depth)
                line = f"if {value} is not None: raise ValueError('not null')"
                self._source.add(depth, line)
            case _:
                self._scalar(schema, what, value)

    def _apart(self, schema: Any, what: str, depth: int) -> bool:
        """Whether the schema gets a function of its own."""
        if what in ("record", "error") and (
            schema["name"] in self._recursive or self._source.long
        ):
            return True
        return depth > MAX_DEPTH and what in ("record", "union", "array", "map")

    def _call(self, schema: Any, value: str, depth: int) -> None:
        # Named types share one function; others are written out where they are.
        key = schema.get("name") if isinstance(schema, dict) else None
        name = self._functions.get(key) if key else None
        if name is None:
            name = (
                f"write{len(self._functions) + len(self._todo)}_{self._source.name()}"
            )
            if key:
                self._functions[key] = name
            self._todo.append((name, schema))
        self._flush(depth)
        self._source.add(depth, f"{name}({value}, add, extend)")

    def _scalar(self, schema: Any, what: str, value: str) -> None:
        bound = self._source.name()
        parts = self._parts
        match what:
            case "int" | "long":
                is_int = f"({bound}:={value}).__class__ is int"
                short = f"short[{bound}+{bound}] if {is_int} and 0 <= {bound} < 8192"
                parts.append(f"{short} else write_{what}({bound})")
            case "string":
                parts.append(_length(bound, f"{value}.encode()"))
                parts.append(bound)
            case "bytes":
                parts.append(_length(bound, f"as_octets({value})"))
                parts.append(bound)
            case "float" | "double":
                is_float = f"({bound}:={value}).__class__ is float"
                number = f"{bound} if {is_float} else as_real({bound})"
                parts.append(f"pack_{what}({number})")
            case "boolean":
                parts.append(f"booleans[{value}]")
            case "enum":
                symbols = {
                    each: write_int(at) for at, each in enumerate(schema["symbols"])
                }
                parts.append(f"{self._source.object(Symbols(symbols))}[{value}]")
            case "fixed":
                parts.append(f"{self._source.object(_fixed(schema['size']))}({value})")
            case _:
                raise UnusableSchema(f"no such Avro type: {what}")

    def _record(self, schema: Any, value: str, depth: int) -> None:
        source, record = self._source, self._source.name()
        fields = schema["fields"]
        self._flush(depth)
        source.add(depth, f"{record} = {value}")
        source.add(
            depth, f"if {record}.__class__ is not dict: {record} = as_dict({record})"
        )
        complete = source.object(_completion(self._parsed, schema, self._strict))
        if self._strict:
            condition = f"len({record}) != {len(fields)}"
        else:
            keys = source.object({field["name"] for field in fields})
            condition = f"{record}.keys() != {keys}"
        source.add(depth, f"if {condition}: {record} = {complete}({record})")
        for field in fields:
            self._write(field["type"], f"{record}[{literal(field['name'])}]", depth)

    def _array(self, schema: Any, value: str, depth: int) -> None:
        source, items, item = self._source, self._source.name(), self._source.name()
        self._flush(depth)
        source.add(depth, f"{items} = {value}")
        source.add(
            depth, f"if {items}.__class__ is not list: {items} = as_items({items})"
        )
        source.add(depth, f"if {items}:")
        source.add(depth + 1, f"add({_count(items)})")
        source.add(depth + 1, f"for {item} in {items}:")
        source.add(depth + 2, "pass")
        self._write(schema["items"], item, depth + 2)
        self._flush(depth + 2)
        self._parts.append("b'\\x00'")

    def _map(self, schema: Any, value: str, depth: int) -> None:
        source, entries = self._source, self._source.name()
        key, item = source.name(), source.name()
        self._flush(depth)
        source.add(depth, f"{entries} = {value}")
        source.add(
            depth, f"if {entries}.__class__ is not dict: {entries} = as_dict({entries})"
        )
        source.add(depth, f"if {entries}:")
        source.add(depth + 1, f"add({_count(entries)})")
        source.add(depth + 1, f"for {key}, {item} in {entries}.items():")
        self._scalar(None, "string", key)
        self._write(schema["values"], item, depth + 2)
        self._flush(depth + 2)
        self._parts.append("b'\\x00'")

    def _union(self, union: list[Any], value: str, depth: int) -> None:
        schemas = [self._parsed.resolve(each) for each in union]
        source, chosen = self._source, self._source.name()
        self._flush(depth)
        source.add(depth, f"{chosen} = {value}")
        if len(schemas) == 2 and "null" in schemas and not _takes_pairs(schemas):
            null = schemas.index("null")
            source.add(depth, f"if {chosen} is None: add({_index(null)})")
            source.add(depth, "else:")
            self._branch(union, 1 - null, chosen, depth + 1)
            return
        branch = source.name()
        classes = source.object(branches_by_class(self._parsed, union))
        choose = source.object(branch_chooser(self._parsed, union))
        source.add(depth, f"{branch} = {classes}.get({chosen}.__class__)")
        source.add(
            depth, f"if {branch} is None: {branch}, {chosen} = {choose}({chosen})"
        )
        for at in range(len(union)):
            test = "if" if at == 0 else "elif"
            source.add(depth, f"{test} {branch} == {at}:")
            self._branch(union, at, chosen, depth + 1)

    def _branch(self, union: list[Any], at: int, value: str, depth: int) -> None:
        self._parts.append(_index(at))
        self._write(union[at], value, depth)
        self._flush(depth)


def _takes_pairs(schemas: list[Any]) -> bool:
    """Whether a tuple could be meant as a value, not as a named branch."""
    return any(kind(each) == "array" for each in schemas)


def _length(name: str, value: str) -> str:
    known = f"short[n+n] if (n:=len({name}:={value})) < 8192"
    return f"{known} else write_long(n)"


def _count(name: str) -> str:
    return f"short[n+n] if (n:=len({name})) < 8192 else write_long(n)"


def _index(at: int) -> str:
    return repr(write_int(at))


def _fixed(size: int) -> Callable[[Any], bytes]:
    def check(value: Any) -> bytes:
        octets = as_octets(value)
        if len(octets) != size:
            raise ValueError(f"{len(octets)} bytes where the schema has {size}")
        return octets

    return check


def _completion(
    parsed: ParsedAvro, schema: Any, strict: bool
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what fills absent fields with their defaults."""
    fields = schema["fields"]

    def complete(record: dict[str, Any]) -> dict[str, Any]:
        if record.get("-type") == schema["name"]:
            record = {key: record[key] for key in record if key != "-type"}
        full = {}
        for field in fields:
            name = field["name"]
            if name in record:
                full[name] = record[name]
            elif "default" in field:
                full[name] = default_value(parsed, field["type"], field["default"])
            elif not strict and _takes_null(parsed, field["type"]):
                full[name] = None
            else:
                raise ValueError(f"field {name!r} is missing and has no default")
        if strict and len(record) > sum(name in record for name in full):
            raise ValueError("the record has fields that the schema has not")
        return full

    return complete


def _takes_null(parsed: ParsedAvro, schema: Any) -> bool:
    schema = parsed.resolve(schema)
    return schema == "null" or (isinstance(schema, list) and "null" in schema)
