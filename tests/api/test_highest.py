"""Nothing comes after the highest version number, or the highest schema id."""

from __future__ import annotations

from typing import Any

import pytest

from registry.store.values import HIGHEST
from tests.api.serving import Api, avro


def imported(api: Api, **more: Any) -> None:
    """Import a schema into the subject "s", and leave the mode as it was."""
    api.put("/mode/s", {"mode": "IMPORT"})
    api.register("s", '"int"', **{"id": 1, "version": 1, **more})
    api.delete("/mode/s")
    api.put("/config/s", {"compatibility": "NONE"})


def refusal(message: str) -> tuple[int, dict[str, Any]]:
    return 422, {"error_code": 42205, "message": message}


# The first goes the way of the usual case, the others step by step.
@pytest.mark.parametrize("more", [{}, {"version": -1}, {"dryRun": True}])
def test_a_version_after_the_highest(api: Api, more: dict[str, Any]) -> None:
    imported(api, version=HIGHEST)
    query = "?dryRun=true" if more.pop("dryRun", False) else ""

    answer = api.post(f"/subjects/s/versions{query}", avro('"string"', **more))

    assert answer == refusal(
        f"Subject s has version {HIGHEST}, the highest that there can be"
    )
    assert api.get("/subjects/s/versions") == (200, [HIGHEST])
    assert api.register("other", '"string"')["id"] == 2


def test_an_import_after_the_highest_version(api: Api) -> None:
    imported(api, version=HIGHEST)
    api.put("/mode/s?force=true", {"mode": "IMPORT"})

    assert api.post("/subjects/s/versions", avro('"string"', id=2))[0] == 422


@pytest.mark.parametrize("subject", ["s", "other"])
def test_an_id_after_the_highest(api: Api, subject: str) -> None:
    imported(api, id=HIGHEST)

    answer = api.post(f"/subjects/{subject}/versions", avro('"string"'))

    assert answer == refusal(
        f"Context . has had id {HIGHEST}, the highest that there can be"
    )
    assert api.get("/subjects") == (200, ["s"])
    # What has an id already needs none.
    assert api.register("other", '"int"')["id"] == HIGHEST
    assert api.register(":.c:s", '"string"')["id"] == 1


def test_the_last_that_there_can_be(api: Api) -> None:
    imported(api, id=HIGHEST - 1, version=HIGHEST - 1)

    last = api.register("s", '"string"')

    assert (last["id"], last["version"]) == (HIGHEST, HIGHEST)
    assert api.get(f"/schemas/ids/{HIGHEST}/schema") == (200, "string")
    assert api.get("/subjects/s/versions/latest")[1]["version"] == HIGHEST
