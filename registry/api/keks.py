"""`/dek-registry/v1/keks`: key encryption keys, which a KMS holds."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from registry.api.access import reading, write
from registry.api.key_bodies import kek_request, kek_update
from registry.api.media import no_content, respond
from registry.api.params import flag, page, texts
from registry.service import keks
from registry.service.key_requests import kek_name
from registry.store.values import StoredKek

blueprint = Blueprint("keks", __name__, url_prefix="/dek-registry/v1")


@blueprint.get("/keks")
def list_keks() -> Response:
    """operationId: listKeks."""
    offset, limit = page()
    with reading() as session:
        return respond(
            keks.list_keks(
                session,
                [each for each in texts("subjectPrefix") if each],
                deleted=flag("deleted"),
                offset=offset,
                limit=limit,
            )
        )


@blueprint.post("/keks")
def create_kek() -> Response:
    """operationId: createKek."""
    request, tried = kek_request(), flag("testSharing")
    made = write(lambda s: keks.create_kek(s, request, tried=tried))
    return respond(_shown(made))


@blueprint.get("/keks/<segment:name>")
def get_kek(name: str) -> Response:
    """operationId: getKek."""
    with reading() as session:
        found = keks.get_kek(session, kek_name(name), deleted=flag("deleted"))
        return respond(_shown(found))


@blueprint.put("/keks/<segment:name>")
def put_kek(name: str) -> Response:
    """operationId: putKek."""
    update, tried = kek_update(), flag("testSharing")
    named = kek_name(name)
    return respond(
        _shown(write(lambda s: keks.update_kek(s, named, update, tried=tried)))
    )


@blueprint.delete("/keks/<segment:name>")
def delete_kek(name: str) -> Response:
    """operationId: deleteKek."""
    named, permanent = kek_name(name), flag("permanent")
    write(lambda s: keks.delete_kek(s, named, permanent=permanent))
    return no_content()


@blueprint.post("/keks/<segment:name>/undelete")
def undelete_kek(name: str) -> Response:
    """operationId: undeleteKek."""
    named = kek_name(name)
    write(lambda s: keks.undelete_kek(s, named))
    return no_content()


@blueprint.post("/keks/<segment:name>/test")
def try_kek(name: str) -> Response:
    """operationId: testKek."""
    with reading() as session:
        keks.try_kek(session, kek_name(name))


def _shown(kek: StoredKek) -> dict[str, Any]:
    """Return Confluent's Kek; empty members are left out."""
    shown: dict[str, Any] = {
        "name": kek.name,
        "kmsType": kek.kms_type,
        "kmsKeyId": kek.kms_key_id,
    }
    if kek.kms_props:
        shown["kmsProps"] = kek.kms_props
    if kek.doc:
        shown["doc"] = kek.doc
    shown |= {"shared": kek.shared, "ts": kek.updated_at}
    return shown | ({"deleted": True} if kek.deleted else {})
