"""Message classes for tests, compiled from .proto text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import descriptor_pool, message_factory

from compat.formats.protobuf.compile import compile_text

COMMON = """syntax = "proto3";
package shop;
message Money { string currency = 1; int64 units = 2; }
"""
ORDER = """syntax = "proto3";
package shop;
import "common.proto";
import "google/protobuf/timestamp.proto";
message Unrelated { string x = 1; }
message Order {
  string id = 1;
  Money total = 2;
  google.protobuf.Timestamp at = 3;
  repeated Line lines = 4;
  message Line { string sku = 1; int32 count = 2; message Deep { bool yes = 1; } }
}
"""


def classes(text: str, name: str, imports: Mapping[str, str] | None = None) -> Any:
    """A function from a message's full name to its class."""
    compiled = compile_text(text, imports or {})
    pool = descriptor_pool.DescriptorPool()
    for each in compiled.imported:
        pool.AddSerializedFile(each.SerializeToString())
    compiled.file.name = name
    pool.AddSerializedFile(compiled.file.SerializeToString())

    def message(full_name: str) -> Any:
        return message_factory.GetMessageClass(pool.FindMessageTypeByName(full_name))

    return message


def shop() -> Any:
    """The classes of ``order.proto``, which imports ``common.proto``."""
    return classes(ORDER, "order.proto", {"common.proto": COMMON})
