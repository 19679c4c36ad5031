"""A version is read under an alias as under its own subject."""

from __future__ import annotations

import pytest

from tests.api.serving import Api


@pytest.fixture
def aliased(api: Api) -> Api:
    """A subject of two versions, the first soft-deleted, and aliases of it."""
    api.register("s", '"int"')
    api.register("s", '"long"')
    api.delete("/subjects/s/versions/1")
    api.register("own", '"string"')
    api.register(":.eu:far", '"bytes"')
    for name, alias in (
        ("a", "s"),
        ("again", "a"),
        ("own", "s"),
        ("away", ":.eu:far"),
        ("nowhere", "none"),
    ):
        assert api.put(f"/config/{name}", {"alias": alias})[0] == 200
    api.put("/config/s", {"compatibility": "NONE"})
    return api


@pytest.mark.parametrize("tail", ["", "/schema"])
@pytest.mark.parametrize(
    ("name", "subject"), [("a", "s"), ("own", "s"), ("away", ":.eu:far")]
)
def test_what_an_alias_stands_for(
    aliased: Api, name: str, subject: str, tail: str
) -> None:
    for version in ("latest", "1", "1?deleted=true", "7"):
        number, _, query = version.partition("?")
        path = f"versions/{number}{tail}?{query}"
        own = aliased.get(f"/subjects/{subject}/{path}")
        assert aliased.get(f"/subjects/{name}/{path}") == own


def test_a_version_of_a_subject_with_an_alias_is_not_read(aliased: Api) -> None:
    latest = aliased.get("/subjects/own/versions/latest")[1]
    first, _ = aliased.get("/subjects/own/versions/1")

    assert (latest["subject"], latest["version"], first) == ("s", 2, 404)


@pytest.mark.parametrize("name", ["again", "nowhere"])
def test_an_alias_that_leads_to_no_version(aliased: Api, name: str) -> None:
    status, body = aliased.get(f"/subjects/{name}/versions/latest")

    assert (status, body["error_code"]) == (404, 40401)


def test_an_alias_that_is_set_to_nothing(aliased: Api) -> None:
    level = {"compatibility": "FULL", "alias": "s"}
    assert aliased.put("/config/a", level) == (200, level)

    emptied = aliased.put("/config/a", {"alias": ""})

    # As every empty text is left out of answers.
    assert emptied == (200, {"compatibility": "FULL"})
    shown = (200, {"compatibilityLevel": "FULL"})
    assert aliased.get("/config/a") == shown
    assert aliased.get("/config/a?defaultToGlobal=true") == shown
    assert aliased.get("/subjects/a/versions")[0] == 404
    assert aliased.delete("/config/a") == shown
