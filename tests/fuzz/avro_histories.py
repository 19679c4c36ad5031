"""Random histories of Avro schemas: a summary must not change any report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from compat import InvalidSchema, Level, check
from compat.formats.avro import FORMAT
from compat.formats.avro.history import AvroHistory
from compat.formats.avro.schema import AvroSchema
from tests.fuzz.avro_schemas import DEFAULTS, Schemas

LEVELS = (
    Level.BACKWARD_TRANSITIVE,
    Level.FORWARD_TRANSITIVE,
    Level.FULL_TRANSITIVE,
)


def versions(schemas: Schemas, count: int) -> list[AvroSchema]:
    """Return the versions of one subject, each a change of an earlier one."""
    found: list[tuple[Any, AvroSchema]] = []
    while len(found) < count:
        known = [each for each, _ in found]
        value = _next(schemas, known)
        try:
            # As stored: an older release may have let a bad default pass.
            found.append((value, FORMAT.parse(json.dumps(value), strict=False)))
        except InvalidSchema:
            continue
    return [parsed for _, parsed in found]


def _next(schemas: Schemas, known: list[Any]) -> Any:
    random = schemas.random
    if not known or random.random() < 0.02:
        value = schemas.schema()
        while not isinstance(value, dict) and random.random() < 0.8:
            value = schemas.schema()
        return value
    value = random.choice(known) if random.random() < 0.2 else known[-1]
    chance = random.random()
    if chance < 0.15:
        return value
    if chance < 0.5:
        return _grown(schemas, value)
    return schemas.changed(value)


def _grown(schemas: Schemas, value: Any) -> Any:
    """Return ``value`` with an optional field more in its outermost record."""
    random = schemas.random
    if not isinstance(value, dict) or "fields" not in value:
        return schemas.changed(value)
    kind = random.choice(list(DEFAULTS))
    name = f"g{random.randint(0, 9)}"
    if any(each["name"] == name for each in value["fields"]):
        return {**value, "fields": [f for f in value["fields"] if f["name"] != name]}
    default = DEFAULTS[kind] if random.random() < 0.9 else {"bad": 1}
    more: dict[str, Any] = {"name": name, "type": kind, "default": default}
    if random.random() < 0.2:
        more["aliases"] = [f"{random.choice('fgn')}{random.randint(0, 9)}"]
    return {**value, "fields": [*value["fields"], more]}


def history_of(old: Sequence[AvroSchema]) -> AvroHistory:
    """Return the summary of ``old``."""
    history = FORMAT.history()
    for each in old:
        history.extend(each)
    return history


def differences(old: Sequence[AvroSchema], new: AvroSchema) -> Iterator[str]:
    """Yield the levels whose report the summary changes."""
    history = history_of(old)
    numbered = list(enumerate(old, 1))
    for level in LEVELS:
        pairwise = check(FORMAT, new, numbered, level, fixes=False)
        together = check(FORMAT, new, numbered, level, fixes=False, history=history)
        if together.to_json() != pairwise.to_json() or together != pairwise:
            texts = "\n  ".join(each.canonical for each in (*old, new))
            yield f"the history changes the report, {level}:\n  {texts}"
