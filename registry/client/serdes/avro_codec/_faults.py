"""Why a value does not fit a schema: asked only after writing it has failed."""

from __future__ import annotations

import array
import numbers
from collections.abc import Callable, Mapping
from typing import Any

from fastavro.logical_writers import LOGICAL_WRITERS

from registry.client.serdes.avro_codec._parsed import ParsedAvro, kind, logical
from registry.client.serdes.avro_codec._values import as_dict
from registry.client.serdes.avro_codec._varint import (
    INT_MAX,
    INT_MIN,
    LONG_MAX,
    LONG_MIN,
)

__all__ = ["first_fault", "named_branch"]


def first_fault(
    parsed: ParsedAvro, schema: Any, value: Any, path: str = "", *, strict: bool = True
) -> str | None:
    """Return what is wrong with ``value``, with its path; None when it fits.

    As strict as fastavro's ``validate`` and ``strict_allow_default`` together;
    without ``strict``, fields may be too many, and absent where null will do.
    """
    return _Check(parsed, strict).fault(schema, value, path)


class _Check:
    def __init__(self, parsed: ParsedAvro, strict: bool) -> None:
        self._parsed = parsed
        self._strict = strict

    def fault(self, schema: Any, value: Any, path: str) -> str | None:
        schema = self._parsed.resolve(schema)
        conversion = logical(schema)
        if conversion in LOGICAL_WRITERS:
            try:
                value = LOGICAL_WRITERS[conversion](value, schema)
            except Exception as error:
                return _told(path, f"{error}")
        match kind(schema):
            case "fixed":
                return _fixed(schema, value, path)
            case "enum":
                return _enum(schema, value, path)
            case "array":
                return self._array(schema, value, path)
            case "map":
                return self._map(schema, value, path)
            case "record" | "error":
                return self._record(schema, value, path)
            case "union" | "error_union":
                return self._union(schema, value, path)
            case simple:
                fits, wanted = _SIMPLE[simple]
                return None if fits(value) else _told(path, _expected(wanted, value))

    def _array(self, schema: Any, value: Any, path: str) -> str | None:
        if not isinstance(value, list | tuple | array.array):
            return _told(path, _expected("a list", value))
        for at, each in enumerate(value):
            fault = self.fault(schema["items"], each, f"{path}[{at}]")
            if fault:
                return fault
        return None

    def _map(self, schema: Any, value: Any, path: str) -> str | None:
        if not isinstance(value, Mapping):
            return _told(path, _expected("a mapping", value))
        for key, each in value.items():
            if not _text(key):
                return _told(path, _expected("string keys", key))
            fault = self.fault(schema["values"], each, f"{path}[{key!r}]")
            if fault:
                return fault
        return None

    def _record(self, schema: Any, value: Any, path: str) -> str | None:
        try:
            record = as_dict(value)
        except TypeError:
            return _told(path, _expected(f"a record {schema['name']}", value))
        if record.get("-type", schema["name"]) != schema["name"]:
            return _told(path, f"the value is a {record['-type']}")
        names = [field["name"] for field in schema["fields"]]
        for extra in record:
            if self._strict and extra not in names and extra != "-type":
                return _told(path, f"{schema['name']} has no field {extra!r}")
        for field in schema["fields"]:
            name = field["name"]
            at = f"{path}.{name}" if path else name
            if name in record:
                fault = self.fault(field["type"], record[name], at)
            elif "default" in field:
                fault = None
            elif self._strict or self.fault(field["type"], None, at):
                fault = _told(path, f"field {name!r} is missing and has no default")
            else:
                fault = None
            if fault:
                return fault
        return None

    def _union(self, union: Any, value: Any, path: str) -> str | None:
        if type(value) is tuple and len(value) == 2:
            branch = named_branch(self._parsed, union, value[0])
            if branch is not None:
                return self.fault(union[branch], value[1], path)
        faults = [self.fault(branch, value, path) for branch in union]
        if None in faults:
            return None
        # The fault deepest inside is the one of the branch that was meant.
        return max((each for each in faults if each), key=_depth, default=None)


def _integer(low: int, high: int) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        return whole and low <= int(value) <= high

    return fits


def _real(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _float(value: Any) -> bool:
    # Infinity and NaN are floats; a finite number beyond them would become one.
    return _real(value) and (
        value != value or abs(value) in (float("inf"),) or abs(value) < 3.4028236e38
    )


def _text(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


_SIMPLE: dict[str, tuple[Callable[[Any], bool], str]] = {
    "null": (lambda value: value is None, "null"),
    "boolean": (lambda value: isinstance(value, bool), "a boolean"),
    "int": (_integer(INT_MIN, INT_MAX), "a 32-bit integer"),
    "long": (_integer(LONG_MIN, LONG_MAX), "a 64-bit integer"),
    "float": (_float, "a 32-bit float"),
    "double": (_real, "a number"),
    "string": (_text, "a string of valid Unicode"),
    "bytes": (lambda value: isinstance(value, bytes | bytearray), "bytes"),
}


def _fixed(schema: Any, value: Any, path: str) -> str | None:
    if isinstance(value, bytes | bytearray) and len(value) == schema["size"]:
        return None
    return _told(path, _expected(f"{schema['size']} bytes", value))


def _enum(schema: Any, value: Any, path: str) -> str | None:
    spellings = (value, getattr(value, "value", None), getattr(value, "name", None))
    if any(each in schema["symbols"] for each in spellings if isinstance(each, str)):
        return None
    return _told(path, _expected(f"a symbol of {schema['name']}", value))


def _depth(fault: str) -> int:
    return fault.partition(":")[0].count(".")


def named_branch(parsed: ParsedAvro, union: list[Any], name: Any) -> int | None:
    """Return the branch that a ``(name, value)`` pair asks for."""
    for index, branch in enumerate(union):
        schema = parsed.resolve(branch)
        known = schema.get("name", kind(schema)) if isinstance(schema, dict) else schema
        if name == known:
            return index
    return None


def _expected(wanted: str, value: Any) -> str:
    shown = repr(value)
    if len(shown) > 60:
        shown = f"{shown[:57]}..."
    return f"expected {wanted}, got {type(value).__name__} {shown}"


def _told(path: str, what: str) -> str:
    return f"{path or 'value'}: {what}"
