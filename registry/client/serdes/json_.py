"""JSON Schema: what goes on the wire is what was validated."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from registry.client._exchange import Steps
from registry.client._types import RegisteredSchema, Schema
from registry.client.serdes._deserializer import Decoder
from registry.client.serdes._errors import (
    DeserializationError,
    SerializationError,
)
from registry.client.serdes._json_validator import Fault, compile_validator
from registry.client.serdes._references import closure_steps
from registry.client.serdes._serializer import Encode
from registry.client.serdes._text_schema import TextDeserializer, TextSerializer

__all__ = ["JsonDeserializer", "JsonSerializer"]


def title(text: str) -> str | None:
    """Return the schema's ``title``, which names the record for strategies."""
    try:
        schema = json.loads(text)
    except ValueError:
        return None
    found = schema.get("title") if isinstance(schema, dict) else None
    return found if isinstance(found, str) else None


class JsonSerializer(TextSerializer):
    """Writes JSON values, dataclasses, pydantic models and msgspec structs.

    The written document is read back and validated, so that a value which
    JSON spells otherwise (NaN becomes null, a date a string) is judged as
    its reader will see it.
    """

    type = "JSON"
    name_of = staticmethod(title)

    def _compile(
        self, schema: RegisteredSchema, _value: Any, prefix: bytes
    ) -> Steps[tuple[Encode, bytes]]:
        self._expect(schema)
        encoder = msgspec.json.Encoder(enc_hook=_model)
        if not self.options.validate:
            return lambda value: prefix + _encoded(encoder, value), b""
        texts = yield from closure_steps(schema.schema)
        fault = compile_validator(schema.schema.text, texts)
        decode = msgspec.json.Decoder().decode

        def encode(value: Any) -> bytes:
            body = _encoded(encoder, value)
            wrong = fault(decode(body))
            if wrong is not None:
                raise SerializationError(wrong)
            return prefix + body

        return encode, b""


class JsonDeserializer(TextDeserializer):
    """Reads JSON values, validated by the reader's schema, else the writer's.

    ``from_dict`` makes something else of a value, such as
    ``Model.model_validate``.
    """

    type = "JSON"
    name_of = staticmethod(title)

    def _compile(
        self, known: RegisteredSchema, wanted: Schema | None
    ) -> Steps[Decoder]:
        self._expect(known)
        loads = msgspec.json.Decoder().decode
        if not self.options.validate:
            return Decoder(known, lambda payload, at, _rest: loads(payload[at:]))
        reader = wanted or self._reader or known.schema
        texts = yield from closure_steps(reader)
        fault = compile_validator(reader.text, texts)
        return Decoder(known, _reading(loads, fault))


def _reading(
    loads: Callable[[bytes], Any], fault: Fault
) -> Callable[[bytes, int, bytes], Any]:
    def decode(payload: bytes, at: int, _rest: bytes) -> Any:
        value = loads(payload[at:])
        wrong = fault(value)
        if wrong is not None:
            raise DeserializationError(wrong)
        return value

    return decode


def _encoded(encoder: msgspec.json.Encoder, value: Any) -> bytes:
    try:
        return encoder.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise SerializationError(f"the value cannot be JSON: {error}") from error


def _model(value: Any) -> Any:
    """Turn what msgspec does not know: pydantic models."""
    if hasattr(type(value), "model_fields"):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"{type(value).__name__} is neither JSON nor a known model")
