"""What the deserializers of all formats do the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from registry.client._async import AsyncRegistryClient
from registry.client._client import RegistryClient
from registry.client._errors import NotFound
from registry.client._exchange import Steps
from registry.client._operations.schemas import get_schema, get_schema_by_guid
from registry.client._operations.subjects import get_latest, get_latest_with_metadata
from registry.client._types import RegisteredSchema, Schema
from registry.client.serdes._errors import DeserializationError, SerdeError
from registry.client.serdes._framing import (
    PREFIX_SIZE,
    HeaderPairs,
    WriterId,
    find_header,
    header_name,
    octets,
    read_guid,
    read_id,
)
from registry.client.serdes._lru import Lru
from registry.client.serdes._naming import Strategy, subject_steps
from registry.client.serdes._options import DeserializerOptions
from registry.client.serdes._rules import refuse_migrations, refuse_on_read

__all__ = ["Decoded", "Decoder", "Deserializer"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A value, and the schema that wrote it."""

    value: Any
    schema: RegisteredSchema


@dataclass(frozen=True, slots=True)
class Decoder:
    """Reads the payloads of one writer's schema.

    ``decode`` takes the payload, the offset of its first byte, and the rest
    of the schema header (Protobuf's message indexes; empty otherwise).
    ``explain`` says what an error that it raised means.
    """

    schema: RegisteredSchema
    decode: Callable[[bytes, int, bytes], Any]
    explain: Callable[[Exception], str] = repr


