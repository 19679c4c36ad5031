"""The specs that Confluent's Node client publishes, against a running Dovetail.

They are run as they are, once with the default replies and once with lean ones
(`DOVETAIL_LEAN_REPLIES`). Every test of a spec is expected to pass, but for the
tests that are named here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.node import run_spec
from tests.running import running

pytestmark = pytest.mark.slow

# Spec, and how many tests it has.
SPECS = [
    ("dist/test/serde/avro.spec", 41),
    ("dist/test/serde/json.spec", 28),
    ("dist/test/serde/protobuf.spec", 15),
    ("dist/e2e/schemaregistry-client.spec", 8),
]

DEFAULT: dict[str, str] = {}
LEAN = {"DOVETAIL_LEAN_REPLIES": "true"}

# They compare whole replies, and expect nothing but the schema from /schemas/ids and
# no `ts` beside a version: lean replies, where Confluent 8 and Dovetail say more.
OF_LEAN_REPLIES = {
    "SchemaRegistryClient Integration Test "
    "Should register, retrieve, and delete a schema",
    "SchemaRegistryClient Integration Test Should get schema metadata",
}

# Each of them reads a message that was written with id 1, or with a key that it sends
# along as new: what a registry does in which nothing was kept before. After other
# tests they can't pass, so each has a registry of its own below.
OF_A_FRESH_REGISTRY = {
    "AvroSerializer serialize bytes",
    "AvroSerializer basic encryption with preserialized data",
    "AvroSerializer deterministic encryption with preserialized data",
    "AvroSerializer dek rotation encryption with preserialized data",
}

EACH_REPLY = pytest.mark.parametrize(
    "replies", [pytest.param(DEFAULT, id="default"), pytest.param(LEAN, id="lean")]
)


@EACH_REPLY
@pytest.mark.parametrize(("spec", "tests"), SPECS)
def test_a_spec(spec: str, tests: int, replies: dict[str, str], tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/dovetail.db"
    with running(database, tmp_path, settings=replies) as dovetail:
        passed = run_spec(spec, dovetail.url)

    others = OF_A_FRESH_REGISTRY | (set() if replies is LEAN else OF_LEAN_REPLIES)
    assert len(passed) == tests
    assert passed == {each: each not in others for each in passed}


@EACH_REPLY
@pytest.mark.parametrize("test", sorted(OF_A_FRESH_REGISTRY))
def test_in_a_fresh_registry(
    test: str, replies: dict[str, str], tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/dovetail.db"
    with running(database, tmp_path, settings=replies) as dovetail:
        passed = run_spec("dist/test/serde/avro.spec", dovetail.url, name=f"^{test}$")

    assert passed == {test: True}
