"""What Confluent's Python client sends is taken, and it can load what it gets back."""

from __future__ import annotations

import base64

import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from compat.formats.protobuf import FORMAT

client = pytest.importorskip("confluent_kafka.schema_registry.common.protobuf")

MONEY = """
syntax = "proto3";
package shop;
import "google/type/date.proto";
import "confluent/meta.proto";
message Money {
  int64 units = 1 [(confluent.field_meta).tags = "AMOUNT"];
  google.type.Date day = 2;
}
"""
ORDER = """
syntax = "proto3";
package shop;
import "shop/money.proto";
import "google/protobuf/timestamp.proto";
message Order {
  message Line { Money price = 1; }
  repeated Line lines = 1;
  google.protobuf.Timestamp at = 2;
  oneof pay { string card = 3; bool cash = 4; }
  map<string, Money> extras = 5;
  optional int32 count = 6;
}
"""


def test_a_schema_with_a_dependency_goes_there_and_back() -> None:
    own = DescriptorPool()
    client._init_pool(own)
    for name, text, references in (
        ("shop/money.proto", MONEY, {}),
        ("shop/order.proto", ORDER, {"shop/money.proto": MONEY}),
    ):
        file = FORMAT.parse(text, references).file
        file.name = name
        own.Add(file)
    sent = {
        name: client._schema_to_str(own.FindFileByName(name))
        for name in ("shop/money.proto", "shop/order.proto")
    }

    money = FORMAT.parse(sent["shop/money.proto"])
    order = FORMAT.parse(
        sent["shop/order.proto"], {"shop/money.proto": sent["shop/money.proto"]}
    )

    # What a registry stores is text; a client asks for the descriptor again.
    stored = FORMAT.parse(order.canonical, {"shop/money.proto": money.canonical})
    pool = DescriptorPool()
    client._init_pool(pool)
    answer = FORMAT.render(FORMAT.parse(money.canonical), "serialized")
    pool.Add(client._str_to_proto("shop/money.proto", answer))
    pool.Add(client._str_to_proto("default", FORMAT.render(stored, "serialized")))

    written = GetMessageClass(own.FindMessageTypeByName("shop.Order"))()
    written.lines.add().price.units = 7
    written.card = "x"
    written.extras["tip"].day.year = 2026
    written.count = 0
    read = GetMessageClass(pool.FindMessageTypeByName("shop.Order"))
    assert str(read.FromString(written.SerializeToString())) == str(written)
    assert stored.needs == ("shop/money.proto",)
    assert money.needs == ()
    assert (
        stored.canonical == FORMAT.parse(ORDER, {"shop/money.proto": MONEY}).canonical
    )


@pytest.mark.parametrize(
    "name",
    [
        "confluent/meta.proto",
        "confluent/type/decimal.proto",
        "confluent/type/variant.proto",
        "confluent/types/decimal.proto",
    ],
)
def test_our_built_in_files_are_those_of_the_client(name: str) -> None:
    pool = DescriptorPool()
    client._init_pool(pool)
    theirs = base64.b64encode(pool.FindFileByName(name).serialized_pb).decode()

    ours = FORMAT.parse(f'syntax = "proto3"; import "{name}";').imported

    mine = next(each for each in ours if each.name == name)
    again = base64.b64encode(mine.SerializeToString()).decode()
    assert FORMAT.parse(theirs).canonical == FORMAT.parse(again).canonical
