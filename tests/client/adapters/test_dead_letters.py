"""Poison among good messages, for three clients, over a real broker."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from confluent_kafka import Producer
from faststream.kafka import KafkaBroker
from kafka import KafkaConsumer, KafkaProducer

from registry.client import AsyncRegistryClient, RegistryClient
from registry.client.adapters import aiokafka_dead_letters, kafka_python_dead_letters
from registry.client.adapters.faststream_dead_letters import DeadLetterSubscribers
from registry.client.dead_letters import DeadLetterNotWritten
from registry.client.serdes import AvroDeserializer, AvroSerializer
from tests.broker import Broker
from tests.client.conftest import ORDER
from tests.running import Dovetail

BAD = frozenset(random.Random(7).sample(range(200), 20))
GOOD = [at for at in range(200) if at not in BAD]


KINDS = (b"", b"not framed", b"\x00\x7f\xff\xff\xff", b"\xff" * 9)


def send_poisoned(
    client: RegistryClient,
    broker: Broker,
    topic: str,
    *,
    headers: Sequence[tuple[str, bytes]] = (("n", b"1"),),
    kinds: Sequence[bytes] = KINDS,
) -> None:
    serialize = AvroSerializer(client, ORDER).for_topic(topic)
    with KafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        for at in range(200):
            value = kinds[at % len(kinds)] if at in BAD else serialize({"id": str(at)})
            producer.send(topic, value, key=str(at).encode(), headers=list(headers))
        producer.flush(10)


def settings(broker: Broker, topic: str) -> dict[str, Any]:
    return {
        "bootstrap_servers": broker.bootstrap,
        "group_id": topic,
        "auto_offset_reset": "earliest",
        "enable_auto_commit": False,
    }


def keys_on(broker: Broker, topic: str) -> list[int]:
    reader = KafkaConsumer(topic, **settings(broker, f"{topic}-check"))
    found: list[int] = []
    for _ in range(50):
        for records in reader.poll(timeout_ms=200).values():
            assert all(record.headers[0] == ("n", b"1") for record in records)
            found.extend(int(record.key) for record in records)
        if len(found) >= len(BAD):
            break
    reader.close()
    return found


def test_kafka_python_sets_each_poison_message_aside(
    client: RegistryClient, broker: Broker, topic: str
) -> None:
    send_poisoned(client, broker, topic)
    reader = KafkaConsumer(topic, **settings(broker, topic))
    with KafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        letters = kafka_python_dead_letters.DeadLetterConsumer(
            reader, producer, f"{topic}-dlt", value=AvroDeserializer(client)
        )
        handled = [int(each.value["id"]) for each in letters.messages(idle=4)]
    reader.close()
    assert handled == GOOD
    assert keys_on(broker, f"{topic}-dlt") == sorted(BAD)
    assert (letters.counts.handled, letters.counts.dead) == (180, 20)


def test_kafka_python_passes_nothing_over_when_a_dead_letter_is_not_written(
    client: RegistryClient, broker: Broker, topic: str
) -> None:
    send_poisoned(client, broker, topic)
    seen: list[int] = []
    for _ in range(2):
        reader = KafkaConsumer(topic, **settings(broker, topic))
        # The producer refuses the letter: it is larger than it may be.
        with KafkaProducer(
            bootstrap_servers=broker.bootstrap, max_request_size=100
        ) as producer:
            letters = kafka_python_dead_letters.DeadLetterConsumer(
                reader, producer, f"{topic}-dlt", value=AvroDeserializer(client)
            )
            with pytest.raises(DeadLetterNotWritten, match=f"{topic}-dlt"):
                seen.extend(int(each.value["id"]) for each in letters.messages(idle=9))
        position = reader.committed(next(iter(reader.assignment())))
        reader.close()
        assert position == min(BAD) or (position is None and min(BAD) == 0)
    assert seen == list(range(min(BAD)))


def test_a_null_header_stops_no_client(
    client: RegistryClient, dovetail: Dovetail, broker: Broker, topic: str
) -> None:
    sender = Producer({"bootstrap.servers": broker.bootstrap})
    for at in topic, f"{topic}-b", f"{topic}-c":
        sender.produce(at, value=b"junk", headers=[("null", None), ("n", b"1")])
    sender.flush(10)

    reader = KafkaConsumer(topic, **settings(broker, topic))
    with KafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        letters = kafka_python_dead_letters.DeadLetterConsumer(
            reader, producer, f"{topic}-dlt", value=AvroDeserializer(client)
        )
        assert list(letters.messages(idle=4)) == []
    reader.close()
    _, aiokafka_counts, _ = asyncio.run(aiokafka_run(dovetail, broker, f"{topic}-b"))
    _, faststream = asyncio.run(faststream_run(dovetail, broker, f"{topic}-c"))
    assert (letters.counts.dead, aiokafka_counts.dead, faststream.dead) == (1, 1, 1)


def test_kafka_python_with_automatic_commits_is_refused(
    client: RegistryClient, broker: Broker
) -> None:
    reader = KafkaConsumer(bootstrap_servers=broker.bootstrap)
    with pytest.raises(ValueError, match="enable_auto_commit=False"):
        kafka_python_dead_letters.DeadLetterConsumer(
            reader, None, "dlt", value=AvroDeserializer(client)
        )
    reader.close()


async def aiokafka_run(
    dovetail: Dovetail, broker: Broker, topic: str, **producing: Any
) -> tuple[list[int], Any, BaseException | None]:
    """Return the ids that were handled, the counts, and what ended the loop."""
    handled: list[int] = []
    failure: BaseException | None = None
    bootstrap = broker.bootstrap
    async with (
        AsyncRegistryClient(dovetail.url) as client,
        AIOKafkaConsumer(topic, **settings(broker, topic)) as reader,
        AIOKafkaProducer(bootstrap_servers=bootstrap, **producing) as producer,
    ):
        letters = aiokafka_dead_letters.DeadLetterConsumer(
            reader, producer, f"{topic}-dlt", value=AvroDeserializer(client)
        )
        try:
            async for each in letters.messages(idle=4):
                # Kept one by one: what came before a failure counts.
                handled.append(int(each.value["id"]))  # noqa: PERF401
        except DeadLetterNotWritten as error:
            failure = error
    return handled, letters.counts, failure


def test_aiokafka_sets_each_poison_message_aside(
    client: RegistryClient, dovetail: Dovetail, broker: Broker, topic: str
) -> None:
    send_poisoned(client, broker, topic)
    handled, counts, failure = asyncio.run(aiokafka_run(dovetail, broker, topic))
    assert (handled, failure) == (GOOD, None)
    assert keys_on(broker, f"{topic}-dlt") == sorted(BAD)
    assert (counts.handled, counts.dead) == (180, 20)


def test_aiokafka_passes_nothing_over_when_a_dead_letter_is_not_written(
    client: RegistryClient, dovetail: Dovetail, broker: Broker, topic: str
) -> None:
    send_poisoned(client, broker, topic)
    seen = []
    for _ in range(2):
        handled, _counts, failure = asyncio.run(
            aiokafka_run(dovetail, broker, topic, max_request_size=100)
        )
        seen += handled
        assert isinstance(failure, DeadLetterNotWritten)
    assert seen == list(range(min(BAD)))
    handled, _counts, failure = asyncio.run(aiokafka_run(dovetail, broker, topic))
    assert failure is None
    assert seen + handled == GOOD
    assert keys_on(broker, f"{topic}-dlt") == sorted(BAD)


async def faststream_run(
    dovetail: Dovetail, broker: Broker, topic: str, **producing: Any
) -> tuple[list[int], Any]:
    """Return the ids that were handled until nothing more came, and the counts."""
    handled: list[int] = []

    def producer() -> AIOKafkaProducer:
        return AIOKafkaProducer(bootstrap_servers=broker.bootstrap, **producing)

    async with AsyncRegistryClient(dovetail.url) as client:
        letters = DeadLetterSubscribers(
            f"{topic}-dlt", producer, value=AvroDeserializer(client), group=topic
        )
        app = KafkaBroker(broker.bootstrap, log_level=logging.CRITICAL)

        @letters.subscriber(app, topic, auto_offset_reset="earliest")
        async def handle(order: Any) -> None:
            handled.append(int(order["id"]))

        await app.start()
        before = -1
        while before != len(handled) + letters.counts.dead:
            before = len(handled) + letters.counts.dead
            await asyncio.sleep(4)
        await app.stop()
        await letters.close()
    return handled, letters.counts


@pytest.mark.parametrize("headers", [[("n", b"1")], [("n", b"1"), ("b", b"\xff")]])
def test_faststream_sets_each_poison_message_aside(
    client: RegistryClient,
    dovetail: Dovetail,
    broker: Broker,
    topic: str,
    headers: list[tuple[str, bytes]],
) -> None:
    # Not the empty one, which is a tombstone of FastStream's.
    send_poisoned(client, broker, topic, headers=headers, kinds=KINDS[1:])
    handled, counts = asyncio.run(faststream_run(dovetail, broker, topic))
    assert handled == GOOD
    assert keys_on(broker, f"{topic}-dlt") == sorted(BAD)
    assert (counts.handled, counts.dead) == (180, 20)


def test_faststream_passes_nothing_over_when_a_dead_letter_is_not_written(
    client: RegistryClient, dovetail: Dovetail, broker: Broker, topic: str
) -> None:
    send_poisoned(client, broker, topic, kinds=KINDS[1:])
    refusing = faststream_run(dovetail, broker, topic, max_request_size=100)
    seen, counts = asyncio.run(refusing)
    assert (seen, counts.dead) == (list(range(min(BAD))), 0)
    handled, counts = asyncio.run(faststream_run(dovetail, broker, topic))
    assert seen + handled == GOOD
    assert keys_on(broker, f"{topic}-dlt") == sorted(BAD)
