"""Random and mutated payloads into every deserializer.

    python -m tests.fuzz.payloads [--cases 1000000] [--seed 1]

Each payload has to come out as a value or as a `DeserializationError`, within
a second; anything else is printed with the seed and ends the run with 1.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.serdes_shapes import SHAPES
from registry.client import RegistryClient
from registry.client.serdes import (
    AvroDeserializer,
    AvroSerializer,
    DeserializationError,
    JsonDeserializer,
    JsonSerializer,
    ProtobufDeserializer,
    ProtobufSerializer,
)
from tests.client.serdes.messages import shop
from tests.running import running

SLOWEST = 1.0
"""Seconds after which a payload counts as a hang."""

NODE = {
    "type": "record",
    "name": "Node",
    "fields": [
        {"name": "value", "type": "bytes"},
        {"name": "next", "type": ["null", "Node"]},
        {"name": "empty", "type": {"type": "array", "items": "null"}},
        {"name": "map", "type": {"type": "map", "values": "Node"}},
    ],
}
READER = {
    "type": "record",
    "name": "Node",
    "fields": [
        {"name": "map", "type": {"type": "map", "values": "Node"}},
        {"name": "added", "type": "long", "default": 1},
    ],
}
LEAF: dict[str, Any] = {"value": b"xy", "next": None, "empty": [None], "map": {}}
JSON_SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "id": {"type": "string", "pattern": "^(a|b)+$"},
            "child": {"$ref": "#"},
            "many": {"type": "array", "uniqueItems": True},
        },
    }
)

Target = tuple[str, Callable[[bytes, Any], Any], list[tuple[bytes, Any]]]


def targets(client: RegistryClient) -> Iterator[Target]:
    """Each deserializer, with payloads that it can read."""
    for at, (name, (schema, value)) in enumerate(SHAPES.items()):
        write = AvroSerializer(client, json.dumps(schema)).serialize
        yield _target(f"avro {name}", f"a{at}", AvroDeserializer(client), write, value)
    tree = {**LEAF, "next": LEAF, "map": {"k": LEAF}}
    write = AvroSerializer(client, json.dumps(NODE)).serialize
    for name, reader in (("tree", None), ("tree, resolved", json.dumps(READER))):
        deserializer = AvroDeserializer(client, reader)
        yield _target(f"avro {name}", "tree", deserializer, write, tree)
    write = JsonSerializer(client, JSON_SCHEMA).serialize
    value = {"id": "ab", "child": {"id": "a"}, "many": [1, "x", None]}
    yield _target("json", "json", JsonDeserializer(client), write, value)
    order = shop()("shop.Order")
    message = order(id="1", lines=[{"sku": "a", "count": 3}])
    proto = ProtobufSerializer(client, order).serialize
    for name, given in (("typed", order), ("dynamic", None)):
        decoder = ProtobufDeserializer(client, given)
        yield _target(f"protobuf {name}", "proto", decoder, proto, message)


def _target(name: str, topic: str, reader: Any, write: Any, value: Any) -> Target:
    payload = write(value, topic)
    guid = reader.decode(payload, topic).schema.guid
    samples = [(payload, None)]
    if guid is not None:
        header = b"\x01" + bytes.fromhex(guid.replace("-", "")) + b"\x00"
        samples.append((payload[5:], [("__value_schema_id", header)]))

    def read(data: bytes, headers: Any) -> Any:
        return reader.deserialize(data, topic, headers=headers)

    return name, read, samples


def mutated(rng: random.Random, data: bytes) -> bytes:
    """Return ``data`` changed in one to four places; the prefix mostly stays."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        low = 5 if len(out) > 5 and rng.random() < 0.95 else 0
        at = rng.randrange(low, len(out) + 1)
        match rng.randrange(6):
            case 0:
                out[at:] = b""
            case 1:
                out[at:at] = rng.randbytes(rng.randint(1, 12))
            case 2 if at < len(out):
                out[at] = rng.randrange(256)
            case 3 if at < len(out):
                out[at] ^= 1 << rng.randrange(8)
            case 4:
                out[at : at + rng.randint(1, 8)] = b""
            case _:
                out[at:at] = b"\xff" * rng.randint(1, 10) + b"\x01"
    return bytes(out)


def payloads(rng: random.Random, samples: list[tuple[bytes, Any]]) -> Any:
    """Return one payload with its headers: mutated, or random after the prefix."""
    payload, headers = rng.choice(samples)
    kind = rng.random()
    if kind < 0.7:
        return mutated(rng, payload), headers
    if kind < 0.95:
        return payload[:5] + rng.randbytes(rng.randrange(80)), headers
    if headers and kind < 0.98:
        return payload, [(headers[0][0], mutated(rng, headers[0][1]))]
    return rng.randbytes(rng.randrange(40)), None


def run(client: RegistryClient, cases: int, seed: int) -> Counter[str]:
    """Feed ``cases`` payloads to each deserializer; raise on the first wrong end."""
    outcomes: Counter[str] = Counter()
    for name, read, samples in targets(client):
        rng = random.Random(f"{seed} {name}")
        for at in range(cases):
            data, headers = payloads(rng, samples)
            signal.setitimer(signal.ITIMER_REAL, SLOWEST)
            try:
                read(data, headers)
                outcomes[f"{name}: read"] += 1
            except DeserializationError:
                outcomes[f"{name}: refused"] += 1
            except BaseException as error:
                raise AssertionError(
                    f"{name}, seed {seed}, case {at}: {data.hex()} {headers}: {error!r}"
                ) from error
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
    return outcomes


class Hang(BaseException):
    """A payload took too long; no handler of the code under test catches it."""


def hang(_signal: int, _frame: Any) -> None:
    """Answer the alarm."""
    raise Hang


def main() -> int:
    """Run against a Dovetail of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    signal.signal(signal.SIGALRM, hang)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running(f"sqlite:///{folder}/x.db", folder))
        client = stack.enter_context(RegistryClient(server.url))
        start = time.monotonic()
        outcomes = run(client, chosen.cases, chosen.seed)
        for name, count in outcomes.items():
            print(f"{name:32} {count:10,}")  # noqa: T201
        print(f"{time.monotonic() - start:.0f} s, nothing else")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
