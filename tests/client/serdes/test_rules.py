"""Rules of a data contract, judged as confluent-kafka judges those it cannot run."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer as TheirReader
from confluent_kafka.schema_registry.avro import AvroSerializer as TheirWriter
from confluent_kafka.serialization import MessageField, SerializationContext

from registry.client import RegistryClient, Schema
from registry.client.serdes import (
    AvroDeserializer,
    AvroSerializer,
    DeserializationError,
    JsonSerializer,
    UnusableSchema,
)
from tests.client.conftest import ORDER, ORDER_WITH_NOTE
from tests.running import Dovetail

LATEST = {"use.latest.version": True}
ONE = (None, "ERROR", "NONE")
TWO = ("ERROR,NONE", "NONE,ERROR")  # the registry takes these for both modes only


def rule(mode: str, **more: Any) -> dict[str, Any]:
    made = {"name": "hide", "kind": "TRANSFORM", "mode": mode, "type": "SECRET"}
    return made | {"tags": ["PII"]} | more


def failed(call: Any) -> bool:
    try:
        call()
    except Exception:
        return True
    return False


@pytest.mark.parametrize(
    ("mode", "failure", "disabled", "enabled"),
    [
        *((*each, False, None) for each in itertools.product(("WRITE", "READ"), ONE)),
        *(("WRITEREAD", each, False, None) for each in ONE + TWO),
        ("WRITEREAD", None, True, None),
        *(("WRITEREAD", None, False, each) for each in ("ALL", "CLIENT", "SERVER")),
    ],
)
def test_a_rule_stops_us_where_it_stops_confluent_kafka(
    client: RegistryClient,
    dovetail: Dovetail,
    topic: str,
    mode: str,
    failure: str | None,
    disabled: bool,
    enabled: str | None,
) -> None:
    plain = AvroSerializer(client, ORDER).serialize({"id": "1"}, f"{topic}-plain")
    assert plain is not None
    of = {"disabled": disabled} | ({"onFailure": failure} if failure else {})
    rules = {"domainRules": [rule(mode, **of)]}
    rules |= {"enableAt": enabled} if enabled else {}
    known = client.register(f"{topic}-value", Schema(ORDER, rule_set=rules))
    assert known.id is not None
    payload = b"\x00" + known.id.to_bytes(4, "big") + plain[5:]
    context = SerializationContext(topic, MessageField.VALUE)
    ours_write = AvroSerializer(client, settings=LATEST)
    ours_read = AvroDeserializer(client)

    with SchemaRegistryClient({"url": dovetail.url}) as theirs:
        latest = LATEST | {"auto.register.schemas": False}
        writer = TheirWriter(theirs, ORDER, conf=latest)
        reader = TheirReader(theirs)
        stopped = (
            failed(lambda: writer({"id": "1"}, context)),
            failed(lambda: reader(payload, context)),
        )

    assert stopped == (
        failed(lambda: ours_write.serialize({"id": "1"}, topic)),
        failed(lambda: ours_read.deserialize(payload, topic)),
    )


def test_nothing_goes_out_in_clear_that_a_rule_would_encrypt(
    client: RegistryClient, topic: str
) -> None:
    encrypt = rule("WRITEREAD", type="ENCRYPT", onFailure="ERROR,NONE")
    for lists in ("domainRules", "encodingRules"):
        subject = f"{topic}{lists}-value"
        client.register(subject, Schema(ORDER, rule_set={lists: [encrypt]}))
        # Also where the application brings the text, which has no rules itself.
        for serializer in (
            AvroSerializer(client, ORDER),
            AvroSerializer(client, settings=LATEST),
        ):
            with pytest.raises(UnusableSchema, match="'hide' of type ENCRYPT"):
                serializer.serialize({"id": "1"}, f"{topic}{lists}")


def test_rules_that_a_config_adds_count_too(client: RegistryClient, topic: str) -> None:
    subject = f"{topic}-value"
    client.set_config({"overrideRuleSet": {"domainRules": [rule("WRITE")]}}, subject)
    text = '{"type": "object"}'
    with pytest.raises(UnusableSchema, match="SECRET"):
        JsonSerializer(client, text).serialize({}, topic)


def test_a_reader_that_should_migrate_by_rule_says_so(
    client: RegistryClient, topic: str
) -> None:
    payload = AvroSerializer(client, ORDER).serialize({"id": "1"}, topic)
    migrate = {"migrationRules": [rule("UPGRADE", type="JSONATA")]}
    client.register(f"{topic}-value", Schema(ORDER_WITH_NOTE, rule_set=migrate))
    reader = AvroDeserializer(client, settings=LATEST)
    with pytest.raises(DeserializationError, match=r"JSONATA.*on UPGRADE"):
        reader.deserialize(payload, topic)
    assert AvroDeserializer(client).deserialize(payload, topic) == {"id": "1"}
