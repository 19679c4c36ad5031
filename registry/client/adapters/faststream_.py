"""For FastStream 0.7: a codec for the broker, a publisher or a subscriber."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from registry.client.adapters._extra import missing
from registry.client.serdes._deserializer import Deserializer
from registry.client.serdes._framing import Framing, find_header, header_name
from registry.client.serdes._serializer import Serializer

try:
    from faststream.message import StreamMessage
except ImportError as error:
    raise missing("faststream", error) from None

__all__ = ["RegistryCodec", "is_tombstone", "with_any_headers"]

HEADER = header_name("value")


class RegistryCodec:
    """Encodes what one topic's publishers send, decodes what subscribers get.

    FastStream tells an encoder no topic, so a codec is for one. It sends
    headers as text alone, so a serializer with header framing is refused;
    messages that others framed so are read by subscribers with the parser
    `with_any_headers`.
    """

    def __init__(
        self,
        topic: str,
        *,
        serializer: Serializer | None = None,
        deserializer: Deserializer | None = None,
    ) -> None:
        if serializer is not None and serializer.options.framing is Framing.HEADER:
            raise ValueError(
                "FastStream cannot carry a binary header: use prefix framing"
            )
        self._topic = topic
        self._serializer = serializer
        self._deserializer = deserializer

    async def encode(
        self,
        msg: Any,
        serializer: Any = None,  # noqa: ARG002  # FastStream's own, not needed
    ) -> tuple[bytes, str | None]:
        """Return ``msg`` as bytes; a tombstone is an empty payload."""
        if self._serializer is None:
            raise ValueError("this codec has no serializer")
        payload = await self._serializer.serialize_async(msg, self._topic)
        return payload or b"", "application/octet-stream"

    async def decode(self, msg: StreamMessage[Any]) -> Any:
        """Return the value in the message; an empty payload is None."""
        if self._deserializer is None:
            raise ValueError("this codec has no deserializer")
        if is_tombstone(msg):
            return None
        headers = getattr(msg.raw_message, "headers", None)
        found = await self._deserializer.decode_async(
            msg.body, self._topic, headers=headers
        )
        return found.value


def is_tombstone(message: StreamMessage[Any]) -> bool:
    """Whether the message has no payload, for which FastStream also sends b""."""
    headers = getattr(message.raw_message, "headers", None)
    return not message.body and find_header(headers, HEADER) is None


async def with_any_headers(
    message: Any, original: Callable[[Any], Awaitable[StreamMessage[Any]]]
) -> StreamMessage[Any]:
    """Parse a Kafka record whose headers may be binary or null.

    Pass it as ``parser`` to a subscriber: FastStream's own fails on such a
    header, before any handler or codec sees the message. In ``headers``
    they are text with escapes, in ``raw_message`` what was sent.
    """
    parsed = await original(_TextHeaders(message))
    parsed.raw_message = message
    return parsed


class _TextHeaders:
    """A record like another one, whose headers are UTF-8."""

    def __init__(self, record: Any) -> None:
        self._record = record
        self.headers = tuple(
            (name, (value or b"").decode(errors="backslashreplace").encode())
            for name, value in record.headers
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._record, name)
