"""Key encryption keys: created, changed, deleted, restored.

The registry keeps their names and where they are; the keys stay in the KMS,
which it never asks. Source: Confluent's DEK registry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from registry.errors import NotPermitted
from registry.key_errors import (
    InvalidKey,
    KeyExists,
    KeyNotFound,
    KeyNotSoftDeleted,
    KeyReferenceExists,
    KmsOutOfReach,
    TooManyKeys,
)
from registry.service import clock
from registry.service.key_requests import KekRequest, KekUpdate
from registry.service.mode import Mode, mode_of
from registry.service.names import SubjectName
from registry.service.session import Session
from registry.store import keks
from registry.store.values import StoredKek

__all__ = [
    "create_kek",
    "delete_kek",
    "get_kek",
    "list_keks",
    "lock_kek",
    "try_kek",
    "undelete_kek",
    "update_kek",
]

_TRY_IT_THERE = "try the key where its credentials are"


def list_keks(
    session: Session,
    prefixes: Sequence[str],
    *,
    deleted: bool,
    offset: int = 0,
    limit: int | None = None,
) -> Sequence[str]:
    """Return the names of KEKs, of those that wrap keys of such subjects if any."""
    return keks.names(session.db, prefixes, deleted=deleted, offset=offset, limit=limit)


def get_kek(session: Session, name: str, *, deleted: bool) -> StoredKek:
    """Return a KEK, or raise `KeyNotFound`; ``deleted`` counts deleted ones too."""
    found = keks.find_kek(session.db, name)
    if found is None or (found.deleted and not deleted):
        raise KeyNotFound(name)
    return found


def create_kek(session: Session, request: KekRequest, *, tried: bool) -> StoredKek:
    """Create a KEK, or restore a deleted one with what the request says.

    A deleted one that still wraps keys is only restored for the same key of
    the KMS. ``tried`` asks to try the key, which needs the KMS if it is shared.
    Raises `InvalidKey`, `KeyExists`, `TooManyKeys`, `KmsOutOfReach`.
    """
    request.validate()
    _refuse_read_only(session)
    if tried and request.shared:
        raise KmsOutOfReach(request.name, _TRY_IT_THERE)
    made = StoredKek(
        name=request.name,
        kms_type=request.kms_type,
        kms_key_id=request.kms_key_id,
        kms_props=request.kms_props,
        doc=request.doc,
        shared=request.shared,
        deleted=request.deleted,
        updated_at=clock.milliseconds(),
    )
    old = keks.lock_kek(session.db, request.name)
    if old is None:
        limit = session.settings.max_keks
        if keks.count(session.db) >= limit:
            raise TooManyKeys(limit)
        added = keks.add_kek(session.db, made)
        if added is None:
            raise KeyExists(request.name)
        return added
    same = (old.kms_type, old.kms_key_id) == (made.kms_type, made.kms_key_id)
    restores = old.deleted and not request.deleted
    if not restores or not (
        same or not keks.has_deks(session.db, old.id, deleted=True)
    ):
        raise KeyExists(request.name)
    return _put(session, replace(made, id=old.id))


def update_kek(
    session: Session, name: str, update: KekUpdate, *, tried: bool
) -> StoredKek:
    """Change the members of a KEK that were sent.

    Raises `KeyNotFound`, and `InvalidKey` for a member that can't be.
    """
    update.validate()
    old = lock_kek(session, name, deleted=False)
    changed = replace(old, updated_at=clock.milliseconds())
    if "kmsProps" in update.sent:
        changed = replace(changed, kms_props=update.kms_props)
    if "doc" in update.sent:
        changed = replace(changed, doc=update.doc)
    if update.shared is not None:
        changed = replace(changed, shared=update.shared)
    if tried and changed.shared:
        raise KmsOutOfReach(name, _TRY_IT_THERE)
    return _put(session, changed)


def delete_kek(session: Session, name: str, *, permanent: bool) -> None:
    """Delete a KEK that wraps nothing: no live key, for good no key at all.

    Raises `KeyNotFound`, `KeyNotSoftDeleted`, `KeyReferenceExists`.
    """
    found = lock_kek(session, name, deleted=permanent)
    if permanent and not found.deleted:
        raise KeyNotSoftDeleted(name)
    if keks.has_deks(session.db, found.id, deleted=permanent):
        raise KeyReferenceExists(name)
    if permanent:
        keks.delete_kek(session.db, found.id)
    else:
        _put(session, replace(found, deleted=True, updated_at=clock.milliseconds()))


def undelete_kek(session: Session, name: str) -> None:
    """Restore a deleted KEK; one that is not deleted stays as it is."""
    found = lock_kek(session, name, deleted=True)
    if found.deleted:
        _put(session, replace(found, deleted=False, updated_at=clock.milliseconds()))


def try_kek(session: Session, name: str) -> NoReturn:
    """Refuse to try a KEK: `InvalidKey` if it is not shared, else `KmsOutOfReach`."""
    found = get_kek(session, name, deleted=False)
    if not found.shared:
        raise InvalidKey("shared")
    raise KmsOutOfReach(name, _TRY_IT_THERE)


def lock_kek(session: Session, name: str, *, deleted: bool) -> StoredKek:
    """Return the KEK for a change of it or its keys, or raise `KeyNotFound`."""
    _refuse_read_only(session)
    found = keks.lock_kek(session.db, name)
    if found is None or (found.deleted and not deleted):
        raise KeyNotFound(name)
    return found


def _put(session: Session, changed: StoredKek) -> StoredKek:
    keks.put_kek(session.db, changed)
    return changed


def _refuse_read_only(session: Session) -> None:
    everything = SubjectName.parse("")
    if mode_of(session, everything).read_only:
        raise NotPermitted(Mode.refusal(everything, "is in read-only mode"))
