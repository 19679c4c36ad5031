"""`/compatibility`: would this schema be accepted, and why not."""

from __future__ import annotations

from flask import Blueprint, Response

from registry.api.access import reading
from registry.api.bodies import json_object, read_schema_request, schema_request
from registry.api.media import respond
from registry.api.params import flag, optional_flag, version_number
from registry.api.subject_path import follow_aliases
from registry.errors import InvalidSchemaText
from registry.service import compatibility, texts
from registry.service.compatibility import Outcome
from registry.service.names import SubjectName

blueprint = Blueprint("compatibility", __name__)
follow_aliases(blueprint, besides=("compatibility.check_subject",))


@blueprint.post("/compatibility/subjects/<segment:subject>/versions")
def check_subject(subject: SubjectName) -> Response:
    """operationId: checkSubject."""
    request, normalize = schema_request(), optional_flag("normalize")
    with reading() as session:
        try:
            outcome = compatibility.check_subject(
                session, subject, request, normalize=normalize, alias=True
            )
        except InvalidSchemaText as error:
            outcome = _invalid(error)
        return respond(outcome.to_json(verbose=flag("verbose")))


@blueprint.post("/compatibility/subjects/<segment:subject>/versions/<segment:version>")
def check_version(subject: SubjectName, version: str) -> Response:
    """operationId: checkVersion."""
    request, normalize = schema_request(), optional_flag("normalize")
    number = version_number(version)
    with reading() as session:
        try:
            outcome = compatibility.check_version(
                session, subject, number, request, normalize=normalize
            )
        except InvalidSchemaText as error:
            outcome = _invalid(error)
        return respond(outcome.to_json(verbose=flag("verbose")))


def _invalid(error: InvalidSchemaText) -> Outcome:
    """Return the reason as an outcome where Confluent does: in a verbose check."""
    if not flag("verbose"):
        raise error
    return compatibility.invalid_outcome(error)


@blueprint.post("/compatibility")
def check_texts() -> Response:
    """operationId: checkTexts."""
    body = json_object()
    level, policy = texts.level_of(body), texts.policy_of(body)
    new = read_schema_request(body)
    old = [read_schema_request(each) for each in texts.old_of(body)]
    with reading() as session:
        report = texts.compare_texts(session, new, old, level, policy)
        return respond({"is_compatible": report.compatible, **report.to_json()})
