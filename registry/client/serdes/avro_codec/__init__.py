"""Avro, compiled: one generated Python function to write, one to read."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import fastavro

from registry.client.serdes._errors import SerializationError, UnusableSchema
from registry.client.serdes.avro_codec._faults import first_fault
from registry.client.serdes.avro_codec._inline import inlined
from registry.client.serdes.avro_codec._parsed import ParsedAvro, parse
from registry.client.serdes.avro_codec._reader import generate_reader
from registry.client.serdes.avro_codec._recursion import counts_nothing
from registry.client.serdes.avro_codec._values import plain
from registry.client.serdes.avro_codec._writer import generate_writer

__all__ = ["ParsedAvro", "compile_reader", "compile_writer", "parse"]


def compile_writer(
    parsed: ParsedAvro, *, strict: bool = True, prefix: bytes = b""
) -> Callable[[Any], bytes]:
    """Return a function that writes a value of ``parsed``, after ``prefix``.

    Values are dicts, dataclasses, pydantic models or named tuples, with the
    Python classes of fastavro inside. The bytes are fastavro's. What the
    generated code does not take, such as an array that is no list, goes
    through fastavro when it fits the schema. The function raises
    `SerializationError` that names the field for what does not fit.
    """

    def otherwise(value: Any, error: Exception) -> bytes:
        try:
            value = plain(value)
            fault = first_fault(parsed, parsed.root, value, strict=strict)
        except RecursionError:
            fault = "value: it is nested too deeply, or holds itself"
        if fault is not None:
            raise SerializationError(fault) from error
        return prefix + _written(parsed, value, strict)

    try:
        return generate_writer(parsed, otherwise, strict=strict, prefix=prefix)
    except UnusableSchema as error:
        reason = error
        return lambda value: otherwise(value, reason)


def compile_reader(
    writer: ParsedAvro, reader: ParsedAvro | None = None
) -> Callable[..., Any]:
    """Return a function of a payload and an offset that reads one value.

    A third argument is ignored: deserializers hand over a header's rest.

    With ``reader`` the value is what that schema describes, by the rules of
    schema resolution. Any exception of it means that the payload is not one
    of ``writer``, or that ``reader`` refuses it. Raises `UnusableSchema` for a
    schema that is too large for generated code and has items without bytes.
    """
    try:
        return generate_reader(writer, reader)
    except UnusableSchema:
        if counts_nothing(writer):
            raise  # fastavro bounds no number of items
        written = inlined(writer)
        wanted = inlined(reader) if reader is not None else None
        return lambda payload, at, _rest=None: fastavro.schemaless_reader(
            BytesIO(payload[at:]), written, wanted
        )


def _written(parsed: ParsedAvro, value: Any, strict: bool) -> bytes:
    out = BytesIO()
    try:
        fastavro.schemaless_writer(
            out, inlined(parsed), value, strict_allow_default=strict
        )
    except Exception as error:
        raise SerializationError(f"value: {error}") from error
    return out.getvalue()
