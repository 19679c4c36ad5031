"""Where references lead, and that the validators who confirm follow them there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compat import Level, Report, check
from compat.formats.jsonschema import FORMAT

D4 = "http://json-schema.org/draft-04/schema#"
D7 = "http://json-schema.org/draft-07/schema#"
D2020 = "https://json-schema.org/draft/2020-12/schema"
STRING, INTEGER = {"type": "string"}, {"type": "integer"}

Texts = dict[str, Any]


def report(writer: Any, reader: Any, *references: Texts) -> Report:
    """Check two schemas; ``references`` are the writer's, then the reader's."""
    old, new = (
        FORMAT.parse(json.dumps(each), {k: json.dumps(v) for k, v in others.items()})
        for each, others in zip((writer, reader), references or ({}, {}), strict=True)
    )
    return check(FORMAT, new, [(1, old)], Level.BACKWARD)


def witnesses(checked: Report) -> list[tuple[Any, int]]:
    """Return each finding's witness, and how many validators confirm it."""
    return [
        (each.witness.value, len(each.witness.confirmed_by))
        for each in checked.findings
        if each.witness
    ]


@pytest.mark.parametrize("own", [None, "root.json", "http://a/b/root.json"])
@pytest.mark.parametrize("name", ["part.json", "parts/part.json", "http://c/part.json"])
def test_name_of_a_reference_beside_an_id(own: str | None, name: str) -> None:
    root = {"$ref": name} if own is None else {"$id": own, "allOf": [{"$ref": name}]}
    # It refers on, by a name that is none of what it is known by.
    part = {"type": "object", "properties": {"next": {"$ref": "leaf.json"}}}

    checked = report(
        root,
        root,
        {"leaf.json": STRING, name: part},
        {"leaf.json": INTEGER, name: part},
    )

    assert witnesses(checked) == [({"next": ""}, 2)]


@pytest.mark.parametrize("reference", ["part.json#here", "http://c/own.json#here"])
def test_anchor_in_a_reference_that_has_an_id_of_its_own(reference: str) -> None:
    def part(asked: Any) -> Any:
        anchored = {"$anchor": "here", "$ref": "#there"}
        inner = {"a": anchored, "b": {"$anchor": "there", **asked}}
        return {"$schema": D2020, "$id": "http://c/own.json", "$defs": inner}

    root = {"$schema": D2020, "$id": "http://a/root.json", "$ref": reference}
    checked = report(
        root, root, {"part.json": part(STRING)}, {"part.json": part(INTEGER)}
    )

    assert witnesses(checked) == [("", 2)]


@pytest.mark.parametrize("name", ["default", "const", "enum", "examples", "$id"])
@pytest.mark.parametrize("holder", ["properties", "$defs", "dependentSchemas"])
def test_anchor_below_a_member_called_like_a_keyword(holder: str, name: str) -> None:
    def schema(asked: Any) -> Any:
        inner = {"$id": "inner.json", "$ref": "#here", "$defs": {"a": asked}}
        return {
            "$schema": D2020,
            "$id": "http://a/root.json",
            "additionalProperties": {"$ref": "inner.json"},
            holder: {name: inner},
        }

    checked = report(
        schema({"$anchor": "here", "maxLength": 1}),
        schema({"$anchor": "here", "maxLength": 0}),
    )

    assert checked.verdict == "incompatible"
    assert witnesses(checked)[0][1] == 2


def test_id_with_a_folder_is_resolved_once() -> None:
    def schema(asked: Any) -> Any:
        return {
            "$schema": D7,
            "$id": "folder/root.json",
            "items": {"$ref": "#a"},
            "definitions": {"a": {"$id": "#a", **asked}},
        }

    assert witnesses(report(schema(STRING), schema(INTEGER))) == [([""], 1)]


