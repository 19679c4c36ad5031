"""Results with everything that an output has to write, odd text included."""

from __future__ import annotations

from compat import Direction, Finding, Fix, Location, Severity, Witness
from registry.cli.results import Grade, Issue, Outcome, Result

_FINDING = Finding(
    rule="AVRO_FIELD_NO_DEFAULT",
    severity=Severity.BREAK,
    path="/fields/1",
    message="field 'currency' has no default",
    writer=None,
    reader="string",
    fix=Fix("give the field a default", '"string"'),
    witness=Witness({"id": 0}, "the reader has no value", ("fastavro 1.13.1",), "00"),
    location=Location(7, 5),
)
_FORWARD = Finding(
    rule="AVRO_TYPE_MISMATCH",
    severity=Severity.BREAK,
    path="/fields/0/type",
    message="the reader has long, the writer string",
    direction=Direction.FORWARD,
)

RESULTS = (
    Result(
        "schemas/a, b:c.avsc",
        Outcome.INCOMPATIBLE,
        (
            Issue(
                "AVRO_FIELD_NO_DEFAULT",
                Grade.ERROR,
                "schemas/a, b:c.avsc",
                '100% of\r\nthe data: <broken> & "lost" | `x` ]]> \x1b[31m\x00',
                title="A field has no default.",
                why="The reader has nothing to put there.",
                advice="give the field a default",
                at="/fields/1",
                location=Location(7, 5),
                against="HEAD",
                old_file="schemas/old.avsc",
                finding=_FINDING,
                proposal=('-    "currency"', '+    "\x1bcurrency"'),
            ),
            Issue(
                "AVRO_TYPE_MISMATCH",
                Grade.NOTE,
                "schemas/a, b:c.avsc",
                "the reader has long, the writer string",
                title="The types differ.",
                advice="keep the type",
                at="/fields/0/type",
                against="v1",
                old_file="schemas/old.avsc",
                old_location=Location(3, 9),
                finding=_FORWARD,
                accepted="agreed with @billing (until 2027-01-31)",
            ),
        ),
        type="AVRO",
        subject="orders-value",
        level="FULL",
        against=("v1", "HEAD"),
    ),
    Result(
        "broken.proto",
        Outcome.FAILED,
        (
            Issue(
                "SCHEMA_INVALID",
                Grade.ERROR,
                "broken.proto",
                "not a valid PROTOBUF schema: expected ';'",
                location=Location(1, 8),
            ),
        ),
    ),
    Result(
        "fine.json",
        Outcome.COMPATIBLE,
        type="JSON",
        level="BACKWARD",
        against=("HEAD",),
    ),
)
