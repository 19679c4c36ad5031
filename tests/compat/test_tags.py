"""Inline tags: found, added and taken away in the text of each format."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compat import (
    Entity,
    EntityKind,
    Level,
    Taggable,
    UnknownEntity,
    Verdict,
    all_formats,
    check,
    format_named,
    retagged,
)


def record(path: str) -> Entity:
    return Entity(path, EntityKind.RECORD)


def field(path: str) -> Entity:
    return Entity(path, EntityKind.FIELD)


AVRO = json.dumps(
    {
        "type": "record",
        "name": "Order",
        "namespace": "shop",
        "fields": [
            {
                "name": "buyer",
                "type": [
                    "null",
                    {
                        "type": "record",
                        "name": "Person",
                        "fields": [
                            {"name": "mail", "type": "string", "confluent:tags": ["A"]}
                        ],
                    },
                ],
            },
            {
                "name": "lines",
                "type": {
                    "type": "array",
                    "items": {
                        "type": "record",
                        "name": "Line",
                        "namespace": "shop.lines",
                        "fields": [{"name": "price", "type": "double", "default": 0.5}],
                    },
                },
            },
        ],
    }
)

JSON = json.dumps(
    {
        "type": "object",
        "properties": {
            "lines": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"price": {"type": "number", "multipleOf": 0.01}},
                },
            },
            "mail": {"allOf": [{"type": "string"}, {"not": {"properties": {"x": {}}}}]},
            "any": True,
        },
        "$defs": {"Person.name": {"properties": {"last": {"confluent:tags": ["A"]}}}},
    }
)

PROTOBUF = """
syntax = "proto3";
package shop;
message Order {
  string mail = 1 [deprecated = true];
  map<string, int32> counts = 2;
  oneof paid { Card card = 3; bool cash = 4; }
  message Card { string number = 1; }
}
"""

ENTITIES = {
    "AVRO": {
        record("shop.Order"): (),
        field("shop.Order.buyer"): (),
        record("shop.Person"): (),
        field("shop.Person.mail"): ("A",),
        field("shop.Order.lines"): (),
        record("shop.lines.Line"): (),
        field("shop.lines.Line.price"): (),
    },
    "JSON": {
        record("object"): (),
        field("object.lines"): (),
        record("object.lines.array.object"): (),
        field("object.lines.array.object.price"): (),
        field("object.mail"): (),
        record("object.mail.allof.1.not.object"): (),
        field("object.mail.allof.1.not.object.x"): (),
        record("object.$defs.Person.name.object"): (),
        field("object.$defs.Person.name.object.last"): ("A",),
    },
    "PROTOBUF": {
        record("Order"): (),
        field("Order.mail"): (),
        field("Order.counts"): (),
        field("Order.card"): (),
        field("Order.cash"): (),
        record("Order.Card"): (),
        field("Order.Card.number"): (),
    },
}

TEXTS = {"AVRO": AVRO, "JSON": JSON, "PROTOBUF": PROTOBUF}


def parsed(name: str) -> tuple[Any, Any]:
    format = format_named(name)
    return format, format.parse(TEXTS[name])


def test_every_format_has_tags() -> None:
    assert {
        name: isinstance(format, Taggable) for name, format in all_formats().items()
    } == {"AVRO": True, "JSON": True, "PROTOBUF": True}


@pytest.mark.parametrize("name", TEXTS)
def test_each_record_and_field_with_its_tags(name: str) -> None:
    format, schema = parsed(name)
    assert list(format.entities(schema).items()) == list(ENTITIES[name].items())


@pytest.mark.parametrize("name", TEXTS)
def test_tags_on_everything_are_read_again_and_change_no_verdict(name: str) -> None:
    format, schema = parsed(name)
    wanted = {
        each: (*held, f"T{i}", "PII")
        for i, (each, held) in enumerate(ENTITIES[name].items())
    }
    tagged = format.parse(format.retag(schema, wanted))
    assert format.entities(tagged) == wanted
    assert check(format, tagged, [(1, schema)], Level.FULL).verdict is (
        Verdict.COMPATIBLE
    )
    assert tagged.canonical == format.parse(tagged.canonical).canonical
    back = format.parse(format.retag(tagged, ENTITIES[name]))
    assert format.entities(back) == ENTITIES[name]


@pytest.mark.parametrize("name", ["AVRO", "JSON"])
def test_tags_taken_away_leave_the_text_as_it_was(name: str) -> None:
    format, schema = parsed(name)
    some = dict.fromkeys(list(ENTITIES[name])[:3], ("PII",))
    tagged = format.parse(format.retag(schema, some))
    assert tagged.canonical != schema.canonical
    assert format.retag(tagged, dict.fromkeys(some, ())) == schema.canonical


def test_a_tagged_message_and_field_as_the_text_shows_them() -> None:
    format, schema = parsed("PROTOBUF")
    text = format.retag(
        schema, {record("Order"): ["R"], field("Order.mail"): ["PII", "B"]}
    )
    assert (
        text
        == """\
