"""Every endpoint, sync and async, against a running Dovetail."""

from __future__ import annotations

import asyncio

import pytest

from registry.client import (
    AsyncRegistryClient,
    IncompatibleSchema,
    NotFound,
    RegistryClient,
    RegistryError,
    Schema,
    SubjectVersion,
)
from tests.client.conftest import ORDER, ORDER_BROKEN, ORDER_WITH_NOTE
from tests.running import Dovetail


def test_a_schema_is_registered_and_found_by_every_number(
    client: RegistryClient, topic: str
) -> None:
    # Equal content has one id everywhere, so these texts are this test's own.
    own, extended = (
        ORDER.replace("Order", topic),
        ORDER_WITH_NOTE.replace("Order", topic),
    )
    first = client.register(topic, Schema(own))
    second = client.register(topic, Schema(extended))
    assert (first.subject, first.version, second.version) == (topic, 1, 2)
    assert first.id is not None
    assert first.guid is not None
    assert client.lookup(topic, Schema(own)).id == first.id
    assert client.get_schema(first.id).schema == client.get_version(topic, 1).schema
    assert client.get_schema_by_guid(first.guid).schema == first.schema
    assert client.get_latest(topic).version == 2
    assert client.list_versions(topic) == [1, 2]
    assert topic in client.list_subjects()
    assert client.list_subjects(prefix=topic) == [topic]
    assert client.list_subjects_of_id(first.id) == [topic]
    assert client.list_versions_of_id(first.id) == [SubjectVersion(topic, 1)]
    assert [each.version for each in client.list_schemas(subject_prefix=topic)] == [
        1,
        2,
    ]
    assert client.list_referrers(topic, 1) == []
    assert "AVRO" in client.list_schema_types()
    assert client.list_contexts()[0] == "."
    assert client.get_server_version()


def test_an_incompatible_schema_comes_back_with_its_findings(
    client: RegistryClient, topic: str
) -> None:
    client.register(topic, Schema(ORDER))
    answer = client.check(topic, Schema(ORDER_BROKEN))
    assert (answer.compatible, answer.verdict) == (False, "incompatible")
    with pytest.raises(IncompatibleSchema) as refused:
        client.register(topic, Schema(ORDER_BROKEN))
    rules = [each.rule for each in refused.value.findings]
    assert rules == [each.rule for each in answer.findings] == ["AVRO_FIELD_NO_DEFAULT"]
    assert refused.value.findings[0].witness is not None
    assert client.check_version(topic, 1, Schema(ORDER_BROKEN)).compatible is False


def test_levels_and_modes_are_set_read_and_removed(
    client: RegistryClient, topic: str
) -> None:
    with pytest.raises(NotFound) as none:
        client.get_config(topic)
    assert none.value.code == 40408
    assert client.set_level("FULL", topic).level == "FULL"
    assert client.get_config(topic).level == "FULL"
    assert client.delete_config(topic).level == "FULL"
    assert client.get_config(topic, default_to_global=True).level == "BACKWARD"
    assert client.set_mode("READONLY", topic) == "READONLY"
    assert client.get_mode(topic) == "READONLY"
    with pytest.raises(RegistryError) as readonly:
        client.register(topic, Schema(ORDER))
    assert (readonly.value.status, readonly.value.code) == (422, 42205)
    assert client.delete_mode(topic) == "READONLY"


def test_what_is_deleted_is_gone_from_the_caches_too(
    client: RegistryClient, topic: str
) -> None:
    client.register(topic, Schema(ORDER))
    client.get_latest(topic)
    assert client.delete_version(topic, 1) == 1
    with pytest.raises(NotFound):
        client.get_latest(topic)
    assert client.delete_version(topic, 1, permanent=True) == 1
    client.register(topic, Schema(ORDER_BROKEN))
    assert client.delete_subject(topic) == [1]


def test_a_subject_may_hold_any_character(client: RegistryClient, topic: str) -> None:
    subject = f"{topic}/a b%2F:ü"
    client.register(subject, Schema(ORDER))
    assert client.list_versions(subject) == [1]


def test_metadata_selects_a_version(client: RegistryClient, topic: str) -> None:
    marked = Schema(ORDER, metadata={"properties": {"major": "1 & 2"}})
    registered = client.register(topic, marked)
    found = client.get_latest_with_metadata(topic, {"major": "1 & 2"})
    assert found.id == registered.id


def test_the_async_client_has_the_same_methods(dovetail: Dovetail, topic: str) -> None:
    async def use() -> tuple[int | None, list[int]]:
        async with AsyncRegistryClient(dovetail.url) as client:
            registered = await client.register(topic, Schema(ORDER))
            with pytest.raises(IncompatibleSchema):
                await client.register(topic, Schema(ORDER_BROKEN))
            return registered.version, await client.list_versions(topic)

    assert asyncio.run(use()) == (1, [1])