class Deserializer:
    """Framed bytes in, values out; safe to share among threads.

    Every failure over a payload is a `DeserializationError`; only a registry
    that cannot be asked raises another `ClientError`.
    """

    def __init__(
        self,
        client: RegistryClient | AsyncRegistryClient,
        settings: Mapping[str, Any] | None,
        from_dict: Callable[[Any], Any] | None,
    ) -> None:
        self._client = client
        self._from_dict = from_dict
        self.options = DeserializerOptions.of(settings)
        self._by_prefix: Lru[Any, Decoder] = Lru(client.config.cache_capacity)
        self._per_topic = (
            self.options.use_latest or self.options.use_metadata is not None
        )
        self._scoped = self._per_topic or not _plain(self.options.naming.strategy)
        self._unscoped = not self._scoped
        self._headers = self.options.headers

    def deserialize(
        self,
        payload: bytes | None,
        topic: str,
        *,
        field: str = "value",
        headers: HeaderPairs = None,
    ) -> Any:
        """Return the value in ``payload``; None stays None (a tombstone)."""
        if payload is None:
            return None
        if self._unscoped and payload.__class__ is bytes:
            # The whole of the hot path: one look-up by the prefix as it stands.
            name = header_name(field) if headers and self._headers else None
            if name is None or find_header(headers, name) is None:
                decoder = self._by_prefix.get(payload[:PREFIX_SIZE])
                if decoder is not None:
                    try:
                        value = decoder.decode(payload, PREFIX_SIZE, b"")
                        return (
                            value if self._from_dict is None else self._from_dict(value)
                        )
                    except Exception as error:
                        raise _refused(decoder, error) from error
        return self.decode(payload, topic, field=field, headers=headers).value

    def decode(
        self,
        payload: bytes,
        topic: str,
        *,
        field: str = "value",
        headers: HeaderPairs = None,
    ) -> Decoded:
        """Return the value in ``payload`` with the schema that wrote it."""
        payload = payload if payload.__class__ is bytes else octets(payload)
        writer, at, rest = self._identify(payload, field, headers)
        key = self._key(writer, topic, field, payload)
        decoder = self._by_prefix.get(key)
        if decoder is None:
            decoder = self._ask(writer, topic, field, key)
        return Decoded(self._decoded(decoder, payload, at, rest), decoder.schema)

    async def decode_async(
        self,
        payload: bytes,
        topic: str,
        *,
        field: str = "value",
        headers: HeaderPairs = None,
    ) -> Decoded:
        """`decode` that awaits the registry when the schema is new."""
        payload = payload if payload.__class__ is bytes else octets(payload)
        writer, at, rest = self._identify(payload, field, headers)
        key = self._key(writer, topic, field, payload)
        decoder = self._by_prefix.get(key)
        if decoder is None:
            steps = self._safe_steps(writer, topic, field, key)
            client = self._client
            if isinstance(client, AsyncRegistryClient):
                decoder = await client.run(steps)
            else:
                decoder = client.run(steps)
        return Decoded(self._decoded(decoder, payload, at, rest), decoder.schema)

    def for_topic(self, topic: str, *, field: str = "value") -> Callable[[Any], Any]:
        """Return a function of the payload alone, for clients that pass no topic."""

        def deserialize(payload: bytes | None) -> Any:
            return self.deserialize(payload, topic, field=field)

        return deserialize

    def _identify(
        self, payload: bytes, field: str, headers: HeaderPairs
    ) -> tuple[WriterId, int, bytes]:
        if self.options.headers and headers:
            header = find_header(headers, header_name(field))
            if header is not None:
                writer, rest = read_guid(header)
                return writer, 0, rest
        return read_id(payload), PREFIX_SIZE, b""

    def _key(self, writer: WriterId, topic: str, field: str, payload: bytes) -> Any:
        if self._scoped:
            return writer, topic, field
        return payload[:PREFIX_SIZE] if writer.guid is None else writer

    def _decoded(self, decoder: Decoder, payload: bytes, at: int, rest: bytes) -> Any:
        try:
            value = decoder.decode(payload, at, rest)
            return value if self._from_dict is None else self._from_dict(value)
        except Exception as error:
            raise _refused(decoder, error) from error

    def _ask(self, writer: WriterId, topic: str, field: str, key: Any) -> Decoder:
        if isinstance(self._client, AsyncRegistryClient):
            # Nothing can be awaited here: an older latest version is still right.
            stale = self._by_prefix.get_stale(key)
            if stale is not None:
                return stale
            raise DeserializationError(
                f"the schema with {writer} is not known yet: use decode_async"
            )
        return self._client.run(self._safe_steps(writer, topic, field, key))

    def _safe_steps(
        self, writer: WriterId, topic: str, field: str, key: Any
    ) -> Steps[Decoder]:
        try:
            return (yield from self._steps(writer, topic, field, key))
        except NotFound as error:
            raise DeserializationError(
                f"the registry has no schema with {writer}: {error}"
            ) from error
        except SerdeError as error:
            raise DeserializationError(str(error)) from error

    def _steps(
        self, writer: WriterId, topic: str, field: str, key: Any
    ) -> Steps[Decoder]:
        subject = yield from self._context_steps(topic, field)
        if writer.guid is not None:
            known = yield get_schema_by_guid(writer.guid, format=self.stored)
        else:
            known = yield get_schema(
                writer.id or 0, subject=subject, format=self.stored
            )
        wanted = yield from self._wanted_steps(known, topic, field)
        refuse_on_read(known.schema)
        if wanted is not None:
            refuse_on_read(wanted)
            refuse_migrations(known.schema, wanted)
        decoder = yield from self._compile(known, wanted)
        ttl = self._client.config.cache_latest_ttl if self._per_topic else float("inf")
        self._by_prefix.put(key, decoder, ttl)
        return decoder

    def _context_steps(self, topic: str, field: str) -> Steps[str | None]:
        """Return the context in which ids count, as a subject; None for the default."""
        naming = self.options.naming
        if isinstance(naming.strategy, Strategy) and naming.strategy.by_record:
            return None
        fallback = naming.fallback
        if fallback is not None and fallback.by_record:
            # Which record it is, the id has yet to tell; its name has no context.
            fallback = Strategy.TOPIC
        subject = yield from subject_steps(
            naming.strategy,
            topic,
            field,
            None,
            namespace=naming.namespace,
            fallback=fallback,
        )
        if not subject.startswith(":."):
            return None
        return subject[: subject.index(":", 1) + 1]

    def _wanted_steps(
        self, known: RegisteredSchema, topic: str, field: str
    ) -> Steps[Schema | None]:
        """Return the registry's reader schema, when that is asked for."""
        options, naming = self.options, self.options.naming
        if not self._per_topic:
            return None
        subject = yield from subject_steps(
            naming.strategy,
            topic,
            field,
            self._record_name(known.schema),
            namespace=naming.namespace,
            fallback=naming.fallback,
        )
        if options.use_metadata is not None:
            latest = yield get_latest_with_metadata(
                subject, options.use_metadata, format=self.stored
            )
        else:
            latest = yield get_latest(subject, format=self.stored)
        return latest.schema  # type: ignore[no-any-return]

    # What a format adds.

    stored: str | None = None
    """How the format asks for schemas."""

    def _record_name(self, schema: Schema) -> str | None:
        raise NotImplementedError

    def _compile(
        self, known: RegisteredSchema, wanted: Schema | None
    ) -> Steps[Decoder]:
        raise NotImplementedError


def _refused(decoder: Decoder, error: Exception) -> DeserializationError:
    known = decoder.schema
    number = f"guid {known.guid}" if known.id is None else f"id {known.id}"
    own = isinstance(error, DeserializationError)
    why = str(error) if own else decoder.explain(error)
    return DeserializationError(
        f"the payload is not one of the schema with {number}: {why}"
    )


def _plain(strategy: Any) -> bool:
    """Whether ids count in the default context, whatever the topic."""
    return isinstance(strategy, Strategy) and strategy is not Strategy.ASSOCIATED