def test_reference_that_refers_to_nothing_is_not_given_to_the_validators() -> None:
    """It is not reached from the root, so it does not matter."""
    others = {"part.json": {"definitions": {"a": {"$ref": "gone.json"}}, **STRING}}
    root = {"$schema": D7, "items": {"$ref": "part.json"}}

    checked = report(root, {"items": INTEGER, "$schema": D7}, others, {})

    assert witnesses(checked) == [([""], 1)]


def test_validator_that_panics_has_no_opinion() -> None:
    """jsonschema-rs does on two texts of one id; that is no `Exception`."""
    part = {"$schema": D2020, "$id": "http://c/d", "$defs": {"a": {"$anchor": "here"}}}
    part["$defs"]["a"] |= STRING
    references = [{"$ref": "one.json#here"}, {"$ref": "two.json#here"}]
    writer = {"$schema": D2020, "allOf": references}

    checked = report(writer, INTEGER, {"one.json": part, "two.json": part}, {})

    assert witnesses(checked) == [("", 1)]


def _recursive(node: Any) -> Any:
    """Return a schema whose root has no ``v``, and all below it are of ``node``."""
    return {
        "$schema": D7,
        "$id": "http://a/root.json",
        "allOf": [{"$ref": "#/definitions/node"}, {"not": {"required": ["v"]}}],
        "definitions": {"node": node},
    }


def test_recursive_schemas_that_differ_in_a_number_and_its_text() -> None:
    def node(asked: Any) -> Any:
        return {"properties": {"next": {"$ref": "#/definitions/node"}, "v": asked}}

    old, new = node({"enum": [1.5]}), node({"enum": ["1.5"]})

    assert ({"next": {"v": 1.5}}, 2) in witnesses(
        report(_recursive(old), _recursive(new))
    )


def test_recursive_schemas_that_differ_in_the_draft_of_a_reference() -> None:
    root = _recursive({"$ref": "part.json#/definitions/a"})
    next = {"$ref": "http://a/root.json#/definitions/node"}
    inner = {"type": "object", "properties": {"next": next, "v": {"const": 1}}}
    part = {"definitions": {"a": inner}}

    checked = report(
        root, root, {"part.json": {"$schema": D4, **part}}, {"part.json": part}
    )

    assert checked.verdict != "compatible"


def test_dynamic_anchor_of_a_draft_that_has_none() -> None:
    """Its root is 2020-12's outermost scope only where it is of that draft."""
    inner = {"$dynamicAnchor": "item", "const": "a"}
    part = {"$schema": D2020, "$dynamicRef": "#item", "$defs": {"a": inner}}
    root = {"$ref": "part.json", "$defs": {"a": {"$dynamicAnchor": "item"}}}

    checked = report(
        {"$schema": D2020, **root},
        {"$schema": D7, **root},
        {"part.json": part},
        {"part.json": part},
    )

    assert checked.verdict != "compatible"  # the validators disagree


@pytest.mark.parametrize("own", [{}, {"$id": "http://a/inner.json"}])
def test_schema_inside_that_names_another_draft(own: Any) -> None:
    def schema(draft: str, asked: Any) -> Any:
        inner = {"$schema": draft, **own, "prefixItems": [asked]}
        return {"properties": {"a": inner}}

    changed = report(schema(D2020, STRING), schema(D2020, INTEGER))
    ignored = report(schema(D7, STRING), schema(D7, INTEGER))

    assert witnesses(changed) == [({"a": [""]}, 2)]
    assert ignored.verdict == "compatible"


def test_reference_to_a_schema_inside_that_names_another_draft() -> None:
    def schema(asked: Any) -> Any:
        inner = {"$schema": D2020, "prefixItems": [asked]}
        return {"items": {"$ref": "#/definitions/a"}, "definitions": {"a": inner}}

    checked = report(schema(STRING), schema(INTEGER))

    # jsonschema-rs goes on in the draft that it came from.
    assert checked.verdict == "unknown"
    assert len(checked.unknown) == 1
    assert "do not confirm" in checked.unknown[0]
