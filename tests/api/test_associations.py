"""Associations: created, changed, deleted, read, and what they forbid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.serving import Api, avro

ORDER = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
TOPIC = {"resourceName": "orders", "resourceNamespace": "lkc-1", "resourceId": "t-1"}
DEFAULT = ":.lkc-1:orders-value"
BY_ID = "/associations/resources/t-1"
BY_NAME = "/associations/resources/lkc-1/orders"

Made = dict[str, Any]


def asked(subject: str | None = "s", **more: Any) -> Made:
    return {"associationType": "value", "lifecycle": "WEAK", **more} | (
        {"subject": subject} if subject else {}
    )


def create(api: Api, *wanted: Made, query: str = "", **topic: str) -> tuple[int, Any]:
    body = {**TOPIC, **topic, "associations": list(wanted)}
    return api.post(f"/associations{query}", body)


def put(api: Api, *wanted: Made) -> tuple[int, Any]:
    return api.put(BY_ID, {**TOPIC, "associations": list(wanted)})


def code(answer: tuple[int, Any]) -> tuple[int, int | None]:
    status, body = answer
    return status, body.get("error_code") if body else None


def read(api: Api, path: str) -> list[tuple[str, str, str]]:
    status, found = api.get(path)
    assert status == 200, found
    return [
        (each["subject"], each["associationType"], each["lifecycle"]) for each in found
    ]


def test_no_association_is_an_empty_list_everywhere(api: Api) -> None:
    paths = (BY_ID, BY_NAME, "/associations/subjects/s", "/associations/resources/-/-")
    assert [api.get(path) for path in paths] == [(200, [])] * 4


def test_an_association_as_it_is_answered_and_read(api: Api) -> None:
    api.register("s", ORDER)
    status, answer = create(api, asked())
    shown = {
        "subject": "s",
        "associationType": "value",
        "lifecycle": "WEAK",
        "frozen": False,
    }
    assert (status, answer) == (
        200,
        {**TOPIC, "resourceType": "topic", "associations": [shown]},
    )
    [found] = api.get(BY_ID)[1]
    assert found.pop("createTs") == found.pop("updateTs") > 1_700_000_000_000
    assert len(found.pop("guid")) == 36
    assert found == {**TOPIC, "resourceType": "topic", **shown}


def test_reads_by_name_id_and_subject_narrowed_and_paged(api: Api) -> None:
    for subject in ("s", "k"):
        api.register(subject, ORDER)
    create(api, asked("s"), asked("k", associationType="key"))
    create(api, asked("s"), resourceName="other", resourceId="t-2")
    value, key = ("s", "value", "WEAK"), ("k", "key", "WEAK")
    assert {
        path: read(api, path)
        for path in (
            BY_ID,
            BY_NAME,
            "/associations/resources/-/orders?associationType=value",
            "/associations/resources/lkc-1/-",
            "/associations/resources/lkc-1/-?limit=1&offset=1",
            "/associations/resources/lkc-9/orders",
            "/associations/subjects/s",
            f"{BY_ID}?associationType=key&associationType=value",
            f"{BY_ID}?lifecycle=STRONG",
            f"{BY_ID}?resourceType=table",
        )
    } == {
        BY_ID: [key, value],
        BY_NAME: [key, value],
        "/associations/resources/-/orders?associationType=value": [value],
        "/associations/resources/lkc-1/-": [key, value, value],
        "/associations/resources/lkc-1/-?limit=1&offset=1": [value],
        "/associations/resources/lkc-9/orders": [],
        "/associations/subjects/s": [value, value],
        f"{BY_ID}?associationType=key&associationType=value": [key, value],
        f"{BY_ID}?lifecycle=STRONG": [],
        f"{BY_ID}?resourceType=table": [],
    }


def test_the_same_again_changes_nothing(api: Api) -> None:
    api.register("s", ORDER)
    first = create(api, asked())
    assert create(api, asked()) == first
    assert put(api, asked()) == first
    assert len(api.get(BY_ID)[1]) == 1


def test_a_schema_sent_along_is_registered(api: Api) -> None:
    status, answer = create(
        api, asked(None, lifecycle="STRONG", schema=avro(ORDER), frozen=True)
    )
    [made] = answer["associations"]
    assert (status, made["subject"], made["frozen"], made["schema"]["version"]) == (
        200,
        DEFAULT,
        True,
        1,
    )
    assert api.get(f"/subjects/{DEFAULT}/versions") == (200, [1])


def test_a_schema_that_is_not_valid_leaves_nothing_behind(api: Api) -> None:
    api.register("k", ORDER)
    answer = create(
        api,
        asked("k", associationType="key"),
        asked("new", schema=avro('{"type":"no"}')),
    )
    assert code(answer) == (422, 42201)
    assert api.get(BY_ID) == (200, [])
    assert api.get("/subjects") == (200, ["k"])


def test_a_dry_run_answers_and_stores_nothing(api: Api) -> None:
    wanted = asked(None, lifecycle="STRONG", schema=avro(ORDER))
    status, answer = create(api, wanted, query="?dryRun=true", resourceId="")
    assert (status, answer["associations"][0]["subject"]) == (200, DEFAULT)
    assert "resourceId" not in answer
    assert (api.get(BY_NAME), api.get("/subjects")) == ((200, []), (200, []))


def test_bare_subjects_are_in_the_context_of_the_path(api: Api) -> None:
    api.register(":.eu:s", ORDER)
    body = {**TOPIC, "associations": [asked("s")]}
    assert api.post("/contexts/.eu/associations", body)[0] == 200
    assert read(api, BY_ID) == [(":.eu:s", "value", "WEAK")]
    assert read(api, "/contexts/.eu/associations/subjects/s") == read(api, BY_ID)


@pytest.mark.parametrize(
    ("before", "wanted", "expected"),
    [
        pytest.param([], asked("none"), (409, 40907), id="no such subject"),
        pytest.param([], asked("gone"), (409, 40907), id="all versions deleted"),
        pytest.param([asked("s")], asked("t"), (409, 40903), id="another subject"),
        pytest.param(
            [asked("s")],
            asked("s", lifecycle="STRONG"),
            (409, 40903),
            id="another lifecycle",
        ),
        pytest.param(
            [asked("s", associationType="key")],
            asked("s", lifecycle="STRONG"),
            (409, 40904),
            id="strong beside weak",
        ),
        pytest.param(
            [asked("s", associationType="key", lifecycle="STRONG")],
            asked("s"),
            (409, 40905),
            id="weak beside strong",
        ),
        pytest.param([], asked("s", lifecycle="x"), (422, 42212), id="lifecycle"),
        pytest.param([], asked("s", associationType="x"), (422, 42212), id="type"),
        pytest.param([], asked("s", frozen=True), (422, 42212), id="weak frozen"),
        pytest.param(
            [],
            asked("s", frozen=True, lifecycle="STRONG"),
            (422, 42212),
            id="frozen with a subject of its own",
        ),
        pytest.param(
            [],
            asked(None, frozen=True, lifecycle="STRONG"),
            (422, 42212),
            id="frozen without schema",
        ),
        pytest.param([], asked("__EMPTY"), (422, 42208), id="name"),
        pytest.param([], asked("base", lifecycle="STRONG"), (422, 42206), id="used"),
        pytest.param([], asked("s", frozen="no"), (400, 400), id="not a boolean"),
    ],
)
def test_what_creating_refuses(
    api: Api, before: list[Made], wanted: Made, expected: tuple[int, int]
) -> None:
    for subject in ("s", "t", "gone", "base"):
        api.register(subject, ORDER)
    api.delete("/subjects/gone")
    refer(api, "base")
    for each in before:
        assert create(api, each)[0] == 200
    assert code(create(api, wanted)) == expected
    assert len(api.get(BY_ID)[1]) == len(before)


@pytest.mark.parametrize(
    "topic",
    [
        {"resourceId": ""},
        {"resourceName": ""},
        {"resourceName": "x" * 257},
        {"resourceNamespace": "a:b"},
        {"resourceNamespace": "a\0b"},
        {"resourceType": "table"},
    ],
)
def test_a_resource_that_can_not_be(api: Api, topic: dict[str, str]) -> None:
    api.register("s", ORDER)
    status, answer = create(api, asked(), **topic)
    [member] = topic
    assert (status, answer["error_code"]) == (422, 42212)
    assert f"property: '{member}'" in answer["message"]


def test_a_topic_name_with_two_ids(api: Api) -> None:
    api.register("s", ORDER)
    create(api, asked())
    assert code(create(api, asked(), resourceId="t-2")) == (409, 40903)
    assert code(create(api, asked(), resourceName="other")) == (409, 40903)


def test_a_subject_with_as_many_associations_as_it_may_have(
    serve: Callable[..., Api],
) -> None:
    api = serve(page_size=2)
    api.register("s", ORDER)
    made = [
        code(create(api, asked(), resourceName=f"o{i}", resourceId=f"t-{i}"))
        for i in range(3)
    ]
    assert made == [(200, None), (200, None), (409, 40902)]


def test_weak_becomes_strong_and_weak_again(api: Api) -> None:
    api.register("s", ORDER)
    create(api, asked())
    for lifecycle in ("STRONG", "WEAK"):
        assert put(api, asked(lifecycle=lifecycle))[0] == 200
        assert read(api, BY_ID) == [("s", "value", lifecycle)]


def test_weak_can_not_become_strong_beside_another(api: Api) -> None:
    api.register("s", ORDER)
    create(api, asked())
    create(api, asked(), resourceName="other", resourceId="t-2")
    assert code(put(api, asked(lifecycle="STRONG"))) == (409, 40904)


@pytest.mark.parametrize("member", [{"subject": "t"}, {"frozen": True}])
def test_what_can_not_be_changed(api: Api, member: Made) -> None:
    api.register("s", ORDER)
    api.register("t", ORDER)
    create(api, asked(lifecycle="STRONG"))
    status, answer = put(api, asked(lifecycle="STRONG") | member)
    assert (status, answer["error_code"]) == (422, 42212)
    assert "cannot be changed" in answer["message"]


def test_a_frozen_association_goes_with_its_subject_alone(api: Api) -> None:
    create(api, asked(None, lifecycle="STRONG", schema=avro(ORDER), frozen=True))
    assert code(put(api, asked(None, lifecycle="WEAK"))) == (409, 40908)
    assert code(api.delete(BY_ID)) == (409, 40908)
    assert api.delete(f"{BY_ID}?cascadeLifecycle=true&dryRun=true") == (204, None)
    assert read(api, BY_ID) == [(DEFAULT, "value", "STRONG")]
    assert api.delete(f"{BY_ID}?cascadeLifecycle=true") == (204, None)
    assert api.get(BY_ID) == (200, [])
    assert api.get(f"/subjects/{DEFAULT}/versions?deletedOnly=true") == (200, [1])


def test_deleting_leaves_the_subject_unless_it_was_owned_and_cascades(api: Api) -> None:
    for subject in ("s", "k"):
        api.register(subject, ORDER)
    create(api, asked("s"), asked("k", associationType="key", lifecycle="STRONG"))
    assert api.delete(f"{BY_ID}?associationType=value&cascadeLifecycle=true")[0] == 204
    assert api.delete(f"{BY_ID}?resourceType=topic")[0] == 204
    assert api.get("/subjects") == (200, ["k", "s"])
    assert api.delete(BY_ID) == (
        404,
        {"error_code": 40410, "message": "Association for 't-1' not found."},
    )


def refer(api: Api, subject: str) -> tuple[int, Any]:
    reference = {"name": "Order", "subject": subject, "version": 1}
    body = avro('{"type":"array","items":"Order"}', references=[reference])
    return api.post("/subjects/lists/versions", body)


def test_an_owned_subject_can_not_be_referenced(api: Api) -> None:
    api.register("s", ORDER)
    create(api, asked(lifecycle="STRONG"))
    assert refer(api, "s") == (
        422,
        {
            "error_code": 42205,
            "message": "Subject 's' has a strong association and cannot be referenced",
        },
    )
    assert put(api, asked(lifecycle="WEAK"))[0] == 200
    assert refer(api, "s")[0] == 200


def test_a_topic_owns_a_subject_before_its_first_version(api: Api) -> None:
    strong = asked("new", lifecycle="STRONG")
    assert create(api, strong)[0] == 200
    assert code(create(api, strong, resourceName="o", resourceId="t-2")) == (409, 40905)
    other = asked("new")
    assert code(create(api, other, resourceName="o", resourceId="t-2")) == (409, 40905)
    assert api.post(
        "/associations:batchGet?includeSchemas=true",
        {"requests": [{"resourceId": "t-1"}]},
    )[1]["results"][0]["result"]["associations"] == [
        {**strong, "frozen": False},
    ]
    api.register("new", ORDER)
    assert api.delete(f"{BY_ID}?cascadeLifecycle=true")[0] == 204
    assert api.get("/subjects") == (200, [])
    # Its versions are soft-deleted now; a topic may take it up again.
    assert create(api, strong)[0] == 200
    assert api.register("new", ORDER)["version"] == 2


def test_an_associated_subject_keeps_an_active_version(api: Api) -> None:
    api.register("s", ORDER)
    create(api, asked())
    assert code(api.delete("/subjects/s")) == (409, 40904)
    assert code(api.delete("/subjects/s/versions/1")) == (409, 40907)
    wider = ORDER.replace("]}", ',{"name":"n","type":"int","default":0}]}')
    api.register("s", wider)
    assert api.delete("/subjects/s/versions/1") == (200, 1)
    assert code(api.delete("/subjects/s/versions/2")) == (409, 40907)
    assert api.delete(BY_ID)[0] == 204
    assert api.delete("/subjects/s") == (200, [2])


def test_a_batch_answers_for_each_request(api: Api) -> None:
    api.register("s", ORDER)
    operation = asked() | {"opType": "CREATE"}
    gone = {"opType": "DELETE", "associationType": "value"}
    status, answer = api.post(
        "/associations:batchMutate",
        {
            "requests": [
                {**TOPIC, "associations": [operation]},
                {**TOPIC, "resourceId": "t-2", "associations": [operation]},
                {**TOPIC, "associations": [gone, {**operation, "opType": "x"}]},
                {**TOPIC, "associations": [gone]},
                {**TOPIC, "associations": [gone]},
            ]
        },
    )
    found = [
        each["error"]["error_code"]
        if "error" in each
        else len(each["result"]["associations"])
        for each in answer["results"]
    ]
    assert (status, found) == (207, [1, 40903, 42212, 0, 40410])
    assert api.get(BY_ID) == (200, [])


def test_a_batch_of_reads(api: Api) -> None:
    api.register("s", ORDER)
    create(api, asked())
    status, answer = api.post(
        "/associations:batchGet?includeSchemas=true",
        {
            "requests": [
                {"resourceId": "t-1"},
                {"resourceName": "orders", "resourceNamespace": "lkc-1"},
                {"resourceId": "t-9"},
                {"resourceId": "t-1", "associationTypes": ["key"]},
                {"resourceName": "orders", "resourceNamespace": "-"},
            ]
        },
    )
    schema = api.http.get("/subjects/s/versions/1").get_json()
    info = asked() | {"frozen": False, "schema": schema}
    whole = {**TOPIC, "resourceType": "topic", "associations": [info]}
    *read, refused = answer["results"]
    assert (status, read) == (
        207,
        [
            {"result": whole},
            {"result": whole},
            {
                "result": {
                    "resourceId": "t-9",
                    "resourceType": "topic",
                    "associations": [],
                }
            },
            {
                "result": {
                    "resourceId": "t-1",
                    "resourceType": "topic",
                    "associations": [],
                }
            },
        ],
    )
    assert refused["error"]["error_code"] == 42212


def test_schemas_by_their_associations(api: Api) -> None:
    for subject in ("k", "none", "s"):
        api.register(subject, ORDER)
    create(api, asked("s", lifecycle="STRONG"), asked("k", associationType="key"))
    assert {
        query: [
            (
                each["subject"],
                [a["associationType"] for a in each.get("associations", [])],
            )
            for each in api.get(f"/schemas?{query}")[1]
        ]
        for query in (
            "",
            "resourceType=topic",
            "associationType=key",
            "associationType=key&associationType=value",
            "lifecycle=STRONG",
            "lifecycle=NONE",
            "lifecycle=NONE&lifecycle=WEAK&offset=1",
        )
    } == {
        "": [("k", []), ("none", []), ("s", [])],
        "resourceType=topic": [("k", ["key"]), ("s", ["value"])],
        "associationType=key": [("k", ["key"])],
        "associationType=key&associationType=value": [("k", ["key"]), ("s", ["value"])],
        "lifecycle=STRONG": [("s", ["value"])],
        "lifecycle=NONE": [("none", [])],
        "lifecycle=NONE&lifecycle=WEAK&offset=1": [("none", [])],
    }


def test_schemas_that_aliases_stand_for(api: Api) -> None:
    for subject in ("new", "old-1", "x"):
        api.register(subject, ORDER)
    api.put("/config/old-2", {"alias": "new"})
    api.put("/config/old-3", {"alias": "new"})
    api.put("/config/other", {"alias": "x"})
    status, found = api.get("/schemas?subjectPrefix=old&aliases=true")
    assert (status, [(each["subject"], each.get("aliases")) for each in found]) == (
        200,
        [("new", ["old-2", "old-3"]), ("old-1", None)],
    )
    assert [each["subject"] for each in api.get("/schemas?subjectPrefix=old")[1]] == [
        "old-1"
    ]


def test_a_server_without_associations(serve: Callable[..., Api]) -> None:
    api = serve()
    api.register("s", ORDER)
    create(api, asked(lifecycle="STRONG"))
    off = serve(associations="off")
    assert [off.get(path) for path in (BY_ID, BY_NAME)] == [(200, [])] * 2
    assert [
        code(each)
        for each in (create(off, asked()), put(off, asked()), off.delete(BY_ID))
    ] == [(404, 404)] * 3
    assert refer(off, "s")[0] == 200
    assert off.delete("/subjects/lists")[0] == 200
    assert off.delete("/subjects/s") == (200, [1])
