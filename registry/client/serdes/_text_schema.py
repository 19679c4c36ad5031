"""What Avro and JSON Schema share: an application gives its schema as a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from registry.client._async import AsyncRegistryClient
from registry.client._client import RegistryClient
from registry.client._types import RegisteredSchema, Schema
from registry.client.serdes._deserializer import Deserializer
from registry.client.serdes._errors import UnusableSchema
from registry.client.serdes._serializer import Serializer

__all__ = ["TextDeserializer", "TextSerializer"]


class _OfText:
    type: ClassVar[str]

    @staticmethod
    def name_of(text: str) -> str | None:
        """Return the record name that strategies use."""
        raise NotImplementedError

    def _given(self, schema: str | Schema | None) -> Schema | None:
        if isinstance(schema, str):
            return Schema(schema, self.type)
        if schema is not None and schema.type != self.type:
            raise ValueError(
                f"a schema of type {schema.type}, where {self.type} is needed"
            )
        return schema

    def _expect(self, known: RegisteredSchema) -> None:
        """Raise `UnusableSchema` when the registry's schema is of another format."""
        if known.schema.type != self.type:
            raise UnusableSchema(
                f"the schema is of type {known.schema.type}, not {self.type}"
            )


class TextSerializer(_OfText, Serializer):
    """A serializer whose schema is a text, a `Schema`, or a registered one.

    ``schema`` is None where the settings say which registered one to use.
    ``to_dict`` turns a value into what the schema describes.
    """

    def __init__(
        self,
        client: RegistryClient | AsyncRegistryClient,
        schema: str | Schema | None = None,
        settings: Mapping[str, Any] | None = None,
        *,
        to_dict: Callable[[Any], Any] | None = None,
    ) -> None:
        given = self._given(schema)
        super().__init__(client, given, settings, to_dict)
        self._name = None if given is None else self.name_of(given.text)

    def _record_name(self, _value: Any) -> str | None:
        return self._name


class TextDeserializer(_OfText, Deserializer):
    """A deserializer whose reader's schema, if it has one, is a text or `Schema`.

    ``from_dict`` makes something else of a value.
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
        self._reader = self._given(schema)

    def _record_name(self, schema: Schema) -> str | None:
        return self.name_of(schema.text)
