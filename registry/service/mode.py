"""Modes: who may write what in a subject, a context, or everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from registry.errors import (
    InvalidMode,
    NotPermitted,
    SubjectModeNotFound,
    SubjectNotFound,
)
from registry.service.names import GLOBAL_CONTEXT, SubjectName
from registry.service.purge import purge_soft_deleted
from registry.service.session import Session
from registry.store import modes, subjects
from registry.store.subjects import Scope

__all__ = [
    "Mode",
    "delete_mode",
    "get_mode",
    "mode_in",
    "mode_of",
    "put_mode",
    "read_mode",
]


class Mode(StrEnum):
    """What a scope takes.

    READONLY_OVERRIDE is an old name that means READONLY. IMPORT takes
    schemas with explicit ids, unchecked; FORWARD does so for all contexts
    while another registry is the primary.
    """

    READWRITE = "READWRITE"
    READONLY = "READONLY"
    READONLY_OVERRIDE = "READONLY_OVERRIDE"
    IMPORT = "IMPORT"
    FORWARD = "FORWARD"

    @property
    def read_only(self) -> bool:
        """Whether nothing may be registered, deleted or configured."""
        return self in (Mode.READONLY, Mode.READONLY_OVERRIDE)

    @property
    def imports(self) -> bool:
        """Whether schemas come with explicit ids and are not checked."""
        return self in (Mode.IMPORT, Mode.FORWARD)

    @staticmethod
    def refusal(subject: SubjectName, state: str) -> str:
        """Return the sentence that says why an operation is not permitted."""
        context = "" if subject.context == "." else f":{subject.context}:"
        return f"Subject {subject.name} in context {context} {state}"


def mode_of(session: Session, subject: SubjectName) -> Mode:
    """Return the mode in force for ``subject``, in one query."""
    return mode_in(modes.find_modes(session.db, subject.scopes), subject)


def mode_in(found: Mapping[str, str], subject: SubjectName) -> Mode:
    """Return the mode in force for ``subject`` where ``found`` is stored by scope."""
    for scope in subject.scopes:
        if scope in found:
            return Mode(found[scope])
    return Mode.READWRITE


def get_mode(session: Session, subject: SubjectName, *, effective: bool) -> Mode:
    """Return the mode of a scope.

    ``effective`` asks for what is in force. Otherwise a subject without a
    mode raises `SubjectModeNotFound`; the global scope always answers.
    """
    if effective or subject == SubjectName.parse(""):
        return mode_of(session, subject)
    found = modes.find_mode(session.db, subject.scope)
    if found is None:
        raise SubjectModeNotFound(subject.qualified)
    return Mode(found)


def read_mode(value: object) -> Mode | None:
    """Return the mode that a request names, None to clear it; or raise."""
    if value is None:
        return None
    try:
        return Mode(str(value).upper())
    except ValueError:
        raise InvalidMode from None


def put_mode(
    session: Session, subject: SubjectName, mode: Mode | None, *, force: bool
) -> None:
    """Set or clear the mode of a scope.

    IMPORT needs a scope without live subjects unless ``force``. What was
    soft-deleted there goes for good, as its ids may come again.
    """
    _refuse_immutable(session)
    subject.validate(scope=True)
    if mode is Mode.FORWARD and subject.context != GLOBAL_CONTEXT:
        raise InvalidMode("Forward mode only supported on global level")
    if mode is None:
        modes.delete_mode(session.db, subject.scope)
        return
    if mode is Mode.IMPORT and mode_of(session, subject) is not Mode.IMPORT:
        _make_room(session, subject, force=force)
    modes.put_mode(session.db, subject.scope, mode.value)


def delete_mode(
    session: Session, subject: SubjectName, *, recursive: bool
) -> Mode | None:
    """Forget the mode of a scope, and return what it was.

    ``recursive`` forgets those of all subjects in the context too, and is
    content when there is none.
    """
    _refuse_immutable(session)
    gone = modes.delete_mode(session.db, subject.scope)
    if recursive and subject.is_context:
        modes.delete_modes_below(session.db, subject.qualified)
    if gone is None and not recursive:
        raise SubjectNotFound(subject.qualified)
    return None if gone is None else Mode(gone)


def _refuse_immutable(session: Session) -> None:
    if not session.settings.mode_mutability:
        raise NotPermitted("Mode changes are not allowed")


def _make_room(session: Session, subject: SubjectName, *, force: bool) -> None:
    if not force and _live(session, subject):
        raise NotPermitted("Cannot import since found existing subjects")
    for name in _subjects_in(session, subject, deleted=True):
        purge_soft_deleted(session.db, SubjectName.parse(name))
    session.note_deletion()


def _live(session: Session, subject: SubjectName) -> Sequence[str]:
    return _subjects_in(session, subject, deleted=False)


def _subjects_in(
    session: Session, subject: SubjectName, *, deleted: bool
) -> Sequence[str]:
    if not subject.is_context:
        found = subjects.find_subject(session.db, subject.qualified)
        return [found.name] if found and (deleted or found.live) else []
    if subject.context == GLOBAL_CONTEXT:
        scope = Scope()
    else:
        scope = Scope(subject.qualified, default_only=subject.context == ".")
    return subjects.names(session.db, scope, deleted=deleted)
