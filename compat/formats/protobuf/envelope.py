"""Puts a message of the writer's in an Any, which names the type of what it holds."""

from __future__ import annotations

from collections.abc import Iterable

from google.protobuf import json_format
from google.protobuf.any_pb2 import Any
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import EncodeError
from google.protobuf.message_factory import GetMessageClass

from compat.formats.protobuf.filling import Uninhabited, fill
from compat.formats.protobuf.witness import CONFIRMED_BY
from compat.verdict import Witness

__all__ = ["unopened"]


def unopened(
    names: Iterable[str], writer: DescriptorPool, reader: DescriptorPool
) -> Witness | None:
    """Return an Any that ``writer``'s types open and ``reader``'s don't, or None.

    It holds the first message of ``names``, full names of the writer's, that
    can be written and that the library finds no type for among the reader's.
    """
    for name in names:
        found = _try(name, writer, reader)
        if found is not None:
            return found
    return None


def _try(name: str, writer: DescriptorPool, reader: DescriptorPool) -> Witness | None:
    any_message = Any()
    try:
        sent = GetMessageClass(writer.FindMessageTypeByName(name))()
        fill(sent, {}, writer)
        any_message.Pack(sent, deterministic=True)
        shown = json_format.MessageToDict(
            any_message, preserving_proto_field_name=True, descriptor_pool=writer
        )
    except (EncodeError, RecursionError, TypeError, Uninhabited, ValueError):
        return None
    try:
        json_format.MessageToDict(any_message, descriptor_pool=reader)
    except TypeError:  # there is no such type
        outcome = f"the reader cannot open the Any: it has no message {name}"
        data = any_message.SerializeToString(deterministic=True)
        return Witness(dict(shown), outcome, CONFIRMED_BY, data.hex())
    return None
