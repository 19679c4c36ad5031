"""What finds a schema again is stored with it: no release may come to another value."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from registry.service.names import SubjectName
from registry.service.register import register
from registry.service.requests import SchemaRequest
from registry.service.session import Registry
from registry.settings import Settings
from registry.store import migrations
from registry.store.statement import Statement
from registry.store.tables import schemas

AVRO = {
    "type": "record",
    "name": "Placed",
    "namespace": "shop",
    "doc": "é",
    "aliases": ["Old"],
    "fields": [
        {"name": "id", "type": "long", "order": "ignore"},
        {
            "name": "note",
            "type": [
                "null",
                {"type": "enum", "name": "E", "symbols": ["A", "B"], "default": "A"},
            ],
            "default": None,
            "x": 1.50,
        },
    ],
}
JSON = (
    '{"type":"object", "properties":{"b":{"type":["integer","null"]},'
    '"a":{"$ref":"#/definitions/s"}},"required":["b","a"],'
    '"definitions":{"s":{"const":"é"}}, "x":1.0}'
)
PROTOBUF = (
    'syntax = "proto3"; package shop; message Placed { int64 id = 1; '
    "map<string, E> m = 2; oneof o { string s = 3; bytes b = 4; } "
    "enum E { A = 0; B = 1; } reserved 9; }"
)
OWNED = {"properties": {"owner": "é"}}


@pytest.mark.parametrize(
    ("request_", "guid", "digest", "likeness"),
    [
        (
            SchemaRequest(type="AVRO", text=json.dumps(AVRO)),
            "eda9a022-9c57-2210-476f-c2c374392280",
            "765f463c27896c4fa7eee87063cc1b729d4fda2c4c7d49b8d2ab8faf6deee3fc",
            "9f89cb5c3151ceaab3e7b784ee3843b47dcea14e835852b7d60e7d08260f406f",
        ),
        (
            SchemaRequest(type="JSON", text=JSON, metadata=OWNED),
            "a90246cc-3533-2e25-86a2-d29c8bc84fb8",
            "15a1bcdd346d3f5f333435524eff2d7cdf9a47902bbaa50a7af3bdcc4f5cd5bc",
            "15a1bcdd346d3f5f333435524eff2d7cdf9a47902bbaa50a7af3bdcc4f5cd5bc",
        ),
        (
            SchemaRequest(type="PROTOBUF", text=PROTOBUF),
            "70daedd4-7573-5767-b1d2-f4bcbff0ded7",
            "5abcb0dacae9be13fded1fe65765f7be9f3768ea7124749a0149a6758cb5251b",
            "5abcb0dacae9be13fded1fe65765f7be9f3768ea7124749a0149a6758cb5251b",
        ),
    ],
    ids=lambda value: value.type if isinstance(value, SchemaRequest) else "",
)
def test_what_is_stored_does_not_change(
    database: str, request_: SchemaRequest, guid: str, digest: str, likeness: str
) -> None:
    registry = Registry(Settings(database_url=database))
    migrations.upgrade(registry.database)
    register(registry, SubjectName.parse("s"), request_)

    columns = schemas.c.guid, schemas.c.digest, schemas.c.likeness
    with registry.reading() as session:
        (row,) = Statement(select(*columns)).rows(session.db)
    registry.database.close()

    assert row == (guid, digest, likeness)
