"""Whatever is sent, the answer is one that `openapi.yaml` allows: schemathesis.

Half of the requests name subjects that are there and carry schemas that parse, the
others are anything. `DOVETAIL_TEST_EXAMPLES` sets how many there are for each
operation; above the default they are random.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS
from schemathesis.core.transport import Response

from tests.api.serving import Api
from tests.api.spec import spec, strict_spec
from tests.api.stock import SCHEMAS, SUBJECTS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXAMPLES = int(os.environ.get("DOVETAIL_TEST_EXAMPLES", "0"))
BOUNDS = settings(
    max_examples=EXAMPLES or 6,
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def _with_one_request_type() -> dict[str, Any]:
    """Return the document with one media type for bodies: all are read alike."""
    document = strict_spec()
    for body in document["components"]["requestBodies"].values():
        body["content"] = dict(list(body["content"].items())[:1])
    return document


def map_path_parameters(
    _context: schemathesis.HookContext, parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Turn every other subject into one that is there."""
    subject = (parameters or {}).get("subject")
    if parameters and isinstance(subject, str) and len(subject) % 2 == 0:
        return parameters | {"subject": SUBJECTS[len(subject) // 2 % len(SUBJECTS)]}
    return parameters


def map_body(_context: schemathesis.HookContext, body: Any) -> Any:
    """Turn every other text of a schema into one that parses."""
    text = body.get("schema") if isinstance(body, dict) else None
    if isinstance(text, str) and len(text) % 2 == 0:
        kept = {k: v for k, v in body.items() if k not in ("schemaType", "references")}
        return kept | {"schema": SCHEMAS[len(text) // 2 % len(SCHEMAS)]}
    return body


def _schema(mode: str) -> schemathesis.BaseSchema:
    """Return the document, to be tried with "positive" or "all" data."""
    # What the document allows can still be a schema that does not parse, or a mode
    # that can't be entered: 409 and 422; what needs a KMS is always 403. It is never
    # malformed: 400.
    fine = ["2xx", "304", "403", "404", "409", "422"]
    config = schemathesis.Config.from_dict(
        {
            "generation": {"mode": mode},
            "checks": {"positive_data_acceptance": {"expected-statuses": fine}},
        }
    )
    document = _with_one_request_type()
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.hook(map_path_parameters)
    schema.hook(map_body)
    return schema


SCHEMA = _schema("all")
VALID = _schema("positive")


def excluded() -> list[Callable[..., Any]]:
    """Return the checks that ask for what a registry should not do.

    Unknown members, and parameters that only "true" makes true, are taken as
    Confluent takes them, so data outside the document is not always refused. A
    soft-deleted schema can still be read by its id.
    """
    names = ("negative_data_rejection", "use_after_free")
    return [CHECKS.get_one(name) for name in names]


def names_its_code(
    _context: schemathesis.CheckContext, response: Response, case: schemathesis.Case
) -> None:
    """An error's code is one that the operation names for that status."""
    if response.status_code < 400:
        return
    described = case.operation.definition.raw["responses"].get(
        str(response.status_code)
    )
    if described is None:  # only on a method that the path has not
        return
    if "$ref" in described:
        name = described["$ref"].rpartition("/")[2]
        described = spec()["components"]["responses"][name]
    codes = re.findall(r"\((\d{3,5})\)", described["description"])
    assert str(response.json()["error_code"]) in codes, response.text


def whole(app: Flask) -> WSGIApplication:
    """Return the application with its answers read and closed as a server would."""

    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        answer = app(environ, start)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()  # type: ignore[attr-defined]  # PEP 3333 says may have

    return serve


@pytest.mark.parametrize("stocked", ["sqlite"], indirect=True)
@SCHEMA.parametrize()
@BOUNDS
def test_any_request(case: schemathesis.Case, stocked: Api) -> None:
    conforms(case, stocked)


# What is malformed is refused before any database is asked.
@pytest.mark.parametrize("stocked", ["postgresql"], indirect=True)
@VALID.parametrize()
@BOUNDS
def test_any_valid_request(case: schemathesis.Case, stocked: Api) -> None:
    conforms(case, stocked)


def conforms(case: schemathesis.Case, stocked: Api) -> None:
    """Send a request, and check what the answer has to be."""
    response = case.call(app=whole(stocked.app))

    case.validate_response(
        response, excluded_checks=excluded(), additional_checks=[names_its_code]
    )


def test_any_sequence_of_linked_requests(stocked: Api) -> None:
    # The links are the contract's own: of two associations' paths, the guessed
    # ones refer to a parameter that the request does not have.
    SCHEMA.config.phases.stateful.inference.algorithms = []

    class Machine(SCHEMA.as_state_machine()):  # type: ignore[misc]
        def call(self, case: schemathesis.Case, **options: Any) -> Response:
            answer: Response = case.call(app=whole(stocked.app), **options)
            return answer

        def validate_response(
            self, response: Response, case: schemathesis.Case, **_options: Any
        ) -> None:
            case.validate_response(
                response, excluded_checks=excluded(), additional_checks=[names_its_code]
            )

    Machine.run(settings=settings(BOUNDS, max_examples=10, stateful_step_count=10))
