"""Avro: values written and read by functions compiled from the schema."""

from __future__ import annotations

import json
import struct
from typing import Any

from registry.client._exchange import Steps
from registry.client._types import RegisteredSchema, Schema
from registry.client.serdes._deserializer import Decoder
from registry.client.serdes._references import closure_steps
from registry.client.serdes._serializer import Encode
from registry.client.serdes._text_schema import TextDeserializer, TextSerializer
from registry.client.serdes.avro_codec import compile_reader, compile_writer, parse

__all__ = ["AvroDeserializer", "AvroSerializer"]


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


class AvroSerializer(TextSerializer):
    """Writes dicts, dataclasses, pydantic models and named tuples.

    ``schema`` is the text, or a `Schema` with references; None where the
    settings say which registered one to use. ``to_dict`` turns a value into
    what the schema describes, for classes of other kinds.
    """

    type = "AVRO"
    name_of = staticmethod(full_name)

    def _compile(
        self, schema: RegisteredSchema, _value: Any, prefix: bytes
    ) -> Steps[tuple[Encode, bytes]]:
        self._expect(schema)
        texts = yield from closure_steps(schema.schema)
        parsed = parse(schema.schema.text, texts.values())
        strict = self.options.strict
        return compile_writer(parsed, strict=strict, prefix=prefix), b""


class AvroDeserializer(TextDeserializer):
    """Reads values as dicts, or as what ``from_dict`` makes of them.

    ``schema`` is the reader's: values of all versions that it can read come
    out in its shape. Without it they come as they were written.
    """

    type = "AVRO"
    name_of = staticmethod(full_name)

    def _compile(
        self, known: RegisteredSchema, wanted: Schema | None
    ) -> Steps[Decoder]:
        wanted = wanted or self._reader
        self._expect(known)
        texts = yield from closure_steps(known.schema)
        writer = parse(known.schema.text, texts.values())
        reader = None
        if wanted is not None and wanted.text != known.schema.text:
            texts = yield from closure_steps(wanted)
            reader = parse(wanted.text, texts.values())
        return Decoder(known, compile_reader(writer, reader), _explained)


def _explained(error: Exception) -> str:
    """Say what a compiled reader found: it looks at no length before it reads."""
    if isinstance(error, IndexError | struct.error):
        return "it ends too early, or names an enum symbol that is none"
    return str(error) or repr(error)
