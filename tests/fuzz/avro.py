"""Random pairs of Avro schemas, each verdict tried on data with fastavro.

Run ``python -m tests.fuzz.avro --seconds 60 --seed 1``. It prints counts, and
the smallest pairs that went wrong; the exit code is 1 when any did.

*wrong* is a compatible pair with data that the reader refuses, a witness that
is no datum of the writer's or that the reader reads unchanged, or a broken
invariant: a schema that does not read itself, a canonical text that does not
parse to the same schema, a history's summary that changes a report.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import fastavro

from compat.budget import Budget
from compat.errors import BudgetSpent, InvalidSchema
from compat.formats.avro import FORMAT
from compat.formats.avro.encoding import Smallest
from compat.formats.avro.schema import AvroSchema
from compat.verdict import Direction, Finding, Reading, Severity
from tests.fuzz.avro_histories import differences, history_of, versions
from tests.fuzz.avro_schemas import Schemas

DATA_PER_PAIR = 5
PAIRS_PER_HISTORY = 10


@dataclass
class Tally:
    """What was counted, and the pairs that went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    rule_only: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def pairs(schemas: Schemas) -> Iterator[tuple[str, str]]:
    """Yield the texts of writer and reader, for ever."""
    while True:
        writer = schemas.schema()
        related = schemas.random.random() < 0.9
        reader = schemas.changed(writer) if related else schemas.schema()
        yield json.dumps(writer), json.dumps(reader)


def judge(schemas: Schemas, writer: str, reader: str, tally: Tally) -> None:
    """Check one pair and count it."""
    try:
        w, r = FORMAT.parse(writer), FORMAT.parse(reader)
    except InvalidSchema:
        tally.counts["invalid"] += 1
        return
    try:
        for schema in (w, r):
            fastavro.parse_schema(json.loads(schema.canonical))
    except fastavro.schema.UnknownType:
        # A name of no namespace inside one: Java finds it, fastavro does not.
        tally.counts["not for fastavro"] += 1
        return
    tally.counts["pairs"] += 1
    faults = [*_invariants(w), *_invariants(r)]
    try:
        reading = FORMAT.can_read(r, w, Budget())
    except BudgetSpent:
        tally.counts["unknown"] += 1
        return
    if any(each.severity is Severity.BREAK for each in reading.findings):
        faults += _incompatible(w, r, reading, tally)
    else:
        tally.counts["compatible"] += 1
        faults += _compatible(schemas, w, r, reading, tally)
    for fault in faults:
        tally.wrong.append(f"{fault}\n  writer {writer}\n  reader {reader}")


def _invariants(schema: AvroSchema) -> Iterator[str]:
    again = FORMAT.parse(schema.canonical)
    if again.canonical != schema.canonical:
        yield f"canonical text is not stable: {again.canonical}"
    if FORMAT.can_read(again, schema, Budget()).findings:
        yield "the schema does not read itself"
    normal = FORMAT.parse(FORMAT.normalize(schema))
    if not again.fingerprint == schema.fingerprint == normal.fingerprint:
        yield "a rewritten schema has another fingerprint"
    if FORMAT.normalize(normal) != FORMAT.normalize(schema):
        yield "normalising twice differs"


def _compatible(
    schemas: Schemas, w: AvroSchema, r: AvroSchema, reading: Reading, tally: Tally
) -> Iterator[str]:
    smallest = Smallest(w.root)
    for _ in range(DATA_PER_PAIR):
        data = schemas.datum(w.root, smallest)
        if data is None:
            tally.counts["compatible, uninhabited"] += 1
            return
        try:
            _read(data, w.canonical, None)
        except OverflowError:
            continue  # a timestamp that Python cannot show
        try:
            _read(data, w.canonical, r.canonical)
        except Exception as error:
            yield f"compatible, but {data.hex()} fails: {error!r}"
            return
        tally.counts["data read"] += 1


def _incompatible(
    w: AvroSchema, r: AvroSchema, reading: Reading, tally: Tally
) -> Iterator[str]:
    tally.counts["incompatible"] += 1
    if Smallest(w.root).datum(w.root) is None:
        tally.counts["incompatible, uninhabited writer"] += 1
        return
    breaks = [each for each in reading.findings if each.severity is Severity.BREAK]
    if any(each.witness for each in breaks):
        tally.counts["witnessed"] += 1
    else:
        tally.counts["rule only"] += 1
        tally.rule_only["+".join(sorted({each.rule for each in breaks}))] += 1
    for each in reading.findings:
        if each.witness is not None:
            tally.counts["witnesses"] += 1
            yield from _unproven(w, r, each)


def _unproven(w: AvroSchema, r: AvroSchema, finding: Finding) -> Iterator[str]:
    """Yield why the witness of ``finding`` shows nothing."""
    assert finding.witness is not None
    data = bytes.fromhex(finding.witness.bytes or "")
    try:
        _read(data, w.canonical, None)
    except Exception as error:
        yield f"{finding.rule}: the witness is no datum of the writer: {error!r}"
    if not finding.witness.outcome.startswith("the reader fails"):
        return
    try:
        value = _read(data, w.canonical, r.canonical)
    except Exception:
        return
    if finding.severity is Severity.BREAK:
        yield f"{finding.rule}: the reader reads the witness as {value!r}"


def _read(data: bytes, writer: str, reader: str | None) -> Any:
    source = io.BytesIO(data)
    schemas = [json.loads(each) if each else None for each in (writer, reader)]
    value = fastavro.schemaless_reader(source, *schemas)
    if source.read(1):
        raise ValueError("bytes are left over")
    return value


def judge_history(schemas: Schemas, tally: Tally) -> None:
    """Check a new version with a summary of those before it, and without."""
    *old, new = versions(schemas, schemas.random.randint(2, 9))
    tally.counts["histories"] += 1
    history = history_of(old)
    for direction in Direction:
        suspects = history.suspects(new, direction)
        tally.counts["versions cleared by a history"] += len(old) - len(suspects)
    tally.wrong += differences(old, new)


def run(seconds: float, seed: int, *, pairs_at_most: int | None = None) -> Tally:
    """Judge pairs until the time is over or there were enough."""
    schemas, tally = Schemas(seed), Tally()
    histories = Schemas(seed)
    until = time.monotonic() + seconds
    for number, (writer, reader) in enumerate(pairs(schemas)):
        if time.monotonic() > until or number == pairs_at_most:
            break
        judge(schemas, writer, reader, tally)
        if number % PAIRS_PER_HISTORY == 0:
            judge_history(histories, tally)
    return tally


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    tally = run(asked.seconds, asked.seed)
    report = {**tally.counts, "wrong": len(tally.wrong)}
    report["rule only, by rules"] = dict(tally.rule_only.most_common())
    print(json.dumps(report, indent=1))  # noqa: T201
    for each in sorted(tally.wrong, key=len)[:5]:
        print(each)  # noqa: T201
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
