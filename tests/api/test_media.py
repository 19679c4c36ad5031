from __future__ import annotations

import pytest

from registry.contract import MEDIA_TYPES
from tests.api.serving import Api

WRONG_TYPE = {"error_code": 415, "message": "HTTP 415 Unsupported Media Type"}
NO_TYPE = {"error_code": 406, "message": "HTTP 406 Not Acceptable"}


def test_a_body_of_another_type(api: Api) -> None:
    answer = api.put("/config", {"compatibility": "NONE"}, content_type="text/plain")

    assert answer == (415, WRONG_TYPE)


@pytest.mark.parametrize("type", [*MEDIA_TYPES, "application/octet-stream"])
def test_a_body_of_each_of_our_types(api: Api, type: str) -> None:
    answer = api.put("/config", {"compatibility": "NONE"}, content_type=type)

    assert answer == (200, {"compatibility": "NONE"})


def test_an_answer_of_another_type(api: Api) -> None:
    assert api.get("/config", headers={"Accept": "text/html"}) == (406, NO_TYPE)


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("", "application/vnd.schemaregistry.v1+json"),
        ("*/*", "application/vnd.schemaregistry.v1+json"),
        ("application/json", "application/json"),
        (
            "application/json, application/vnd.schemaregistry+json;q=0.5",
            "application/json",
        ),
        (
            "application/vnd.schemaregistry+json",
            "application/vnd.schemaregistry+json",
        ),
        (
            "application/vnd.schemaregistry.v1+json, "
            "application/vnd.schemaregistry+json, application/json",
            "application/vnd.schemaregistry.v1+json",
        ),
        # Either will do; the server likes its own best.
        (
            "application/json, text/plain, */*",
            "application/vnd.schemaregistry.v1+json",
        ),
        ("application/json, */*; q=0.9", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        (
            "application/json; charset=utf-8; q=0.1, application/*; q=0.2",
            "application/vnd.schemaregistry.v1+json",
        ),
    ],
)
@pytest.mark.parametrize("path", ["/subjects", "/subjects/unknown/versions"])
def test_the_type_that_the_client_prefers(
    api: Api, accept: str, answered: str, path: str
) -> None:
    response = api.http.get(path, headers={"Accept": accept} if accept else {})

    assert response.content_type == answered


def test_a_method_that_the_path_has_not(api: Api) -> None:
    response = api.http.open("/subjects", method="PUT")

    assert response.status_code == 405
    assert sorted(response.headers["Allow"].split(", ")) == ["GET", "HEAD", "OPTIONS"]
    assert response.get_json(force=True) == {
        "error_code": 405,
        "message": "HTTP 405 Method Not Allowed",
    }


def test_a_path_that_is_not_there(api: Api) -> None:
    assert api.get("/nothing") == (
        404,
        {"error_code": 404, "message": "HTTP 404 Not Found"},
    )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("POST", "/nothing", 404), ("PUT", "/subjects", 405)],
)
def test_the_path_and_the_method_come_before_the_types(
    api: Api, method: str, path: str, status: int
) -> None:
    answer = api.call(
        method,
        path,
        {},
        content_type="text/plain",
        headers={"Accept": "text/html"},
    )

    assert answer[0] == status


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_compressed_body(api: Api, coding: str) -> None:
    answer = api.put("/config", {}, headers={"Content-Encoding": coding})

    assert answer == (
        415,
        {
            "error_code": 415,
            "message": f"Content-Encoding '{coding}' is not supported: send the body "
            "as it is",
        },
    )


def test_a_body_said_to_be_as_it_is(api: Api) -> None:
    answer = api.put("/config", {}, headers={"Content-Encoding": "identity"})

    assert answer[0] == 200


def test_a_page_without_numbers(api: Api) -> None:
    api.register("s", '"int"')

    assert api.get("/subjects?offset=&limit=") == (200, ["s"])


@pytest.mark.parametrize(
    "path",
    [
        "/%73ubjects/a%2Fb/versions/%31",
        "/schemas/ids/%31/versions",
        "/contexts/%3A%2E%3A/subjects",
    ],
)
def test_letters_that_need_no_escape(api: Api, path: str) -> None:
    api.register("a/b", '"int"')

    assert api.get(path)[0] == 200


def test_a_colon_that_needs_no_escape(api: Api) -> None:
    assert api.post("/associations%3AbatchGet", {"requests": []})[0] == 207


def test_an_escaped_percent_sign(api: Api) -> None:
    api.register("a%41", '"int"')

    assert api.get("/subjects/a%2541/versions") == (200, [1])
    assert api.get("/subjects") == (200, ["a%41"])


def test_the_id_of_the_request_comes_back(api: Api) -> None:
    response = api.http.get("/subjects", headers={"X-Request-ID": "abc"})

    assert response.headers["X-Request-ID"] == "abc"


@pytest.mark.parametrize("given", [[], [" "]])
def test_a_request_without_an_id_gets_one(api: Api, given: list[str]) -> None:
    headers = [("X-Request-ID", each) for each in given]

    first, second = (
        api.http.get("/subjects", headers=headers).headers["X-Request-ID"]
        for _ in range(2)
    )

    assert len(first) == 36
    assert first != second
