"""The canonical text gives back the descriptors it was printed from."""

from __future__ import annotations

import base64
from functools import cache

import pytest
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto
from google.protobuf.message import Message

from compat.formats.protobuf import FORMAT, ProtobufSchema
from compat.formats.protobuf.wellknown import built_in_names, text_of

TORTURE = """
package torture.v1;
import "google/protobuf/descriptor.proto";
import public "google/protobuf/any.proto";
option java_package = "x.\\"y\\"";
option optimize_for = CODE_SIZE;
extend google.protobuf.FieldOptions {
  optional string note = 50000;
  repeated int32 codes = 50001;
  optional Meta meta = 50002;
  optional Mode tone = 50003;
}
message Meta { optional string a = 1; repeated Meta inner = 2; optional double d = 3; }
enum Mode { option allow_alias = true; reserved -5 to -3, 100 to max; reserved "OLD";
  FIRST = 1; ONE = 1 [deprecated = true]; MINUS = -1; }
message A {
  reserved 5 to 7, 20, 500000 to max; reserved "gone", "lost";
  option deprecated = true;
  extensions 100 to 199;
  optional int32 i = 1 [default = -3, deprecated = true, (note) = "n\\n\\t\\x01"];
  optional string s = 2 [default = "a\\"b'\\\\ \\303\\251", json_name = "Ess"];
  optional bytes b = 3 [default = "\\000\\377z"];
  optional double inf = 4 [default = -inf];
  optional float nan = 8 [default = nan];
  optional Mode mode = 9 [default = MINUS, (tone) = ONE];
  optional bool yes = 10 [default = true];
  repeated int32 packed = 11 [packed = true, (codes) = 3, (codes) = 1];
  required group Grp = 12 { optional A a = 1; repeated group Deep = 2 {} }
  map<int64, A.Inner> m = 13 [(meta) = { a: "x" inner { d: 1.5 } inner {} }];
  oneof choice { option (oo) = "q"; string x = 14; group InOneof = 15 { } }
  message Inner { enum E { Z = 0; } optional E e = 1;
    extend A { optional E ee = 100; } }
  extend Meta2 { repeated group Ext = 1000 { optional int32 q = 1; } }
}
message Meta2 { extensions 1000 to max [declaration = {
  number: 1000 full_name: ".torture.v1.A.ext" type: ".torture.v1.A.Ext" repeated: true
}]; }
extend google.protobuf.OneofOptions { optional string oo = 50004; }
service S {
  option deprecated = true;
  rpc Get (A) returns (stream Meta);
  rpc Put (stream A) returns (Meta) { option idempotency_level = IDEMPOTENT; }
}
"""

EDITIONS = """
edition = "2023";
package ed;
option features.field_presence = IMPLICIT;
message A {
  reserved gone, lost;
  int32 x = 1;
  string y = 2 [features.field_presence = EXPLICIT, default = "q"];
  repeated int32 z = 3 [features.repeated_field_encoding = EXPANDED];
  A child = 4 [features.message_encoding = DELIMITED];
  string raw = 5 [features.utf8_validation = NONE];
}
enum E { option features.enum_type = CLOSED; E1 = 1; E0 = 0; reserved OLD; }
"""

EDITION_2024 = """
edition = "2024";
package ed;
export message A { local enum E { Z = 0; } E e = 1; }
local message B { A a = 1; }
"""

PROTO3 = """
syntax = "proto3";
package p;
message A {
  optional int32 a = 1;
  int32 b = 2;
  oneof o { A c = 3; bytes d = 4; }
  optional A e = 5;
  repeated bool f = 6 [packed = false];
}
"""

OWN = {
    "torture": TORTURE,
    "editions": EDITIONS,
    "edition 2024": EDITION_2024,
    "proto3": PROTO3,
}


@cache
def schema_of(name: str) -> ProtobufSchema:
    return FORMAT.parse(OWN[name] if name in OWN else text_of(name))


def unordered(file: FileDescriptorProto) -> FileDescriptorProto:
    """Put in one order what the canonical text groups: fields outside of oneofs.

    Options that are there but empty say as much as none.
    """
    found = FileDescriptorProto.FromString(file.SerializeToString())
    drop_empty_options(found)
    waiting: list[DescriptorProto] = list(found.message_type)
    while waiting:
        message = waiting.pop()
        waiting += message.nested_type
        message.field.sort(key=lambda each: each.number)
        # A map's entry stands where its field does.
        message.nested_type.sort(key=lambda each: (each.options.map_entry, each.name))
    return found


def drop_empty_options(message: Message) -> None:
    for field, value in message.ListFields():
        if field.name == "options" and not value.ByteSize():
            message.ClearField("options")
        elif field.message_type is not None:
            for each in value if field.is_repeated else [value]:
                drop_empty_options(each)


@pytest.mark.parametrize("name", [*built_in_names(), *OWN])
def test_canonical_text_compiles_to_the_same_descriptor(name: str) -> None:
    schema = schema_of(name)

    again = FORMAT.parse(schema.canonical)

    assert unordered(again.file) == unordered(schema.file)
    assert again.canonical == schema.canonical


@pytest.mark.parametrize("name", [*built_in_names(), *OWN])
def test_text_and_descriptor_share_one_canonical_text(name: str) -> None:
    schema = schema_of(name)
    sent = base64.b64encode(schema.file.SerializeToString()).decode()

    assert FORMAT.parse(sent).canonical == schema.canonical


@pytest.mark.parametrize("name", [*built_in_names(), *OWN])
def test_normal_text_is_its_own_and_changes_no_type(name: str) -> None:
    schema = schema_of(name)

    normal = FORMAT.parse(FORMAT.normalize(schema))

    assert FORMAT.normalize(normal) == FORMAT.normalize(schema)
    assert set(normal.declares) == set(schema.declares)


def test_layout() -> None:
    schema = FORMAT.parse(
        """
        // An order.
        import "google/protobuf/timestamp.proto"; package shop.v1;
        option java_package = "com.shop";
        enum State { NEW = 0; PAID = 1; }
        message Order { reserved 5 to 7, 10 to max;
          oneof pay { string card = 3; google.protobuf.Timestamp later = 4; }
          optional int32 amount = 1 [deprecated = true, default = 3];
          map<string, Order> parts = 8; extensions 9;
          enum Kind { B2B = 1; } message Note {} }
        message Item {}
        """
    )

    assert schema.canonical == LAYOUT


LAYOUT = """\
syntax = "proto2";
package shop.v1;

import "google/protobuf/timestamp.proto";

option java_package = "com.shop";

message Order {
  reserved 5 to 7, 10 to max;

  optional int32 amount = 1 [
    default = 3,
    deprecated = true
  ];
  map<string, .shop.v1.Order> parts = 8;

  oneof pay {
    string card = 3;
    .google.protobuf.Timestamp later = 4;
  }

  extensions 9;

  message Note {}
  enum Kind {
    B2B = 1;
  }
}
message Item {}
enum State {
  NEW = 0;
  PAID = 1;
}
"""
