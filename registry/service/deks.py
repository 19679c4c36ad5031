"""Data encryption keys: one for each subject, algorithm and version.

Clients make them and send them wrapped by a KEK; the registry keeps what
they send. Source: Confluent's DEK registry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from registry.key_errors import (
    InvalidKey,
    KeyExists,
    KeyNotFound,
    KeyNotSoftDeleted,
    KeySoftDeleted,
    KmsOutOfReach,
)
from registry.service import clock
from registry.service.keks import get_kek, lock_kek
from registry.service.key_requests import Algorithm, DekRequest
from registry.service.names import SubjectName
from registry.service.session import Session
from registry.store import deks
from registry.store.values import StoredDek, StoredKek

__all__ = [
    "DekName",
    "create_dek",
    "delete_dek",
    "get_dek",
    "list_subjects",
    "list_versions",
    "undelete_dek",
]


@dataclass(frozen=True, slots=True)
class DekName:
    """Which key is meant: all versions of it."""

    kek: str
    subject: SubjectName
    algorithm: Algorithm = Algorithm.AES256_GCM


def list_subjects(
    session: Session,
    kek: str,
    *,
    deleted: bool,
    offset: int = 0,
    limit: int | None = None,
) -> Sequence[str]:
    """Return the subjects whose keys a KEK wraps, sorted."""
    found = get_kek(session, kek, deleted=deleted)
    return deks.subjects(
        session.db, found.id, deleted=deleted, offset=offset, limit=limit
    )


def list_versions(session: Session, name: DekName, *, deleted: bool) -> Sequence[int]:
    """Return the numbers of a key's versions, oldest first, or raise `KeyNotFound`."""
    kek = get_kek(session, name.kek, deleted=deleted)
    return [each.version for each in _versions(session, kek, name, deleted)]


def get_dek(
    session: Session, name: DekName, version: int | None, *, deleted: bool
) -> StoredDek:
    """Return one version of a key, None for the newest, or raise `KeyNotFound`."""
    kek = get_kek(session, name.kek, deleted=deleted)
    return _one(name, version, _versions(session, kek, name, deleted))


def create_dek(session: Session, kek_name: str, request: DekRequest) -> StoredDek:
    """Keep a wrapped key, or restore a deleted one that has the same material.

    Messages may need what is kept, so its material is replaced only where the
    client says that it is the same key (``rewrap``). Raises `InvalidKey`,
    `KeyNotFound`, `KeyExists`, and `KmsOutOfReach` where the registry would
    have to make or wrap the key.
    """
    request.validate()
    kek = lock_kek(session, kek_name, deleted=request.deleted)
    if request.encrypted_key_material is None:
        if kek.shared:
            raise KmsOutOfReach(kek.name, "send 'encryptedKeyMaterial' with the key")
        raise InvalidKey("encryptedKeyMaterial")
    made = StoredDek(
        kek_id=kek.id,
        subject=request.subject.qualified,
        algorithm=request.algorithm.value,
        version=request.version,
        encrypted_key_material=request.encrypted_key_material,
        deleted=request.deleted,
        updated_at=clock.milliseconds(),
    )
    for old in deks.deks_of(session.db, kek.id, made.subject, made.algorithm):
        if old.version == made.version:
            return _put_again(session, old, made, rewrap=request.rewrap)
    deks.add_dek(session.db, made)
    return made


def delete_dek(
    session: Session,
    name: DekName,
    version: int | None = None,
    *,
    every: bool,
    permanent: bool,
) -> None:
    """Delete a version, None for the newest, or ``every`` one.

    Raises `KeyNotFound`, `KeyNotSoftDeleted`.
    """
    kek = lock_kek(session, name.kek, deleted=True)
    found = _versions(session, kek, name, permanent)
    gone = found if every else [_one(name, version, found)]
    if not permanent:
        _mark(session, gone, deleted=True)
        return
    if any(not each.deleted for each in gone):
        raise KeyNotSoftDeleted(name.subject.qualified)
    deks.delete_deks(session.db, gone)


def undelete_dek(
    session: Session, name: DekName, version: int | None = None, *, every: bool
) -> None:
    """Restore a version, None for the newest, or ``every`` one.

    Raises `KeyNotFound`, `KeySoftDeleted` while the KEK is deleted.
    """
    kek = lock_kek(session, name.kek, deleted=True)
    if kek.deleted:
        raise KeySoftDeleted(kek.name)
    found = _versions(session, kek, name, True)
    wanted = found if every else [_one(name, version, found)]
    _mark(session, [each for each in wanted if each.deleted], deleted=False)


def _put_again(
    session: Session, old: StoredDek, made: StoredDek, *, rewrap: bool
) -> StoredDek:
    same = old.encrypted_key_material == made.encrypted_key_material
    if rewrap:
        made = replace(made, deleted=old.deleted)
    elif not (same and old.deleted and not made.deleted):
        raise KeyExists(made.subject)
    deks.put_dek(session.db, made)
    return made


def _versions(
    session: Session, kek: StoredKek, name: DekName, deleted: bool
) -> Sequence[StoredDek]:
    subject = name.subject.qualified
    every = deks.deks_of(session.db, kek.id, subject, name.algorithm.value)
    found = [each for each in every if deleted or not each.deleted]
    if not found:
        raise KeyNotFound(subject)
    return found


def _one(name: DekName, version: int | None, found: Sequence[StoredDek]) -> StoredDek:
    if version is None:
        return found[-1]
    for each in found:
        if each.version == version:
            return each
    raise KeyNotFound(name.subject.qualified)


def _mark(session: Session, found: Sequence[StoredDek], *, deleted: bool) -> None:
    now = clock.milliseconds()
    for each in found:
        deks.put_dek(session.db, replace(each, deleted=deleted, updated_at=now))
