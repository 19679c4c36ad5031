"""What the Avro format answers: texts, identity, places, witnesses, fixes."""

from __future__ import annotations

import io
import json
from typing import Any

import fastavro
import pytest

from compat import Level, Policy, Severity, Verdict, check
from compat.budget import Budget
from compat.errors import BudgetSpent
from compat.formats.avro import FORMAT
from compat.formats.avro.schema import AvroSchema
from compat.verdict import Finding, Location


def schema(value: Any, **how: Any) -> AvroSchema:
    return FORMAT.parse(json.dumps(value), **how)


def record(*fields: Any, name: str = "A", **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": list(fields), **more}


def field(name: str, type: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type, **more}


def read(reader: AvroSchema, writer: AvroSchema) -> tuple[Finding, ...]:
    return FORMAT.can_read(reader, writer, Budget()).findings


def test_normalising_sorts_what_has_no_order() -> None:
    decimal = {"type": "bytes", "z": 1, "logicalType": "decimal", "precision": 4}
    value = record(
        field("a", {**decimal, "scale": 0}),
        field("b", "int", order="ascending", aliases=["y", "x"], default=1),
        aliases=["Z", "Q"],
        zed={"b": 1, "a": 2},
        alpha=None,
    )

    assert FORMAT.normalize(schema(value)) == (
        '{"type":"record","name":"A","fields":['
        '{"name":"a","type":{"type":"bytes","logicalType":"decimal","precision":4,'
        '"z":1}},'
        '{"name":"b","type":"int","default":1,"aliases":["x","y"]}],'
        '"alpha":null,"zed":{"a":2,"b":1},"aliases":["Q","Z"]}'
    )


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (1.0, "1.0"),
        (1e10, "1.0E10"),
        (1.5e-5, "1.5E-5"),
        (1e7, "1.0E7"),
        (9999999.0, "9999999.0"),
        (0.001, "0.001"),
        (-2.5e20, "-2.5E20"),
    ],
)
def test_numbers_are_written_as_java_writes_them(number: float, printed: str) -> None:
    text = schema(record(field("a", "double", default=number))).canonical

    assert f'"default":{printed}}}' in text


def test_control_characters_are_written_as_jackson_writes_them() -> None:
    text = schema(record(doc='\x1f"\\\n\u00e9\\u00ab')).canonical

    assert '"doc":"\\u001F\\"\\\\\\né\\\\u00ab"' in text


@pytest.mark.parametrize(
    ("change", "same_identity", "same_verdicts"),
    [
        ({}, True, True),
        ({"doc": "new"}, False, True),
        ({"custom": 1}, False, True),
        ({"aliases": ["B"]}, False, False),
        ({"name": "n.A"}, False, False),
    ],
)
def test_what_counts_for_identity_and_for_verdicts(
    change: dict[str, Any], same_identity: bool, same_verdicts: bool
) -> None:
    before = schema(record(field("a", "int")))
    after = schema({**record(field("a", "int")), **change})

    assert (FORMAT.identity(before) == FORMAT.identity(after)) is same_identity
    assert (before.fingerprint == after.fingerprint) is same_verdicts


def test_contents_of_references_count_for_verdicts() -> None:
    main = record(field("b", "B"))
    one = schema(main, references={"B": json.dumps(record(name="B"))})
    grown = record(field("x", "int"), name="B")
    other = schema(main, references={"B": json.dumps(grown)})

    assert one.canonical == other.canonical
    assert one.fingerprint != other.fingerprint


def test_place_inside_a_type_that_is_only_named() -> None:
    text = """[
  {"type": "record", "name": "B", "fields": [
    {"name": "x", "type": "int"}]},
  {"type": "record", "name": "A", "fields": [
    {"name": "b", "type": "B"}]}
]"""

    place = FORMAT.locate(FORMAT.parse(text), "/1/fields/0/type/fields/0/type")

    assert place == Location(3, 27)


def test_place_inside_a_reference_is_where_it_is_named() -> None:
    reference = json.dumps(record(field("x", "int"), name="B"))
    parsed = schema(record(field("b", "B")), references={"B": reference})

    place = FORMAT.locate(parsed, "/fields/0/type/fields/0")

    assert place is not None
    assert place == FORMAT.locate(parsed, "/fields/0/type")


