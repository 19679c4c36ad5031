"""Avro schemas to check, and the ``avro`` library's checker, a port of Java's."""

from __future__ import annotations

import json
from importlib.metadata import version as installed

import avro.compatibility
import avro.schema

from compat.formats.avro import FORMAT

__all__ = ["BASELINE", "FORMAT", "pair", "theirs", "version"]

BASELINE = f"avro {installed('avro')}"

_TYPES = ("int", "string", "long")
_VERSION_FIELDS = 100


def _record(numbers: range, *, widened: bool = False, broken: bool = False) -> str:
    kinds = {number: _TYPES[number % 3] for number in numbers}
    if widened:
        kinds = {n: "long" if kind == "int" else kind for n, kind in kinds.items()}
    if broken:
        kinds[numbers[-1]] = "boolean"
    fields = [
        {"name": f"field_{number}", "type": kind, "default": _DEFAULTS[kind]}
        for number, kind in kinds.items()
    ]
    return json.dumps({"type": "record", "name": "Order", "fields": fields})


_DEFAULTS = {"int": 0, "long": 0, "string": "", "boolean": False}


def pair(count: int, *, broken: bool) -> tuple[str, str]:
    """Return the texts of writer and reader, of ``count`` fields.

    The reader has a field more, and reads each int as a long; when broken, it
    also reads a field as another type.
    """
    more = count if broken else count + 1
    return _record(range(count)), _record(range(more), widened=True, broken=broken)


def theirs(writer: str, reader: str) -> bool:
    """Return whether the baseline finds the pair compatible."""
    checker = avro.compatibility.ReaderWriterCompatibilityChecker()
    found = checker.get_compatibility(
        avro.schema.parse(reader), avro.schema.parse(writer)
    )
    return bool(
        found.compatibility == avro.compatibility.SchemaCompatibilityType.compatible
    )


def version(number: int) -> str:
    """Return a version of a history: in each, one field comes and one goes."""
    return _record(range(number, number + _VERSION_FIELDS))
