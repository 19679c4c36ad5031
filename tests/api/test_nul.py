"""A NUL in a request: PostgreSQL has none in its texts, so it must not get there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.serving import Api

KEKS = "/dek-registry/v1/keks"
KEK = {"name": "k", "kmsType": "local-kms", "kmsKeyId": "id"}

# (method, path, body, code)
REFUSED: list[tuple[str, str, Any, int]] = [
    ("GET", "/subjects/a%00b/versions", None, 42208),
    ("GET", "/subjects?subjectPrefix=%00", None, 42208),
    ("GET", "/contexts?contextPrefix=%00", None, 42208),
    ("GET", "/contexts/a%00b/subjects", None, 42208),
    ("DELETE", "/contexts/a%00b", None, 42208),
    ("GET", "/schemas?ruleType=%00", None, 42208),
    ("GET", "/schemas?associationType=%00", None, 42208),
    ("GET", f"{KEKS}?subjectPrefix=a&subjectPrefix=%00", None, 42208),
    ("GET", f"{KEKS}/a%00b", None, 42271),
    ("POST", KEKS, {**KEK, "doc": "\0"}, 42271),
    ("PUT", f"{KEKS}/k", {"doc": "\0"}, 42271),
    ("GET", "/associations/resources/a%00b", None, 42212),
    ("GET", "/associations/resources/id?lifecycle=%00", None, 42208),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "code"), REFUSED)
def test_refused(api: Api, method: str, path: str, body: Any, code: int) -> None:
    status, answer = api.call(method, path, body)

    assert (status, answer["error_code"]) == (422, code)


@pytest.mark.parametrize("member", ["resourceId", "resourceName", "resourceNamespace"])
def test_refused_in_a_batch(api: Api, member: str) -> None:
    asked = {"resourceName": "a", "resourceNamespace": "b", member: "\0"}

    status, answer = api.post("/associations:batchGet", {"requests": [asked]})

    assert status == 207
    assert answer["results"][0]["error"]["error_code"] == 42212


def test_stored_where_it_is_json(api: Api) -> None:
    metadata = {"properties": {"a\0": "\0b"}, "tags": {"\0": ["\0"]}}
    rule = {"name": "r", "type": "CEL", "doc": "\0", "params": {"\0": "\0"}}
    kek = {**KEK, "kmsProps": {"a": "\0"}}

    api.put("/config/s", {"compatibilityGroup": "\0"})
    stored = api.register(
        "s", '"int"', metadata=metadata, ruleSet={"domainRules": [rule]}
    )

    assert stored["metadata"] == metadata
    assert stored["ruleSet"]["domainRules"][0]["params"] == {"\0": "\0"}
    assert api.get("/config/s") == (200, {"compatibilityGroup": "\0"})
    assert api.post(KEKS, kek)[1]["kmsProps"] == {"a": "\0"}