def test_witness_is_refused_by_the_library() -> None:
    writer = schema(record(field("u", ["null", "string"]), field("n", "int")))
    reader = schema(record(field("u", ["null", "int"]), field("n", "int")))

    (finding,) = read(reader, writer)

    assert finding.witness is not None
    assert finding.witness.value == {"u": "", "n": 0}
    assert finding.witness.bytes == "020000"
    assert finding.witness.confirmed_by == (f"fastavro {fastavro.__version__}",)
    data = io.BytesIO(bytes.fromhex(finding.witness.bytes))
    with pytest.raises(fastavro.read.SchemaResolutionError):
        fastavro.schemaless_reader(
            data, json.loads(writer.canonical), json.loads(reader.canonical)
        )


@pytest.mark.parametrize(
    ("writer", "reader", "outcome"),
    [
        (
            {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2},
            {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 3},
            "by the reader's own schema the bytes of the writer's "
            '"12.34" mean "1.234"',
        ),
        (
            {"type": "long", "logicalType": "timestamp-millis"},
            {"type": "long", "logicalType": "timestamp-micros"},
            "by the reader's own schema the bytes of the writer's "
            '"1970-01-01T00:00:01+00:00" mean "1970-01-01T00:00:00.001000+00:00"',
        ),
        (
            "long",
            "double",
            "the writer's 9007199254740993 is read as 9007199254740992.0",
        ),
        ("int", "float", "the reader's float holds 16777217 as 16777216.0"),
        (
            {"type": "enum", "name": "E", "symbols": ["A", "B"]},
            {"type": "enum", "name": "E", "symbols": ["A"], "default": "A"},
            'the writer\'s "B" is read as "A"',
        ),
    ],
)
def test_witness_of_a_misread_tells_both_values(
    writer: Any, reader: Any, outcome: str
) -> None:
    (finding,) = read(schema(reader), schema(writer))

    assert finding.witness is not None
    assert finding.witness.outcome == outcome


def test_uninhabited_writer_has_no_witness() -> None:
    writer = schema(record(field("next", "A")))
    reader = schema(record(field("next", "A"), field("x", "int")))

    (finding,) = read(reader, writer)

    assert (finding.rule, finding.witness) == ("AVRO_FIELD_NO_DEFAULT", None)


def test_every_problem_is_told_with_what_holds_it() -> None:
    writer = schema(record(field("a", "int"), field("b", ["null", record(name="B")])))
    grown = record(field("x", "int"), name="B")
    reader = schema(
        record(field("a", "string"), field("b", ["null", grown]), field("c", "long"))
    )

    found = read(reader, writer)

    assert [(each.rule, each.path) for each in found] == [
        ("AVRO_TYPE_MISMATCH", "/fields/0/type"),
        ("AVRO_UNION_BRANCH_MISSING", "/fields/1/type/1"),
        ("AVRO_FIELD_NO_DEFAULT", "/fields/1/type/1/fields/0"),
        ("AVRO_FIELD_NO_DEFAULT", "/fields/2"),
    ]
    assert found[1].message == (
        "in field 'b' of record A, no branch of the reader's union reads the "
        "writer's record B: field 'x' of record B has no default, and the "
        "writer's record does not have the field"
    )


PAIRS = [
    (record(), record(field("a", "string"))),
    (record(field("old", "string")), record(field("new", "string"))),
    (record(field("a", ["null", "int"])), record(field("a", "int"))),
    (record(field("a", "long")), record(field("a", "int"))),
    (
        record(field("e", {"type": "enum", "name": "E", "symbols": ["A", "B"]})),
        record(field("e", {"type": "enum", "name": "E", "symbols": ["A"]})),
    ),
    (record(name="Old"), record(name="New")),
    (record(field("a", ["null", "string"])), record(field("a", ["null", "int"]))),
    (
        record(field("a", ["null", record(name="B")])),
        record(field("a", ["null", record(field("x", "int"), name="B")])),
    ),
    (
        {"type": "fixed", "name": "F", "size": 2},
        {"type": "fixed", "name": "F", "size": 3},
    ),
]


@pytest.mark.parametrize("level", [Level.BACKWARD, Level.FORWARD])
@pytest.mark.parametrize(("writer", "reader"), PAIRS)
def test_fix_is_proven(writer: Any, reader: Any, level: Level) -> None:
    backward = level is Level.BACKWARD
    old, new = map(schema, (writer, reader) if backward else (reader, writer))

    report = check(FORMAT, new, [(1, old)], level)

    assert report.verdict is Verdict.INCOMPATIBLE
    first = report.findings[0].fix
    assert first is not None
    assert first.schema is not None
    fixed = FORMAT.parse(first.schema)
    assert check(FORMAT, fixed, [(1, old)], level).verdict is Verdict.COMPATIBLE


