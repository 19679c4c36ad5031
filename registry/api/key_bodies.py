"""Bodies about encryption keys, read into values."""

from __future__ import annotations

from typing import Any

from registry.api.bodies import (
    boolean_member,
    integer_member,
    json_object,
    text_member,
)
from registry.errors import BadRequest
from registry.service.key_requests import (
    Algorithm,
    DekRequest,
    KekRequest,
    KekUpdate,
)
from registry.service.names import SubjectName

__all__ = ["dek_request", "dek_subject", "kek_request", "kek_update"]


def kek_request() -> KekRequest:
    """Return the body as Confluent's CreateKekRequest."""
    body = json_object()
    return KekRequest(
        name=text_member(body, "name") or "",
        kms_type=text_member(body, "kmsType") or "",
        kms_key_id=text_member(body, "kmsKeyId") or "",
        kms_props=_props(body),
        doc=text_member(body, "doc"),
        shared=boolean_member(body, "shared") or False,
        deleted=boolean_member(body, "deleted") or False,
    )


def kek_update() -> KekUpdate:
    """Return the body as Confluent's UpdateKekRequest."""
    body = json_object()
    return KekUpdate(
        sent=frozenset(body),
        kms_props=_props(body),
        doc=text_member(body, "doc"),
        shared=boolean_member(body, "shared"),
    )


def dek_request(subject: SubjectName, *, rewrap: bool) -> DekRequest:
    """Return the body as Confluent's CreateDekRequest, for this subject."""
    body = json_object()
    return DekRequest(
        subject=subject,
        version=integer_member(body, "version") or 1,
        algorithm=_algorithm(body),
        encrypted_key_material=text_member(body, "encryptedKeyMaterial") or None,
        deleted=boolean_member(body, "deleted") or False,
        rewrap=rewrap,
    )


def dek_subject() -> str:
    """Return the subject that the body of a CreateDekRequest names."""
    return text_member(json_object(), "subject") or ""


def _algorithm(body: dict[str, Any]) -> Algorithm:
    given = text_member(body, "algorithm")
    try:
        return Algorithm(given or Algorithm.AES256_GCM)
    except ValueError:
        known = ", ".join(Algorithm)
        raise BadRequest(f"'algorithm' must be one of {known}") from None


def _props(body: dict[str, Any]) -> dict[str, str] | None:
    value = body.get("kmsProps")
    if value is None:
        return None
    if not isinstance(value, dict) or not all(
        isinstance(each, str) for each in value.values()
    ):
        raise BadRequest("'kmsProps' must be an object of strings")
    return value
