"""A registry with a subject of each state, for tests that send anything."""

from __future__ import annotations

from tests.api.serving import Api

__all__ = ["SCHEMAS", "SUBJECTS", "stock"]

SUBJECTS = ("orders-value", ":.eu:orders-value", "gone", "half gone", "a/b", "base")
SCHEMAS = (
    '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}',
    '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}',
    '"string"',
    '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"},'
    '{"name":"note","type":"string","default":""}]}',
)


def stock(api: Api) -> None:
    """Register what the subjects of `SUBJECTS` are named after."""
    api.register("orders-value", SCHEMAS[0])
    api.register("orders-value", SCHEMAS[3])
    api.register(":.eu:orders-value", SCHEMAS[2])
    api.register("base", SCHEMAS[0])
    api.register(
        "a/b",
        {"type": "array", "items": "Order"},
        references=[{"name": "Order", "subject": "base", "version": 1}],
    )
    for subject in ("gone", "half gone"):
        api.register(subject, SCHEMAS[0])
        api.register(subject, SCHEMAS[3])
    assert api.delete("/subjects/gone") == (200, [1, 2])
    assert api.delete("/subjects/half%20gone/versions/1") == (200, 1)
