"""The messages that the serializer benchmarks write: four shapes of Avro."""

from __future__ import annotations

from typing import Any

__all__ = ["NESTED", "NESTED_VALUE", "SHAPES"]


def _record(name: str, *fields: tuple[str, Any]) -> dict[str, Any]:
    members = [{"name": each, "type": type} for each, type in fields]
    return {"type": "record", "name": name, "fields": members}


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


_STATUS = {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID", "SENT"]}
_ADDRESS = _record(
    "Address",
    ("street", "string"),
    ("city", "string"),
    ("zip", "string"),
    ("number", "int"),
)
_LINE = _record("Line", ("sku", "string"), ("count", "int"), ("price", "double"))

NESTED = _record(
    "Order",
    ("id", "string"),
    ("customer", "string"),
    ("amount", "double"),
    ("quantity", "int"),
    ("placed", "long"),
    ("paid", "boolean"),
    ("status", _STATUS),
    ("tags", _list("string")),
    ("attributes", {"type": "map", "values": "string"}),
    ("note", ["null", "string"]),
    ("address", _ADDRESS),
    ("lines", _list(_LINE)),
)
NESTED_VALUE: dict[str, Any] = {
    "id": "0af7651916cd43dd8448eb211c80319c",
    "customer": "customer-123",
    "amount": 12.5,
    "quantity": 3,
    "placed": 1700000000000,
    "paid": True,
    "status": "PAID",
    "tags": ["a", "bb", "ccc"],
    "attributes": {"k1": "v1", "k2": "v2"},
    "note": "hello",
    "address": {"street": "Main street 1", "city": "Berlin", "zip": "1", "number": 12},
    "lines": [
        {"sku": "sku-1", "count": 1, "price": 1.5},
        {"sku": "sku-2", "count": 2, "price": 2.5},
    ],
}

_FLAT = _record(
    "Reading",
    ("sensor", "string"),
    ("at", "long"),
    ("value", "double"),
    ("ok", "boolean"),
)
_FLAT_VALUE = {"sensor": "kitchen-7", "at": 1700000000000, "value": 21.5, "ok": True}

_KINDS: tuple[tuple[Any, Any], ...] = (
    ("string", "some text"),
    ("int", 42),
    ("long", 1700000000000),
    ("double", 0.25),
    (["null", "string"], None),
)
_WIDE = _record("Wide", *((f"f{at}", _KINDS[at % 5][0]) for at in range(100)))
_WIDE_VALUE = {f"f{at}": _KINDS[at % 5][1] for at in range(100)}

_CARD = _record("Card", ("number", "string"), ("expires", "string"))
_CASH = _record("Cash", ("currency", "string"), ("received", "long"))
_UNIONS = _record(
    "Payment",
    ("id", ["string", "long"]),
    ("amount", ["null", "long", "double"]),
    ("method", ["null", _CARD, _CASH]),
    ("extras", _list(["null", "string", "boolean", "double"])),
    ("parts", _list(["Card", "Cash"])),
    ("by", {"type": "map", "values": ["null", "string", "long"]}),
)
_CARD_VALUE = {"number": "4111", "expires": "12/29"}
_CASH_VALUE = {"currency": "EUR", "received": 100}
_UNIONS_VALUE = {
    "id": "p-1",
    "amount": 12.5,
    "method": _CARD_VALUE,
    "extras": [None, "x", True, 0.5],
    "parts": [_CARD_VALUE, _CASH_VALUE, _CARD_VALUE],
    "by": {"a": "x", "b": 5, "c": None},
}

SHAPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nested, 12 fields": (NESTED, NESTED_VALUE),
    "flat, 4 fields": (_FLAT, _FLAT_VALUE),
    "wide, 100 fields": (_WIDE, _WIDE_VALUE),
    "unions": (_UNIONS, _UNIONS_VALUE),
}
