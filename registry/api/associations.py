"""`/associations`: which topic a subject belongs to.

Default clients ask this before their first message; with no association
they fall back to the topic's name.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from registry.api import shapes
from registry.api.access import reading, registry
from registry.api.association_bodies import (
    association_request,
    checked,
    lifecycle_of,
    read_filter,
    read_operations,
    read_resource,
    requests_of,
)
from registry.api.media import no_content, respond
from registry.api.params import context, flag, page, text, texts
from registry.api.problems import error_body
from registry.api.subject_path import parse_names
from registry.errors import RegistryError
from registry.service import versions
from registry.service.aliases import resolve_alias
from registry.service.associating import (
    Associated,
    change_associations,
    delete_associations,
)
from registry.service.association_requests import Action, Resource
from registry.service.associations import list_associations
from registry.service.names import SubjectName
from registry.service.session import Session
from registry.store.associations import Filter
from registry.store.values import StoredAssociation

blueprint = Blueprint("associations", __name__)
parse_names(blueprint)

_ANY = "-"


@blueprint.get("/associations/subjects/<segment:subject>")
def list_by_subject(subject: SubjectName) -> Response:
    """operationId: listAssociationsOfSubject."""
    here = context().sibling(subject.qualified)
    with reading() as session:
        here = resolve_alias(session, here)
    return _list(subject=here.qualified)


@blueprint.get("/associations/resources/<segment:id>")
def list_by_resource_id(id: str) -> Response:
    """operationId: listAssociationsOfResourceId."""
    return _list(resource_id=checked(id, "resourceId"))


@blueprint.get("/associations/resources/<segment:namespace>/<segment:name>")
def list_by_resource(namespace: str, name: str) -> Response:
    """operationId: listAssociationsOfResource."""
    return _list(
        resource_namespace=_unless_any(namespace, "resourceNamespace"),
        resource_name=_unless_any(name, "resourceName"),
    )


@blueprint.post("/associations")
def create_associations() -> Response:
    """operationId: createAssociations."""
    dry_run = flag("dryRun")
    resource, operations = association_request(
        Action.CREATE, context(), dry_run=dry_run
    )
    done = change_associations(registry(), resource, operations, dry_run=dry_run)
    with reading() as session:
        return respond(_response(session, resource, done))


@blueprint.put("/associations/resources/<segment:id>")
def put_associations(id: str) -> Response:
    """operationId: putAssociations."""
    dry_run = flag("dryRun")
    resource, operations = association_request(
        Action.UPSERT, context(), dry_run=dry_run, id=id
    )
    done = change_associations(registry(), resource, operations, dry_run=dry_run)
    with reading() as session:
        return respond(_response(session, resource, done))


@blueprint.delete("/associations/resources/<segment:id>")
def delete_by_resource_id(id: str) -> Response:
    """operationId: deleteAssociations."""
    wanted = Filter(
        resource_id=checked(id, "resourceId"),
        resource_type=text("resourceType"),
        association_types=_types(),
    )
    cascade, dry_run = flag("cascadeLifecycle"), flag("dryRun")
    delete_associations(registry(), wanted, cascade=cascade, dry_run=dry_run)
    return no_content()


@blueprint.post("/associations:batchGet")
def batch_get() -> Response:
    """operationId: batchGetAssociations."""
    with_schemas = flag("includeSchemas")
    with reading() as session:
        asked = requests_of(session.settings.page_size)
        results = [_read_one(session, each, with_schemas) for each in asked]
    return respond({"results": results}, 207)


@blueprint.post("/associations:batchMutate")
def batch_mutate() -> Response:
    """operationId: batchMutateAssociations."""
    limit = registry().settings.page_size
    results = [_mutate_one(each) for each in requests_of(limit)]
    return respond({"results": results}, 207)


def _list(**which: str | None) -> Response:
    with reading() as session:
        offset, limit = page(session.settings.page_size)
        wanted = Filter(
            **which,
            resource_type=text("resourceType"),
            association_types=_types(),
            lifecycles=_lifecycles(),
        )
        found = list_associations(session, wanted, offset=offset, limit=limit)
        return respond([shapes.association(each) for each in found])


def _unless_any(name: str, member: str) -> str | None:
    return None if name == _ANY else checked(name, member)


def _types() -> list[str]:
    return [checked(each, "associationType") for each in texts("associationType")]


def _lifecycles() -> list[str]:
    return [each for given in texts("lifecycle") if (each := lifecycle_of(given))]


def _read_one(
    session: Session, body: dict[str, Any], with_schemas: bool
) -> dict[str, Any]:
    try:
        found = list_associations(session, read_filter(body))
    except RegistryError as error:
        return {"error": error_body(error)}
    shown = {
        name: body[name]
        for name in ("resourceName", "resourceNamespace", "resourceId")
        if body.get(name)
    }
    if found:
        first = found[0]
        shown = {
            "resourceName": first.resource_name,
            "resourceNamespace": first.resource_namespace,
            "resourceId": first.resource_id,
        }
    shown["resourceType"] = "topic"
    shown["associations"] = [
        _info(each) | (_latest(session, each) if with_schemas else {}) for each in found
    ]
    return {"result": shown}


def _mutate_one(body: dict[str, Any]) -> dict[str, Any]:
    dry_run = flag("dryRun")
    try:
        resource = read_resource(body, dry_run=dry_run)
        operations = read_operations(body, context(), None)
        done = change_associations(registry(), resource, operations, dry_run=dry_run)
    except RegistryError as error:
        return {"error": error_body(error)}
    with reading() as session:
        return {"result": _response(session, resource, done)}


def _response(session: Session, resource: Resource, done: Any) -> dict[str, Any]:
    """Return Confluent's AssociationResponse."""
    shown: dict[str, Any] = {
        "resourceName": resource.name,
        "resourceNamespace": resource.namespace,
        "resourceType": resource.type,
    }
    if resource.id:
        shown["resourceId"] = resource.id
    shown["associations"] = [_done(session, each) for each in done]
    return shown


def _done(session: Session, done: Associated) -> dict[str, Any]:
    shown = _info(done.association)
    if done.version is not None:
        shown["schema"] = shapes.version(session, done.version)
    return shown


def _info(found: StoredAssociation) -> dict[str, Any]:
    return {
        "subject": found.subject,
        "associationType": found.association_type,
        "lifecycle": found.lifecycle,
        "frozen": found.frozen,
    }


def _latest(session: Session, found: StoredAssociation) -> dict[str, Any]:
    latest = versions.latest(session, SubjectName.parse(found.subject))
    return {} if latest is None else {"schema": shapes.version(session, latest)}
