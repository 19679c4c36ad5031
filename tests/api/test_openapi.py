from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

from registry.api import create_app
from registry.contract import ErrorCode
from registry.service.session import Registry
from registry.settings import Settings
from scripts.error_codes import page
from tests.api.spec import METHODS, operations, spec, validator


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Registry(Settings(database_url="sqlite://")))


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield where, schema and value of each example in the document."""
    for name, schema in spec()["components"]["schemas"].items():
        for i, value in enumerate(schema.get("examples", ())):
            yield f"schemas/{name}/{i}", schema, value
    yield from _beside_schemas(spec(), "")


def _beside_schemas(node: Any, where: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(node, list):
        for i, each in enumerate(node):
            yield from _beside_schemas(each, f"{where}/{i}")
    elif isinstance(node, dict):
        if "schema" in node and isinstance(node.get("examples"), dict):
            for name, example in node["examples"].items():
                yield f"{where}/{name}", node["schema"], example["value"]
        for key, each in node.items():
            if key != "examples":
                yield from _beside_schemas(each, f"{where}/{key}")


ROOT = Path(__file__).parent.parent.parent
EXAMPLES = list(examples())


def test_the_document_is_valid_openapi() -> None:
    validate(spec())


def test_each_path_is_a_route_and_each_route_a_path(app: Flask) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method.lower() in METHODS
    }

    assert sorted((path, method) for path, method, _ in operations()) == sorted(routes)


def test_each_operation_is_named_as_its_handler_says(app: Flask) -> None:
    handlers = {}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in set(METHODS) & {each.lower() for each in rule.methods or ()}:
            said = app.view_functions[rule.endpoint].__doc__ or ""
            handlers[path, method] = said.partition("\n")[0]

    named = {
        (path, method): f"operationId: {operation['operationId']}."
        for path, method, operation in operations()
    }
    assert named == handlers


def test_no_two_operations_share_a_name() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]

    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("schema", "value"),
    [pytest.param(schema, value, id=where) for where, schema, value in EXAMPLES],
)
def test_an_example_fits_its_schema(schema: dict[str, Any], value: Any) -> None:
    assert [error.message for error in validator(schema).iter_errors(value)] == []


def test_a_wrong_value_does_not_fit() -> None:
    schema = {"$ref": "#/components/schemas/ErrorMessage"}
    wrong = {"error_code": 40499, "message": "x", "more": 1}

    assert sorted(
        error.validator for error in validator(schema).iter_errors(wrong)
    ) == [
        "additionalProperties",
        "oneOf",
    ]


def test_every_error_code_is_described() -> None:
    described = {
        each["const"]: each["title"]
        for each in spec()["components"]["schemas"]["ErrorCode"]["oneOf"]
        if each["description"]
    }

    assert {code: title for code, title in described.items() if code > 999} == {
        code.value: code.name for code in ErrorCode
    }


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(operation, id=operation["operationId"])
        for *_, operation in operations()
    ],
)
def test_each_error_of_an_operation_names_its_codes(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if "$ref" in response:
            response = spec()["components"]["responses"][
                response["$ref"].split("/")[-1]
            ]
        codes = re.findall(r"\((\d{3,5})\)", response["description"])
        if int(status) >= 400:
            assert codes
            known = [
                each["const"]
                for each in spec()["components"]["schemas"]["ErrorCode"]["oneOf"]
            ]
            assert set(map(int, codes)) <= set(known)


def test_the_page_of_error_codes_is_up_to_date() -> None:
    found = (ROOT / "docs" / "reference" / "error-codes.md").read_text()

    assert found == page(), "run `python scripts/error_codes.py`"
