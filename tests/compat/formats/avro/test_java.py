"""Verdicts, locations and canonical texts against those of Apache Avro for Java."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from compat.budget import Budget
from compat.formats.avro import FORMAT
from compat.formats.avro.schema import AvroSchema
from compat.verdict import Finding, Severity

GOLDEN = Path(__file__).parents[2] / "golden" / "avro_java.jsonl.gz"

JAVAS = {rule.confluent for rule in FORMAT.rules if rule.confluent != rule.id}


def pairs() -> list[dict[str, Any]]:
    with gzip.open(GOLDEN, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def breaks(reader: AvroSchema, writer: AvroSchema) -> list[Finding]:
    found = FORMAT.can_read(reader, writer, Budget()).findings
    return [each for each in found if each.severity is Severity.BREAK]


def test_canonical_texts() -> None:
    wrong = [
        (each["writer"], each["canonical"])
        for each in pairs()
        if FORMAT.parse(each["writer"]).canonical != each["canonical"]
    ]

    assert wrong == []


def test_verdicts() -> None:
    wrong, stricter = [], []
    for each in pairs():
        reader, writer = FORMAT.parse(each["reader"]), FORMAT.parse(each["writer"])
        found = breaks(reader, writer)
        types = {FORMAT.rules[finding.rule].confluent for finding in found}
        if each["compatible"] and types and not types & JAVAS:
            stricter.append(types)  # a rule that Java does not have, such as decimals
        elif each["compatible"] is bool(found):
            wrong.append(each)

    assert wrong == []
    assert len(stricter) < 10


def test_types_and_locations() -> None:
    """Java's findings are all there; more are those inside a union's branch.

    Java remembers the answer about two types with the place where it asked
    first, even when that was an attempt on a union's branch; such places are
    not those of the fault, and at most a few pairs have one.
    """
    differ = []
    for each in pairs():
        reader, writer = FORMAT.parse(each["reader"]), FORMAT.parse(each["writer"])
        ours = {
            (FORMAT.rules[finding.rule].confluent, finding.path)
            for finding in breaks(reader, writer)
        }
        javas = {(type, at) for type, at, _ in each["incompatibilities"]}
        if not javas <= ours:
            differ.append((each["writer"], each["reader"], javas - ours))

    assert len(differ) <= 3, differ