syntax = "proto3";
package shop;

import "confluent/meta.proto";

message Order {
  option (confluent.message_meta) = { tags: "R" };

  string mail = 1 [
    (confluent.field_meta) = { tags: "PII" tags: "B" },
    deprecated = true
  ];
  map<string, int32> counts = 2;

  oneof paid {
    .shop.Order.Card card = 3;
    bool cash = 4;
  }

  message Card {
    string number = 1;
  }
}
"""
    )


def test_other_annotations_of_a_message_stay() -> None:
    format = format_named("PROTOBUF")
    meta = '{ doc: "kept", tags: "A" }'
    schema = format.parse(
        'syntax = "proto3";\nimport "confluent/meta.proto";\n'
        f"message M {{ string f = 1 [(confluent.field_meta) = {meta}]; }}"
    )
    text = format.retag(schema, {field("M.f"): []})
    assert '(confluent.field_meta) = { doc: "kept" }' in text
    assert format.entities(format.parse(text)) == {record("M"): (), field("M.f"): ()}


def test_a_message_path_may_start_with_the_package() -> None:
    format, schema = parsed("PROTOBUF")
    asked = [field("shop.Order.mail"), field("Order.mail"), field("shop.Order.none")]
    assert [format.entity(schema, each) for each in asked] == [
        field("Order.mail"),
        field("Order.mail"),
        None,
    ]


def test_several_things_said_at_once_are_numbered_as_confluent_does() -> None:
    format = format_named("JSON")
    schema = format.parse(
        json.dumps(
            {
                "type": ["null", "object"],
                "properties": {"country": {}},
                "if": {"properties": {"country": {"const": "US"}}},
                "else": {"properties": {"postcode": {}}},
            }
        )
    )
    assert list(format.entities(schema)) == [
        record("allof.0.conditional.if.object"),
        field("allof.0.conditional.if.object.country"),
        record("allof.0.conditional.else.object"),
        field("allof.0.conditional.else.object.postcode"),
        record("allof.1.anyof.1.object"),
        field("allof.1.anyof.1.object.country"),
    ]
    assert format.entity(schema, field("object.country")) == field(
        "allof.1.anyof.1.object.country"
    )
    assert format.entity(schema, record("object.country")) is None


@pytest.mark.parametrize("name", TEXTS)
def test_an_entity_that_is_not_there(name: str) -> None:
    format, schema = parsed(name)
    with pytest.raises(UnknownEntity, match=r"no field 'a\.b' in the schema; its"):
        format.retag(schema, {field("a.b"): ["PII"]})


def test_tags_that_are_there_already_or_named_twice() -> None:
    assert retagged(["A", "B"], ["B", "C", "C"], ["A", "Z"]) == ["B", "C"]
