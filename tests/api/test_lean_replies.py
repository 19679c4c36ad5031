"""`DOVETAIL_LEAN_REPLIES`: what Confluent 7 sent, and what newer clients need."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.serving import Api, avro

ORDER = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
JSON = '{"type":"object"}'


def test_the_shape_of_each_reply(serve: Callable[..., Api]) -> None:
    api = serve(lean_replies=True)
    contract = {"properties": {"owner": "sales"}}
    made = api.register("s", ORDER, metadata=contract)
    guid = made.pop("guid")
    version = {
        "subject": "s",
        "version": 1,
        "id": 1,
        "guid": guid,
        "schema": ORDER,
        "metadata": contract,
    }

    assert made == {"id": 1, "version": 1}
    assert api.get("/schemas/ids/1") == (200, {"schema": ORDER, "metadata": contract})
    assert api.get("/schemas/ids/1?subject=s") == api.get("/schemas/ids/1")
    assert api.get(f"/schemas/guids/{guid}") == api.get("/schemas/ids/1")
    assert api.get("/subjects/s/versions/1") == (200, version)
    assert api.get("/subjects/s/metadata?key=owner&value=sales") == (200, version)
    assert api.post("/subjects/s", avro(ORDER, metadata=contract)) == (200, version)
    assert api.get("/schemas") == (200, [version])


def test_the_type_is_named_where_it_is_not_avro(serve: Callable[..., Api]) -> None:
    api = serve(lean_replies=True)
    api.register("s", JSON, schemaType="JSON")

    assert api.get("/schemas/ids/1") == (200, {"schema": JSON, "schemaType": "JSON"})


def test_a_deleted_version_does_not_say_so(serve: Callable[..., Api]) -> None:
    api = serve(lean_replies=True)
    api.register("s", ORDER)
    api.delete("/subjects/s/versions/1")

    status, found = api.get("/subjects/s/versions/1?deleted=true")

    assert (status, found.keys()) == (
        200,
        {"subject", "version", "id", "guid", "schema"},
    )
