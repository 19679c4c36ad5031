"""For FastStream 0.7: a codec for the broker, a publisher or a subscriber."""

from __future__ import annotations

from typing import Any

from registry.client.adapters._extra import missing
from registry.client.serdes._deserializer import Deserializer
from registry.client.serdes._framing import Framing
from registry.client.serdes._serializer import Serializer

try:
    from faststream.message import StreamMessage
except ImportError as error:
    raise missing("faststream", error) from None

__all__ = ["RegistryCodec"]


class RegistryCodec:
    """Encodes what one topic's publishers send, decodes what subscribers get.

    FastStream tells an encoder no topic, so a codec is for one. It decodes
    every header as text, so the schema's number has to be in the payload:
    header framing is refused.
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
        if not msg.body:
            return None
        found = await self._deserializer.decode_async(msg.body, self._topic)
        return found.value
