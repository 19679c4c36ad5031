"""Subjects and their versions: ``/subjects``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from registry.client._operations._operation import (
    Keep,
    Operation,
    flags,
    get,
    segment,
    send,
)
from registry.client._types import RegisteredSchema, Schema

__all__ = [
    "delete_subject",
    "delete_version",
    "get_latest",
    "get_latest_with_metadata",
    "get_reference",
    "get_version",
    "list_referrers",
    "list_subjects",
    "list_versions",
    "lookup",
    "register",
]


def register(
    subject: str, schema: Schema, *, normalize: bool = False
) -> Operation[RegisteredSchema]:
    """Register ``schema``, or return it where the subject has it already.

    Raises `IncompatibleSchema` when the subject's level forbids it.
    """
    path = f"/subjects/{segment(subject)}/versions"
    query = flags(normalize=normalize)
    operation = send(
        "POST", path, _answer(subject, schema), schema.to_json(), query, Keep.FOREVER
    )
    latest = (_path(subject, "latest"), f"/subjects/{segment(subject)}/metadata")
    return replace(operation, outdates=latest)


def lookup(
    subject: str, schema: Schema, *, normalize: bool = False, deleted: bool = False
) -> Operation[RegisteredSchema]:
    """The version of ``subject`` that holds ``schema``, else `NotFound`."""
    path = f"/subjects/{segment(subject)}"
    query = flags(normalize=normalize, deleted=deleted)
    return send(
        "POST", path, _answer(subject, schema), schema.to_json(), query, Keep.FOREVER
    )


def get_version(
    subject: str,
    version: int | str,
    *,
    deleted: bool = False,
    format: str | None = None,
) -> Operation[RegisteredSchema]:
    """One version; its number can be freed again by a permanent delete."""
    query = flags(deleted=deleted, format=format)
    return get(_path(subject, version), RegisteredSchema.from_json, query, Keep.LATEST)


def get_latest(
    subject: str, *, format: str | None = None
) -> Operation[RegisteredSchema]:
    """The newest version that is not deleted."""
    query = flags(format=format)
    return get(_path(subject, "latest"), RegisteredSchema.from_json, query, Keep.LATEST)


def get_latest_with_metadata(
    subject: str, properties: Mapping[str, str], *, format: str | None = None
) -> Operation[RegisteredSchema]:
    """The newest version whose metadata holds all of ``properties``."""
    pairs = (
        pair
        for name, value in properties.items()
        for pair in (("key", name), ("value", value))
    )
    path = f"/subjects/{segment(subject)}/metadata"
    query = flags(format=format) + tuple(pairs)
    return get(path, RegisteredSchema.from_json, query, Keep.LATEST)


def get_reference(
    subject: str, version: int, *, format: str | None = None
) -> Operation[RegisteredSchema]:
    """A version that another schema references, which therefore cannot change."""
    query = flags(deleted=True, format=format)
    path = _path(subject, version)
    return get(path, RegisteredSchema.from_json, query, Keep.FOREVER_ON_DISK)


def list_subjects(
    *,
    prefix: str | None = None,
    deleted: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> Operation[list[str]]:
    """The names of all subjects, sorted."""
    query = flags(
        subjectPrefix=prefix, deleted=deleted, offset=offset or None, limit=limit
    )
    return get("/subjects", list, query)


def list_versions(subject: str, *, deleted: bool = False) -> Operation[list[int]]:
    """The version numbers of ``subject``, ascending."""
    return get(f"/subjects/{segment(subject)}/versions", list, flags(deleted=deleted))


def list_referrers(subject: str, version: int | str) -> Operation[list[int]]:
    """The ids of the schemas that reference this version."""
    return get(f"{_path(subject, version)}/referencedby", list)


def delete_subject(subject: str, *, permanent: bool = False) -> Operation[list[int]]:
    """Delete all versions; permanently only after a soft delete."""
    path = f"/subjects/{segment(subject)}"
    return send("DELETE", path, list, query=flags(permanent=permanent))


def delete_version(
    subject: str, version: int | str, *, permanent: bool = False
) -> Operation[int]:
    """Delete one version; permanently only after a soft delete."""
    path = _path(subject, version)
    return send("DELETE", path, int, query=flags(permanent=permanent))


def _path(subject: str, version: int | str) -> str:
    return f"/subjects/{segment(subject)}/versions/{segment(version)}"


def _answer(subject: str, schema: Schema) -> Any:
    def read(body: Any) -> RegisteredSchema:
        # Registries up to 7.x answer a registration with nothing but the id.
        told = {name: each for name, each in body.items() if each is not None}
        known = RegisteredSchema.from_json({**schema.to_json(), **told})
        return RegisteredSchema(
            known.schema, known.id, known.guid, known.subject or subject, known.version
        )

    return read
