"""Avro: values written and read by functions compiled from the schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from registry.client._async import AsyncRegistryClient
from registry.client._client import RegistryClient
from registry.client._exchange import Steps
from registry.client._types import RegisteredSchema, Schema
from registry.client.serdes._deserializer import Decoder, Deserializer
from registry.client.serdes._errors import UnusableSchema
from registry.client.serdes._references import closure_steps
from registry.client.serdes._schemas import as_schema
from registry.client.serdes._serializer import Encode, Serializer
from registry.client.serdes.avro_codec import compile_reader, compile_writer, parse

__all__ = ["AvroDeserializer", "AvroSerializer"]


class AvroSerializer(Serializer):
    """Writes dicts, dataclasses, pydantic models and named tuples.

    ``schema`` is the text, or a `Schema` with references; None where the
    settings say which registered one to use. ``to_dict`` turns a value into
    what the schema describes, for classes of other kinds.
    """

    def __init__(
        self,
        client: RegistryClient | AsyncRegistryClient,
        schema: str | Schema | None = None,
        settings: Mapping[str, Any] | None = None,
        *,
        to_dict: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(client, as_schema(schema, "AVRO"), settings, to_dict)
        self._name = full_name(self._schema.text) if self._schema is not None else None

    def _record_name(self, _value: Any) -> str | None:
        return self._name

    def _compile(
        self, schema: RegisteredSchema, _value: Any, prefix: bytes
    ) -> Steps[tuple[Encode, bytes]]:
        texts = yield from closure_steps(schema.schema)
        parsed = parse(schema.schema.text, texts.values())
        strict = self.options.strict
        return compile_writer(parsed, strict=strict, prefix=prefix), b""


class AvroDeserializer(Deserializer):
    """Reads values as dicts, or as what ``from_dict`` makes of them.

    ``schema`` is the reader's: values of all versions that it can read come
    out in its shape. Without it they come as they were written.
    """

    def __init__(
        self,
        client: RegistryClient | AsyncRegistryClient,
        schema: str | Schema | None = None,
        settings: Mapping[str, Any] | None = None,
        *,
        from_dict: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(client, settings, from_dict)
        self._reader = as_schema(schema, "AVRO")

    def _record_name(self, schema: Schema) -> str | None:
        return full_name(schema.text)

    def _compile(
        self, known: RegisteredSchema, wanted: Schema | None
    ) -> Steps[Decoder]:
        wanted = wanted or self._reader
        if known.schema.type != "AVRO":
            raise UnusableSchema(f"the schema is of type {known.schema.type}, not AVRO")
        texts = yield from closure_steps(known.schema)
        writer = parse(known.schema.text, texts.values())
        reader = None
        if wanted is not None and wanted.text != known.schema.text:
            texts = yield from closure_steps(wanted)
            reader = parse(wanted.text, texts.values())
        return Decoder(known, compile_reader(writer, reader))


def full_name(text: str) -> str | None:
    """Return the full name of a schema's own type, from its text alone."""
    try:
        schema = json.loads(text)
    except ValueError:
        return None
    if not isinstance(schema, dict) or not isinstance(schema.get("name"), str):
        return None
    name: str = schema["name"]
    space = schema.get("namespace")
    return f"{space}.{name}" if space and "." not in name else name
