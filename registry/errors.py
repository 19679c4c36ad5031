"""Errors that the registry raises on purpose, each with its status and code.

Messages are in Confluent's words where clients may match on them. Nothing
here knows of HTTP beyond the number of the status.
"""

from __future__ import annotations

from typing import Any, ClassVar

from registry.contract import ErrorCode

__all__ = [
    "AssociationExists",
    "AssociationForSubjectExists",
    "AssociationFrozen",
    "AssociationNotFound",
    "AssociationsOff",
    "BadRequest",
    "ContextNotEmpty",
    "Incompatible",
    "InvalidAssociation",
    "InvalidLevel",
    "InvalidMode",
    "InvalidPaging",
    "InvalidRuleSet",
    "InvalidSchemaText",
    "InvalidSubject",
    "InvalidVersion",
    "MissingBody",
    "NoActiveVersion",
    "NotMigrated",
    "NotPermitted",
    "ReferenceExists",
    "RegistryError",
    "SchemaNotFound",
    "SchemaTooLarge",
    "StoreFull",
    "StoreUnavailable",
    "StrongAssociationExists",
    "SubjectConfigNotFound",
    "SubjectModeNotFound",
    "SubjectNotFound",
    "SubjectNotSoftDeleted",
    "SubjectSoftDeleted",
    "TooLarge",
    "TooManyAssociations",
    "TooNew",
    "UnsupportedCoding",
    "VersionNotFound",
    "VersionNotSoftDeleted",
    "VersionSoftDeleted",
]


class RegistryError(Exception):
    """The base of them all: a sentence, a status, and an `error_code`."""

    status: ClassVar[int] = 500
    code: ClassVar[int] = 500

    def detail(self) -> dict[str, Any]:
        """Return more members for the answer's body, beside the two of every error."""
        return {}


class BadRequest(RegistryError):
    """The request is not JSON, or JSON of another shape."""

    status = 400
    code = 400


class TooLarge(RegistryError):
    """The request body is longer than the server takes."""

    status = 413
    code = 413

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The request body is larger than {limit} bytes, the limit of this server "
            "(setting DOVETAIL_MAX_BODY_BYTES)."
        )


class UnsupportedCoding(RegistryError):
    """The request body is compressed."""

    status = 415
    code = 415

    def __init__(self, coding: str) -> None:
        super().__init__(
            f"Content-Encoding '{coding}' is not supported: send the body as it is"
        )


class MissingBody(RegistryError):
    """A request that needs a body came without one."""

    status = 422
    code = 422

    def __init__(self) -> None:
        super().__init__("The request body must not be null: send a JSON object.")


class InvalidPaging(RegistryError):
    """`offset` is below zero."""

    status = 422
    code = 422

    def __init__(self, name: str, value: int) -> None:
        super().__init__(
            f"The query parameter '{name}' is {value}; it must be 0 or more."
        )


class SubjectNotFound(RegistryError):
    """No subject of this name has a version."""

    status = 404
    code = ErrorCode.SUBJECT_NOT_FOUND

    def __init__(self, subject: str) -> None:
        super().__init__(f"Subject '{subject}' not found.")


class VersionNotFound(RegistryError):
    """The subject has no such version."""

    status = 404
    code = ErrorCode.VERSION_NOT_FOUND

    def __init__(self, version: int | str) -> None:
        super().__init__(f"Version {version} not found.")


class SchemaNotFound(RegistryError):
    """No schema has this id, GUID or content."""

    status = 404
    code = ErrorCode.SCHEMA_NOT_FOUND

    def __init__(self, which: object = "") -> None:
        super().__init__(
            f"Schema {which} not found" if which != "" else "Schema not found"
        )


class SubjectSoftDeleted(RegistryError):
    """A soft delete of a subject that was soft-deleted before."""

    status = 404
    code = ErrorCode.SUBJECT_SOFT_DELETED

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"Subject '{subject}' was soft deleted."
            "Set permanent=true to delete permanently"
        )


class SubjectNotSoftDeleted(RegistryError):
    """A permanent delete of a subject that was not soft-deleted before."""

    status = 404
    code = ErrorCode.SUBJECT_NOT_SOFT_DELETED

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"Subject '{subject}' was not deleted first "
            "before being permanently deleted"
        )


