"""What the serializers of all formats do the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from registry.client._async import AsyncRegistryClient
from registry.client._client import RegistryClient
from registry.client._exchange import Steps
from registry.client._types import RegisteredSchema, Schema
from registry.client.serdes._errors import SerializationError
from registry.client.serdes._framing import (
    Framing,
    add_header,
    guid_header,
    header_name,
    id_prefix,
)
from registry.client.serdes._gate import admitted_steps
from registry.client.serdes._lru import Lru
from registry.client.serdes._naming import subject_steps
from registry.client.serdes._options import SerializerOptions
from registry.client.serdes._rules import refuse_on_write

__all__ = ["Prepared", "Serializer"]

Encode = Callable[[Any], bytes]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A schema that passed the gate, and the function that writes it.

    ``encode`` returns the whole payload, its prefix included. ``header`` is
    the value of the schema header, for header framing.
    """

    schema: RegisteredSchema
    encode: Encode
    header: bytes | None = None
    until: float = float("inf")


class Serializer:
    """Values in, framed bytes out; safe to share among threads.

    With a `RegistryClient` the first message of a topic asks the registry.
    With an `AsyncRegistryClient`, or to ask it before the first message,
    ``await warm_up(topic)`` (``warm_up(topic)``) once at the start.
    """

    def __init__(
        self,
        client: RegistryClient | AsyncRegistryClient,
        schema: Schema | None,
        settings: Mapping[str, Any] | None,
        to_dict: Callable[[Any], Any] | None,
    ) -> None:
        self._client = client
        self._schema = schema
        self._to_dict = to_dict
        self.options = SerializerOptions.of(settings)
        self._prepared: Lru[Any, Prepared] = Lru(client.config.cache_capacity)
        self._in_header = self.options.framing is Framing.HEADER

    def serialize(
        self, value: Any, topic: str, *, field: str = "value", headers: Any = None
    ) -> bytes | None:
        """Return ``value`` as bytes for ``topic``; None stays None (a tombstone).

        ``field`` is ``key`` or ``value``. Header framing adds its header to
        ``headers``, a list of pairs or a dict. Raises `SerializationError`
        and its kinds before a byte exists, `ClientError` when the registry
        cannot be asked.
        """
        if value is None:
            return None
        if self._to_dict is not None:
            value = self._to_dict(value)
        prepared = self._prepared.get(self._key(value, topic, field))
        if prepared is None:
            prepared = self._ask(value, topic, field)
        payload = prepared.encode(value)
        if self._in_header:
            _add_header(headers, field, prepared)
        return payload

    async def serialize_async(
        self, value: Any, topic: str, *, field: str = "value", headers: Any = None
    ) -> bytes | None:
        """`serialize` that awaits the registry before the first message."""
        if value is None:
            return None
        if self._to_dict is not None:
            value = self._to_dict(value)
        prepared = self._prepared.get(self._key(value, topic, field))
        if prepared is None:
            client, steps = self._client, self._steps(value, topic, field)
            if isinstance(client, AsyncRegistryClient):
                prepared = await client.run(steps)
            else:
                prepared = client.run(steps)
        payload = prepared.encode(value)
        if self._in_header:
            _add_header(headers, field, prepared)
        return payload

    def schema_of(self, topic: str, *, field: str = "value") -> RegisteredSchema | None:
        """The schema that messages of ``topic`` are written with, once it is known."""
        prepared = self._prepared.get((topic, field))
        return prepared.schema if prepared is not None else None

    def for_topic(self, topic: str, *, field: str = "value") -> Callable[[Any], Any]:
        """Return a function of the value alone, for clients that pass no topic."""

        def serialize(value: Any) -> bytes | None:
            return self.serialize(value, topic, field=field)

        return serialize

    def warm_up(self, topic: str, *, field: str = "value", value: Any = None) -> Any:
        """Ask the registry now; to be awaited with an `AsyncRegistryClient`.

        ``value`` is an example, needed where the schema depends on it
        (Protobuf messages, record name strategies of unions).
        """
        steps = self._steps(value, topic, field)
        return self._client.run(steps)

    def _ask(self, value: Any, topic: str, field: str) -> Prepared:
        if isinstance(self._client, AsyncRegistryClient):
            # Nothing can be awaited here: an older latest version is still right.
            stale = self._prepared.get_stale(self._key(value, topic, field))
            if stale is not None:
                return stale
            raise SerializationError(
                f"the schema for topic {topic!r} is not known yet: "
                "await serializer.warm_up(topic) before the first message"
            )
        return self._client.run(self._steps(value, topic, field))

    def _steps(self, value: Any, topic: str, field: str) -> Steps[Prepared]:
        options = self.options
        naming = options.naming
        subject = yield from subject_steps(
            naming.strategy,
            topic,
            field,
            self._record_name(value),
            namespace=naming.namespace,
            fallback=naming.fallback,
        )
        own = yield from self._own_schema(value)
        admitted = yield from admitted_steps(options, subject, own, format=self.stored)
        refuse_on_write(admitted.schema)
        header = None
        prefix = b""
        if self._in_header:
            if admitted.guid is None:
                raise SerializationError(
                    "the registry gives no guid: use prefix framing"
                )
            header = guid_header(admitted.guid)
        elif admitted.id is None:
            raise SerializationError("the registry gives no id for the schema")
        else:
            prefix = id_prefix(admitted.id)
        encode, extra = yield from self._compile(admitted, value, prefix)
        prepared = Prepared(
            admitted, encode, header + extra if header else None, self._until()
        )
        self._prepared.put(self._key(value, topic, field), prepared, prepared.until)
        return prepared

    def _until(self) -> float:
        """Latest versions are asked for again once they may have changed."""
        options = self.options
        if options.use_latest or options.use_metadata is not None:
            return self._client.config.cache_latest_ttl
        return float("inf")

    # What a format adds.

    stored: str | None = None
    """How the format asks for schemas that come from the registry."""

    def _key(self, _value: Any, topic: str, field: str) -> Any:
        return topic, field

    def _record_name(self, _value: Any) -> str | None:
        raise NotImplementedError

    def _own_schema(self, _value: Any) -> Steps[Schema | None]:
        yield from ()
        return self._schema

    def _compile(
        self, schema: RegisteredSchema, _value: Any, prefix: bytes
    ) -> Steps[tuple[Encode, bytes]]:
        """Return what writes a value after ``prefix``, and what a header ends with."""
        raise NotImplementedError


def _add_header(headers: Any, field: str, prepared: Prepared) -> None:
    if headers is None:
        raise SerializationError(
            "header framing needs the message's headers: pass headers=[]"
        )
    if prepared.header is not None:
        add_header(headers, header_name(field), prepared.header)
