"""`/dek-registry/v1/keks/{name}/deks`: data encryption keys, wrapped by a KEK."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from registry.api.access import reading, write
from registry.api.key_bodies import dek_request, dek_subject
from registry.api.media import no_content, respond
from registry.api.params import context, flag, page, text, version_number
from registry.key_errors import InvalidKey
from registry.service import deks
from registry.service.aliases import resolve_alias
from registry.service.deks import DekName
from registry.service.key_requests import Algorithm, kek_name
from registry.service.names import SubjectName
from registry.store.values import StoredDek

blueprint = Blueprint("deks", __name__, url_prefix="/dek-registry/v1/keks")

_SUBJECT = "/<segment:name>/deks/<segment:subject>"
_VERSION = f"{_SUBJECT}/versions/<segment:version>"
_FIRST = 1


@blueprint.get("/<segment:name>/deks")
def list_dek_subjects(name: str) -> Response:
    """operationId: listDekSubjects."""
    offset, limit = page()
    with reading() as session:
        return respond(
            deks.list_subjects(
                session,
                kek_name(name),
                deleted=flag("deleted"),
                offset=offset,
                limit=limit,
            )
        )


@blueprint.post("/<segment:name>/deks")
def create_dek(name: str) -> Response:
    """operationId: createDek."""
    return create_dek_of_subject(name, dek_subject())


@blueprint.post(_SUBJECT)
def create_dek_of_subject(name: str, subject: str) -> Response:
    """operationId: createDekOfSubject."""
    request = dek_request(_subject(subject), rewrap=flag("rewrap"))
    kek = kek_name(name)
    made = write(lambda s: deks.create_dek(s, kek, request))
    return respond(_shown(kek, made))


@blueprint.get(_SUBJECT)
def get_dek(name: str, subject: str) -> Response:
    """operationId: getDek."""
    return _get(_key(name, subject), _FIRST)


@blueprint.delete(_SUBJECT)
def delete_dek(name: str, subject: str) -> Response:
    """operationId: deleteDek."""
    key, permanent = _key(name, subject), flag("permanent")
    write(lambda s: deks.delete_dek(s, key, every=True, permanent=permanent))
    return no_content()


@blueprint.post(f"{_SUBJECT}/undelete")
def undelete_dek(name: str, subject: str) -> Response:
    """operationId: undeleteDek."""
    key = _key(name, subject)
    write(lambda s: deks.undelete_dek(s, key, every=True))
    return no_content()


@blueprint.get(f"{_SUBJECT}/versions")
def list_dek_versions(name: str, subject: str) -> Response:
    """operationId: listDekVersions."""
    offset, limit = page()
    with reading() as session:
        key = _key(name, subject)
        found = deks.list_versions(session, key, deleted=flag("deleted"))
        return respond(list(found)[offset:][:limit])


@blueprint.get(_VERSION)
def get_dek_version(name: str, subject: str, version: str) -> Response:
    """operationId: getDekVersion."""
    return _get(_key(name, subject), version_number(version))


@blueprint.delete(_VERSION)
def delete_dek_version(name: str, subject: str, version: str) -> Response:
    """operationId: deleteDekVersion."""
    key, permanent = _key(name, subject), flag("permanent")
    number = version_number(version)
    write(lambda s: deks.delete_dek(s, key, number, every=False, permanent=permanent))
    return no_content()


@blueprint.post(f"{_VERSION}/undelete")
def undelete_dek_version(name: str, subject: str, version: str) -> Response:
    """operationId: undeleteDekVersion."""
    key, number = _key(name, subject), version_number(version)
    write(lambda s: deks.undelete_dek(s, key, number, every=False))
    return no_content()


def _get(key: DekName, version: int | None) -> Response:
    with reading() as session:
        found = deks.get_dek(session, key, version, deleted=flag("deleted"))
        return respond(_shown(key.kek, found))


def _key(name: str, subject: str) -> DekName:
    given = text("algorithm")
    try:
        algorithm = Algorithm(given or Algorithm.AES256_GCM)
    except ValueError:
        # As for every parameter that does not convert.
        raise NotFound from None
    return DekName(kek_name(name), _subject(subject), algorithm)


def _subject(given: str) -> SubjectName:
    """Return the subject in the context asked for, or what it is an alias of."""
    if "\0" in given:
        raise InvalidKey("subject")
    here = context().sibling(given)
    with reading() as session:
        return resolve_alias(session, here, members=("aliasForDeks", "alias"))


def _shown(kek: str, dek: StoredDek) -> dict[str, Any]:
    """Return Confluent's Dek; empty members are left out."""
    shown = {
        "kekName": kek,
        "subject": dek.subject,
        "version": dek.version,
        "algorithm": dek.algorithm,
        "encryptedKeyMaterial": dek.encrypted_key_material,
        "ts": dek.updated_at,
    }
    return shown | ({"deleted": True} if dek.deleted else {})
