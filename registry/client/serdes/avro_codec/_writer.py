"""Generates, for one schema, the Python function that writes its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastavro.logical_writers import LOGICAL_WRITERS

from registry.client.serdes.avro_codec._completion import completion
from registry.client.serdes.avro_codec._parsed import ParsedAvro, kind, logical
from registry.client.serdes.avro_codec._recursion import recursive_names
from registry.client.serdes.avro_codec._scalars import (
    SCALAR_OBJECTS,
    count_expression,
    optional_pieces,
    scalar_pieces,
)
from registry.client.serdes.avro_codec._source import (
    MAX_DEPTH,
    Source,
    literal,
)
from registry.client.serdes.avro_codec._unions import branch_chooser, branches_by_class
from registry.client.serdes.avro_codec._values import as_dict, as_items
from registry.client.serdes.avro_codec._varint import write_int

__all__ = ["generate_writer"]

OBJECTS: dict[str, Any] = {
    **SCALAR_OBJECTS,
    "join": b"".join,
    "as_dict": as_dict,
    "as_items": as_items,
}

COMPLEX = ("null", "record", "error", "union", "error_union", "array", "map")
"""Kinds that take statements; an expression writes the others."""


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
        self._appends = False

    def whole(
        self, prefix: bytes, otherwise: Callable[[Any, Exception], bytes]
    ) -> Callable[[Any], bytes]:
        source = self._source
        source.add(0, "def write(value):")
        source.add(1, "try:")
        start = len(source.lines)
        if prefix:
            self._parts.append(source.object(prefix))
        self._write(self._parsed.root, "value", 2)
        if self._appends:
            source.insert(start, 2, "out = []; add = out.append; extend = out.extend")
            self._flush(2)
            source.add(2, "return join(out)")
        else:
            self._gathered(2, "return join")
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
        if len(self._parts) == 1:
            self._add(depth, self._parts.pop())
        elif self._parts:
            self._appends = True
            self._gathered(depth, "extend")

    def _add(self, depth: int, piece: str) -> None:
        self._appends = True
        self._source.add(depth, f"add({piece})")

    def _gathered(self, depth: int, function: str) -> None:
        """Call ``function`` with the pieces gathered so far, each on its line."""
        parts, self._parts = self._parts, []
        self._source.add(depth, f"{function}((")
        for part in parts:
            self._source.add(depth + 1, f"{part},")
        self._source.add(depth, "))")

    def _write(
        self,
        schema: Any,
        value: str,
        depth: int,
        *,
        inline: bool = False,
        mark: bytes = b"",
    ) -> None:
        """Write ``value`` after ``mark``, by the next flush at the latest."""
        schema = self._parsed.resolve(schema)
        what = kind(schema)
        if mark and what in COMPLEX:
            self._parts.append(repr(mark))
        if not inline and self._apart(schema, what, depth):
            self._call(schema, value, depth)
            return
        value = self._converted(schema, value)
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
                line = f"if {value} is not None: raise ValueError('not null')"
                self._source.add(depth, line)
            case _:
                self._parts += scalar_pieces(
                    self._source, schema, what, value, mark=mark
                )

    def _converted(self, schema: Any, value: str) -> str:
        conversion = logical(schema)
        if conversion not in LOGICAL_WRITERS:
            return value
        convert = self._source.object(LOGICAL_WRITERS[conversion])
        return f"{convert}({value}, {self._source.object(schema)})"

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
        self._appends = True
        self._source.add(depth, f"{name}({value}, add, extend)")

    def _record(self, schema: Any, value: str, depth: int) -> None:
        source, record = self._source, self._source.name()
        fields = schema["fields"]
        source.add(depth, f"{record} = {value}")
        source.add(
            depth, f"if {record}.__class__ is not dict: {record} = as_dict({record})"
        )
        complete = source.object(completion(self._parsed, schema, self._strict))
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
        self._add(depth + 1, count_expression(f"len({items})"))
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
        self._add(depth + 1, count_expression(f"len({entries})"))
        source.add(depth + 1, f"for {key}, {item} in {entries}.items():")
        self._parts += scalar_pieces(source, None, "string", key)
        self._write(schema["values"], item, depth + 2)
        self._flush(depth + 2)
        self._parts.append("b'\\x00'")

    def _union(self, union: list[Any], value: str, depth: int) -> None:
        schemas = [self._parsed.resolve(each) for each in union]
        if len(schemas) == 2 and "null" in schemas and not _takes_pairs(schemas):
            self._optional(schemas, value, depth)
            return
        source, chosen, branch = self._source, self._source.name(), self._source.name()
        self._flush(depth)
        classes = source.object(branches_by_class(self._parsed, union))
        choose = source.object(branch_chooser(self._parsed, union))
        source.add(depth, f"{chosen} = {value}")
        source.add(depth, f"{branch} = {classes}.get({chosen}.__class__)")
        source.add(
            depth, f"if {branch} is None: {branch}, {chosen} = {choose}({chosen})"
        )
        for at, each in enumerate(union):
            test = "if" if at == 0 else "elif"
            source.add(depth, f"{test} {branch} == {at}:")
            self._write(each, chosen, depth + 1, mark=write_int(at))
            self._flush(depth + 1)

    def _optional(self, schemas: list[Any], value: str, depth: int) -> None:
        """Write a union of null and one other type."""
        at = schemas.index("null")
        schema, null, mark = schemas[1 - at], write_int(at), write_int(1 - at)
        what = kind(schema)
        if what not in COMPLEX:
            self._parts += optional_pieces(
                self._source,
                schema,
                what,
                value,
                convert=lambda given: self._converted(schema, given),
                null=null,
                mark=mark,
            )
            return
        source, chosen = self._source, self._source.name()
        self._flush(depth)
        source.add(depth, f"{chosen} = {value}")
        source.add(depth, f"if {chosen} is None: add({null!r})")
        source.add(depth, "else:")
        self._write(schema, chosen, depth + 1, mark=mark)
        self._flush(depth + 1)


def _takes_pairs(schemas: list[Any]) -> bool:
    """Whether a tuple could be meant as a value, not as a named branch."""
    return any(kind(each) == "array" for each in schemas)
