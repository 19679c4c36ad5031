"""``dovetail lint``: each rule on what it finds and on what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from compat.lint import ADVICE
from tests.cli.conftest import Repo, record, results, run
from tests.cli.test_formats import json_object, proto

DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 9}


def amount(scale: int) -> dict[str, Any]:
    return record("A", {"name": "amount", "type": {**DECIMAL, "scale": scale}})


NULLABLE = {"name": "n", "type": ["null", "long"]}
ENUM = {"type": "enum", "name": "E", "symbols": ["A"]}
ROW = list[Any]

CASES: dict[str, tuple[str, ROW, ROW]] = {
    # rule: suffix, texts over time that have the fault, and ones that do not.
    "LINT_AVRO_DOC_MISSING": (
        "avsc",
        [record("A", {"name": "x", "type": "int", "doc": "why"})],
        [{**record("A", {"name": "x", "type": "int", "doc": "why"}), "doc": "what"}],
    ),
    "LINT_AVRO_NULLABLE_NO_DEFAULT": (
        "avsc",
        [record("A", NULLABLE)],
        [record("A", {**NULLABLE, "default": None}, "required")],
    ),
    "LINT_AVRO_ENUM_NO_DEFAULT": ("avsc", [ENUM], [{**ENUM, "default": "A"}]),
    "LINT_AVRO_DECIMAL_SCALE_CHANGED": (
        "avsc",
        [amount(2), amount(3)],
        [amount(2), amount(2)],
    ),
    "LINT_JSON_CONTENT_OPEN": (
        "schema.json",
        [json_object({"a": {"properties": {"b": {}}}})],
        [json_object({"a": {"type": "integer"}})],
    ),
    "LINT_JSON_DOC_MISSING": (
        "schema.json",
        [json_object({"a": {"type": "integer"}})],
        [json_object({"a": {"type": "integer", "description": "why"}})],
    ),
    "LINT_JSON_DIALECT_MISSING": (
        "schema.json",
        [{"type": "object"}],
        [json_object({})],
    ),
    "LINT_EVENT_NAME_NOT_PAST": (
        "avsc",
        [record("PlaceOrder")],
        [record("OrderPlacedEvent")],
    ),
    "LINT_PROTO_NUMBER_NOT_RESERVED": (
        "proto",
        [
            proto("message A { int32 a = 1; int32 b = 2; }"),
            proto("message A { int32 a = 1; }"),
        ],
        [
            proto("message A { int32 a = 1; int32 b = 2; }"),
            proto("message A { reserved 2; int32 a = 1; }"),
        ],
    ),
    "LINT_PROTO_NUMBER_REUSED": (
        "proto",
        [
            proto("message A { int32 a = 1; int32 b = 2; }"),
            proto("message A { int32 a = 1; }"),
            proto("message A { int32 a = 1; string c = 2; }"),
        ],
        [
            proto("message A { int32 a = 1; int32 b = 2; }"),
            proto("message A { int32 a = 1; int32 renamed = 2; int32 d = 3; }"),
        ],
    ),
    "LINT_PROTO_ENUM_ZERO": (
        "proto",
        [proto("enum E { ACTIVE = 0; }")],
        [proto("enum E { E_UNSPECIFIED = 0; ACTIVE = 1; }")],
    ),
}


def test_every_rule_has_a_case() -> None:
    assert sorted(CASES) == sorted(rule.id for rule in ADVICE)


@pytest.mark.parametrize("rule", CASES)
def test_what_a_rule_finds(repo: Repo, rule: str) -> None:
    suffix, faulty, sound = CASES[rule]
    for name, texts in {"faulty": faulty, "sound": sound}.items():
        for number, text in enumerate(texts):
            repo.stage(f"{name}.{suffix}", text)
            if number + 1 < len(texts):
                repo.commit()
                repo.git("tag", f"{name}-{number}")
    off = [f"--rule={each.id}=off" for each in ADVICE if each.id != rule]

    found = {
        each["file"]: each
        for each in results("lint", "--tags", "*", f"--rule={rule}=error", *off)
    }

    assert found[f"sound.{suffix}"]["issues"] == []
    issues = found[f"faulty.{suffix}"]["issues"]
    assert [each["rule"] for each in issues] == [rule]
    assert issues[0]["location"]["line"] >= 1
    assert found[f"faulty.{suffix}"]["outcome"] == "refused"


def test_a_level_of_the_project_and_of_an_option(repo: Repo) -> None:
    repo.write("a.avsc", record("A", NULLABLE))
    assert run("lint").exit_code == 0
    assert "warning LINT_AVRO_NULLABLE_NO_DEFAULT" in run("lint").stdout

    repo.write("dovetail.toml", '[lint]\nLINT_AVRO_NULLABLE_NO_DEFAULT = "error"\n')
    assert run("lint").exit_code == 1
    assert run("lint", "--exit-zero").exit_code == 0
    assert run("lint", "--rule", "LINT_AVRO_NULLABLE_NO_DEFAULT=off").exit_code == 0


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("LINT_NOPE=warn", "no lint rule is called LINT_NOPE"),
        ("LINT_AVRO_DOC_MISSING=on", "a level is off, warn or error"),
    ],
)
def test_a_level_that_is_none(repo: Repo, option: str, said: str) -> None:
    done = run("lint", "--rule", option)

    assert done.exit_code == 2
    assert said in done.stderr


def test_a_file_that_is_no_schema(repo: Repo) -> None:
    repo.write("a.avsc", "{")
    repo.write("b.proto", "message {")
    repo.write("c.schema.json", '{"type": 3}')

    done = run("lint")

    assert done.exit_code == 3
    assert done.stdout.count("error SCHEMA_INVALID") == 3
