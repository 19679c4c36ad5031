"""Random pairs of Protobuf schemas, each verdict tried on data with upb.

Run ``python -m tests.fuzz.protobuf --seconds 60 --seed 1``. It prints counts,
and the smallest pairs that went wrong; the exit code is 1 when any did.

*wrong* is a pair that is compatible under EXACT with data that the reader
refuses, loses or changes; a witness that the oracle does not confirm; or a
broken invariant: a schema that does not read itself, a canonical text that
does not parse to the same schema, as text and as a descriptor.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from compat.budget import Budget
from compat.errors import InvalidSchema
from compat.formats.protobuf import FORMAT, ProtobufSchema
from compat.formats.protobuf.carrier import CARRIER, carrying
from compat.verdict import Finding, Severity
from tests.fuzz.protobuf_oracle import messages, reads, unopened
from tests.fuzz.protobuf_schemas import Files

DATA_PER_MESSAGE = 400
SOURCE_LEVEL = {
    # Confluent blocks these also where every datum is read.
    "PROTO_ONEOF_FIELD_REMOVED",
    "PROTO_FIELD_KIND_CHANGED",
    "PROTO_FIELD_LIST_TO_MAP",
    "PROTO_FIELD_NAMED_TYPE_CHANGED",
    "PROTO_FIELD_NUMERIC_LABEL_CHANGED",
}
# Their witness is an Any, which names its type.
TYPE_NAMES = {"PROTO_PACKAGE_CHANGED", "PROTO_MESSAGE_REMOVED"}


@dataclass
class Tally:
    """What was counted, and the pairs that went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    unproven: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


def pairs(files: Files) -> Iterator[tuple[str, str]]:
    """Yield the texts of writer and reader, for ever."""
    while True:
        writer = files.file()
        related = files.random.random() < 0.9
        reader = files.changed(writer) if related else files.file()
        two = (str(writer), str(reader))
        yield two if files.random.random() < 0.5 else two[::-1]


def judge(writer: str, reader: str, tally: Tally) -> None:
    """Check one pair and count it."""
    try:
        w, r = FORMAT.parse(writer), FORMAT.parse(reader)
    except InvalidSchema:
        tally.counts["invalid"] += 1
        return
    tally.counts["pairs"] += 1
    faults = [*_invariants(w)]
    reading = FORMAT.can_read(r, w, Budget(10_000_000))
    if reading.unknown:
        tally.counts["unknown"] += 1
        return
    harm = [each for each in reading.findings if each.severity is not Severity.NOTE]
    breaks = [each for each in harm if each.severity is Severity.BREAK]
    if breaks:
        _count_incompatible(breaks, tally, writer, reader)
    else:
        tally.counts["compatible"] += 1
        tally.counts["compatible, lossy"] += bool(harm)
    if not harm:
        faults += _misread(w, r)
    for each in harm:
        if each.witness is not None:
            tally.counts["witnesses"] += 1
            faults += _unconfirmed(w, r, each)
        elif each.severity is Severity.LOSSY:
            tally.unproven[each.rule] += 1
            tally.shown.append(f"{each.rule} {each.path}\n{writer}{reader}")
    for fault in faults:
        tally.wrong.append(f"{fault}\nwriter {writer}reader {reader}")


def _count_incompatible(
    breaks: list[Finding], tally: Tally, writer: str, reader: str
) -> None:
    tally.counts["incompatible"] += 1
    if any(each.witness for each in breaks):
        tally.counts["witnessed"] += 1
    elif {each.rule for each in breaks} <= SOURCE_LEVEL:
        tally.counts["rule only, Confluent's source level"] += 1
    else:
        tally.counts["rule only"] += 1
    for each in breaks:
        if each.witness is None and each.rule not in SOURCE_LEVEL:
            tally.unproven[each.rule] += 1
            tally.shown.append(f"{each.rule} {each.path}\n{writer}{reader}")


def _invariants(schema: ProtobufSchema) -> Iterator[str]:
    again = FORMAT.parse(schema.canonical)
    if again.canonical != schema.canonical:
        yield f"canonical text is not stable: {again.canonical}"
    sent = base64.b64encode(schema.file.SerializeToString()).decode()
    if FORMAT.parse(sent).canonical != schema.canonical:
        yield "text and descriptor differ in their canonical text"
    normal = FORMAT.parse(FORMAT.normalize(schema))
    if FORMAT.normalize(normal) != FORMAT.normalize(schema):
        yield "normalising twice differs"
    for other in (again, normal):
        if FORMAT.can_read(other, schema, Budget()).findings:
            yield "the schema does not read itself"


def _misread(w: ProtobufSchema, r: ProtobufSchema) -> Iterator[str]:
    for name, message in w.model.messages.items():
        descriptor = w.pool.FindMessageTypeByName(message.full_name)
        reader = r.model.messages[name].full_name
        for each in itertools.islice(messages(descriptor), DATA_PER_MESSAGE):
            if not each.IsInitialized():
                continue
            data = each.SerializeToString()
            found = reads(data, w.pool, r.pool, (message.full_name, reader))
            if found:
                yield f"compatible, but {name} {data.hex()}: {found[0]}"
                return


def _unconfirmed(
    w: ProtobufSchema, r: ProtobufSchema, finding: Finding
) -> Iterator[str]:
    """Yield why the witness of ``finding`` shows nothing, for any message it fits."""
    assert finding.witness is not None
    data = bytes.fromhex(finding.witness.bytes or "")
    if finding.rule in TYPE_NAMES:
        if not unopened(data, w.pool, r.pool):
            yield f"{finding.rule} at {finding.path}: {data.hex()} can be opened"
        return
    pools = [(w.pool, r.pool, pair) for pair in _candidates(w, r)]
    if finding.rule.startswith("PROTO_ENUM"):
        for one, two in _enums(w, r):
            carriers = carrying(w, one), carrying(r, two)
            pools.append((*carriers, (CARRIER, CARRIER)))
    for writing, reading, names in pools:
        try:
            if reads(data, writing, reading, names):
                return
        except Exception:  # not a datum of this message
            continue
    yield f"{finding.rule} at {finding.path}: {data.hex()} is read as it was written"


def _candidates(w: ProtobufSchema, r: ProtobufSchema) -> Iterator[tuple[str, str]]:
    for writer in w.model.all_messages.values():
        for reader in r.model.all_messages.values():
            yield writer.full_name, reader.full_name


def _enums(w: ProtobufSchema, r: ProtobufSchema) -> Iterator[tuple[str, str]]:
    for name, enum in w.model.enums.items():
        if name in r.model.enums:
            yield enum.full_name, r.model.enums[name].full_name


def run(seconds: float, seed: int, *, pairs_at_most: int | None = None) -> Tally:
    """Judge pairs until the time is over or there were enough."""
    files, tally = Files(seed), Tally()
    until = time.monotonic() + seconds
    for number, (writer, reader) in enumerate(pairs(files)):
        if time.monotonic() > until or number == pairs_at_most:
            break
        judge(writer, reader, tally)
    return tally


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="unproven pairs to show")
    asked = parser.parse_args()
    tally = run(asked.seconds, asked.seed)
    report = {**tally.counts, "wrong": len(tally.wrong)}
    report["findings without a witness"] = dict(tally.unproven.most_common())
    print(json.dumps(report, indent=1))  # noqa: T201
    for each in sorted(tally.wrong, key=len)[:5]:
        print(each)  # noqa: T201
    for each in sorted(tally.shown, key=len)[: asked.show]:
        print(each)  # noqa: T201
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
