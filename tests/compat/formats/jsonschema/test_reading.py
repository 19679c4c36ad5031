"""What a reading says: verdicts, policies, unknowns, fixes, and the invariants."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from compat import Budget, Level, Policy, Report, Verdict, check
from compat.formats.jsonschema import FORMAT
from compat.verdict import Proof, Reading
from tests.fuzz.jsonschema import run
from tests.fuzz.jsonschema_hostile import PAIRS

D2020 = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
STRING, INTEGER, NULL = {"type": "string"}, {"type": "integer"}, {"type": "null"}


def report(writer: Any, reader: Any, **others: Any) -> Report:
    texts = (
        each if isinstance(each, str) else json.dumps(each) for each in (writer, reader)
    )
    old, new = (FORMAT.parse(each) for each in texts)
    level = others.pop("level", Level.BACKWARD)
    return check(FORMAT, new, [(1, old)], level, **others)


def found(writer: Any, reader: Any, **others: Any) -> list[tuple[str, str]]:
    return [(e.rule, e.path) for e in report(writer, reader, **others).findings]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"const": 1}, {"const": True}),
        ({"const": "1"}, {"const": 1}),
        ({"enum": [[]]}, {"enum": [{}]}),
        ({"minLength": 1}, {"minItems": 1}),
    ],
)
def test_properties_of_one_schema_that_look_alike(one: Any, other: Any) -> None:
    def both(a: Any, b: Any) -> Any:
        return {"type": "object", "properties": {"a": a, "b": b}}

    assert report(both(one, other), both(one, other)).compatible
    assert {path[:13] for _, path in found(both(one, other), both(other, one))} == {
        "/properties/a",
        "/properties/b",
    }


def test_every_difference_has_its_own_witness() -> None:
    writer = {
        "type": "object",
        "properties": {
            "name": STRING,
            "owner": {"type": "object", "properties": {"id": {"type": "number"}}},
            "size": {"enum": [1, 2, 3]},
        },
    }
    reader = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 3},
            "owner": {"type": "object", "properties": {"id": INTEGER}},
            "size": {"enum": [1, 2]},
        },
        "required": ["name"],
    }

    findings = report(writer, reader).findings

    assert [(e.rule, e.path, e.witness and e.witness.value) for e in findings] == [
        ("JSON_MAX_LENGTH_ADDED", "/properties/name/maxLength", {"name": "aaaa"}),
        (
            "JSON_TYPE_NARROWED",
            "/properties/owner/properties/id/type",
            {"name": "", "owner": {"id": 0.5}},
        ),
        ("JSON_ENUM_NARROWED", "/properties/size/enum", {"name": "", "size": 3}),
        ("JSON_REQUIRED_ADDED", "/required/0", {}),
    ]
    assert all(
        [name.split()[0] for name in each.witness.confirmed_by]
        == ["jsonschema", "jsonschema-rs"]
        for each in findings
        if each.witness
    )


def test_difference_inside_an_alternative() -> None:
    writer = {"properties": {"a": {"anyOf": [STRING, NULL]}}}
    reader = {
        "properties": {"a": {"anyOf": [{"type": "string", "minLength": 1}, NULL]}}
    }

    assert found(writer, reader) == [
        ("JSON_MIN_LENGTH_ADDED", "/properties/a/anyOf/0/minLength")
    ]


def test_difference_inside_a_definition_is_named_once() -> None:
    def schema(leaf: Any) -> Any:
        use = {"$ref": "#/definitions/Id"}
        return {"properties": {"a": use, "b": use}, "definitions": {"Id": leaf}}

    assert found(schema(STRING), schema(INTEGER)) == [
        ("JSON_TYPE_CHANGED", "/definitions/Id/type")
    ]


def test_renamed_definition_changes_nothing() -> None:
    def schema(name: str) -> Any:
        node = {
            "type": "object",
            "properties": {"next": {"$ref": f"#/definitions/{name}"}, "v": INTEGER},
        }
        return {"$ref": f"#/definitions/{name}", "definitions": {name: node}}

    assert report(schema("Node"), schema("Item")).verdict is Verdict.COMPATIBLE


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        ({"oneOf": [INTEGER]}, {"oneOf": [INTEGER, {"type": "number"}]}),
        ({"required": ["foo"], "type": "object"}, {"required": ["bar"]}),
        ({"exclusiveMaximum": 10}, {"exclusiveMaximum": 5}),
        ({"propertyNames": {"maxLength": 4}}, {"propertyNames": {"maxLength": 3}}),
        ({"contains": INTEGER}, {"contains": STRING}),
        ({"patternProperties": {"^a": STRING}}, {"patternProperties": {"^a": INTEGER}}),
        (
            {"if": INTEGER, "then": {"minimum": 0}},
            {"if": INTEGER, "then": {"minimum": 1}},
        ),
    ],
)
def test_break_that_structural_checkers_miss(writer: Any, reader: Any) -> None:
    seen = report(writer, reader)

    assert (seen.verdict, seen.proof) == (Verdict.INCOMPATIBLE, Proof.WITNESS)


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        ({"const": 1}, {"enum": [1, 2]}),
        ({"enum": ["a"]}, STRING),
        ({"anyOf": [INTEGER, {"type": "number"}]}, {"type": "number"}),
        ({"allOf": [INTEGER, {"minimum": 0}]}, {"type": "integer", "minimum": 0}),
        ({"pattern": "^[0-9]+$", "type": "string"}, {"pattern": "^\\d+$"}),
        ({"type": "number", "multipleOf": 1}, INTEGER),
        ({"type": "array", "maxItems": 1}, {"uniqueItems": True}),
        ({"$id": "https://a.example/x"}, {"$id": "https://a.example/y", "default": 1}),
    ],
)
def test_respelling_is_proved_compatible(writer: Any, reader: Any) -> None:
    seen = report(writer, reader)

    assert (seen.verdict, seen.proof) == (Verdict.COMPATIBLE, Proof.EXHAUSTED)


def test_lenient_forgives_open_content_models() -> None:
    writer = {"type": "object", "properties": {"a": INTEGER}}
    reader = {"type": "object", "properties": {"a": INTEGER, "b": STRING}}

    assert report(writer, reader).verdict is Verdict.INCOMPATIBLE
    assert report(writer, reader, policy=Policy.LENIENT).verdict is Verdict.COMPATIBLE


def test_lenient_forgives_inside_an_alternative() -> None:
    def schema(**more: Any) -> Any:
        one = {
            "type": "object",
            "properties": {"a": INTEGER, **more},
            "required": ["a"],
        }
        return {"anyOf": [one, NULL]}

    seen = report(schema(), schema(b=STRING), policy=Policy.LENIENT)

    assert seen.verdict is Verdict.COMPATIBLE


def test_lenient_does_not_forgive_a_changed_type() -> None:
    writer = {"type": "object", "properties": {"a": INTEGER}}
    reader = {"type": "object", "properties": {"a": STRING, "b": STRING}}

    assert report(writer, reader, policy=Policy.LENIENT).verdict is Verdict.INCOMPATIBLE


def test_lenient_lets_a_default_stand_in() -> None:
    field = {"type": "integer", "default": 0}
    writer = {"type": "object", "properties": {"a": field}}
    reader = {**writer, "required": ["a"]}

    assert found(writer, reader) == [
        ("JSON_REQUIRED_WITH_DEFAULT_ADDED", "/required/0")
    ]
    assert report(writer, reader, policy=Policy.LENIENT).verdict is Verdict.COMPATIBLE


def test_pattern_beyond_automata_is_unknown() -> None:
    writer = {"type": "string", "pattern": "^(?=.*[A-Z]).{8,}$"}

    seen = report(writer, {"type": "string", "pattern": "[A-Z]"})

    assert (seen.verdict, seen.unknown) == (Verdict.UNKNOWN, ("look-ahead",))


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        ({"pattern": "^(?=.*[A-Z]).{8,}$"}, {"minLength": 8}),
        ({"pattern": r"^\bid-[0-9]+\b$"}, {"pattern": "^id-[0-9]"}),
        ({"pattern": "(?<!x)y", "maxLength": 3}, {"pattern": "y", "maxLength": 4}),
        ({"pattern": "^(?!x)"}, {"pattern": "^"}),
        (
            {"patternProperties": {"^(?!x-)": {"minimum": 2}}, "minProperties": 1},
            {"minProperties": 1, "properties": {}},
        ),
    ],
)
def test_pattern_beyond_automata_that_does_not_matter(writer: Any, reader: Any) -> None:
    kind = {"type": "string" if "pattern" in writer else "object"}

    assert report(kind | writer, kind | reader).verdict is Verdict.COMPATIBLE


@pytest.mark.parametrize(
    ("writer", "reader", "value"),
    [
        ({"pattern": r"\bab\b"}, {"type": "integer"}, "ab"),
        ({"pattern": "^(?!x)[a-z]+$"}, {"maxLength": 0}, "a"),
        ({"pattern": "(a)\\1", "minLength": 1}, {"pattern": "^(?!.)"}, None),
    ],
)
def test_value_found_as_if_what_stands_around_did_not_matter(
    writer: Any, reader: Any, value: Any
) -> None:
    seen = report({"type": "string"} | writer, reader)

    shown = [each.witness.value for each in seen.findings if each.witness]
    assert (seen.verdict, shown) == (
        (Verdict.INCOMPATIBLE, [value]) if value else (Verdict.UNKNOWN, [])
    )


@pytest.mark.parametrize(
    ("step", "limit", "value"),
    [
        (0.1, {"minimum": 10**16}, 10**16 - 1),
        (1.5, {"maximum": 10**16}, 10**16 + 2),
    ],
)
def test_witness_beside_a_limit_that_floats_do_not_resolve(
    step: float, limit: Any, value: int
) -> None:
    writer = {"type": "number", "multipleOf": step}

    [finding] = report(writer, limit).findings

    assert finding.witness
    assert finding.witness.value == value


def test_same_pattern_beyond_automata_is_compatible() -> None:
    password = {"type": "string", "pattern": "^(?=.*[A-Z]).{8,}$"}
    writer = {"properties": {"p": password, "n": INTEGER}}
    reader = {"properties": {"p": password, "n": {"type": "number"}}}

    assert report(writer, reader).verdict is Verdict.COMPATIBLE


def test_break_found_by_validators_beyond_automata() -> None:
    seen = report(STRING, {"type": "string", "pattern": "^(?=.*[A-Z]).{8,}$"})

    assert seen.verdict is Verdict.INCOMPATIBLE
    assert [each.witness and each.witness.value for each in seen.findings] == [""]


def test_value_too_large_to_write_is_no_witness() -> None:
    seen = report({"type": "string", "minLength": 2**60}, {"maxLength": 5})

    assert (seen.verdict, seen.proof) == (Verdict.INCOMPATIBLE, Proof.RULE)
    assert [each.witness for each in seen.findings] == [None]


def test_spent_budget_is_never_compatible() -> None:
    schema = PAIRS["pigeonholes"]()

    seen = report(*schema, steps=20)

    assert seen.verdict is Verdict.UNKNOWN
    assert seen.unknown == ("the search gave up after 20 steps",)


@pytest.mark.parametrize(
    ("writer", "reader", "advice", "schema"),
    [
        (
            {"enum": ["a", "b"]},
            {"enum": ["a"]},
            "keep the values that were dropped",
            '{"enum":["a","b"]}',
        ),
        (
            STRING,
            INTEGER,
            "allow the writer's types too",
            '{"type":["integer","string"]}',
        ),
        (
            {"type": "object"},
            {"type": "object", "required": ["a"]},
            "make property 'a' optional",
            '{"type":"object","required":[]}',
        ),
        (
            {"maxLength": 5},
            {"maxLength": 4},
            "restore maxLength to 5",
            '{"maxLength":5}',
        ),
    ],
)
def test_fix_is_proved(writer: Any, reader: Any, advice: str, schema: str) -> None:
    (finding,) = report(writer, reader).findings

    assert finding.fix is not None
    assert (finding.fix.advice, finding.fix.schema) == (advice, schema)


def test_each_of_two_required_names_gets_its_fix() -> None:
    findings = report(
        {"type": "object"}, {"type": "object", "required": ["a", "b"]}
    ).findings

    assert [each.fix and each.fix.schema for each in findings] == [
        '{"type":"object","required":["b"]}',
        '{"type":"object","required":["a"]}',
    ]


def test_fix_of_a_forward_break_edits_the_new_schema() -> None:
    (finding,) = report(
        {"type": "object", "required": ["a"]}, {"type": "object"}, level=Level.FORWARD
    ).findings

    assert finding.fix is not None
    assert finding.fix.schema == '{"type":"object","required":["a"]}'


def test_directions_mirror_each_other() -> None:
    one, two = {"enum": [1, 2]}, {"enum": [2, 3]}

    assert found(one, two) == found(two, one, level=Level.FORWARD)
    assert len(found(one, two, level=Level.FULL)) == 2


def test_format_is_an_annotation() -> None:
    assert found(STRING, {"type": "string", "format": "email"}) == []


SCRIPT = """
import json, sys
from compat import Level, check
from compat.formats.jsonschema import FORMAT
old, new = (FORMAT.parse(each) for each in json.loads(sys.argv[1]))
report = check(FORMAT, new, [(1, old)], Level.FULL)
print(json.dumps(report.to_json()))
"""


def test_output_is_the_same_under_any_hash_seed() -> None:
    writer = {"type": "object", "properties": dict.fromkeys("abcdef", STRING)}
    reader = {
        "type": "object",
        "properties": {c: {"type": ["integer", "null"]} for c in "fedcbaxyz"},
        "required": list("abc"),
        "patternProperties": {"^q": INTEGER, "z$": NULL},
        "additionalProperties": {"enum": [1, "a", None]},
    }
    pair = json.dumps([json.dumps(writer), json.dumps(reader)])

    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, pair],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("0", "1", "2")
    }

    assert len(outputs) == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_random_pairs(seed: int) -> None:
    tally = run(seed, pairs=400)

    assert tally.wrong == []
    assert tally.counts["witnessed"] >= 0.98 * tally.counts["incompatible"]
    assert tally.counts["unknown"] <= 0.005 * tally.counts["pairs"]


def test_many_respelled_properties_are_decided() -> None:
    writer, reader = PAIRS["1,000 respelled fields"]()

    assert report(writer, reader).compatible
    assert report(reader, writer).compatible


@pytest.mark.parametrize("name", ["mutual recursion", "pigeonholes", "clauses"])
def test_reading_itself_finds_nothing(name: str) -> None:
    schema = FORMAT.parse(json.dumps(PAIRS[name]()[0]))

    assert FORMAT.can_read(schema, schema, Budget()) == Reading()


LOOK_AHEAD = {"type": "string", "pattern": "^(?=.*[A-Z]).{8,}$"}


@pytest.mark.parametrize(
    ("writer", "reader", "expected"),
    [
        (STRING, LOOK_AHEAD, [("JSON_PATTERN_ADDED", "/pattern")]),
        (
            {"type": "object", "properties": {"a": STRING}},
            {"type": "object", "properties": {"a": LOOK_AHEAD}},
            [("JSON_PATTERN_ADDED", "/properties/a/pattern")],
        ),
        (
            {"type": "array", "items": STRING},
            {"type": "array", "items": LOOK_AHEAD},
            [("JSON_PATTERN_ADDED", "/items/pattern")],
        ),
    ],
)
def test_pattern_beyond_automata_is_blamed_at_its_own_place(
    writer: Any, reader: Any, expected: list[tuple[str, str]]
) -> None:
    checked = report(writer, reader)

    assert [(each.rule, each.path) for each in checked.findings] == expected
    assert checked.findings[0].witness is not None
    assert checked.unknown == ()


def test_lenient_forgives_a_new_property_whose_pattern_is_beyond_automata() -> None:
    old = {"type": "object", "additionalProperties": STRING}
    new = {**old, "properties": {"a": LOOK_AHEAD}}

    strict = report(old, new)
    lenient = report(old, new, policy=Policy.LENIENT)

    assert [each.rule for each in strict.findings] == [
        "JSON_PROPERTY_ADDED_NOT_COVERED"
    ]
    assert (strict.verdict, lenient.verdict) == ("incompatible", "compatible")


@pytest.mark.parametrize(
    "names", [{"enum": ["a", "b"]}, {"maxLength": 1, "pattern": "^[a-y]"}]
)
def test_one_member_may_break_two_rules_at_once(names: Any) -> None:
    writer = {**D2020, "maxProperties": 1, "not": {"additionalProperties": INTEGER}}

    shown = report(writer, {**D2020, "propertyNames": names}).findings

    assert [each.path for each in shown] == ["/propertyNames"]
    assert shown[0].witness is not None
    assert len(shown[0].witness.value) == 1
