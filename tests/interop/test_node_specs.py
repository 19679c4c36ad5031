"""The specs that Confluent's Node client publishes, against a running Dovetail.

They are run as they are. What they ask for beyond a registry is listed here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.node import run_spec
from tests.running import running

pytestmark = pytest.mark.slow

# They compare whole replies, and expect no GUID from /schemas/ids and no `ts` beside a
# version: Confluent 8 sends both, and so does Dovetail.
OLDER_REPLIES = {
    "SchemaRegistryClient Integration Test "
    "Should register, retrieve, and delete a schema",
    "SchemaRegistryClient Integration Test Should get schema metadata",
}

# They associate a subject before it has a version, which the client's mock allows and
# the API refuses with 40907; the same tests for Avro and JSON Schema register first.
WITHOUT_VERSION = {
    f"ProtobufSerdeWithAssociatedNameStrategy {each}"
    for each in (
        "serializes and deserializes with associated name strategy",
        "uses kafka cluster id as namespace when configured",
        "serializes and deserializes correctly across multiple calls with caching",
    )
}

# It expects id 1 for its schema, as from a registry in which nothing was ever
# registered; ids are not reused after the tests before it. Alone, below, it passes.
FIRST_ID = "AvroSerializer serialize bytes"


def needs_key_registry(test: str) -> bool:
    """Whether a test keeps encryption keys in a DEK registry, which is not here."""
    return "encryption" in test


@pytest.mark.parametrize(
    ("format", "tests"), [("avro", 41), ("json", 28), ("protobuf", 15)]
)
def test_the_serializers(format: str, tests: int, tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path}/dovetail.db", tmp_path) as dovetail:
        passed = run_spec(f"dist/test/serde/{format}.spec", dovetail.url)

    assert len(passed) == tests
    refused = {FIRST_ID, *WITHOUT_VERSION}
    expected = {
        each: not needs_key_registry(each) and each not in refused for each in passed
    }
    assert passed == expected


def test_the_serializer_that_counts_on_the_first_id(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path}/dovetail.db", tmp_path) as dovetail:
        passed = run_spec(
            "dist/test/serde/avro.spec", dovetail.url, name=f"^{FIRST_ID}$"
        )

    assert passed == {FIRST_ID: True}


def test_the_client(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path}/dovetail.db", tmp_path) as dovetail:
        passed = run_spec("dist/e2e/schemaregistry-client.spec", dovetail.url)

    assert len(passed) == 8
    assert passed == {each: each not in OLDER_REPLIES for each in passed}
