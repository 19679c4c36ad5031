"""Gives an enum that no two fields share a message of its own to travel in."""

from __future__ import annotations

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

from compat.formats.protobuf.descriptors import pool_of
from compat.formats.protobuf.schema import ProtobufSchema

__all__ = ["CARRIER", "carrying"]

CARRIER = "dovetail.witness.Carrier"
"""The message that `carrying` adds; its field 1 is the enum."""


def carrying(schema: ProtobufSchema, enum: str) -> DescriptorPool:
    """Return a new pool of ``schema`` and a message with the enum of that full name.

    Files that import the schema may use the enum just so.
    """
    package, _, name = CARRIER.rpartition(".")
    file = FileDescriptorProto(name="dovetail/witness.proto", package=package)
    file.dependency.append(schema.file.name)
    field = file.message_type.add(name=name).field.add(name="value", number=1)
    field.label = FieldDescriptorProto.LABEL_OPTIONAL
    field.type = FieldDescriptorProto.TYPE_ENUM
    field.type_name = f".{enum}"
    return pool_of((*schema.imported, schema.file, file))
