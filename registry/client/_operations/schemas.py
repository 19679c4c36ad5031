"""Schemas by id, guid and search: ``/schemas``."""

from __future__ import annotations

from typing import Any

from registry.client._operations._operation import Keep, Operation, flags, get, segment
from registry.client._types import RegisteredSchema, SubjectVersion

__all__ = [
    "get_schema",
    "get_schema_by_guid",
    "list_schema_types",
    "list_schemas",
    "list_subjects_of_id",
    "list_versions_of_id",
]


def get_schema(
    id: int, *, subject: str | None = None, format: str | None = None
) -> Operation[RegisteredSchema]:
    """The schema with ``id``; ``subject`` says in which context."""

    def read(body: Any) -> RegisteredSchema:
        return RegisteredSchema.from_json({**body, "id": id})

    query = flags(subject=subject, format=format)
    return get(f"/schemas/ids/{id}", read, query, Keep.FOREVER_ON_DISK)


def get_schema_by_guid(
    guid: str, *, format: str | None = None
) -> Operation[RegisteredSchema]:
    """The schema whose content has ``guid``, in any context."""

    def read(body: Any) -> RegisteredSchema:
        return RegisteredSchema.from_json({**body, "guid": guid})

    path = f"/schemas/guids/{segment(guid)}"
    return get(path, read, flags(format=format), Keep.FOREVER_ON_DISK)


def list_schema_types() -> Operation[list[str]]:
    """The formats that the registry takes."""
    return get("/schemas/types", list)


def list_schemas(
    *,
    subject_prefix: str | None = None,
    deleted: bool = False,
    latest_only: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> Operation[list[RegisteredSchema]]:
    """Every version of every subject, by subject, then version."""
    query = flags(
        subjectPrefix=subject_prefix,
        deleted=deleted,
        latestOnly=latest_only,
        offset=offset or None,
        limit=limit,
    )
    return get("/schemas", _schemas, query)


def list_subjects_of_id(id: int, *, deleted: bool = False) -> Operation[list[str]]:
    """The subjects that hold the schema with ``id``."""
    return get(f"/schemas/ids/{id}/subjects", list, flags(deleted=deleted))


def list_versions_of_id(
    id: int, *, deleted: bool = False
) -> Operation[list[SubjectVersion]]:
    """The subject versions that hold the schema with ``id``."""
    return get(f"/schemas/ids/{id}/versions", _versions, flags(deleted=deleted))


def _schemas(body: Any) -> list[RegisteredSchema]:
    return [RegisteredSchema.from_json(each) for each in body]


def _versions(body: Any) -> list[SubjectVersion]:
    return [SubjectVersion.from_json(each) for each in body]