class VersionSoftDeleted(RegistryError):
    """A soft delete of a version that was soft-deleted before."""

    status = 404
    code = ErrorCode.VERSION_SOFT_DELETED

    def __init__(self, subject: str, version: int) -> None:
        super().__init__(
            f"Subject '{subject}' Version {version} was soft deleted."
            "Set permanent=true to delete permanently"
        )


class VersionNotSoftDeleted(RegistryError):
    """A permanent delete of a version that was not soft-deleted before."""

    status = 404
    code = ErrorCode.VERSION_NOT_SOFT_DELETED

    def __init__(self, subject: str, version: int) -> None:
        super().__init__(
            f"Subject '{subject}' Version {version} was not deleted first "
            "before being permanently deleted"
        )


class SubjectConfigNotFound(RegistryError):
    """The subject has no config of its own."""

    status = 404
    code = ErrorCode.SUBJECT_CONFIG_NOT_FOUND

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"Subject '{subject}' does not have subject-level compatibility configured"
        )


class SubjectModeNotFound(RegistryError):
    """The subject has no mode of its own."""

    status = 404
    code = ErrorCode.SUBJECT_MODE_NOT_FOUND

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"Subject '{subject}' does not have subject-level mode configured"
        )


class Incompatible(RegistryError):
    """The new schema breaks the subject's compatibility level.

    ``messages`` are Confluent's lines, ``report`` the engine's as JSON.
    """

    status = 409
    code = ErrorCode.INCOMPATIBLE_SCHEMA

    def __init__(
        self, subject: str, messages: list[str], report: dict[str, Any]
    ) -> None:
        super().__init__(
            "Schema being registered is incompatible with an earlier schema for "
            f'subject "{subject}", details: [{", ".join(messages)}]'
        )
        self.report = report

    def detail(self) -> dict[str, Any]:
        """Return the verdict, its proof and the findings."""
        return self.report


class InvalidSchemaText(RegistryError):
    """The text, its type or a reference is not valid."""

    status = 422
    code = ErrorCode.INVALID_SCHEMA


class InvalidVersion(RegistryError):
    """The version is neither a positive 31-bit number nor `latest`."""

    status = 422
    code = ErrorCode.INVALID_VERSION

    def __init__(self, version: str) -> None:
        super().__init__(
            f"The specified version '{version}' is not a valid version id. Allowed "
            'values are between [1, 2^31-1] and the string "latest"'
        )


class InvalidLevel(RegistryError):
    """No compatibility level has this name."""

    status = 422
    code = ErrorCode.INVALID_LEVEL

    def __init__(self) -> None:
        super().__init__(
            "Invalid compatibility level. Valid values are none, backward, forward, "
            "full, backward_transitive, forward_transitive, and full_transitive"
        )


class InvalidMode(RegistryError):
    """No mode has this name, or it can't be set there."""

    status = 422
    code = ErrorCode.INVALID_MODE

    def __init__(
        self,
        message: str = "Invalid mode. Valid values are READWRITE, READONLY, IMPORT "
        "and FORWARD.",
    ) -> None:
        super().__init__(message)


class NotPermitted(RegistryError):
    """The mode, or a rule of the registry, forbids the operation."""

    status = 422
    code = ErrorCode.OPERATION_NOT_PERMITTED


class ReferenceExists(RegistryError):
    """Another schema refers to what would be deleted."""

    status = 422
    code = ErrorCode.REFERENCE_EXISTS

    def __init__(self, subject: str, version: int) -> None:
        super().__init__(
            "One or more references exist to the schema "
            f"{{magic=1,keytype=SCHEMA,subject={subject},version={version}}}."
        )


class InvalidSubject(RegistryError):
    """The name can't be a subject."""

    status = 422
    code = ErrorCode.INVALID_SUBJECT

    def __init__(self, subject: str, reason: str = "") -> None:
        more = f" {reason}" if reason else ""
        super().__init__(f"The specified subject '{subject}' is not a valid.{more}")


class SchemaTooLarge(RegistryError):
    """The schema is longer than the registry stores."""

    status = 422
    code = ErrorCode.SCHEMA_TOO_LARGE

    def __init__(self, limit: int) -> None:
        super().__init__(
            "Register operation failed because schema is too large: "
            f"at most {limit} bytes (setting DOVETAIL_MAX_SCHEMA_BYTES)"
        )