@pytest.mark.parametrize(("writer", "reader"), PAIRS)
def test_backward_and_forward_mirror_each_other(writer: Any, reader: Any) -> None:
    w, r = schema(writer), schema(reader)

    def keys(new: AvroSchema, old: AvroSchema, level: Level) -> list[tuple[str, str]]:
        found = check(FORMAT, new, [(1, old)], level, fixes=False).findings
        return [(each.rule, each.path) for each in found]

    backward = keys(r, w, Level.BACKWARD)
    assert backward == keys(w, r, Level.FORWARD)
    assert keys(r, w, Level.FULL) == backward + keys(r, w, Level.FORWARD)


def test_fix_keeps_the_members_of_the_source() -> None:
    old = schema(record())
    new = schema(record(field("a", "string", doc="d", custom=1), doc="r"))

    fix = check(FORMAT, new, [(1, old)], Level.BACKWARD).findings[0].fix

    assert fix is not None
    assert json.loads(fix.schema or "") == record(
        field("a", ["null", "string"], doc="d", custom=1, default=None), doc="r"
    )


def test_lossy_findings_block_only_when_exact() -> None:
    old, new = schema("long"), schema("double")

    strict = check(FORMAT, new, [(1, old)], Level.BACKWARD)
    exact = check(FORMAT, new, [(1, old)], Level.BACKWARD, policy=Policy.EXACT)

    assert [each.severity for each in strict.findings] == [Severity.LOSSY]
    assert strict.verdict is Verdict.COMPATIBLE
    assert exact.verdict is Verdict.INCOMPATIBLE


def chain(count: int, leaf: str) -> AvroSchema:
    """A union of records, each with the one before it as its field."""
    first = record(field("x", leaf), name="R0")
    rest = (record(field("x", f"R{i - 1}"), name=f"R{i}") for i in range(1, count))
    return schema([first, *rest])


def test_chain_deeper_than_the_stack() -> None:
    assert read(chain(1_500, "long"), chain(1_500, "int")) == ()

    found = read(chain(1_500, "string"), chain(1_500, "boolean"))

    assert "AVRO_TYPE_MISMATCH" in {each.rule for each in found}


def test_records_that_double_at_each_level() -> None:
    def doubling(leaf: str) -> AvroSchema:
        types = [record(field("x", leaf), name="R0")]
        for i in range(1, 60):
            use = ["null", f"R{i - 1}"]
            types.append(record(field("a", use), field("b", use), name=f"R{i}"))
        return schema(types)

    assert read(doubling("long"), doubling("int")) == ()
    assert read(doubling("string"), doubling("int"))[0].severity is Severity.BREAK


def test_branch_that_was_taken_for_readable_too_early() -> None:
    """P is judged while X is assumed readable, and X then fails elsewhere."""

    def nested(*more: Any) -> AvroSchema:
        inner = record(field("back", ["X"]), name="P")
        outer = record(field("p", ["null", inner]), *more, name="X")
        either = ["null", outer]
        return schema(record(field("u", either), field("later", ["null", "P"])))

    found = [
        (each.rule, each.path) for each in read(nested(field("new", "int")), nested())
    ]

    assert ("AVRO_UNION_BRANCH_MISSING", "/fields/0/type/1") in found
    assert ("AVRO_FIELD_NO_DEFAULT", "/fields/0/type/1/fields/1") in found
    assert ("AVRO_UNION_BRANCH_MISSING", "/fields/1/type/1") in found


def test_many_aliases_spend_the_budget() -> None:
    def crossed(leaf: str) -> AvroSchema:
        names = [f"R{i}" for i in range(60)]
        return schema(
            [
                record(
                    field("u", ["null", *names[max(0, i - 15) : i]]),
                    field("x", leaf),
                    name=name,
                    aliases=[each for each in names if each != name],
                )
                for i, name in enumerate(names)
            ]
        )

    reader, writer = crossed("string"), crossed("int")

    with pytest.raises(BudgetSpent):
        FORMAT.can_read(reader, writer, Budget(2_000))
    report = check(FORMAT, reader, [(1, writer)], Level.BACKWARD, steps=2_000)
    assert report.verdict is Verdict.UNKNOWN


def test_problems_after_a_thousand_are_only_announced() -> None:
    writer = schema(record())
    reader = schema(record(*(field(f"f{i}", "int") for i in range(1_500))))

    reading = FORMAT.can_read(reader, writer, Budget())

    assert len(reading.findings) == 1_000
    assert reading.unknown == ("what follows the first 1000 problems",)
