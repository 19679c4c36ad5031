"""JSON entities as Confluent's clients read them; empty members are left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from registry.service import schemas, tags
from registry.service.names import SubjectName
from registry.service.schema_list import ListedSchema
from registry.service.schemas import FoundSchema
from registry.service.session import Session
from registry.settings import Settings
from registry.store.values import (
    Reference,
    StoredAssociation,
    StoredSchema,
    StoredVersion,
)

__all__ = ["association", "listed", "registered", "schema_string", "version"]


def version(
    session: Session,
    found: StoredVersion,
    *,
    style: str = "",
    qualified_references: bool = False,
    find_tags: Sequence[str] = (),
) -> dict[str, Any]:
    """Return Confluent's Schema: a version with its content.

    ``style`` is the `format` asked for; ``qualified_references`` names the
    context of each reference; ``find_tags`` are tags whose entities are shown.
    """
    schema = found.schema
    shown = {
        "subject": found.subject,
        "version": found.number,
        "id": schema.id,
        **_content(
            session.settings,
            schema,
            schemas.text_of(session, schema, style),
            qualified_references,
        ),
        **_schema_tags(session, schema, find_tags),
    }
    return shown | _times(session.settings, found)


def listed(session: Session, found: ListedSchema) -> dict[str, Any]:
    """Return Confluent's ExtendedSchema."""
    shown = version(session, found.version)
    if found.aliases:
        shown["aliases"] = list(found.aliases)
    if found.associations:
        shown["associations"] = [association(each) for each in found.associations]
    return shown


def registered(
    settings: Settings, found: StoredVersion, content: str
) -> dict[str, Any]:
    """Return Confluent's RegisterSchemaResponse; ``content`` is the schema's text.

    Confluent 7 sent the id alone; newer clients also take the version and the
    GUID from here, and go without them nowhere.
    """
    if settings.lean_replies:
        schema = found.schema
        return {"id": schema.id, "version": found.number, "guid": schema.guid}
    shown = {
        "id": found.schema.id,
        "version": found.number,
        "subject": found.subject,
        **_content(settings, found.schema, content, False),
    }
    return shown | _times(settings, found)


def schema_string(
    session: Session,
    found: FoundSchema,
    *,
    style: str = "",
    qualified_references: bool = False,
    find_tags: Sequence[str] = (),
) -> dict[str, Any]:
    """Return Confluent's SchemaString; subject and version only if asked by them."""
    content = schemas.text_of(session, found.schema, style)
    shown = _content(session.settings, found.schema, content, qualified_references)
    shown |= _schema_tags(session, found.schema, find_tags)
    if session.settings.lean_replies:
        shown.pop("guid")
        return shown
    if found.version is not None:
        shown = {"subject": found.subject, "version": found.version, **shown}
    shown["ts"] = found.schema.created_at
    if found.deleted:
        shown["deleted"] = True
    return shown


def association(found: StoredAssociation) -> dict[str, Any]:
    """Return Confluent's Association."""
    return {
        "subject": found.subject,
        "guid": found.guid,
        "resourceName": found.resource_name,
        "resourceNamespace": found.resource_namespace,
        "resourceId": found.resource_id,
        "resourceType": found.resource_type,
        "associationType": found.association_type,
        "lifecycle": found.lifecycle,
        "frozen": found.frozen,
        "createTs": found.created_at,
        "updateTs": found.updated_at,
    }


def _content(
    settings: Settings, schema: StoredSchema, content: str, qualified: bool
) -> dict[str, Any]:
    shown: dict[str, Any] = {"guid": schema.guid, "schemaType": schema.type}
    if settings.lean_replies and schema.type == "AVRO":
        del shown["schemaType"]
    if schema.references:
        shown["references"] = [
            _reference(each, schema.context if qualified else None)
            for each in schema.references
        ]
    if schema.metadata:
        shown["metadata"] = schema.metadata
    if schema.rule_set:
        shown["ruleSet"] = schema.rule_set
    shown["schema"] = content
    return shown


def _schema_tags(
    session: Session, schema: StoredSchema, wanted: Sequence[str]
) -> dict[str, Any]:
    found = tags.find_tags(session, schema, wanted)
    return {"schemaTags": found} if found else {}


def _reference(reference: Reference, context: str | None) -> dict[str, Any]:
    shown = reference.to_json()
    if context is not None:
        here = SubjectName(context, "")
        shown["subject"] = here.sibling(reference.subject).qualified
    return shown


def _times(settings: Settings, found: StoredVersion) -> dict[str, Any]:
    if settings.lean_replies:
        return {}
    moment = datetime.fromtimestamp(found.created_at / 1000, UTC)
    text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    shown: dict[str, Any] = {"ts": found.created_at, "createdAt": text}
    return shown | ({"deleted": True} if found.deleted else {})
