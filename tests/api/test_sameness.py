"""Which version an answer names when several hold a schema that is the same."""

from __future__ import annotations

from typing import Any

from tests.api.serving import Api, avro

ORDER = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
SPELLED = '{"name": "Order", "type": "record", "fields": [{"name":"id","type":"long"}]}'


def contract(version: str, **more: str) -> dict[str, Any]:
    return {"properties": {"confluent:version": version, **more}}


def found(api: Api, **more: Any) -> int | None:
    """Return the version that holds the order, by lookup and by posting it again."""
    status, looked_up = api.post("/subjects/s", avro(ORDER, **more))
    if status == 404:
        return None
    number: int = looked_up["version"]
    assert api.register("s", ORDER, **more)["version"] == number
    return number


def test_the_version_with_exactly_this_content_comes_before_a_newer_one(
    api: Api,
) -> None:
    api.register("s", ORDER)
    assert api.register("s", ORDER, version=2)["metadata"] == contract("2")

    assert found(api) == 1
    assert api.post("/subjects/s", avro(SPELLED))[1]["version"] == 1
    assert found(api, metadata=contract("2")) == 2


def test_versions_that_differ_in_their_numbers_alone(api: Api) -> None:
    for version in (1, 2, 3):
        api.register("s", ORDER, version=version)

    assert [found(api, metadata=contract(each)) for each in "123"] == [1, 2, 3]
    # Without a number any of them is meant: the newest.
    assert found(api) == 3
    assert found(api, metadata=contract("4")) is None


def test_a_number_means_a_version_that_has_none_written(api: Api) -> None:
    api.register("s", ORDER)

    assert found(api, metadata=contract("1")) == 1
    assert found(api, metadata=contract("2")) is None


def test_another_number_makes_another_version(api: Api) -> None:
    api.register("s", ORDER, metadata=contract("7"))
    assert api.get("/subjects/s/versions/1")[1]["metadata"] == contract("1")

    made = api.register("s", ORDER, metadata=contract("7"))

    assert (made["version"], made["metadata"]) == (2, contract("2"))


def test_the_latest_if_it_is_the_same(api: Api) -> None:
    for version in (1, 2):
        api.register("s", ORDER, version=version)

    assert api.register("s", ORDER, version=-1)["version"] == 2
    assert api.register("s", ORDER, version=-1, metadata=contract("1", k="v"))[
        "metadata"
    ] == contract("3", k="v")
