"""Generates, for a writer's schema and a reader's, the function that reads."""

from __future__ import annotations

import copy
import struct
from collections.abc import Callable
from typing import Any

from registry.client.serdes._errors import UnusableSchema
from registry.client.serdes.avro_codec._conversions import conversion, promotion
from registry.client.serdes.avro_codec._defaults import default_as_read, default_value
from registry.client.serdes.avro_codec._numbers import (
    FAR,
    READ_OBJECTS,
    number_lines,
)
from registry.client.serdes.avro_codec._parsed import ParsedAvro, kind
from registry.client.serdes.avro_codec._recursion import (
    empty_names,
    recursive_names,
    takes_no_bytes,
)
from registry.client.serdes.avro_codec._resolution import (
    NO_MATCH,
    matching,
    reader_field,
)
from registry.client.serdes.avro_codec._source import (
    MAX_DEPTH,
    Source,
    literal,
)
from registry.client.serdes.avro_codec._varint import (
    block_count,
    read_length,
    write_int,
)

__all__ = ["generate_reader"]


def refuse(why: str) -> Any:
    """Raise what a value that the reader cannot take is answered with."""
    raise ValueError(why)


OBJECTS: dict[str, Any] = {
    **READ_OBJECTS,
    "lengths": tuple(None if each & 129 else each >> 1 for each in range(256)),
    "read_length": read_length,
    "block_count": block_count,
    "unpack_float": struct.Struct("<f").unpack_from,
    "unpack_double": struct.Struct("<d").unpack_from,
    "decode": bytes.decode,
    "deepcopy": copy.deepcopy,
    "refuse": refuse,
}

MOST_SHOWN = 15
"""Longer dict displays grow, and hash again, from few entries; a copy is whole."""

EMPTY_ITEMS = 65_536
"""How many items that take no bytes one payload may hold."""


def generate_reader(
    writer: ParsedAvro, reader: ParsedAvro | None = None
) -> Callable[..., Any]:
    """Return a function of the payload and the offset of its first byte.

    Without ``reader`` values come as they were written. The function raises
    whatever a broken payload makes Python raise, never reads past the end,
    and takes time and memory in proportion to the payload. Raises
    `UnusableSchema` when the reader cannot read the writer at all, or the
    schema is too large for generated code.
    """
    return _Generator(writer, reader or writer, resolves=reader is not None).whole()


