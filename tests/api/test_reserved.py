"""`validateFields`: reserved names, and the prefix that no property may have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.serving import Api

RESERVED = {
    "error_code": 42201,
    "message": "Invalid schema of type JSON, details: property '$$a' begins with '$$', "
    "which is reserved (config 'validateFields')",
}


def body(*names: str) -> dict[str, Any]:
    """Return a request about an object with these properties."""
    schema = {"type": "object", "properties": {name: {} for name in names}}
    return {"schema": json.dumps(schema), "schemaType": "JSON"}


@pytest.fixture
def checked(api: Api) -> Api:
    """A registry that validates fields."""
    api.put("/config", {"validateFields": True, "compatibility": "NONE"})
    return api


def test_a_property_with_the_reserved_prefix(checked: Api) -> None:
    answer = checked.post("/subjects/s/versions", body("$$b", "$$a", "c"))

    assert answer == (422, RESERVED)
    assert checked.get("/subjects") == (200, [])


def test_the_prefix_further_down(checked: Api) -> None:
    inner = {"type": "object", "properties": {"$$a": {}}}
    schema = {"type": "object", "properties": {"$a": inner}}

    checked.register("s", schema, schemaType="JSON")


def test_the_prefix_where_fields_are_not_validated(api: Api) -> None:
    assert api.post("/subjects/s/versions", body("$$a"))[0] == 200


def test_what_was_there_before_is_found_again(api: Api) -> None:
    api.post("/subjects/s/versions", body("$$a"))
    api.put("/config", {"validateFields": True})

    assert api.post("/subjects/s/versions", body("$$a"))[1]["version"] == 1
    assert api.post("/subjects/s", body("$$a"))[1]["version"] == 1


@pytest.mark.parametrize("version", ["", "/latest"])
def test_a_check_of_the_prefix(checked: Api, version: str) -> None:
    path = f"/compatibility/subjects/s/versions{version}"

    assert checked.post(path, body("$$a")) == (422, RESERVED)
    assert checked.post(f"{path}?verbose=true", body("$$a"))[1]["messages"] == [
        RESERVED["message"]
    ]


def reserving(names: str) -> dict[str, Any]:
    """Return the member that reserves these names."""
    return {"metadata": {"properties": {"confluent:reserved": names}}}


@pytest.mark.parametrize(
    ("reserved", "message"),
    [
        (
            "a, b, c",
            "The new schema has field that conflicts with the reserved field a.",
        ),
        (
            "c",
            "The new schema has reserved field b removed from its metadata which is "
            "present in the old schema's metadata.",
        ),
    ],
)
def test_reserved_fields(checked: Api, reserved: str, message: str) -> None:
    checked.put("/config", {"compatibility": "BACKWARD"})
    path = "/subjects/s/versions"
    assert checked.post(path, {**body("d"), **reserving("b, c")})[0] == 200

    status, answer = checked.post(path, {**body("d", "a"), **reserving(reserved)})

    assert (status, answer["error_code"]) == (409, 40901)
    assert message in answer["message"]
