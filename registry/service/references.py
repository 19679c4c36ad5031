"""References: which stored version each one means, and the texts they bring."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from registry.errors import InvalidSchemaText
from registry.service.names import SubjectName
from registry.store import versions
from registry.store.values import Reference, StoredVersion

__all__ = ["closure_of", "resolve", "targets"]

_CLOSURE_LIMIT = 10_000


def resolve(
    db: Connection,
    references: Sequence[Reference],
    context: str,
    *,
    deleted: bool = False,
) -> tuple[Reference, ...]:
    """Return the references with version -1 replaced by the latest one.

    Raises `InvalidSchemaText` for one that is incomplete or names a version
    that is not there; ``deleted`` lets soft-deleted versions count.
    """
    return tuple(_resolve(db, each, context, deleted) for each in references)


def targets(references: Sequence[Reference], context: str) -> list[tuple[str, int]]:
    """Return (qualified subject, version) of each reference made in ``context``."""
    return [(_target(each, context), each.version) for each in references]


def closure_of(
    db: Connection,
    references: Sequence[Reference],
    context: str,
    *,
    limit: int = _CLOSURE_LIMIT,
) -> dict[str, str]:
    """Return name -> text of all that ``references`` need, what others need first.

    The first of two references of one name wins, as in Confluent's. Raises
    `InvalidSchemaText` when one is missing or there are more than ``limit``.
    """
    texts: dict[str, str] = {}
    ready: dict[str, str] = {}
    seen: set[str] = set()
    # A stack of its own, since a chain of references may be deeper than Python's.
    stack = [("open", each, context) for each in reversed(references)]
    while stack:
        state, each, where = stack.pop()
        if state == "close":
            texts[each.name] = ready.pop(each.name)
            continue
        if each.name in seen:
            continue
        seen.add(each.name)
        if len(seen) > limit:
            raise InvalidSchemaText(
                f"Invalid schema: more than {limit} schemas in its references "
                "(setting DOVETAIL_MAX_REFERENCES)"
            )
        version = _find(db, each, where)
        ready[each.name] = version.schema.text
        stack.append(("close", each, where))
        inner = version.schema.references
        inside = SubjectName.parse(version.subject).context
        stack += [("open", one, inside) for one in reversed(inner)]
    return texts


def _resolve(
    db: Connection, reference: Reference, context: str, deleted: bool
) -> Reference:
    subject = _target(reference, context)
    if reference.version == -1:
        latest = versions.find_latest(db, subject)
        if latest is None:
            raise _missing(reference)
        return Reference(reference.name, reference.subject, latest.number)
    found = versions.find_version(db, subject, reference.version)
    if found is None or (found.deleted and not deleted):
        raise _missing(reference)
    return reference


def _find(db: Connection, reference: Reference, context: str) -> StoredVersion:
    subject = _target(reference, context)
    found = versions.find_version(db, subject, reference.version)
    if found is None:
        raise _missing(reference)
    return found


def _target(reference: Reference, context: str) -> str:
    here = SubjectName(context, "")
    return here.sibling(reference.subject).qualified


def _missing(reference: Reference) -> InvalidSchemaText:
    return InvalidSchemaText(
        "Invalid schema, details: No schema reference found for subject "
        f'"{reference.subject}" and version {reference.version}'
    )