class _Generator:
    def __init__(
        self, writer: ParsedAvro, reader: ParsedAvro, *, resolves: bool
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._resolves = resolves
        self._source = Source(OBJECTS)
        self._recursive = recursive_names(writer)
        self._empty = empty_names(writer)
        self._functions: dict[tuple[int, int], str] = {}
        self._todo: list[tuple[str, Any, Any]] = []

    def whole(self) -> Callable[..., Any]:
        source = self._source
        source.add(0, "def read(data, at, _rest=None):")
        source.add(1, f"budget = [{EMPTY_ITEMS}]")
        self._sizes()
        result = self._read(self._writer.root, self._reader.root, 1)
        source.add(1, "if at > size: refuse('the payload ends too early')")
        source.add(1, f"return {result}")
        while self._todo:
            name, written, wanted = self._todo.pop()
            source.add(0, f"def {name}(data, at, budget):")
            self._sizes()
            result = self._read(written, wanted, 1, inline=True)
            source.add(1, f"return {result}, at")
        return source.build("read")

    def _sizes(self) -> None:
        self._source.add(1, f"size = len(data); far = size - {FAR}")

    def _read(
        self, written: Any, wanted: Any, depth: int, *, inline: bool = False
    ) -> str:
        """Emit the reading of one value, and return the variable it is in.

        ``wanted`` is None where the value is only skipped.
        """
        written = self._writer.resolve(written)
        if not inline and self._apart(written, depth):
            return self._call(written, wanted, depth)
        if isinstance(written, list):
            return self._union(written, wanted, depth)
        if wanted is not None and self._resolves:
            wanted = matching(self._writer, written, self._reader, wanted)
            if wanted is NO_MATCH:
                return self._refusal(
                    f"the reader's schema has no {_name(written)}", depth
                )
        elif wanted is not None:
            wanted = written
        match kind(written):
            case "record" | "error":
                return self._record(written, wanted, depth)
            case "array":
                return self._array(written, wanted, depth)
            case "map":
                return self._map(written, wanted, depth)
            case _:
                return self._scalar(written, wanted, depth)

    def _refusal(self, why: str, depth: int) -> str:
        name = self._source.name()
        self._source.add(depth, f"{name} = refuse({literal(why)})")
        return name

    def _apart(self, written: Any, depth: int) -> bool:
        named = isinstance(written, dict) and kind(written) in ("record", "error")
        if named and (written["name"] in self._recursive or self._source.long):
            return True
        return depth > MAX_DEPTH and kind(written) in (
            "record",
            "union",
            "array",
            "map",
        )

    def _call(self, written: Any, wanted: Any, depth: int) -> str:
        resolved = self._reader.resolve(wanted) if wanted is not None else None
        key = (id(written), id(resolved))
        function = self._functions.get(key)
        if function is None:
            function = f"read_{self._source.name()}"
            self._functions[key] = function
            self._todo.append((function, written, resolved))
        name = self._source.name()
        self._source.add(depth, f"{name}, at = {function}(data, at, budget)")
        return name

    def _record(self, written: Any, wanted: Any, depth: int) -> str:
        name = self._source.name()
        if wanted is None or not self._resolves:
            keep = wanted is not None
            values = [
                (
                    field["name"],
                    self._read(field["type"], True if keep else None, depth),
                )
                for field in written["fields"]
            ]
            if keep:
                self._made(name, values, depth)
            return name if keep else "None"
        read = {}
        for field in written["fields"]:
            taker = reader_field(field, wanted["fields"])
            if taker is None or taker["name"] in read:
                self._read(field["type"], None, depth)
            else:
                read[taker["name"]] = self._read(field["type"], taker["type"], depth)
        members = [
            (
                field["name"],
                read.get(field["name"]) or self._default(wanted, field, depth),
            )
            for field in wanted["fields"]
        ]
        self._made(name, members, depth)
        return name

    def _made(self, name: str, members: list[tuple[str, str]], depth: int) -> None:
        """Emit the making of a dict of ``members``, expressions by name."""
        if len(members) <= MOST_SHOWN:
            shown = ", ".join(f"{literal(key)}: {each}" for key, each in members)
            self._source.add(depth, f"{name} = {{{shown}}}")
            return
        empty = self._source.object(dict.fromkeys(key for key, _ in members))
        sets = "; ".join(f"{name}[{literal(key)}] = {each}" for key, each in members)
        self._source.add(depth, f"{name} = {empty}.copy(); {sets}")

    def _default(self, record: Any, field: Any, depth: int) -> str:
        if "default" not in field:
            why = f"field {field['name']} of {record['name']} is not in the writer's "
            return self._refusal(f"{why}schema and has no default", depth)
        try:
            value = default_value(self._reader, field["type"], field["default"])
            value = default_as_read(self._reader, field["type"], value)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            why = f"the default of field {field['name']} of {record['name']} is none"
            return self._refusal(f"{why}: {error!r}", depth)
        constant = self._source.object(value)
        mutable = isinstance(value, dict | list)
        return f"deepcopy({constant})" if mutable else constant

    def _scalar(self, written: Any, wanted: Any, depth: int) -> str:
        source, name = self._source, self._source.name()
        add = source.add
        match kind(written):
            case "null":
                return "None"
            case "boolean":
                add(depth, f"{name} = data[at] == 1; at += 1")
            case "int" | "long" as size:
                for line in number_lines(name, size):
                    add(depth, line)
            case "float":
                add(depth, f"{name}, = unpack_float(data, at); at += 4")
            case "double":
                add(depth, f"{name}, = unpack_double(data, at); at += 8")
            case "string":
                self._sized(name, depth, decode=True)
            case "bytes":
                self._sized(name, depth, decode=False)
            case "fixed":
                add(depth, f"end = at + {written['size']}")
                add(depth, "if end > size: refuse('the payload ends too early')")
                add(depth, f"{name} = data[at:end]; at = end")
            case "enum":
                self._enum(written, wanted, name, depth)
            case other:
                raise UnusableSchema(f"no such Avro type: {other}")
        if wanted is not None:
            self._convert(written, wanted, name, depth)
        return name

    def _sized(self, name: str, depth: int, *, decode: bool) -> None:
        octets = "data[at:(at := at + n)]"
        given = f"decode({octets})" if decode else octets
        add = self._source.add
        # No length is what takes more than a byte, or is negative.
        add(depth, "if (n := lengths[data[at]]) is None:")
        add(depth + 1, f"n, at = read_length(data, at); {name} = {given}")
        add(depth, f"else: at += 1; {name} = {given}")

    def _convert(self, written: Any, wanted: Any, name: str, depth: int) -> None:
        promoted = promotion(kind(written), kind(wanted))
        if promoted is not None:
            self._source.add(depth, f"{name} = {self._source.object(promoted)}({name})")
        try:
            convert = conversion(written, wanted)
        except ValueError as error:
            self._source.add(depth, f"refuse({literal(str(error))})")
            return
        if convert is not None:
            self._source.add(depth, f"{name} = {self._source.object(convert)}({name})")

    def _enum(self, written: Any, wanted: Any, name: str, depth: int) -> None:
        source = self._source
        symbols: tuple[Any, ...] = tuple(written["symbols"])
        if wanted is not None and wanted is not written:
            known, default = wanted["symbols"], wanted.get("default")
            symbols = tuple(each if each in known else default for each in symbols)
        source.add(depth, "n = data[at]; at += 1")
        source.add(depth, "if n & 129: n, at = read_length(data, at - 1)")
        source.add(depth, "else: n >>= 1")
        source.add(depth, f"{name} = {source.object(symbols)}[n]")
        if None in symbols:
            why = literal(f"the reader's {wanted['name']} has no such symbol")
            source.add(depth, f"if {name} is None: refuse({why})")

    def _blocks(self, item: Any, depth: int) -> None:
        """Emit the loop head over blocks; what follows reads one item."""
        source, left = self._source, self._source.name()
        free = takes_no_bytes(self._writer, item, self._empty)
        source.add(depth, "while True:")
        source.add(depth + 1, f"{left} = data[at]; at += 1")
        source.add(depth + 1, f"if not {left}: break")
        budget = "budget" if free else "None"
        source.add(
            depth + 1,
            f"if {left} & 129: {left}, at = block_count(data, at - 1, {budget})",
        )
        source.add(depth + 1, f"else: {left} >>= 1")
        source.add(depth + 1, f"for _ in range({left}):")

    def _array(self, written: Any, wanted: Any, depth: int) -> str:
        name = self._source.name()
        self._source.add(depth, f"{name} = []")
        self._blocks(written["items"], depth)
        inner = None if wanted is None else wanted["items"]
        item = self._read(written["items"], inner, depth + 2)
        keep = f"{name}.append({item})" if wanted is not None else "pass"
        self._source.add(depth + 2, keep)
        return name

    def _map(self, written: Any, wanted: Any, depth: int) -> str:
        name = self._source.name()
        self._source.add(depth, f"{name} = {{}}")
        self._blocks("string", depth)
        key = self._scalar("string", None, depth + 2)
        inner = None if wanted is None else wanted["values"]
        item = self._read(written["values"], inner, depth + 2)
        keep = f"{name}[{key}] = {item}" if wanted is not None else "pass"
        self._source.add(depth + 2, keep)
        return name

    def _union(self, union: list[Any], wanted: Any, depth: int) -> str:
        source, name, branch = self._source, self._source.name(), self._source.name()
        source.add(depth, f"{branch} = data[at]; at += 1")
        small = len(union) <= 63
        if not small:
            source.add(
                depth, f"if {branch} & 129: {branch}, at = read_length(data, at - 1)"
            )
            source.add(depth, f"else: {branch} >>= 1")
        for at, each in enumerate(union):
            test = "if" if at == 0 else "elif"
            number = write_int(at)[0] if small else at
            source.add(depth, f"{test} {branch} == {number}:")
            value = self._read(each, wanted, depth + 1)
            source.add(depth + 1, f"{name} = {value}")
        source.add(depth, "else: refuse('the union has no such branch')")
        return name


def _name(schema: Any) -> str:
    return schema.get("name", kind(schema)) if isinstance(schema, dict) else str(schema)
