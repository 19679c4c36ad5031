"""Every code of Confluent's table, each with a request that leads to it.

`test_errors.py` has more requests for many of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from registry import key_errors
from registry.contract import ErrorCode
from registry.errors import RegistryError
from registry.service.session import Registry
from tests.api.serving import Api, avro

# Confluent's, which have no cause here: no log to wait for, no leader to forward to, no
# KMS to ask; 42205 answers an import whose id is another content's.
NEVER = {
    ErrorCode.ID_DOES_NOT_MATCH,
    ErrorCode.STORE_TIMEOUT,
    ErrorCode.FORWARDING_FAILED,
    ErrorCode.LEADER_UNKNOWN,
    ErrorCode.DEK_GENERATION_FAILED,
}

ORDER = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
BROKEN = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}'
BASKET = '{"type":"array","items":"Order"}'
TO_ORDER = [{"name": "Order", "subject": "s", "version": 1}]
KEKS = "/dek-registry/v1/keks"
KEK = {"name": "k", "kmsType": "local-kms", "kmsKeyId": "id"}
DEK = {"encryptedKeyMaterial": "AQID"}

Call = tuple[str, str, Any]


def register(subject: str = "s", schema: str = ORDER, **more: Any) -> Call:
    return "POST", f"/subjects/{subject}/versions", avro(schema, **more)


def associate(
    subject: str = "s", lifecycle: str = "WEAK", topic: str = "t", **more: Any
) -> Call:
    info = {"subject": subject, "lifecycle": lifecycle, **more}
    resource = {"resourceName": topic, "resourceNamespace": "c", "resourceId": topic}
    return "POST", "/associations", {**resource, "associations": [info]}


def delete(path: str) -> Call:
    return "DELETE", path, None


def get(path: str) -> Call:
    return "GET", path, None


def mode(mode: str, path: str = "/mode/s") -> Call:
    return "PUT", path, {"mode": mode}


@dataclass
class Case:
    """A call that is refused, after others that are not."""

    code: int
    message: str
    call: Call
    before: list[Call] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


FROZEN = {
    "subject": ":.c:t-value",
    "lifecycle": "STRONG",
    "frozen": True,
    "schema": avro(ORDER),
}
CREATED = ("POST", KEKS, KEK)
WRAPPED = ("POST", f"{KEKS}/k/deks/s", DEK)

CASES = [
    Case(400, "The request body must be a JSON object, not an array",
         ("PUT", "/config", [])),
    Case(404, "HTTP 404 Not Found", get("/nowhere")),
    Case(405, "HTTP 405 Method Not Allowed", delete("/schemas")),
    Case(413, "The request body is larger than 9 bytes, the limit of this server "
         "(setting DOVETAIL_MAX_BODY_BYTES).", register(),
         settings={"max_body_bytes": 9}),
    Case(415, "Content-Encoding 'gzip' is not supported: send the body as it is",
         register(), headers={"Content-Encoding": "gzip"}),
    Case(422, "The request body must not be null: send a JSON object.",
         ("POST", "/subjects/s/versions", None)),
    Case(422, "The query parameter 'offset' is -1; it must be 0 or more.",
         get("/subjects?offset=-1")),
    Case(40370, "Key 'k' can't be used by the registry, which holds no credentials of "
         "any KMS: send 'encryptedKeyMaterial' with the key",
         ("POST", f"{KEKS}/k/deks/s", {}),
         [("POST", KEKS, {**KEK, "shared": True})]),
    Case(40401, "Subject 's' not found.", get("/subjects/s/versions")),
    Case(40402, "Version 2 not found.", get("/subjects/s/versions/2"), [register()]),
    Case(40403, "Schema 7 not found", get("/schemas/ids/7")),
    Case(40403, "Schema not found", ("POST", "/subjects/s", avro(BROKEN)),
         [register()]),
    Case(40404, "Subject 's' was soft deleted.Set permanent=true to delete permanently",
         delete("/subjects/s"), [register(), delete("/subjects/s")]),
    Case(40405, "Subject 's' was not deleted first before being permanently deleted",
         delete("/subjects/s?permanent=true"), [register()]),
    Case(40406, "Subject 's' Version 1 was soft deleted.Set permanent=true to delete "
         "permanently", delete("/subjects/s/versions/1"),
         [register(), delete("/subjects/s/versions/1")]),
    Case(40407, "Subject 's' Version 1 was not deleted first before being permanently "
         "deleted", delete("/subjects/s/versions/1?permanent=true"), [register()]),
    Case(40408, "Subject 's' does not have subject-level compatibility configured",
         get("/config/s"), [register()]),
    Case(40409, "Subject 's' does not have subject-level mode configured",
         get("/mode/s"), [register()]),
    Case(40410, "Association for 't' not found.", delete("/associations/resources/t")),
    Case(404, "This server keeps no associations (setting DOVETAIL_ASSOCIATIONS=off).",
         associate(), settings={"associations": "off"}),
    Case(40470, "Key 'k' not found", get(f"{KEKS}/k")),
    Case(40471, "Key 'k' was not deleted first before being permanently deleted",
         delete(f"{KEKS}/k?permanent=true"), [CREATED]),
    Case(40472, "Key 'k' must be undeleted first",
         ("POST", f"{KEKS}/k/deks/s/undelete", None),
         [CREATED, WRAPPED, delete(f"{KEKS}/k/deks/s"), delete(f"{KEKS}/k")]),
    Case(40901, "Schema being registered is incompatible with an earlier schema for "
         "subject \"s\", details: [",
         register("s", BROKEN), [register()]),
    Case(409, "Schema being registered is incompatible with an earlier schema for "
         "subject \"s\", details: [",
         register("s", BROKEN), [register()], {"incompatible_code": "409"}),
    Case(40902, "Subject 's' has 1 associations, as many as it may.",
         associate(topic="u"), [register(), associate()], {"page_size": 1}),
    Case(40903, "An association of type 'value' exists for resource 't', with subject "
         "'s'.", associate("r"), [register(), register("r"), associate()]),
    Case(40904, "An association exists for subject 's', with resource 't'; delete the "
         "association first.", delete("/subjects/s"), [register(), associate()]),
    Case(40905, "A strong association exists for subject 's', with resource 't'.",
         associate(topic="u"), [register(), associate(lifecycle="STRONG")]),
    Case(40907, "Subject 's' has no active version; register one first, or send its "
         "'schema' with the association.", associate()),
    Case(40907, "Subject 's' must keep an active version while it is associated with "
         "resource 't'.", delete("/subjects/s/versions/1"), [register(), associate()]),
    Case(40908, "The association of type 'value' is frozen for subject ':.c:t-value': "
         "it can only be deleted together with its subject (cascadeLifecycle=true).",
         delete("/associations/resources/t"), [associate(**FROZEN)]),
    Case(40971, "Key 'k' already exists; use a different value", CREATED, [CREATED]),
    Case(40972, "A maximum of 1 keys already exist",
         ("POST", KEKS, {**KEK, "name": "other"}), [CREATED], {"max_keks": 1}),
    Case(42201, "Invalid schema type FOO; known: AVRO, JSON, PROTOBUF",
         register(schemaType="FOO")),
    Case(42201, "Empty schema", register(schema="")),
    Case(42201, "Invalid schema, details: No schema reference found for subject \"s\" "
         "and version 1", register("r", BASKET, references=TO_ORDER)),
    Case(42201, "Version is not one more than previous version", register(version=7)),
    Case(42202, "The specified version 'x' is not a valid version id. Allowed values "
         "are between [1, 2^31-1] and the string \"latest\"",
         get("/subjects/s/versions/x")),
    Case(42203, "Invalid compatibility level. Valid values are none, backward, "
         "forward, full, backward_transitive, forward_transitive, and full_transitive",
         ("PUT", "/config/s", {"compatibility": "BEST"})),
    Case(42204, "Invalid mode. Valid values are READWRITE, READONLY, "
         "IMPORT and FORWARD.", mode("BEST")),
    Case(42204, "Forward mode only supported on global level", mode("FORWARD")),
    Case(42205, "Subject s in context  is in read-only mode", register(),
         [mode("READONLY")]),
    Case(42205, "Subject s in context :.eu: is in read-only mode",
         register(":.eu:s"), [mode("READONLY", "/mode/:.eu:")]),
    Case(42205, "Subject s in context  is not in import mode", register(id=7)),
    Case(42205, "Subject s in context  is not in read-write mode", register(),
         [mode("IMPORT")]),
    Case(42205, "Overwrite new schema with id 1 in context  is not permitted.",
         register("r", BROKEN, id=1), [register(), mode("IMPORT", "/mode/r")]),
    Case(42205, "Cannot import since found existing subjects", mode("IMPORT"),
         [register()]),
    Case(42205, "Mode changes are not allowed", mode("READONLY"),
         settings={"mode_mutability": False}),
    Case(42205, "Subject 's' has a strong association and cannot be referenced",
         register("r", BASKET, references=TO_ORDER),
         [register(), associate(lifecycle="STRONG")]),
    Case(42206, "One or more references exist to the schema "
         "{magic=1,keytype=SCHEMA,subject=s,version=1}.",
         delete("/subjects/s/versions/1"),
         [register(), register("r", BASKET, references=TO_ORDER)]),
    Case(42208, "The specified subject '__GLOBAL' is not a valid.",
         register("__GLOBAL")),
    Case(42209, "Register operation failed because schema is too large: at most 9 "
         "bytes (setting DOVETAIL_MAX_SCHEMA_BYTES)", register(),
         settings={"max_schema_bytes": 9}),
    Case(42210, "Missing rule name",
         register(ruleSet={"domainRules": [{"type": "CEL"}]})),
    Case(42211, "The specified context '.eu' is not empty.", delete("/contexts/.eu"),
         [register(":.eu:s")]),
    Case(42212, "The association specified an invalid value for property: "
         "'lifecycle', detail: must be STRONG or WEAK", associate(lifecycle="NEVER")),
    Case(42271, "Invalid or missing value for field 'kmsType' of key",
         ("POST", KEKS, {**KEK, "kmsType": ""})),
    Case(42272, "One or more references exist to the key 'k'", delete(f"{KEKS}/k"),
         [CREATED, WRAPPED]),
    Case(50001, "The database lacks tables of this release; run 'dovetail db upgrade'.",
         get("/health/ready"), settings={"database": "sqlite://"}),
]  # fmt: skip

# What is refused with another status than its code begins with.
STATUSES = {50001: 503}


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{i}-{case.code}" for i, case in enumerate(CASES)]
)
def test_a_code(case: Case, serve: Callable[..., Api]) -> None:
    api = serve(**case.settings)
    for before in case.before:
        status, answer = api.call(*before)
        assert status < 300, answer

    status, answer = api.call(*case.call, headers=case.headers)

    code = case.code
    assert status == STATUSES.get(code, code if code < 1000 else code // 100)
    assert (answer["error_code"], answer["message"][: len(case.message)]) == (
        code,
        case.message,
    )
    if not case.message.endswith("details: ["):
        assert answer == {"error_code": code, "message": case.message}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk(api: Api) -> None:
    registry: Registry = api.app.extensions["dovetail"]

    def limit(connection: Any, _record: Any) -> None:
        # The number of pages that there are already.
        connection.execute("PRAGMA max_page_count = 1")

    long = avro({"type": "enum", "name": "E", "symbols": ["A"], "doc": "x" * 500_000})
    # Whatever connection writes is a new one.
    registry.database.close()
    event.listen(Pool, "connect", limit)
    try:
        answer = api.post("/subjects/s/versions", long)
    finally:
        event.remove(Pool, "connect", limit)

    assert answer == (
        507,
        {
            "error_code": 507,
            "message": "The database's disk is full: nothing was stored. Make room; "
            "the server goes on by itself.",
        },
    )
    assert api.get("/subjects") == (200, [])


def test_every_code_has_a_case() -> None:
    cases = {case.code for case in CASES}

    assert {code for code in ErrorCode if code not in cases} == NEVER


def test_every_error_that_is_raised_has_a_case() -> None:
    assert key_errors.__all__
    cases = {case.code for case in CASES} | {507}

    assert {
        error.__name__ for error in _errors(RegistryError) if error.code not in cases
    } == set()


def _errors(base: type[RegistryError]) -> Iterator[type[RegistryError]]:
    for each in base.__subclasses__():
        yield each
        yield from _errors(each)
