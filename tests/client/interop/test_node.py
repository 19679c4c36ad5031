"""Confluent's npm serializers and ours read what the other writes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.json_format import MessageToDict

from registry.client import RegistryClient
from tests.client.interop.test_confluent import ORDER, VALUES, ours
from tests.running import Dovetail

NODE = Path(__file__).parents[2] / "node"
SCRIPT = Path(__file__).with_name("serdes.mjs")


def node(task: dict[str, Any]) -> Any:
    """The answer of the script to ``task``."""
    packages = NODE / "node_modules" / "@confluentinc" / "schemaregistry"
    assert packages.is_dir(), "npm --prefix tests/node ci"
    done = subprocess.run(
        ["node", str(SCRIPT)],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"NODE_PACKAGES": str(NODE)},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def descriptors() -> str:
    """The files of ``shop.Order``, dependencies first, as hex."""
    files = FileDescriptorSet()

    def add(file: Any) -> None:
        for each in file.dependencies:
            add(each)
        if all(each.name != file.name for each in files.file):
            file.CopyToProto(files.file.add())

    add(ORDER.DESCRIPTOR.file)
    return files.SerializeToString().hex()


@pytest.mark.slow
@pytest.mark.parametrize("framing", ["prefix", "header"])
@pytest.mark.parametrize("kind", ["avro", "json", "protobuf"])
def test_each_reads_what_the_other_writes(
    client: RegistryClient, dovetail: Dovetail, topic: str, kind: str, framing: str
) -> None:
    write, read = ours(kind, client, framing)
    value = VALUES[kind]
    shown = MessageToDict(value) if kind == "protobuf" else value
    headers: list[Any] = []
    payload = write.serialize(value, topic, headers=headers)
    task = {"url": dovetail.url, "topic": topic, "kind": kind, "framing": framing}

    written = node(task | {"do": "write", "value": shown, "descriptors": descriptors()})
    their_headers = {name: bytes.fromhex(h) for name, h in written["headers"].items()}
    assert their_headers == dict(headers)
    if kind != "json":
        assert written["payload"] == payload.hex()
    their_bytes = bytes.fromhex(written["payload"])
    assert read.deserialize(
        their_bytes, topic, headers=their_headers
    ) == read.deserialize(payload, topic, headers=headers)

    sent = {name: value.hex() for name, value in headers}
    answer = node(task | {"do": "read", "payload": payload.hex(), "headers": sent})
    assert {**answer["value"], **shown} == answer["value"]
