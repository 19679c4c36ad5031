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
