"""Inline tags over HTTP: at registration, on a stored version, and looked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import Client

from tests.api.serving import Api

PLAIN = '{"type":"record","name":"Order","fields":[{"name":"mail","type":"string"}]}'
TAGGED = (
    '{"type":"record","name":"Order","fields":[{"name":"mail","type":"string",'
    '"confluent:tags":["PII"]}]}'
)
VERSIONS = "/subjects/orders/versions"


@pytest.fixture(name="api")
def client(api: Api) -> Client:
    return api.http


def tags(path: str, *names: str, kind: str = "sr_field") -> dict[str, Any]:
    return {
        "schemaEntity": {"entityPath": path, "entityType": kind},
        "tags": list(names),
    }


def post(api: Client, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    response = api.post(path, json=body)
    return response.status_code, response.get_json()


def text(api: Client, version: str = "latest") -> str:
    return api.get(f"{VERSIONS}/{version}/schema").get_data(as_text=True)


def test_a_schema_registered_with_tags_to_add_and_remove(api: Client) -> None:
    status, answer = post(
        api,
        VERSIONS,
        schema=TAGGED,
        schemaTagsToAdd=[
            tags(".Order.mail", "SECRET"),
            tags("Order", "R", kind="sr_record"),
        ],
        schemaTagsToRemove=[tags("Order.mail", "PII")],
    )
    assert (status, json.loads(answer["schema"])) == (
        200,
        {
            "type": "record",
            "name": "Order",
            "fields": [
                {"name": "mail", "type": "string", "confluent:tags": ["SECRET"]}
            ],
            "confluent:tags": ["R"],
        },
    )
    assert text(api) == answer["schema"]


def test_tags_of_the_version_before_are_propagated(api: Client) -> None:
    post(api, VERSIONS, schema=TAGGED)
    grown = json.loads(PLAIN)
    grown["fields"].append({"name": "age", "type": "int", "default": 0})
    status, answer = post(
        api, VERSIONS, schema=json.dumps(grown), propagateSchemaTags=True
    )
    grown["fields"][0]["confluent:tags"] = ["PII"]
    assert (status, answer["version"], json.loads(answer["schema"])) == (200, 2, grown)


def test_propagated_tags_can_be_removed_by_name(api: Client) -> None:
    post(api, VERSIONS, schema=TAGGED)
    _, answer = post(
        api,
        VERSIONS,
        schema=PLAIN,
        propagateSchemaTags=True,
        schemaTagsToRemove=[tags("Order.mail", "PII")],
    )
    assert (answer["version"], answer["schema"]) == (2, PLAIN)


def test_tagging_the_latest_version_makes_the_next_one(api: Client) -> None:
    post(api, VERSIONS, schema=PLAIN)
    status, answer = post(
        api, f"{VERSIONS}/latest/tags", tagsToAdd=[tags("Order.mail", "PII")]
    )
    assert (status, answer["version"], answer["id"], answer["schema"]) == (
        200,
        2,
        2,
        TAGGED,
    )
    assert answer["metadata"] == {"properties": {"confluent:version": "2"}}
    status, answer = post(
        api,
        f"{VERSIONS}/2/tags",
        newVersion=3,
        tagsToRemove=[tags("Order.mail", "PII")],
        metadata={"properties": {"owner": "sales"}},
    )
    assert (status, answer["version"], answer["schema"]) == (200, 3, PLAIN)
    assert answer["metadata"] == {
        "properties": {"confluent:version": "3", "owner": "sales"}
    }


def test_tagging_an_older_version_that_breaks_is_incompatible(api: Client) -> None:
    post(api, VERSIONS, schema=PLAIN)
    api.put("/config/orders", json={"compatibility": "NONE"})
    renamed = PLAIN.replace('"mail"', '"phone"')
    post(api, VERSIONS, schema=renamed)
    api.put("/config/orders", json={"compatibility": "BACKWARD"})
    status, answer = post(
        api, f"{VERSIONS}/1/tags", tagsToAdd=[tags("Order.mail", "PII")]
    )
    assert (status, answer["error_code"]) == (409, 40901)


def test_a_dry_run_of_tagging_stores_nothing(api: Client) -> None:
    post(api, VERSIONS, schema=PLAIN)
    status, answer = post(
        api,
        f"{VERSIONS}/1/tags?dryRun=true",
        tagsToAdd=[tags("Order.mail", "PII")],
    )
    assert (status, answer["dryRun"], answer["schema"]) == (200, True, TAGGED)
    assert api.get(VERSIONS).get_json() == [1]


def test_rules_are_merged_and_removed_by_name(api: Client) -> None:
    def rule(name: str, **more: str) -> dict[str, Any]:
        return {"name": name, "type": "CEL", "kind": "CONDITION", **more}

    kept = {"mode": "WRITEREAD", "disabled": False}
    first = {"domainRules": [rule("a"), rule("b"), rule("c")]}
    post(api, VERSIONS, schema=PLAIN, ruleSet=first)
    status, answer = post(
        api,
        f"{VERSIONS}/1/tags",
        rulesToMerge={"domainRules": [rule("b", expr="true"), rule("d")]},
        rulesToRemove=["a", "never"],
    )
    assert (status, answer["ruleSet"]) == (
        200,
        {
            "domainRules": [
                rule("c") | kept,
                rule("b", expr="true") | kept,
                rule("d") | kept,
            ]
        },
    )


def test_a_rule_set_both_given_and_edited(api: Client) -> None:
    post(api, VERSIONS, schema=PLAIN)
    status, answer = post(
        api, f"{VERSIONS}/1/tags", ruleSet={}, rulesToRemove=["never"]
    )
    assert (status, answer) == (
        422,
        {
            "error_code": 42210,
            "message": "ruleSet should be omitted if specifying "
            "rulesToMerge or rulesToRemove",
        },
    )


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("orders/versions/1", {"newVersion": 1}, 422, 42201),
        ("orders/versions/1", {"newVersion": 7}, 422, 42201),
        ("orders/versions/7", {}, 404, 40402),
        ("orders/versions/0", {}, 422, 42202),
        ("nobody/versions/1", {}, 404, 40401),
        ("orders/versions/1", {"tagsToAdd": [tags("no.such", "T")]}, 422, 42201),
        ("orders/versions/1", {"tagsToRemove": [tags("Order", "T")]}, 422, 42201),
        ("orders/versions/1", {"tagsToAdd": "PII"}, 400, 400),
        ("orders/versions/1", {"tagsToAdd": [{"tags": ["T"]}]}, 400, 400),
        ("orders/versions/1", {"tagsToAdd": [tags("Order", kind="x")]}, 400, 400),
        ("orders/versions/1", {"rulesToRemove": "a"}, 400, 400),
    ],
)
def test_what_tagging_refuses(
    api: Client, path: str, body: dict[str, Any], status: int, code: int
) -> None:
    post(api, VERSIONS, schema=PLAIN)
    found, answer = post(api, f"/subjects/{path}/tags", **body)
    assert (found, answer["error_code"]) == (status, code)


def test_an_unknown_field_is_named_with_those_there_are(api: Client) -> None:
    _, answer = post(
        api, VERSIONS, schema=PLAIN, schemaTagsToAdd=[tags("Order.male", "PII")]
    )
    assert answer == {
        "error_code": 42201,
        "message": "Invalid schema tags: no field 'Order.male' in the schema; "
        "its fields: Order.mail",
    }


def test_tagged_entities_are_found_by_name_or_all(api: Client) -> None:
    _, made = post(
        api,
        VERSIONS,
        schema=TAGGED,
        schemaTagsToAdd=[
            tags("Order.mail", "SECRET"),
            tags("Order", "R", kind="sr_record"),
        ],
    )
    id, every = (
        made["id"],
        [
            tags("Order", "R", kind="sr_record"),
            tags("Order.mail", "PII", "SECRET"),
        ],
    )
    found = {
        query: api.get(f"{VERSIONS}/1?{query}").get_json().get("schemaTags")
        for query in (
            "findTags=*",
            "findTags=PII",
            "findTags=R&findTags=SECRET",
            "findTags=none",
            "",
        )
    }
    assert found == {
        "findTags=*": every,
        "findTags=PII": [tags("Order.mail", "PII")],
        "findTags=R&findTags=SECRET": [
            tags("Order", "R", kind="sr_record"),
            tags("Order.mail", "SECRET"),
        ],
        "findTags=none": None,
        "": None,
    }
    by_id = api.get(f"/schemas/ids/{id}?findTags=*").get_json()
    assert by_id["schemaTags"] == every


@pytest.mark.parametrize(
    ("type", "schema", "path"),
    [
        ("JSON", '{"type":"object","properties":{"mail":{}}}', "object.mail"),
        ("PROTOBUF", 'syntax = "proto3";\nmessage M { string mail = 1; }', "M.mail"),
    ],
)
def test_the_other_formats(api: Client, type: str, schema: str, path: str) -> None:
    post(api, VERSIONS, schema=schema, schemaType=type)
    status, answer = post(api, f"{VERSIONS}/1/tags", tagsToAdd=[tags(path, "PII")])
    assert (status, answer["version"]) == (200, 2)
    found = api.get(f"{VERSIONS}/2?findTags=PII").get_json()
    assert found["schemaTags"] == [tags(path, "PII")]
