"""The DEK registry: key encryption keys, and the data keys that they wrap."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.serving import Api

KEKS = "/dek-registry/v1/keks"
KEK = {"name": "k1", "kmsType": "test-kms", "kmsKeyId": "myid", "shared": False}
# Base64 of no key in particular.
MATERIAL, OTHER = "c2VjcmV0LTE=", "c2VjcmV0LTI="


def kek(api: Api, **more: Any) -> dict[str, Any]:
    status, made = api.post(KEKS, {**KEK, **more})
    assert status == 200, made
    found: dict[str, Any] = made
    return found


def dek(subject: str = "s", **more: Any) -> dict[str, Any]:
    return {
        "kekName": "k1",
        "subject": subject,
        "version": 1,
        "algorithm": "AES256_GCM",
        "encryptedKeyMaterial": MATERIAL,
        **more,
    }


def add(api: Api, subject: str = "s", query: str = "", **more: Any) -> tuple[int, Any]:
    body = {"encryptedKeyMaterial": MATERIAL, **more}
    return api.post(f"{KEKS}/k1/deks/{subject}{query}", body)


def not_found(name: str) -> tuple[int, dict[str, Any]]:
    return 404, {"error_code": 40470, "message": f"Key '{name}' not found"}


def test_a_kek_from_its_creation_to_its_end(api: Api) -> None:
    assert kek(api) == KEK
    assert api.get(f"{KEKS}/k1") == (200, KEK)
    assert api.get(KEKS) == (200, ["k1"])
    assert api.delete(f"{KEKS}/k1?permanent=true") == (
        404,
        {
            "error_code": 40471,
            "message": "Key 'k1' was not deleted first before being permanently "
            "deleted",
        },
    )
    assert api.delete(f"{KEKS}/k1") == (204, None)
    assert api.delete(f"{KEKS}/k1") == not_found("k1")
    assert api.put(f"{KEKS}/k1", {"doc": "x"}) == not_found("k1")
    assert api.get(f"{KEKS}/k1") == not_found("k1")
    assert api.get(f"{KEKS}/k1?deleted=true") == (200, {**KEK, "deleted": True})
    assert (api.get(KEKS), api.get(f"{KEKS}?deleted=true")) == (
        (200, []),
        (200, ["k1"]),
    )
    assert api.delete(f"{KEKS}/k1?permanent=true") == (204, None)
    assert api.get(f"{KEKS}/k1?deleted=true") == not_found("k1")
    assert api.delete(f"{KEKS}/k1?permanent=true") == not_found("k1")


def test_a_deleted_kek_comes_back_by_undelete_or_by_creating_it(api: Api) -> None:
    kek(api)
    assert api.post(f"{KEKS}/k1/undelete") == (204, None)
    api.delete(f"{KEKS}/k1")
    assert api.post(f"{KEKS}/k1/undelete") == (204, None)
    assert api.get(f"{KEKS}/k1") == (200, KEK)
    api.delete(f"{KEKS}/k1")
    assert kek(api, doc="again") == {**KEK, "doc": "again"}
    assert api.post(f"{KEKS}/none/undelete") == not_found("none")


def test_a_deleted_kek_that_wraps_keys_comes_back_for_the_same_key_alone(
    api: Api,
) -> None:
    kek(api)
    add(api)
    api.delete(f"{KEKS}/k1/deks/s")
    api.delete(f"{KEKS}/k1")

    exists = {
        "error_code": 40971,
        "message": "Key 'k1' already exists; use a different value",
    }
    assert api.post(KEKS, {**KEK, "kmsKeyId": "another"}) == (409, exists)
    assert kek(api) == KEK
    api.delete(f"{KEKS}/k1/deks/s?permanent=true")
    api.delete(f"{KEKS}/k1")
    assert kek(api, kmsKeyId="another") == {**KEK, "kmsKeyId": "another"}


def test_members_of_a_kek_are_kept_cleared_and_set(api: Api) -> None:
    kek(api, kmsProps={"region": "eu"}, doc="d")
    assert api.put(f"{KEKS}/k1", {}) == (
        200,
        {**KEK, "kmsProps": {"region": "eu"}, "doc": "d"},
    )
    assert api.put(f"{KEKS}/k1", {"doc": None, "shared": True}) == (
        200,
        {**KEK, "kmsProps": {"region": "eu"}, "shared": True},
    )
    assert api.put(f"{KEKS}/k1", {"kmsProps": {"a": "b"}, "doc": "e"}) == (
        200,
        {**KEK, "kmsProps": {"a": "b"}, "doc": "e", "shared": True},
    )
    assert api.get(f"{KEKS}/k1") == (
        200,
        {**KEK, "kmsProps": {"a": "b"}, "doc": "e", "shared": True},
    )


def test_a_dek_from_its_creation_to_its_end(api: Api) -> None:
    kek(api)
    assert add(api) == (200, dek())
    assert api.get(f"{KEKS}/k1/deks/s") == (200, dek())
    assert api.get(f"{KEKS}/k1/deks") == (200, ["s"])
    assert api.delete(f"{KEKS}/k1") == (
        422,
        {
            "error_code": 42272,
            "message": "One or more references exist to the key 'k1'",
        },
    )
    assert api.delete(f"{KEKS}/k1/deks/s?permanent=true")[1]["error_code"] == 40471
    assert api.delete(f"{KEKS}/k1/deks/s") == (204, None)
    assert api.get(f"{KEKS}/k1/deks/s") == not_found("s")
    assert api.delete(f"{KEKS}/k1/deks/s") == not_found("s")
    assert api.get(f"{KEKS}/k1/deks/s?deleted=true") == (200, dek(deleted=True))
    assert (api.get(f"{KEKS}/k1/deks"), api.get(f"{KEKS}/k1/deks?deleted=true")) == (
        (200, []),
        (200, ["s"]),
    )
    assert api.delete(f"{KEKS}/k1") == (204, None)
    assert api.delete(f"{KEKS}/k1?permanent=true")[1]["error_code"] == 42272
    assert api.get(f"{KEKS}/k1/deks") == not_found("k1")
    assert api.get(f"{KEKS}/k1/deks?deleted=true") == (200, ["s"])
    assert api.delete(f"{KEKS}/k1/deks/s?permanent=true") == (204, None)
    assert api.get(f"{KEKS}/k1/deks/s?deleted=true") == not_found("s")
    assert api.delete(f"{KEKS}/k1?permanent=true") == (204, None)


def test_versions_of_a_dek(api: Api) -> None:
    kek(api)
    for version in (1, 3):
        assert add(api, version=version) == (200, dek(version=version))
    assert add(api, algorithm="AES256_SIV") == (200, dek(algorithm="AES256_SIV"))
    path = f"{KEKS}/k1/deks/s/versions"
    assert {
        query: api.get(f"{path}{query}")
        for query in ("", "/latest", "/-1", "/1", "?offset=1", "?limit=1",
                      "?algorithm=AES256_SIV", "/1?algorithm=AES256_SIV")
    } == {
        "": (200, [1, 3]),
        "/latest": (200, dek(version=3)),
        "/-1": (200, dek(version=3)),
        "/1": (200, dek()),
        "?offset=1": (200, [3]),
        "?limit=1": (200, [1]),
        "?algorithm=AES256_SIV": (200, [1]),
        "/1?algorithm=AES256_SIV": (200, dek(algorithm="AES256_SIV")),
    }  # fmt: skip
    assert api.get(f"{path}/2") == not_found("s")
    assert api.get(f"{path}/x")[1]["error_code"] == 42202
    assert api.get(f"{path}?algorithm=DES")[0] == 404

    assert api.delete(f"{path}/latest") == (204, None)
    assert api.get(path) == (200, [1])
    assert api.get(f"{path}?deleted=true") == (200, [1, 3])
    assert api.get(f"{path}/latest?deleted=true") == (
        200,
        dek(version=3, deleted=True),
    )
    assert api.post(f"{path}/3/undelete") == (204, None)
    assert api.get(path) == (200, [1, 3])
    assert api.delete(f"{KEKS}/k1/deks/s") == (204, None)
    assert api.post(f"{KEKS}/k1/deks/s/undelete") == (204, None)
    assert api.get(path) == (200, [1, 3])
    assert api.delete(f"{path}/3?permanent=true")[1]["error_code"] == 40471
    assert api.post(f"{path}/2/undelete") == not_found("s")
    assert api.post(f"{KEKS}/k1/deks/none/undelete") == not_found("none")


def test_a_deleted_dek_comes_back_with_its_own_material_alone(api: Api) -> None:
    kek(api)
    add(api)
    assert add(api)[1]["error_code"] == 40971
    api.delete(f"{KEKS}/k1/deks/s")
    assert add(api, encryptedKeyMaterial=OTHER)[1]["error_code"] == 40971
    assert add(api) == (200, dek())
    assert api.get(f"{KEKS}/k1/deks/s") == (200, dek())


def test_a_dek_is_not_restored_before_its_kek(api: Api) -> None:
    kek(api)
    add(api)
    api.delete(f"{KEKS}/k1/deks/s")
    api.delete(f"{KEKS}/k1")
    assert api.post(f"{KEKS}/k1/deks/s/undelete") == (
        404,
        {"error_code": 40472, "message": "Key 'k1' must be undeleted first"},
    )
    assert add(api) == not_found("k1")


def test_the_same_dek_wrapped_anew(api: Api) -> None:
    kek(api)
    add(api)
    new = dek(encryptedKeyMaterial=OTHER)
    assert add(api, query="?rewrap=true", encryptedKeyMaterial=OTHER) == (200, new)
    assert api.get(f"{KEKS}/k1/deks/s") == (200, new)


def test_the_path_of_older_clients(api: Api) -> None:
    kek(api)
    body = {"subject": "s", "version": None, "encryptedKeyMaterial": MATERIAL}
    assert api.post(f"{KEKS}/k1/deks", body) == (200, dek())


@pytest.mark.parametrize("member", ["", "doc", "AES"])
def test_what_would_need_a_kms_is_refused(api: Api, member: str) -> None:
    kek(api, shared=True)
    told = (
        "Key 'k1' can't be used by the registry, which holds no credentials of any "
        "KMS: "
    )
    asked = {
        "": (add(api, encryptedKeyMaterial=None), "send 'encryptedKeyMaterial' with "
             "the key"),
        "doc": (api.put(f"{KEKS}/k1?testSharing=true", {"doc": "x"}),
                "try the key where its credentials are"),
        "AES": (api.post(f"{KEKS}/k1/test"), "try the key where its credentials are"),
    }  # fmt: skip
    answer, instead = asked[member]
    assert answer == (403, {"error_code": 40370, "message": told + instead})
    assert api.get(f"{KEKS}/k1/deks") == (200, [])
    assert api.get(f"{KEKS}/k1") == (200, {**KEK, "shared": True})


def test_a_shared_key_that_comes_wrapped_is_kept(api: Api) -> None:
    kek(api, shared=True)
    assert add(api) == (200, dek())


def test_keks_by_the_subjects_of_their_keys(api: Api) -> None:
    kek(api)
    kek(api, name="k2")
    kek(api, name="k3")
    add(api, "orders")
    body = {"encryptedKeyMaterial": MATERIAL}
    api.post(f"{KEKS}/k2/deks/:.eu:orders", body)
    assert {
        query: api.get(f"{KEKS}?{query}")[1]
        for query in ("", "offset=1&limit=1", "subjectPrefix=ord",
                      "subjectPrefix=:.eu:", "subjectPrefix=x&subjectPrefix=orders",
                      "subjectPrefix=o%25")
    } == {
        "": ["k1", "k2", "k3"],
        "offset=1&limit=1": ["k2"],
        "subjectPrefix=ord": ["k1"],
        "subjectPrefix=:.eu:": ["k2"],
        "subjectPrefix=x&subjectPrefix=orders": ["k1"],
        "subjectPrefix=o%25": [],
    }  # fmt: skip
    assert api.get("/contexts/.eu/dek-registry/v1/keks") == (200, ["k2"])
    api.delete(f"{KEKS}/k1/deks/orders")
    assert api.get(f"{KEKS}?subjectPrefix=ord") == (200, [])
    assert api.get(f"{KEKS}?subjectPrefix=ord&deleted=true") == (200, ["k1"])


def test_contexts_and_aliases_of_subjects(api: Api) -> None:
    kek(api)
    body = {"subject": "s", "encryptedKeyMaterial": MATERIAL}
    here = dek(":.eu:s")
    assert api.post(f"{KEKS}/k1/deks?context=.eu", body) == (200, here)
    assert api.get(f"/contexts/eu{KEKS}/k1/deks/s") == (200, here)
    assert api.get(f"{KEKS}/k1/deks/:.eu:s") == (200, here)
    assert api.get(f"{KEKS}/k1/deks/s") == not_found("s")

    api.put("/config/other", {"alias": "nothing", "aliasForDeks": ":.eu:s"})
    api.put("/config/third", {"alias": ":.eu:s"})
    assert api.get(f"{KEKS}/k1/deks/other") == (200, here)
    assert api.get(f"{KEKS}/k1/deks/third") == (200, here)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("name", {"name": "1k"}),
        ("name", {"name": "k" * 257}),
        ("name", {"name": None}),
        ("kmsType", {"kmsType": ""}),
        ("kmsKeyId", {"kmsKeyId": "a\nb"}),
        ("kmsKeyId", {"kmsType": "aws-kms", "kmsKeyId": "alias/k"}),
        ("kmsKeyId", {"kmsType": "azure-kms", "kmsKeyId": "http://v/keys/k"}),
        ("kmsKeyId", {"kmsType": "gcp-kms", "kmsKeyId": "k"}),
        ("kmsKeyId", {"kmsType": "hcvault", "kmsKeyId": "vault/k"}),
    ],
)
def test_a_kek_that_can_not_be(api: Api, field: str, more: dict[str, Any]) -> None:
    assert api.post(KEKS, {**KEK, **more}) == (
        422,
        {
            "error_code": 42271,
            "message": f"Invalid or missing value for field '{field}' of key",
        },
    )


@pytest.mark.parametrize(
    ("type", "id"),
    [
        ("aws-kms", "arn:aws:kms:eu-west-1:1:key/k"),
        ("aws-kms", "arn:aws-us-gov:kms:us-gov-west-1:1:key/k"),
        ("azure-kms", "https://vault.example/keys/k/1"),
        ("gcp-kms", "projects/p/locations/l/keyRings/r/cryptoKeys/k"),
        ("hcvault", "http://127.0.0.1:8200/transit/keys/k"),
    ],
)
def test_keys_of_each_kind_of_kms(api: Api, type: str, id: str) -> None:
    assert kek(api, kmsType=type, kmsKeyId=id)["kmsKeyId"] == id


@pytest.mark.parametrize(
    ("field", "subject", "more"),
    [
        ("subject", "a%07b", {}),
        ("subject", ":.eu:", {}),
        ("subject", "s" * 2001, {}),
        ("version", "s", {"version": -1}),
        ("encryptedKeyMaterial", "s", {"encryptedKeyMaterial": None}),
        ("encryptedKeyMaterial", "s", {"encryptedKeyMaterial": "no base64"}),
        ("encryptedKeyMaterial", "s", {"encryptedKeyMaterial": "A" * 8196}),
    ],
)
def test_a_dek_that_can_not_be(
    api: Api, field: str, subject: str, more: dict[str, Any]
) -> None:
    kek(api)
    status, answer = add(api, subject, **more)
    assert (status, answer["error_code"]) == (422, 42271)
    assert answer["message"] == f"Invalid or missing value for field '{field}' of key"


@pytest.mark.parametrize(
    "body", [{"algorithm": "DES"}, {"deleted": "yes"}, {"version": "1"}]
)
def test_a_body_of_another_shape(api: Api, body: dict[str, Any]) -> None:
    kek(api)
    assert add(api, **body)[0] == 400


def test_as_many_keks_as_there_may_be(serve: Callable[..., Api]) -> None:
    api = serve(max_keks=1)
    kek(api)
    assert api.post(KEKS, {**KEK, "name": "k2"}) == (
        409,
        {"error_code": 40972, "message": "A maximum of 1 keys already exist"},
    )


def test_nothing_changes_in_a_read_only_registry(api: Api) -> None:
    kek(api)
    add(api)
    api.put("/mode", {"mode": "READONLY"})
    refused = [
        api.post(KEKS, {**KEK, "name": "k2"}),
        api.put(f"{KEKS}/k1", {"doc": "x"}),
        add(api, "t"),
        api.delete(f"{KEKS}/k1/deks/s"),
    ]
    assert [answer["error_code"] for _, answer in refused] == [42205] * 4
    assert api.get(f"{KEKS}/k1/deks/s") == (200, dek())


def test_what_is_secret_is_logged_nowhere(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [
        kek(api, kmsProps={"token": "hvs.opensesame"}),
        add(api),
        add(api),
        add(api, "t", encryptedKeyMaterial="c2VjcmV0LTE=!"),
        api.put(f"{KEKS}/k1", {"kmsProps": {"token": 7, "more": "hvs.opensesame"}}),
    ]
    shown = caplog.text + json.dumps(answers[2:])
    assert "c2VjcmV0" not in shown
    assert "opensesame" not in shown
