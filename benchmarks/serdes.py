"""Serializers against confluent-kafka's and the raw libraries, in one run.

    python -m benchmarks.serdes [--only avro json protobuf]

Prints microseconds per message and ratios (above 1: Dovetail is faster). Each
figure is the best of several rounds that take turns, on one thread.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastavro
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry import avro as ck_avro
from confluent_kafka.schema_registry import json_schema as ck_json
from confluent_kafka.schema_registry import protobuf as ck_protobuf
from confluent_kafka.serialization import MessageField, SerializationContext

from benchmarks.serdes_shapes import NESTED_VALUE, SHAPES
from registry.client import RegistryClient
from registry.client.adapters.confluent import (
    ConfluentDeserializer,
    ConfluentSerializer,
)
from registry.client.serdes import (
    AvroDeserializer,
    AvroSerializer,
    JsonDeserializer,
    JsonSerializer,
    ProtobufDeserializer,
    ProtobufSerializer,
)
from tests.client.serdes.messages import classes
from tests.running import running

ROUNDS = 9
ROUND_SECONDS = 0.12
OURS = "dovetail"

Call = Callable[[], Any]


def measure(calls: dict[str, Call]) -> dict[str, float]:
    """Return microseconds per call, of rounds in turn so that noise is shared."""
    counts = {}
    for name, call in calls.items():
        start = time.perf_counter()
        for _ in range(50):
            call()
        once = (time.perf_counter() - start) / 50
        counts[name] = max(10, int(ROUND_SECONDS / once))
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, call in calls.items():
            repeat = range(counts[name])
            start = time.process_time()
            for _ in repeat:
                call()
            spent = (time.process_time() - start) / counts[name]
            best[name] = min(best[name], spent * 1e6)
    return best


def show(title: str, best: dict[str, float]) -> None:
    """Print one table."""
    ours = best[OURS]
    print(f"\n{title}")
    for name, spent in best.items():
        ratio = "" if name == OURS else f"   {spent / ours:6.1f}x"
        print(f"  {name:34} {spent:8.2f} us{ratio}")


def avro(ours: RegistryClient, theirs: SchemaRegistryClient) -> None:
    """Each shape, written and read."""
    for at, shape in enumerate(SHAPES):
        _avro_shape(f"avro{at}", shape, ours, theirs)


def _avro_shape(
    topic: str, shape: str, ours: RegistryClient, theirs: SchemaRegistryClient
) -> None:
    schema, value = SHAPES[shape]
    text, parsed = json.dumps(schema), fastavro.parse_schema(schema)
    context = SerializationContext(topic, MessageField.VALUE)
    write = ConfluentSerializer(AvroSerializer(ours, text))
    read = ConfluentDeserializer(AvroDeserializer(ours))
    payload = write(value, context)
    ck_write = ck_avro.AvroSerializer(theirs, text)
    latest = {"auto.register.schemas": False, "use.latest.version": True}
    ck_latest = ck_avro.AvroSerializer(theirs, text, conf=latest)
    ck_read = ck_avro.AvroDeserializer(theirs)
    ck_read_latest = ck_avro.AvroDeserializer(theirs, conf={"use.latest.version": True})
    assert ck_write(value, context) == ck_latest(value, context) == payload
    assert read(payload, context) == ck_read(payload, context) == value
    body = payload[5:]

    def raw_write() -> bytes:
        out = io.BytesIO()
        fastavro.schemaless_writer(out, parsed, value)
        return out.getvalue()

    def raw_read() -> Any:
        return fastavro.schemaless_reader(io.BytesIO(body), parsed, None)

    show(
        f"Avro write: {shape} ({len(body)} bytes)",
        measure(
            {
                OURS: lambda: write(value, context),
                "confluent-kafka, default": lambda: ck_write(value, context),
                "confluent-kafka, use.latest": lambda: ck_latest(value, context),
                "fastavro alone, no framing": raw_write,
            }
        ),
    )
    show(
        f"Avro read: {shape}",
        measure(
            {
                OURS: lambda: read(payload, context),
                "confluent-kafka, default": lambda: ck_read(payload, context),
                "confluent-kafka, use.latest": lambda: ck_read_latest(payload, context),
                "fastavro alone, no framing": raw_read,
            }
        ),
    )


def json_schema(ours: RegistryClient, theirs: SchemaRegistryClient) -> None:
    """The nested record, validated on both sides."""
    text = json.dumps(_as_json_schema(SHAPES["nested, 12 fields"][0]))
    context = SerializationContext("json", MessageField.VALUE)
    write = ConfluentSerializer(JsonSerializer(ours, text))
    read = ConfluentDeserializer(JsonDeserializer(ours))
    ck_write = ck_json.JSONSerializer(text, theirs)
    ck_read = ck_json.JSONDeserializer(text, schema_registry_client=theirs)
    payload = write(NESTED_VALUE, context)
    assert read(ck_write(NESTED_VALUE, context), context) == NESTED_VALUE
    assert ck_read(payload, context) == NESTED_VALUE
    show(
        f"JSON write, validated ({len(payload) - 5} bytes)",
        measure(
            {
                OURS: lambda: write(NESTED_VALUE, context),
                "confluent-kafka, default": lambda: ck_write(NESTED_VALUE, context),
            }
        ),
    )
    show(
        "JSON read, validated",
        measure(
            {
                OURS: lambda: read(payload, context),
                "confluent-kafka, default": lambda: ck_read(payload, context),
            }
        ),
    )


PROTO = """syntax = "proto3"; package bench;
message Order {
  string id = 1; string customer = 2; double amount = 3; int32 quantity = 4;
  int64 placed = 5; bool paid = 6; Status status = 7; repeated string tags = 8;
  map<string, string> attributes = 9; string note = 10; Address address = 11;
  repeated Line lines = 12;
}
enum Status { NEW = 0; PAID = 1; SENT = 2; }
message Address {
  string street = 1; string city = 2; string zip = 3; int32 number = 4;
}
message Line { string sku = 1; int32 count = 2; double price = 3; }
"""


def protobuf(ours: RegistryClient, theirs: SchemaRegistryClient) -> None:
    """The nested record as a generated message."""
    from google.protobuf.json_format import ParseDict

    order = classes(PROTO, "bench.proto")("bench.Order")
    message = ParseDict(NESTED_VALUE, order())
    context = SerializationContext("proto", MessageField.VALUE)
    write = ConfluentSerializer(ProtobufSerializer(ours, order))
    read = ConfluentDeserializer(ProtobufDeserializer(ours, order))
    ck_write = ck_protobuf.ProtobufSerializer(order, theirs)
    # A client of its own: one that has registered keeps the text, which this
    # deserializer cannot parse.
    reading = SchemaRegistryClient(theirs.config())
    ck_read = ck_protobuf.ProtobufDeserializer(order, {}, reading)
    payload = write(message, context)
    assert read(ck_write(message, context), context) == message
    assert ck_read(payload, context) == message
    body = payload[6:]
    show(
        f"Protobuf write ({len(body)} bytes)",
        measure(
            {
                OURS: lambda: write(message, context),
                "confluent-kafka, default": lambda: ck_write(message, context),
                "upb alone, no framing": message.SerializeToString,
            }
        ),
    )
    show(
        "Protobuf read",
        measure(
            {
                OURS: lambda: read(payload, context),
                "confluent-kafka, default": lambda: ck_read(payload, context),
                "upb alone, no framing": lambda: order.FromString(body),
            }
        ),
    )


def _as_json_schema(schema: Any) -> Any:
    """Return the JSON Schema of an Avro record of the nested shape."""
    if isinstance(schema, list):
        return {"anyOf": [_as_json_schema(each) for each in schema]}
    if isinstance(schema, str):
        kinds = {"int": "integer", "long": "integer", "double": "number"}
        return {"type": kinds.get(schema, schema)}
    match schema["type"]:
        case "enum":
            return {"enum": schema["symbols"]}
        case "array":
            return {"type": "array", "items": _as_json_schema(schema["items"])}
        case "map":
            inner = _as_json_schema(schema["values"])
            return {"type": "object", "additionalProperties": inner}
    names = {each["name"]: _as_json_schema(each["type"]) for each in schema["fields"]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": names,
        "required": list(names),
    }


FORMATS = {"avro": avro, "json": json_schema, "protobuf": protobuf}


def main() -> None:
    """Run everything against a Dovetail of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=FORMATS, default=list(FORMATS))
    chosen = parser.parse_args().only
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/dovetail.db"
        with (
            running(database, Path(folder)) as dovetail,
            RegistryClient(dovetail.url) as ours,
        ):
            theirs = SchemaRegistryClient({"url": dovetail.url})
            for each in chosen:
                FORMATS[each](ours, theirs)


if __name__ == "__main__":
    main()
