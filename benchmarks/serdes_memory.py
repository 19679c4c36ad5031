"""Memory of the serializers over many messages of many schemas.

    python -m benchmarks.serdes_memory [--messages 10000000] [--schemas 1000]

Writes and reads messages of as many schemas in turn, and prints the process's
memory as it goes; it has to stay flat once every schema has been seen.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import psutil

from registry.client import RegistryClient
from registry.client.serdes import AvroDeserializer, AvroSerializer
from tests.running import running


def schema(at: int) -> str:
    """Return a record that no other number has."""
    fields = [
        {"name": "id", "type": "string"},
        {"name": f"n{at}", "type": "long"},
        {"name": "note", "type": ["null", "string"]},
    ]
    return json.dumps({"type": "record", "name": f"Event{at}", "fields": fields})


def main() -> None:
    """Run against a Dovetail of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000_000)
    parser.add_argument("--schemas", type=int, default=1_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/dovetail.db"
        with (
            running(database, Path(folder)) as dovetail,
            RegistryClient({"url": dovetail.url, "cache.capacity": 4000}) as client,
        ):
            measure(client, chosen.messages, chosen.schemas)


def measure(client: RegistryClient, messages: int, schemas: int) -> None:
    """Print the memory after the first round, and ten times on the way."""
    writers = [AvroSerializer(client, schema(at)) for at in range(schemas)]
    reader = AvroDeserializer(client)
    process = psutil.Process()
    start = time.monotonic()
    done = 0
    step = max(messages // 10, schemas)
    report = schemas
    while done < messages:
        for at, writer in enumerate(writers):
            topic = f"t{at}"
            value = {"id": str(done), f"n{at}": done, "note": None}
            assert reader.deserialize(writer.serialize(value, topic), topic) == value
            done += 1
        if done >= report or done >= messages:
            size = process.memory_info().rss / 2**20
            print(
                f"{done:12,} messages {size:8.1f} MiB {time.monotonic() - start:6.0f} s"
            )
            report = done + step


if __name__ == "__main__":
    main()