class InvalidRuleSet(RegistryError):
    """A rule is malformed, or stands in a list where it may not."""

    status = 422
    code = ErrorCode.INVALID_RULE_SET


class ContextNotEmpty(RegistryError):
    """The context still has subjects."""

    status = 422
    code = ErrorCode.CONTEXT_NOT_EMPTY

    def __init__(self, context: str) -> None:
        super().__init__(f"The specified context '{context}' is not empty.")


class AssociationNotFound(RegistryError):
    """The resource has no such association."""

    status = 404
    code = ErrorCode.ASSOCIATION_NOT_FOUND

    def __init__(self, resource: str) -> None:
        super().__init__(f"Association for '{resource}' not found.")


class AssociationsOff(RegistryError):
    """The server takes no associations."""

    status = 404
    code = 404

    def __init__(self) -> None:
        super().__init__(
            "This server keeps no associations (setting DOVETAIL_ASSOCIATIONS=off)."
        )


class TooManyAssociations(RegistryError):
    """The subject has as many associations as it may."""

    status = 409
    code = ErrorCode.TOO_MANY_ASSOCIATIONS

    def __init__(self, subject: str, limit: int) -> None:
        super().__init__(
            f"Subject '{subject}' has {limit} associations, as many as it may."
        )


class AssociationExists(RegistryError):
    """The resource has another association of this type."""

    status = 409
    code = ErrorCode.ASSOCIATION_FOR_RESOURCE_EXISTS

    def __init__(self, resource: str, type: str, subject: str) -> None:
        super().__init__(
            f"An association of type '{type}' exists for resource '{resource}', "
            f"with subject '{subject}'."
        )


class AssociationForSubjectExists(RegistryError):
    """The subject is associated, so it can't be deleted or owned by another."""

    status = 409
    code = ErrorCode.ASSOCIATION_FOR_SUBJECT_EXISTS

    def __init__(self, subject: str, resource: str) -> None:
        super().__init__(
            f"An association exists for subject '{subject}', with resource "
            f"'{resource}'; delete the association first."
        )


class StrongAssociationExists(RegistryError):
    """The subject belongs to another resource alone."""

    status = 409
    code = ErrorCode.STRONG_ASSOCIATION_EXISTS

    def __init__(self, subject: str, resource: str) -> None:
        super().__init__(
            f"A strong association exists for subject '{subject}', "
            f"with resource '{resource}'."
        )


class NoActiveVersion(RegistryError):
    """An associated subject needs an active version."""

    status = 409
    code = ErrorCode.NO_ACTIVE_VERSION


class AssociationFrozen(RegistryError):
    """The association can't be changed, nor deleted without its subject."""

    status = 409
    code = ErrorCode.ASSOCIATION_FROZEN

    def __init__(self, subject: str, type: str) -> None:
        super().__init__(
            f"The association of type '{type}' is frozen for subject '{subject}': it "
            "can only be deleted together with its subject (cascadeLifecycle=true)."
        )


class InvalidAssociation(RegistryError):
    """A property of the association is not valid."""

    status = 422
    code = ErrorCode.INVALID_ASSOCIATION

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(
            "The association specified an invalid value for property: "
            f"'{name}', detail: {detail}"
        )


class StoreUnavailable(RegistryError):
    """The database did not answer, or is busy beyond patience."""

    status = 503
    code = ErrorCode.STORE_ERROR

    def __init__(self) -> None:
        super().__init__("The database can't be reached or is busy; try again shortly.")


class StoreFull(RegistryError):
    """The database has no room on its disk."""

    status = 507
    code = 507

    def __init__(self) -> None:
        super().__init__(
            "The database's disk is full: nothing was stored. Make room; the server "
            "goes on by itself."
        )


class NotMigrated(RegistryError):
    """The database is not at the revision that this release needs."""

    status = 503
    code = ErrorCode.STORE_ERROR

    def __init__(self, found: str | None) -> None:
        where = f"is at revision {found}" if found else "lacks tables of this release"
        super().__init__(f"The database {where}; run 'dovetail db upgrade'.")


class TooNew(RegistryError):
    """A newer release has taken from the database what this one needs."""

    status = 503
    code = ErrorCode.STORE_ERROR

    def __init__(self, found: str) -> None:
        super().__init__(
            f"The database is at revision {found}, which this release can't serve; "
            "start a newer one."
        )
