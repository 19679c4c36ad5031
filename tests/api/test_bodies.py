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


def test_a_number_of_very_many_digits(api: Api) -> None:
    body = b'{"schema": "\\"int\\"", "version": ' + b"1" * 5000 + b"}"

    assert api.call("POST", "/subjects/s/versions", data=body) == (
        400,
        {
            "error_code": 400,
            "message": "The request body is not valid JSON: a number of 5000 digits; "
            "at most 1000",
        },
    )


def test_parameters_of_a_rule_that_are_no_strings(api: Api) -> None:
    rule = {"name": "r", "type": "CEL", "params": {"a": 1, "b": True, "c": "x"}}

    stored = api.register("s", '"int"', ruleSet={"domainRules": [rule]})

    shown = stored["ruleSet"]["domainRules"][0]["params"]
    assert shown == {"a": "1", "b": "true", "c": "x"}


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
