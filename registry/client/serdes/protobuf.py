"""Protobuf: generated messages, or ones made from the registry's descriptors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import EncodeError, Message

from registry.client._async import AsyncRegistryClient
from registry.client._client import RegistryClient
from registry.client._exchange import Steps
from registry.client._operations.compatibility import check
from registry.client._operations.subjects import lookup
from registry.client._types import RegisteredSchema, Schema, SchemaReference
from registry.client.serdes import _message_index as message_index
from registry.client.serdes._descriptors import (
    dependencies,
    message_class,
    parsed_file,
    schema_text,
)
from registry.client.serdes._deserializer import Decoder, Deserializer
from registry.client.serdes._errors import (
    DeserializationError,
    SchemaRefused,
    SerializationError,
    UnusableSchema,
)
from registry.client.serdes._gate import own_steps
from registry.client.serdes._options import flag
from registry.client.serdes._references import closure_steps
from registry.client.serdes._serializer import Encode, Serializer

__all__ = ["ProtobufDeserializer", "ProtobufSerializer"]


class ProtobufSerializer(Serializer):
    """Writes messages of generated classes.

    When it knows the class it also writes dicts, dataclasses and pydantic
    models, by the names and forms of Protobuf's JSON.
    With ``message_type`` values of other classes are refused; without it a
    topic may hold messages of several types. Imports are registered first,
    each under its import path.
    """

    stored = "serialized"

    def __init__(
        self,
        client: RegistryClient | AsyncRegistryClient,
        message_type: type[Message] | None = None,
        settings: Mapping[str, Any] | None = None,
        *,
        to_dict: Callable[[Any], Any] | None = None,
    ) -> None:
        given = dict(settings or {})
        self._skip_known = flag("skip.known.types", given, default=True)
        self._reference_subject: Callable[[str], str] = given.pop(
            "reference.subject.name.strategy", str
        )
        super().__init__(client, None, given, self._message)
        self._type = message_type
        self._turn = to_dict

    def _message(self, value: Any) -> Message:
        if self._turn is not None:
            value = self._turn(value)
        if isinstance(value, Message):
            if self._type is not None and value.__class__ is not self._type:
                raise SerializationError(
                    f"expected a {self._type.__name__}, got {type(value).__name__}"
                )
            return value
        if self._type is None:
            raise SerializationError(f"not a Protobuf message: {type(value).__name__}")
        try:
            document = msgspec.to_builtins(value, enc_hook=_model)
            if not isinstance(document, dict):
                raise TypeError(f"not a Protobuf message: {type(value).__name__}")
            return ParseDict(document, self._type())
        except (ParseError, TypeError, ValueError, RecursionError) as error:
            raise SerializationError(f"value: {error}") from error

    def _key(self, value: Any, topic: str, field: str) -> Any:
        return topic, field, value.__class__

    def _record_name(self, value: Any) -> str | None:
        return str(self._descriptor(value).full_name)

    def _descriptor(self, value: Any) -> Any:
        message = value if value is not None else self._type
        if message is None:
            raise SerializationError("warm_up needs an example message")
        return message.DESCRIPTOR

    def warm_up(self, topic: str, *, field: str = "value", value: Any = None) -> Any:
        """Ask the registry now; ``value`` is an example where no type was given."""
        if value is None and self._type is not None:
            value = self._type()
        return super().warm_up(topic, field=field, value=value)

    def _own_schema(self, value: Any) -> Steps[Schema | None]:
        return (yield from self._file_steps(self._descriptor(value).file))

    def _file_steps(self, file: Any) -> Steps[Schema]:
        """Return the schema of ``file``, its imports looked up or registered first."""
        references = []
        for each in dependencies(file, skip_known=self._skip_known):
            schema = yield from self._file_steps(each)
            subject = self._reference_subject(each.name)
            known = yield from self._reference_steps(subject, schema)
            references.append(SchemaReference(each.name, subject, known.version or 1))
        return Schema(schema_text(file), "PROTOBUF", tuple(references))

    def _reference_steps(self, subject: str, schema: Schema) -> Steps[RegisteredSchema]:
        known = yield from own_steps(self.options, subject, schema)
        if known.version is None:  # registries up to 7.x register without saying it
            known = yield lookup(subject, schema, normalize=self.options.normalize)
        return known

    def _compile(
        self, schema: RegisteredSchema, value: Any, prefix: bytes
    ) -> Steps[tuple[Encode, bytes]]:
        descriptor = self._descriptor(value)
        indexes: message_index.Indexes | None = message_index.indexes_of(descriptor)
        if self.options.uses_registered:
            # The registered file may list its messages in another order.
            file = parsed_file(schema.schema.text)
            indexes = message_index.find_message(file, descriptor.full_name)
            yield from self._check_steps(schema, value)
        if indexes is None:
            raise SerializationError(
                f"the registered schema has no message {descriptor.full_name}"
            )
        extra = message_index.written(indexes)
        whole = prefix + extra if prefix else b""
        return _encoding(whole), extra

    def _check_steps(self, schema: RegisteredSchema, value: Any) -> Steps[None]:
        """Refuse a class that the subject forbids, since it writes, not the schema."""
        if schema.subject is None:
            return
        own = yield from self._own_schema(value)
        if own is None:
            return
        answer = yield check(schema.subject, own, normalize=self.options.normalize)
        if not answer.compatible:
            raise SchemaRefused(schema.subject, answer.findings, answer.messages)


def _model(value: Any) -> Any:
    """Turn what msgspec does not know: pydantic models."""
    if hasattr(type(value), "model_fields"):
        # Not in JSON's mode, which has bytes as text rather than base64.
        return value.model_dump(by_alias=True)
    raise TypeError(f"{type(value).__name__} has no form in Protobuf's JSON")


def _encoding(prefix: bytes) -> Encode:
    def encode(message: Any) -> bytes:
        try:
            return prefix + message.SerializeToString()  # type: ignore[no-any-return]
        except (EncodeError, ValueError) as error:
            raise SerializationError(f"value: {error}") from error

    return encode


class ProtobufDeserializer(Deserializer):
    """Reads messages of ``message_type``, or of classes made from the schema.

    A payload that holds a message of another full name is refused, unless
    ``any_name`` is set, as after a package was renamed.
    """

    stored = "serialized"

    def __init__(
        self,
        client: RegistryClient | AsyncRegistryClient,
        message_type: type[Message] | None = None,
        settings: Mapping[str, Any] | None = None,
        *,
        any_name: bool = False,
        from_dict: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(client, settings, from_dict)
        self._type = message_type
        self._any_name = any_name

    def _record_name(self, schema: Schema) -> str | None:
        if self._type is not None:
            return str(self._type.DESCRIPTOR.full_name)
        return message_index.name_at(parsed_file(schema.text), (0,))

    def _compile(
        self, known: RegisteredSchema, _wanted: Schema | None
    ) -> Steps[Decoder]:
        if known.schema.type != "PROTOBUF":
            raise UnusableSchema(
                f"the schema is of type {known.schema.type}, not PROTOBUF"
            )
        others: dict[str, str] = {}
        if self._type is None:
            others = yield from closure_steps(known.schema, format=self.stored)
        file = parsed_file(known.schema.text)

        def class_at(indexes: message_index.Indexes) -> type[Message]:
            name = message_index.name_at(file, indexes)
            if self._type is None:
                return message_class(file, others, name)
            wanted = self._type.DESCRIPTOR.full_name
            if name != wanted and not self._any_name:
                raise DeserializationError(f"the message is a {name}, not a {wanted}")
            return self._type

        return Decoder(known, _decoding(class_at))


def _decoding(
    class_at: Callable[[message_index.Indexes], type[Message]],
) -> Callable[[bytes, int, bytes], Any]:
    parsers: dict[message_index.Indexes, Callable[[bytes], Any]] = {}
    first: list[Callable[[bytes], Any]] = []

    def parser(indexes: message_index.Indexes) -> Callable[[bytes], Any]:
        found = parsers.get(indexes)
        if found is None:
            found = parsers[indexes] = class_at(indexes).FromString
            if indexes == (0,):
                first.append(found)
        return found

    def decode(payload: bytes, at: int, rest: bytes) -> Any:
        if first and not rest and payload[at : at + 1] == b"\x00":
            return first[0](payload[at + 1 :])
        if rest:
            indexes, _ = message_index.read(rest, 0)
            return parser(indexes)(payload)
        indexes, start = message_index.read(payload, at)
        return parser(indexes)(payload[start:])

    return decode
