from __future__ import annotations

from tests.api.serving import Api, avro


def test_a_whole_number_with_a_fraction_of_zero(api: Api) -> None:
    answer = api.post("/subjects/s/versions", avro('"int"', version=1.0))

    assert answer[0] == 200
    assert answer[1]["version"] == 1


def test_a_number_with_a_fraction(api: Api) -> None:
    assert api.post("/subjects/s/versions", avro('"int"', version=1.5)) == (
        400,
        {"error_code": 400, "message": "'version' must be a whole number of 32 bits"},
    )


def test_a_descriptor_is_echoed_as_a_descriptor(api: Api) -> None:
    # message A {} in x.proto, as confluent-kafka for Python sends it
    sent = "Cgd4LnByb3RvIgMKAUFiBnByb3RvMw=="
    body = {"schema": sent, "schemaType": "PROTOBUF"}

    _, registered = api.post("/subjects/s/versions", body)
    _, text = api.get("/subjects/s/versions/1/schema")

    assert text == 'syntax = "proto3";\n\nmessage A {}\n'
    assert (
        registered["schema"]
        == api.get("/subjects/s/versions/1/schema?format=serialized")[1]
    )
