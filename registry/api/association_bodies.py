"""Bodies about associations, read into values."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from registry.api.bodies import boolean_member, json_object, read_schema_request
from registry.errors import BadRequest, InvalidAssociation
from registry.service.association_requests import Action, Operation, Resource
from registry.service.associations import STRONG, WEAK
from registry.service.names import SubjectName
from registry.store.associations import Filter

__all__ = [
    "association_request",
    "checked",
    "lifecycle_of",
    "read_filter",
    "read_operations",
    "read_resource",
    "requests_of",
]

_TYPES = ("key", "value")
_RESOURCE_TYPE = "topic"
_LONGEST = 256


def association_request(
    action: Action, context: SubjectName, *, dry_run: bool, id: str | None = None
) -> tuple[Resource, list[Operation]]:
    """Return the body as Confluent's AssociationCreateOrUpdateRequest.

    ``context`` is where bare subjects are; ``id`` is the resource's from the
    path. Raises `InvalidAssociation` for a value that can't be.
    """
    body = json_object()
    if id is not None:
        body = {**body, "resourceId": id}
    resource = read_resource(body, dry_run=dry_run)
    return resource, read_operations(body, context, action)


def requests_of(limit: int) -> list[dict[str, Any]]:
    """Return the body's `requests`, at most ``limit`` objects."""
    found = json_object().get("requests")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadRequest("'requests' must be a list of objects")
    if len(found) > limit:
        raise InvalidAssociation("requests", f"at most {limit} in one call")
    return found


def read_resource(body: dict[str, Any], *, dry_run: bool) -> Resource:
    """Read a resource; only a dry run may be about one that has no id yet."""
    id = _text(body, "resourceId") or ""
    if not id and not dry_run:
        raise InvalidAssociation("resourceId", "cannot be null or empty")
    return Resource(
        name=_name(body, "resourceName"),
        namespace=_name(body, "resourceNamespace"),
        id=id and checked(id, "resourceId"),
        type=_resource_type(_text(body, "resourceType")),
    )


def read_operations(
    body: dict[str, Any], context: SubjectName, action: Action | None
) -> list[Operation]:
    """Read `associations`; without ``action`` each names its own in `opType`."""
    value = body.get("associations")
    if not isinstance(value, list) or not value:
        raise InvalidAssociation("associations", "cannot be null or empty")
    found = [_operation(each, context, action) for each in value]
    types = [each.type for each in found]
    if len(set(types)) < len(types):
        detail = "at most one association of each type"
        raise InvalidAssociation("associationType", detail)
    if len({each.frozen for each in found if each.frozen is not None}) > 1:
        detail = (
            "all associations for a resource must be consistently frozen or non-frozen"
        )
        raise InvalidAssociation("frozen", detail)
    return found


def read_filter(body: dict[str, Any]) -> Filter:
    """Read Confluent's AssociationGetRequest: the associations of one resource."""
    id, name, namespace = (
        checked(_text(body, member) or "", member)
        for member in ("resourceId", "resourceName", "resourceNamespace")
    )
    if not id and (not name or not namespace or "-" in (name, namespace)):
        detail = "give it, or both resourceName and resourceNamespace"
        raise InvalidAssociation("resourceId", detail)
    lifecycle = lifecycle_of(_text(body, "lifecycle"))
    return Filter(
        resource_id=id or None,
        resource_name=name or None,
        resource_namespace=namespace or None,
        resource_type=_resource_type(_text(body, "resourceType")),
        association_types=_types(body.get("associationTypes") or []),
        lifecycles=[lifecycle] if lifecycle else [],
    )


def lifecycle_of(given: str | None) -> str | None:
    """Return a lifecycle in upper case, or raise `InvalidAssociation`."""
    if not given:
        return None
    if given.upper() not in (STRONG, WEAK):
        raise InvalidAssociation("lifecycle", f"must be {STRONG} or {WEAK}")
    return given.upper()


def _operation(value: Any, context: SubjectName, action: Action | None) -> Operation:
    if not isinstance(value, dict):
        raise BadRequest("each of 'associations' must be an object")
    subject, schema = _text(value, "subject"), value.get("schema")
    if schema is not None and not isinstance(schema, dict):
        raise BadRequest("'associations.schema' must be an object")
    found = Operation(
        action=action or _action(_text(value, "opType")),
        type=_types([_text(value, "associationType") or "value"])[0],
        subject=_subject(subject, context) if subject else None,
        lifecycle=lifecycle_of(_text(value, "lifecycle")),
        frozen=boolean_member(value, "frozen"),
        schema=None if schema is None else read_schema_request(schema),
        normalize=boolean_member(value, "normalize"),
        cascade=boolean_member(value, "cascadeLifecycle") or False,
    )
    if found.frozen and found.lifecycle == WEAK:
        raise InvalidAssociation("frozen", "only a STRONG association can be frozen")
    return found


def _action(given: str | None) -> Action:
    try:
        return Action((given or "").upper())
    except ValueError:
        names = ", ".join(Action)
        raise InvalidAssociation("opType", f"must be one of {names}") from None


def _subject(text: str, context: SubjectName) -> SubjectName:
    if "\0" in text:
        raise InvalidAssociation("subject", "holds a control character")
    return context.sibling(text)


def _types(given: Any) -> Sequence[str]:
    if not isinstance(given, list) or any(each not in _TYPES for each in given):
        detail = f"must be one of {', '.join(_TYPES)}"
        raise InvalidAssociation("associationType", detail)
    return given


def _resource_type(given: str | None) -> str:
    if given and given != _RESOURCE_TYPE:
        raise InvalidAssociation("resourceType", f"must be '{_RESOURCE_TYPE}'")
    return _RESOURCE_TYPE


def _name(body: dict[str, Any], member: str) -> str:
    found = _text(body, member)
    if not found:
        raise InvalidAssociation(member, "cannot be null or empty")
    return checked(found, member)


def checked(text: str, member: str) -> str:
    """Return a name or an id as it is, or raise `InvalidAssociation`."""
    if len(text) > _LONGEST:
        raise InvalidAssociation(member, f"longer than {_LONGEST} characters")
    if any(unicodedata.category(each) == "Cc" for each in text):
        raise InvalidAssociation(member, "holds a control character")
    if ":" in text and member == "resourceNamespace":
        raise InvalidAssociation(member, "holds a colon")
    return text


def _text(body: dict[str, Any], member: str) -> str | None:
    value = body.get(member)
    if value is not None and not isinstance(value, str):
        raise BadRequest(f"'{member}' must be a string")
    return value
