"""Poison among good messages, over a real broker that is killed once."""

from __future__ import annotations

import os
import random
import struct
import time
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer

from registry.client import RegistryClient
from registry.client.adapters.confluent_dead_letters import DeadLetterConsumer
from registry.client.dead_letters import DeadLetterNotWritten
from registry.client.serdes import AvroDeserializer, AvroSerializer
from tests.broker import Broker
from tests.client.conftest import ORDER


def consumer(broker: Broker, group: str) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.offset.store": False,
            "session.timeout.ms": 6000,
            "reconnect.backoff.max.ms": 500,
            "log_level": 0,
        }
    )


def producer(broker: Broker, **settings: Any) -> Producer:
    return Producer(
        {
            "bootstrap.servers": broker.bootstrap,
            "reconnect.backoff.max.ms": 500,
            "log_level": 0,
            **settings,
        }
    )


def read_all(broker: Broker, topic: str) -> list[Any]:
    reader = consumer(broker, f"{topic}-check")
    reader.subscribe([topic])
    found, until = [], time.monotonic() + 3
    while time.monotonic() < until:
        message = reader.poll(0.2)
        if message is not None and message.error() is None:
            found.append(message)
            until = time.monotonic() + 1
    reader.close()
    return found


def poison(at: int) -> bytes:
    kinds = [b"", b"not framed", b"\x00\x7f\xff\xff\xff", os.urandom(9)]
    return kinds[at % len(kinds)]


@pytest.mark.slow
def test_every_message_is_handled_or_on_the_dead_letter_topic(
    client: RegistryClient, own_broker: Broker, topic: str
) -> None:
    serialize = AvroSerializer(client, ORDER).for_topic(topic)
    bad = set(random.Random(7).sample(range(10_000), 200))
    sender = producer(own_broker)
    for at in range(10_000):
        value = poison(at) if at in bad else serialize({"id": str(at)})
        sender.produce(topic, key=str(at).encode(), value=value, headers=[("n", b"1")])
        sender.poll(0)
    sender.flush(30)
    time.sleep(3)  # the broker's snapshot is on disk by then

    reader = consumer(own_broker, topic)
    reader.subscribe([topic])
    letters = DeadLetterConsumer(
        reader,
        producer(own_broker),
        f"{topic}-dlt",
        value=AvroDeserializer(client),
        group=topic,
    )
    handled = set()
    killed = False
    for message in letters.messages(idle=8):
        handled.add(int(message.value["id"]))
        if len(handled) == 5_000 and not killed:
            killed = True
            time.sleep(3)
            own_broker.kill()
            own_broker.start()
    reader.close()
    dead = {int(each.key()) for each in read_all(own_broker, f"{topic}-dlt")}
    assert killed
    assert handled == set(range(10_000)) - bad
    assert dead == bad
    assert letters.counts.dead >= 200


def test_a_dead_letter_is_the_message_with_the_reason(
    client: RegistryClient, broker: Broker, topic: str
) -> None:
    sender = producer(broker)
    sender.produce(
        topic, key=b"k", value=b"junk", headers=[("a", b"\xff"), ("a", None)]
    )
    sender.flush(10)
    reader = consumer(broker, topic)
    reader.subscribe([topic])
    deserializer = AvroDeserializer(client)
    letters = DeadLetterConsumer(
        reader, sender, f"{topic}-dlt", value=deserializer, group="g"
    )
    assert list(letters.messages(idle=3)) == []
    reader.close()
    (letter,) = read_all(broker, f"{topic}-dlt")
    assert (letter.key(), letter.value()) == (b"k", b"junk")
    assert letter.headers()[:2] == [("a", b"\xff"), ("a", None)]
    headers = dict(letter.headers()[2:])
    assert headers["__connect.errors.topic"] == topic.encode()
    assert headers["__connect.errors.offset"] == b"0"
    assert b"no schema id" in headers["__connect.errors.exception.message"]
    assert headers["kafka_dlt-original-topic"] == topic.encode()
    assert struct.unpack(">i", headers["kafka_dlt-original-partition"]) == (0,)
    assert struct.unpack(">q", headers["kafka_dlt-original-offset"]) == (0,)
    assert headers["kafka_dlt-original-consumer-group"] == b"g"
    assert headers["kafka_dlt-exception-fqcn"].endswith(b".DeserializationError")
    assert letters.counts.dead == 1


def test_a_message_is_not_passed_over_when_the_dead_letter_is_not_written(
    client: RegistryClient, broker: Broker, topic: str
) -> None:
    sender = producer(broker)
    sender.produce(topic, key=b"k", value=b"junk")
    sender.flush(10)
    # Nobody listens there: the dead letter cannot be written.
    nowhere = Producer(
        {"bootstrap.servers": "127.0.0.1:9", "log_level": 0, "message.timeout.ms": 500}
    )
    for _ in range(2):
        reader = consumer(broker, topic)
        reader.subscribe([topic])
        letters = DeadLetterConsumer(
            reader, nowhere, "dlt", value=AvroDeserializer(client), patience=1
        )
        with pytest.raises(DeadLetterNotWritten):
            list(letters.messages(idle=10))
        reader.close()
    nowhere.purge()
    nowhere.flush(1)


def test_a_dead_letter_that_the_producer_refuses_is_not_written(
    client: RegistryClient, broker: Broker, topic: str
) -> None:
    sender = producer(broker)
    sender.produce(topic, value=b"junk" * 250)
    sender.flush(10)
    reader = consumer(broker, topic)
    reader.subscribe([topic])
    # The headers of the letter make it larger than what may be sent.
    small = producer(broker, **{"message.max.bytes": 1000})
    letters = DeadLetterConsumer(reader, small, "dlt", value=AvroDeserializer(client))
    with pytest.raises(DeadLetterNotWritten, match="MSG_SIZE_TOO_LARGE"):
        list(letters.messages(idle=10))
    reader.close()
    assert letters.counts.dead == 0
