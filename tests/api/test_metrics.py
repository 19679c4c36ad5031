"""`/metrics`: what the engine costs, counted by format and by work."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from tests.api.serving import Api, avro

OLD = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
NEW = OLD.replace("]}", ',{"name":"n","type":"int","default":0}]}')


def engine(api: Api, sample: str) -> dict[tuple[str, str], float]:
    """Return the engine's samples of this name, by format and work."""
    text = str(api.get("/metrics")[1])
    return {
        (each.labels["schema_type"], each.labels["work"]): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
        if each.name == f"dovetail_engine_cpu_seconds_{sample}"
    }


def test_parsing_and_checking_are_counted_by_format(api: Api) -> None:
    api.register("orders", OLD)
    api.register("orders", NEW)
    api.post("/compatibility/subjects/orders/versions", avro(NEW))
    api.post("/subjects/orders", avro(NEW))
    api.register("clicks", '{"type": "object"}', schemaType="JSON")

    assert engine(api, "count") == {
        ("AVRO", "parse"): 4,
        ("AVRO", "check"): 3,
        ("JSON", "parse"): 1,
        ("JSON", "check"): 1,
    }
    assert all(0 < each < 5 for each in engine(api, "sum").values())


def test_what_cannot_be_parsed_costs_too(api: Api) -> None:
    status, _ = api.post("/subjects/orders/versions", avro('{"type": "recor"}'))
    other, _ = api.post("/subjects/orders/versions", avro(OLD, schemaType="XML"))

    assert (status, other) == (422, 422)
    # The name of a format that there is not could be anything: it is no label.
    assert set(engine(api, "count")) == {("AVRO", "parse")}
