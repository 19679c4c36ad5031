"""JSON Schemas as text: what is read, what is refused and how, what is printed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compat import InvalidSchema, Limits, UnresolvedReference
from compat.formats.jsonschema import FORMAT

ORDER = '{"$id": "https://shop.example/order", "$ref": "customer.json#/definitions/Id"}'
CUSTOMER = '{"definitions": {"Id": {"type": "string", "minLength": 3}}}'


def refused(text: str, **others: Any) -> tuple[str, str, int | None, int | None]:
    with pytest.raises(InvalidSchema) as caught:
        FORMAT.parse(text, **others)
    error = caught.value
    return error.path, error.reason, error.line, error.column


def test_malformed_json() -> None:
    path, reason, line, _ = refused('{"type":\n "string",}')

    assert (path, line) == ("", 2)
    assert reason.startswith("malformed JSON: ")


@pytest.mark.parametrize("text", ["[]", '"string"', "1", "null"])
def test_root_is_no_schema(text: str) -> None:
    assert refused(text) == ("", "the root must be an object or a boolean", 1, 1)


def test_unknown_type() -> None:
    path, reason, line, column = refused('{"properties":\n {"a": {"type": "foo"}}}')

    assert (path, line, column) == ("/properties/a/type", 2, 17)
    assert "foo" in reason
    assert "draft-07" in reason


def test_malformed_pattern() -> None:
    assert refused('{"properties": {"a": {"pattern": "a[b"}}}') == (
        "/properties/a/pattern",
        "the pattern 'a[b' is malformed: missing closing bracket at character 2",
        1,
        34,
    )


def test_stored_schemas_are_read_leniently() -> None:
    for text in ('{"type": "foo"}', '{"pattern": "a[b"}', '{"required": "a"}'):
        assert FORMAT.parse(text, strict=False).canonical == text.replace(" ", "")


def test_unresolved_reference() -> None:
    with pytest.raises(UnresolvedReference) as caught:
        FORMAT.parse('{"items": {"$ref": "https://shop.example/other"}}')

    assert str(caught.value) == (
        "invalid JSON schema at /items/$ref (line 1, column 20): the reference "
        "'https://shop.example/other' is not resolved; add a reference of that name"
    )


def test_reference_that_points_to_nothing() -> None:
    assert refused('{"$ref": "#/definitions/a"}')[1] == (
        "'#/definitions/a' points to nothing"
    )


def test_reference_without_end() -> None:
    text = '{"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#"}}}'

    assert refused(text)[1] == "the schema refers to itself without end"


def test_nesting_is_bounded() -> None:
    text = '{"not":' * 300 + "true" + "}" * 300

    assert refused(text)[1:3] == ("nested deeper than 200 levels", 1)


@pytest.mark.parametrize("text", ["{" * 300, '\\"' + "[" * 300, "\\\\", '\\"]}[{\\'])
def test_brackets_in_strings_do_not_nest(text: str) -> None:
    schema = {"description": text, "properties": {f"p{e}": {} for e in range(300)}}

    assert FORMAT.parse(json.dumps(schema)).value == schema


def test_brackets_beside_strings_nest() -> None:
    text = '{"a": "\\\\", "b": "\\"", "not": ' + '{"not": ' * 300 + "{}" + "}" * 301

    assert refused(text)[1] == "nested deeper than 200 levels"


def test_size_is_bounded() -> None:
    text = json.dumps({"description": "é" * 100})

    assert refused(text, limits=Limits(text_bytes=100))[1] == (
        "the text is longer than 100 bytes"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"maximum": NaN}', "NaN is no JSON value"),
        ('{"maximum": 1e99999}', "the number 1e99999 is out of range"),
        ('{"title": "\\ud800"}', "a string holds half a surrogate pair"),
        (
            '{"properties": {"\\ud800": {}}}',
            "a string holds half a surrogate pair",
        ),
    ],
)
def test_text_beyond_json(text: str, reason: str) -> None:
    assert refused(text)[1] == reason


def test_references_resolve_in_the_given_texts() -> None:
    schema = FORMAT.parse(ORDER, {"customer.json": CUSTOMER})

    assert schema.declares == ("https://shop.example/order",)
    assert schema.needs == ("customer.json",)
    assert dict(schema.references) == {"customer.json": CUSTOMER}


def test_metaschemas_need_no_reference() -> None:
    schema = FORMAT.parse('{"$ref": "http://json-schema.org/draft-07/schema#"}')

    assert schema.needs == ("http://json-schema.org/draft-07/schema",)


def test_unknown_dialect_and_keywords_are_fine() -> None:
    text = '{"$schema":"https://example.com/mine","x-owner":"shop","type":"string"}'

    assert FORMAT.parse(text).dialect.name == "draft-07"


def test_canonical_text_keeps_order_and_numbers() -> None:
    text = """{ "type": "number",\n "minimum": 1.0, "maximum": 12345678901234567890123,
        "multipleOf": 0.10, "title": "caf\\u00e9" }"""

    assert FORMAT.parse(text).canonical == (
        '{"type":"number","minimum":1.0,"maximum":12345678901234567890123,'
        '"multipleOf":0.10,"title":"café"}'
    )


def test_normalized_text_sorts_members_only() -> None:
    schema = FORMAT.parse('{"type": "object", "required": ["b", "a"], "$id": "x"}')

    assert FORMAT.normalize(schema) == (
        '{"$id":"x","required":["b","a"],"type":"object"}'
    )


def test_identity_is_the_canonical_text() -> None:
    one, two = FORMAT.parse('{"type":"string"}'), FORMAT.parse('{ "type": "string" }')

    assert FORMAT.identity(one) == FORMAT.identity(two)


def test_fingerprint_covers_references() -> None:
    one = FORMAT.parse(ORDER, {"customer.json": CUSTOMER})
    two = FORMAT.parse(ORDER, {"customer.json": CUSTOMER.replace("3", "4")})

    assert one.canonical == two.canonical
    assert one.fingerprint != two.fingerprint


def test_field_names_are_the_top_level_properties() -> None:
    schema = FORMAT.parse('{"properties": {"b": {"properties": {"c": {}}}, "a": {}}}')

    assert FORMAT.field_names(schema) == ("b", "a")
    assert FORMAT.field_names(FORMAT.parse("true")) == ()
