"""Which branch of a union a value is written as: fastavro's choice, indexed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registry.client.serdes.avro_codec._faults import first_fault, named_branch
from registry.client.serdes.avro_codec._parsed import ParsedAvro, kind, logical
from registry.client.serdes.avro_codec._values import as_dict
from registry.client.serdes.avro_codec._varint import INT_MAX, INT_MIN

__all__ = ["branch_chooser", "branches_by_class"]

TAKEN_BY: dict[type, frozenset[str]] = {
    type(None): frozenset({"null"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"int", "long", "float", "double"}),
    float: frozenset({"float", "double"}),
    str: frozenset({"string", "enum"}),
    bytes: frozenset({"bytes", "fixed"}),
    list: frozenset({"array"}),
    dict: frozenset({"map", "record", "error"}),
}

LARGEST_MEMO = 256


def branches_by_class(parsed: ParsedAvro, union: list[Any]) -> dict[type, int]:
    """Return the branch for each class of values that only one branch takes."""
    schemas = [parsed.resolve(each) for each in union]
    if any(logical(each) for each in schemas):
        # A logical type takes values of classes that are not known here.
        return {type(None): schemas.index("null")} if "null" in schemas else {}
    found = {}
    for cls, kinds in TAKEN_BY.items():
        takers = [at for at, each in enumerate(schemas) if kind(each) in kinds]
        if len(takers) == 1:
            found[cls] = takers[0]
        elif cls is float:
            # Never lose precision where a double could hold it.
            doubles = [at for at in takers if kind(schemas[at]) == "double"]
            found.update({float: doubles[0]} if doubles else {})
    return found


def branch_chooser(
    parsed: ParsedAvro, union: list[Any]
) -> Callable[[Any], tuple[int, Any]]:
    """Return a function from a value to its branch and the value inside.

    As fastavro: a ``(name, value)`` pair names its branch; else the first
    branch that takes the value, of records the one that shares most fields.
    Records whose exact fields were seen before are found by those.
    """
    memo: dict[tuple[Any, ...], int] = {}
    exact = _exact_records(parsed, union)
    schemas = [parsed.resolve(each) for each in union]
    numbers = _numbers(schemas)

    def choose(value: Any) -> tuple[int, Any]:
        cls = value.__class__
        if cls is dict:
            shape = tuple(value)
            known = memo.get(shape)
            if known is None and exact:
                known = exact.get(frozenset(shape))
                if known is not None and len(memo) < LARGEST_MEMO:
                    memo[shape] = known
            if known is not None:
                return known, value
        elif cls is int and numbers is not None:
            return numbers[0 if INT_MIN <= value <= INT_MAX else 1], value
        elif cls is tuple and len(value) == 2:
            named = named_branch(parsed, union, value[0])
            if named is None:
                raise ValueError(f"the union has no branch {value[0]!r}")
            return named, value[1]
        return _best(parsed, schemas, value), value

    return choose


def _numbers(schemas: list[Any]) -> tuple[int, int] | None:
    """Return the branches of an int and a long, when those decide alone."""
    if any(logical(each) for each in schemas):
        return None
    takers = [each for each in schemas if kind(each) in TAKEN_BY[int]]
    if [kind(each) for each in takers] != ["int", "long"]:
        return None
    return schemas.index(takers[0]), schemas.index(takers[1])


def _exact_records(parsed: ParsedAvro, union: list[Any]) -> dict[frozenset[str], int]:
    """Return the records that no other branch can rival for their own fields."""
    schemas = [parsed.resolve(each) for each in union]
    if any(kind(each) == "map" for each in schemas):
        return {}
    fields = {
        at: frozenset(field["name"] for field in each["fields"])
        for at, each in enumerate(schemas)
        if kind(each) in ("record", "error") and not logical(each)
    }
    return {
        own: at
        for at, own in fields.items()
        if not any(own <= other for rival, other in fields.items() if rival != at)
    }


def _best(parsed: ParsedAvro, schemas: list[Any], value: Any) -> int:
    best, most, lossy = -1, -1, False
    for at, schema in enumerate(schemas):
        what = kind(schema)
        if lossy and what != "double":
            continue
        if first_fault(parsed, schema, value) is not None:
            continue
        if what in ("record", "error"):
            shared = _shared(schema, value)
            if shared > most:
                best, most = at, shared
        elif what == "float":
            best, lossy = at, True
        else:
            return at
    if best < 0:
        raise ValueError(f"{value!r} fits no branch of the union")
    return best


def _shared(schema: Any, value: Any) -> int:
    if type(value).__name__ == schema["name"].rpartition(".")[2]:
        return len(schema["fields"]) + 1  # an object says itself what it is
    given = as_dict(value)
    return sum(field["name"] in given for field in schema["fields"])
