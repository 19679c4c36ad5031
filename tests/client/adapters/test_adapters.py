"""Each broker client, through a real broker and a running Dovetail."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from confluent_kafka import (
    Consumer,
    DeserializingConsumer,
    Producer,
    SerializingProducer,
)
from confluent_kafka.error import ValueSerializationError
from confluent_kafka.serialization import MessageField, SerializationContext
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from kafka import KafkaConsumer, KafkaProducer

from registry.client import AsyncRegistryClient, RegistryClient
from registry.client.adapters.aiokafka_ import RegistryProducer, decoded
from registry.client.adapters.confluent import (
    ConfluentDeserializer,
    ConfluentSerializer,
)
from registry.client.adapters.faststream_ import RegistryCodec, with_any_headers
from registry.client.adapters.kafka_python import KafkaDeserializer, KafkaSerializer
from registry.client.serdes import AvroDeserializer, AvroSerializer, SchemaRefused
from tests.broker import Broker
from tests.client.conftest import ORDER, ORDER_BROKEN
from tests.running import Dovetail

VALUES = [{"id": str(each)} for each in range(5)]
FRAMINGS = pytest.mark.parametrize("framing", ["prefix", "header"])


def consumer_config(broker: Broker, topic: str) -> dict[str, Any]:
    return {
        "bootstrap.servers": broker.bootstrap,
        "group.id": f"{topic}-group",
        "auto.offset.reset": "earliest",
    }


def received(consumer: Any, count: int, tries: int = 100) -> list[Any]:
    found: list[Any] = []
    for _ in range(tries):
        message = consumer.poll(0.2)
        if message is not None and message.error() is None:
            found.append(message)
        if len(found) == count:
            break
    return found


@FRAMINGS
def test_confluent_kafka_writes_and_reads(
    client: RegistryClient, broker: Broker, topic: str, framing: str
) -> None:
    serializer = AvroSerializer(client, ORDER, {"schema.id.serializer": framing})
    producer = SerializingProducer(
        {
            "bootstrap.servers": broker.bootstrap,
            "key.serializer": ConfluentSerializer(AvroSerializer(client, '"string"')),
            "value.serializer": ConfluentSerializer(serializer),
        }
    )
    for value in VALUES:
        producer.produce(topic, key=value["id"], value=value, headers=[("h", b"1")])
    producer.produce(topic, key="gone", value=None, headers=[])
    producer.flush(10)
    deserializer = ConfluentDeserializer(AvroDeserializer(client))
    consumer = DeserializingConsumer(
        consumer_config(broker, topic)
        | {"key.deserializer": deserializer, "value.deserializer": deserializer}
    )
    consumer.subscribe([topic])
    messages = received(consumer, 6)
    consumer.close()
    expected = [(each["id"], each) for each in VALUES]
    assert [(each.key(), each.value()) for each in messages] == [
        *expected,
        ("gone", None),
    ]


def test_not_one_incompatible_message_reaches_the_broker(
    client: RegistryClient, broker: Broker, topic: str
) -> None:
    good = AvroSerializer(client, ORDER)
    context = SerializationContext(topic, MessageField.VALUE)
    producer = SerializingProducer(
        {
            "bootstrap.servers": broker.bootstrap,
            "value.serializer": ConfluentSerializer(
                AvroSerializer(client, ORDER_BROKEN)
            ),
        }
    )
    first = ConfluentSerializer(good)(VALUES[0], context)
    plain = {"bootstrap.servers": broker.bootstrap}
    sender = SerializingProducer(plain)
    sender.produce(topic, value=first)
    sender.flush(10)
    for _ in range(20):
        with pytest.raises(ValueSerializationError) as refused:
            producer.produce(topic, value={"id": "x", "total": 1.0})
        assert isinstance(refused.value.exception, SchemaRefused)
    producer.flush(10)
    consumer = Consumer(consumer_config(broker, topic))
    consumer.subscribe([topic])
    assert [each.value() for each in received(consumer, 2, 20)] == [first]
    consumer.close()


@FRAMINGS
def test_kafka_python_writes_and_reads(
    client: RegistryClient, broker: Broker, topic: str, framing: str
) -> None:
    serializer = AvroSerializer(client, ORDER, {"schema.id.serializer": framing})
    producer = KafkaProducer(
        bootstrap_servers=broker.bootstrap, value_serializer=KafkaSerializer(serializer)
    )
    for value in VALUES:
        producer.send(topic, value=value, headers=[])
    producer.close()
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=broker.bootstrap,
        auto_offset_reset="earliest",
        value_deserializer=KafkaDeserializer(AvroDeserializer(client)),
        consumer_timeout_ms=5000,
    )
    found = [next(consumer).value for _ in VALUES]
    consumer.close()
    assert found == VALUES


@FRAMINGS
def test_aiokafka_writes_and_reads(
    dovetail: Dovetail, broker: Broker, topic: str, framing: str
) -> None:
    async def use() -> list[Any]:
        async with (
            AsyncRegistryClient(dovetail.url) as client,
            AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer,
        ):
            settings = {"schema.id.serializer": framing}
            serializer = AvroSerializer(client, ORDER, settings)
            sender = RegistryProducer(producer, value=serializer)
            for value in VALUES:
                await sender.send_and_wait(topic, value, headers=[("h", b"1")])
            found = []
            async with AIOKafkaConsumer(
                topic, bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest"
            ) as consumer:
                records = decoded(consumer, value=AvroDeserializer(client))
                async for record in records:
                    found.append(record.value)
                    if len(found) == len(VALUES):
                        await records.aclose()
                        break
            return found

    assert asyncio.run(asyncio.wait_for(use(), 30)) == VALUES


def test_faststream_publishes_and_subscribes(
    dovetail: Dovetail, broker: Broker, topic: str
) -> None:
    async def use() -> list[Any]:
        found: asyncio.Queue[Any] = asyncio.Queue()
        async with AsyncRegistryClient(dovetail.url) as client:
            codec = RegistryCodec(
                topic,
                serializer=AvroSerializer(client, ORDER),
                deserializer=AvroDeserializer(client),
            )
            app = KafkaBroker(broker.bootstrap, codec=codec)

            @app.subscriber(topic, auto_offset_reset="earliest")
            async def handle(value: Any) -> None:
                await found.put(value)

            await app.start()
            for value in VALUES:
                await app.publish(value, topic=topic)
            values = [await asyncio.wait_for(found.get(), 20) for _ in VALUES]
            await app.stop()
            return values

    assert asyncio.run(use()) == VALUES


def test_faststream_refuses_header_framing(client: RegistryClient) -> None:
    serializer = AvroSerializer(client, ORDER, {"schema.id.serializer": "header"})
    with pytest.raises(ValueError, match="prefix framing"):
        RegistryCodec("t", serializer=serializer)


def test_faststream_reads_what_others_framed_in_a_header(
    client: RegistryClient, dovetail: Dovetail, broker: Broker, topic: str
) -> None:
    serializer = AvroSerializer(client, ORDER, {"schema.id.serializer": "header"})
    sent: list[Any] = [("null", None)]
    payload = serializer.serialize(VALUES[0], topic, headers=sent)
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    producer.produce(topic, value=payload, headers=sent)
    producer.flush(10)

    async def use() -> tuple[Any, Any]:
        found: asyncio.Queue[Any] = asyncio.Queue()
        async with AsyncRegistryClient(dovetail.url) as client:
            codec = RegistryCodec(topic, deserializer=AvroDeserializer(client))
            app = KafkaBroker(broker.bootstrap, codec=codec)

            @app.subscriber(
                topic, auto_offset_reset="earliest", parser=with_any_headers
            )
            async def handle(value: Any, message: KafkaMessage) -> None:
                await found.put((value, dict(message.raw_message.headers)))

            await app.start()
            value, headers = await asyncio.wait_for(found.get(), 20)
            await app.stop()
            return value, headers

    assert asyncio.run(use()) == (VALUES[0], dict(sent))
