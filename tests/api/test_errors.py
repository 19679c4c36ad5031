"""Errors that the server raises on purpose, with their whole answers."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.serving import Api, avro, segment
from tests.api.stock import SCHEMAS

ORDER, INCOMPATIBLE, TEXT, NOTED = SCHEMAS
RULE = {"name": "r", "type": "CEL", "mode": "UPGRADE"}

# (situation, method, path, body, code, message), asked of the stock.
REFUSALS: list[tuple[str, str, str, Any, int, str]] = [
    ("versions of an unknown subject", "GET", "/subjects/nope/versions", None, 40401,
     "Subject 'nope' not found."),
    ("a version of an unknown subject", "GET", "/subjects/nope/versions/1", None, 40401,
     "Subject 'nope' not found."),
    ("lookup under an unknown subject", "POST", "/subjects/nope", avro(ORDER), 40401,
     "Subject 'nope' not found."),
    ("deleting an unknown subject", "DELETE", "/subjects/nope", None, 40401,
     "Subject 'nope' not found."),
    ("metadata of an unknown subject", "GET", "/subjects/nope/metadata", None, 40401,
     "Subject 'nope' not found."),
    ("restoring an unknown subject", "POST", "/subjects/nope/undelete", None, 40401,
     "Subject 'nope' not found."),
    ("a subject whose versions are all deleted", "GET", "/subjects/gone/versions", None,
     40401, "Subject 'gone' not found."),
    ("deleting a config that is not there", "DELETE", "/config/nope", None, 40401,
     "Subject 'nope' not found."),
    ("deleting a mode that is not there", "DELETE", "/mode/nope", None, 40401,
     "Subject 'nope' not found."),
    ("an unknown version", "GET", "/subjects/orders-value/versions/9", None, 40402,
     "Version 9 not found."),
    ("the text of an unknown version", "GET",
     "/subjects/orders-value/versions/9/schema", None, 40402, "Version 9 not found."),
    ("a soft-deleted version", "GET", "/subjects/half%20gone/versions/1", None, 40402,
     "Version 1 not found."),
    ("deleting an unknown version", "DELETE", "/subjects/orders-value/versions/9", None,
     40402, "Version 9 not found."),
    ("restoring an unknown version", "POST",
     "/subjects/orders-value/versions/9/undelete", None, 40402, "Version 9 not found."),
    ("checking against an unknown version", "POST",
     "/compatibility/subjects/orders-value/versions/9", avro(ORDER), 40402,
     "Version 9 not found."),
    ("checking against a version of an unknown subject", "POST",
     "/compatibility/subjects/nope/versions/1", avro(ORDER), 40402,
     "Version 1 not found."),
    ("referrers of an unknown version", "GET",
     "/subjects/orders-value/versions/9/referencedby", None, 40402,
     "Version 9 not found."),
    ("an unknown id", "GET", "/schemas/ids/99", None, 40403, "Schema 99 not found"),
    ("the text of an unknown id", "GET", "/schemas/ids/99/schema", None, 40403,
     "Schema 99 not found"),
    ("an id beyond what a database holds", "GET", "/schemas/ids/99999999999", None,
     40403, "Schema 99999999999 not found"),
    ("an id below zero", "GET", "/schemas/ids/-1", None, 40403, "Schema -1 not found"),
    ("an id of another context", "GET", "/schemas/ids/2?subject=:.eu:", None, 40403,
     "Schema 2 not found"),
    ("an id that a qualified subject lacks", "GET",
     "/schemas/ids/1?subject=:.eu:nope", None, 40403, "Schema 1 not found"),
    ("the subjects of an unknown id", "GET", "/schemas/ids/99/subjects", None, 40403,
     "Schema not found"),
    ("the versions of an unknown id", "GET", "/schemas/ids/99/versions", None, 40403,
     "Schema not found"),
    ("an unknown GUID", "GET", "/schemas/guids/00000000-0000-0000-0000-000000000000",
     None, 40403, "Schema 00000000-0000-0000-0000-000000000000 not found"),
    ("what is no GUID", "GET", "/schemas/guids/x", None, 40403, "Schema x not found"),
    ("lookup of another schema", "POST", "/subjects/orders-value", avro(INCOMPATIBLE),
     40403, "Schema not found"),
    ("metadata that no version has", "GET",
     "/subjects/orders-value/metadata?key=a&value=b", None, 40403, "Schema not found"),
    ("deleting a subject twice", "DELETE", "/subjects/gone", None, 40404,
     "Subject 'gone' was soft deleted.Set permanent=true to delete permanently"),
    ("deleting a live subject for good", "DELETE", "/subjects/a%2Fb?permanent=true",
     None, 40405,
     "Subject 'a/b' was not deleted first before being permanently deleted"),
    ("deleting a version twice", "DELETE", "/subjects/half%20gone/versions/1", None,
     40406, "Subject 'half gone' Version 1 was soft deleted.Set permanent=true to "
     "delete permanently"),
    ("deleting a live version for good", "DELETE",
     "/subjects/orders-value/versions/1?permanent=true", None, 40407,
     "Subject 'orders-value' Version 1 was not deleted first before being permanently "
     "deleted"),
    ("a config that is not there", "GET", "/config/nope", None, 40408,
     "Subject 'nope' does not have subject-level compatibility configured"),
    ("a mode that is not there", "GET", "/mode/nope", None, 40409,
     "Subject 'nope' does not have subject-level mode configured"),
    ("an unknown schema type", "POST", "/subjects/s/versions",
     avro(ORDER, schemaType="FOO"), 42201,
     "Invalid schema type FOO; known: AVRO, JSON, PROTOBUF"),
    ("a version that is not the next", "POST", "/subjects/orders-value/versions",
     avro(NOTED, version=9), 42201, "Version is not one more than previous version"),
    ("a reference to nothing", "POST", "/subjects/s/versions",
     avro(ORDER, references=[{"name": "X", "subject": "nope", "version": 1}]), 42201,
     "Invalid schema, details: No schema reference found for subject \"nope\" and "
     "version 1"),
    ("a reference without a version", "POST", "/subjects/s/versions",
     avro(ORDER, references=[{"name": "X", "subject": "base"}]), 42201,
     'Invalid reference: {"name": "X", "subject": "base", "version": 0}: a reference '
     "needs a name, a subject and a version"),
    ("a reference with a line break", "POST", "/subjects/s/versions",
     avro(ORDER, references=[{"name": "X\n", "subject": "base", "version": 1}]), 42201,
     'Invalid reference: {"name": "X\\n", "subject": "base", "version": 1}: control '
     "characters"),
    ("what is no version", "GET", "/subjects/orders-value/versions/x", None, 42202,
     "The specified version 'x' is not a valid version id. Allowed values are between "
     "[1, 2^31-1] and the string \"latest\""),
    ("version 0", "DELETE", "/subjects/orders-value/versions/0", None, 42202,
     "The specified version '0' is not a valid version id. Allowed values are between "
     "[1, 2^31-1] and the string \"latest\""),
    ("a version of 32 bits", "GET", "/subjects/orders-value/versions/2147483648", None,
     42202, "The specified version '2147483648' is not a valid version id. Allowed "
     "values are between [1, 2^31-1] and the string \"latest\""),
    ("checking against what is no version", "POST",
     "/compatibility/subjects/orders-value/versions/x", avro(ORDER), 42202,
     "The specified version 'x' is not a valid version id. Allowed values are between "
     "[1, 2^31-1] and the string \"latest\""),
    ("an unknown level", "PUT", "/config", {"compatibility": "BEST"}, 42203,
     "Invalid compatibility level. Valid values are none, backward, forward, full, "
     "backward_transitive, forward_transitive, and full_transitive"),
    ("an unknown mode", "PUT", "/mode", {"mode": "BEST"}, 42204,
     "Invalid mode. Valid values are READWRITE, READONLY, IMPORT "
     "and FORWARD."),
    ("forwarding one subject", "PUT", "/mode/orders-value", {"mode": "FORWARD"}, 42204,
     "Forward mode only supported on global level"),
    ("importing over what is there", "PUT", "/mode/orders-value", {"mode": "IMPORT"},
     42205, "Cannot import since found existing subjects"),
    ("an id outside of an import", "POST", "/subjects/s/versions", avro(TEXT, id=9),
     42205, "Subject s in context  is not in import mode"),
    ("deleting what a schema refers to", "DELETE", "/subjects/base/versions/1", None,
     42206, "One or more references exist to the schema "
     "{magic=1,keytype=SCHEMA,subject=base,version=1}."),
    ("deleting a subject that a schema refers to", "DELETE", "/subjects/base", None,
     42206, "One or more references exist to the schema "
     "{magic=1,keytype=SCHEMA,subject=base,version=1}."),
    ("registering under a reserved name", "POST", "/subjects/__EMPTY/versions",
     avro(ORDER), 42208, "The specified subject '__EMPTY' is not a valid."),
    ("a control character in a name", "POST", "/subjects/a%07b/versions", avro(ORDER),
     42208, "The specified subject 'a\x07b' is not a valid."),
    ("a config of a reserved name", "PUT", "/config/__GLOBAL",
     {"compatibility": "NONE"}, 42208,
     "The specified subject '__GLOBAL' is not a valid."),
    ("a rule without a name", "POST", "/subjects/s/versions",
     avro(ORDER, ruleSet={"domainRules": [{"type": "CEL"}]}), 42210,
     "Missing rule name"),
    ("a rule in the wrong list", "POST", "/subjects/s/versions",
     avro(ORDER, ruleSet={"domainRules": [RULE]}), 42210,
     "Domain rules can only be WRITE, READ, WRITEREAD"),
    ("two rules of one name", "PUT", "/config/s",
     {"defaultRuleSet": {"migrationRules": [RULE, RULE]}}, 42210,
     "Found rule with duplicate name 'r'"),
    ("a parameter of a rule that is null", "POST", "/subjects/s/versions",
     avro(ORDER, ruleSet={"domainRules": [{**RULE, "params": {"a": None}}]}), 400,
     "'ruleSet.domainRules[0].params['a']' must be a string"),
    ("a rule that is disabled by a string", "POST", "/subjects/s/versions",
     avro(ORDER, ruleSet={"domainRules": [{**RULE, "disabled": "true"}]}), 400,
     "'ruleSet.domainRules[0].disabled' must be true or false"),
    ("tags that are propagated by a string", "POST", "/subjects/s/versions",
     avro(ORDER, propagateSchemaTags="true"), 400,
     "'propagateSchemaTags' must be true or false"),
    ("deleting a context with subjects", "DELETE", "/contexts/.eu", None, 42211,
     "The specified context '.eu' is not empty."),
    ("a page below zero", "GET", "/subjects?offset=-1", None, 422,
     "The query parameter 'offset' is -1; it must be 0 or more."),
    ("a page that is no number", "GET", "/subjects?offset=x", None, 404,
     "HTTP 404 Not Found"),
    ("a page with a digit that is not ASCII", "GET", "/subjects?offset=%D9%A1", None,
     404, "HTTP 404 Not Found"),
    ("a page of too many digits", "GET", f"/subjects?limit={'9' * 5000}", None, 404,
     "HTTP 404 Not Found"),
    ("an id of too many digits", "GET", f"/schemas/ids/{'9' * 5000}", None, 404,
     "HTTP 404 Not Found"),
    ("an id that is no number", "GET", "/schemas/ids/x", None, 404,
     "HTTP 404 Not Found"),
    ("a schema that is an object", "POST", "/subjects/s/versions", {"schema": {}}, 400,
     "'schema' must be a string, not an object; write the schema as a JSON string"),
    ("a body that is a list", "PUT", "/config", [], 400,
     "The request body must be a JSON object, not an array"),
    ("a context with a colon", "GET", "/contexts/a:b/subjects", None, 400,
     "Context name 'a:b' cannot contain a colon"),
    ("an unknown policy", "PUT", "/config", {"compatibilityPolicy": "X"}, 400,
     "'compatibilityPolicy' must be one of STRICT, LENIENT, EXACT"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "message"),
    [pytest.param(*rest, id=situation) for situation, *rest in REFUSALS],
)
def test_refused(
    stocked: Api, method: str, path: str, body: Any, code: int, message: str
) -> None:
    status = code if code < 1000 else code // 100

    answer = stocked.call(method, path, body)

    assert answer == (
        status,
        {"error_code": code, "message": message},
    )
    # Nothing was changed on the way.
    assert stocked.get("/subjects?deleted=true")[1] == [
        ":.eu:orders-value", "a/b", "base", "gone", "half gone", "orders-value",
    ]  # fmt: skip


def test_an_incompatible_schema_comes_with_its_findings(stocked: Api) -> None:
    status, body = stocked.post("/subjects/base/versions", avro(INCOMPATIBLE))

    assert (status, body["error_code"], body["verdict"]) == (409, 40901, "incompatible")
    assert body["message"].startswith(
        "Schema being registered is incompatible with an earlier schema for subject "
        '"base", details: [{errorType:'
    )
    assert [finding["rule"] for finding in body["findings"]] == ["AVRO_TYPE_MISMATCH"]


def test_an_incompatible_schema_for_clients_of_confluent_7(
    serve: Callable[..., Api],
) -> None:
    api = serve(incompatible_code="409")
    api.register("s", ORDER)

    status, body = api.post("/subjects/s/versions", avro(INCOMPATIBLE))

    assert (status, body["error_code"]) == (409, 409)


def test_a_read_only_subject(stocked: Api) -> None:
    assert stocked.put("/mode/base", {"mode": "READONLY"}) == (
        200,
        {"mode": "READONLY"},
    )
    refused = {
        "error_code": 42205,
        "message": "Subject base in context  is in read-only mode",
    }

    assert stocked.post("/subjects/base/versions", avro(NOTED)) == (422, refused)
    assert stocked.delete("/subjects/base") == (422, refused)
    assert stocked.delete("/subjects/base/versions/1") == (422, refused)
    assert stocked.put("/config/base", {"compatibility": "NONE"}) == (422, refused)
    assert stocked.post("/subjects/base/versions", avro(ORDER))[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/subjects/nope",
        "/subjects/gone",
        "/subjects/a%2Fb/versions/9",
        "/subjects/half%20gone/versions/1",
    ],
)
def test_what_is_not_there_of_a_read_only_registry(stocked: Api, path: str) -> None:
    stocked.put("/mode", {"mode": "READONLY"})

    assert stocked.delete(path)[0] == 404
    assert stocked.delete("/subjects/a%2Fb")[0] == 422


def test_an_import_of_an_id_that_has_other_content(stocked: Api) -> None:
    assert stocked.put("/mode/s", {"mode": "IMPORT"}) == (200, {"mode": "IMPORT"})

    assert stocked.post("/subjects/s/versions", avro(TEXT, id=1)) == (
        422,
        {
            "error_code": 42205,
            "message": "Overwrite new schema with id 1 in context  is not permitted.",
        },
    )


def test_modes_that_can_not_be_changed(serve: Callable[..., Api]) -> None:
    refused = {"error_code": 42205, "message": "Mode changes are not allowed"}

    assert serve(mode_mutability=False).put("/mode", {"mode": "READONLY"}) == (
        422,
        refused,
    )


@pytest.mark.parametrize("prefix", ["", ":.c:"])
def test_a_name_that_is_too_long(api: Api, prefix: str) -> None:
    # Random, as an index would compress a letter that repeats.
    letters = random.Random(1).choices(string.ascii_letters, k=2000)
    longest = prefix + "".join(letters)[len(prefix) :]
    longer = f"{longest}é"
    refused = (
        422,
        {
            "error_code": 42208,
            "message": f"The specified subject '{longer[:60]}...' is not a valid. "
            "It is longer than 2000 bytes.",
        },
    )

    for subject, answers in ((longest, (200, 200, 200)), (longer, (422, 422, 422))):
        path = segment(subject)
        found = (
            api.post(f"/subjects/{path}/versions", avro(TEXT)),
            api.put(f"/config/{path}", {"compatibility": "NONE"}),
            api.put(f"/mode/{path}", {"mode": "READWRITE"}),
        )
        assert tuple(status for status, _ in found) == answers
    assert set(map(str, found)) == {str(refused)}
    assert api.get("/subjects") == (200, [longest])


def test_a_schema_that_is_too_large(serve: Callable[..., Api]) -> None:
    assert serve(max_schema_bytes=20).post("/subjects/s/versions", avro(ORDER)) == (
        422,
        {
            "error_code": 42209,
            "message": "Register operation failed because schema is too large: at most "
            "20 bytes (setting DOVETAIL_MAX_SCHEMA_BYTES)",
        },
    )


def test_a_body_that_is_too_large(serve: Callable[..., Api]) -> None:
    assert serve(max_body_bytes=20).post("/subjects/s/versions", avro(ORDER)) == (
        413,
        {
            "error_code": 413,
            "message": "The request body is larger than 20 bytes, the limit of this "
            "server (setting DOVETAIL_MAX_BODY_BYTES).",
        },
    )


def test_no_body(api: Api) -> None:
    assert api.post("/subjects/s/versions") == (
        422,
        {
            "error_code": 422,
            "message": "The request body must not be null: send a JSON object.",
        },
    )


def test_a_database_that_is_not_migrated(
    serve: Callable[..., Api], tmp_path: Any
) -> None:
    api = serve(database=f"sqlite:///{tmp_path}/other.db")

    status, body = api.get("/health/ready")

    assert (status, body["error_code"]) == (503, 50001)
    assert body["message"].endswith("run 'dovetail db upgrade'.")
