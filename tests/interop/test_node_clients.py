"""Other clients for Node, as they are published: round trips across a change."""

from __future__ import annotations

import pytest

from tests.interop.node import run_script
from tests.running import Dovetail

pytestmark = pytest.mark.slow


def test_kafkajs(fresh_dovetail: Dovetail) -> None:
    kept = {"ids": True, "latest": True}

    assert run_script("kafkajs.js", fresh_dovetail.url) == {
        "AVRO": {**kept, "old": {"id": 7}, "new": {"id": 8, "note": "hi"}},
        "JSON": {**kept, "old": {"id": 7}, "new": {"id": 8, "note": "hi"}},
        "PROTOBUF": {
            **kept,
            "old": {"id": 7},
            "new": {"id": 8, "note": "hi"},
        },
        "refused": "Confluent_Schema_Registry - Schema being registered is incom",
    }


def test_avro_schema_registry(fresh_dovetail: Dovetail) -> None:
    assert run_script("avro_schema_registry.js", fresh_dovetail.url) == {
        "key": "k1",
        "values": 4,
        "first": {"id": 1},
        "second": {"id": 2, "note": "hi"},
        "byId": {"id": 3},
        "byTopic": {"id": 4, "note": "ho"},
    }
