"""Aliases: a subject's config may say that its name stands for another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from registry.service.names import SubjectName
from registry.service.session import Session
from registry.store import configs
from registry.store.basis import Basis, find_basis

__all__ = ["aliased", "find_aliased", "resolve_alias"]


def resolve_alias(
    session: Session, subject: SubjectName, *, members: Sequence[str] = ("alias",)
) -> SubjectName:
    """Return what ``subject`` stands for: itself, or its config's alias.

    One hop only, in the subject's own context unless the alias is qualified;
    the first of ``members`` that the config has counts. The alias of a context
    or of the global config has no effect.
    """
    if subject.is_context:
        return subject
    stored = configs.find_config(session.db, subject.scope)
    return _meant(subject, stored or {}, members)


def find_aliased(
    session: Session, subject: SubjectName, *, alias: bool
) -> tuple[SubjectName, Basis]:
    """Return what `resolve_alias` does, and what is stored for it.

    One query unless there is an alias; ``alias`` False looks for none.
    """
    basis = find_basis(session.db, subject.qualified, subject.scopes)
    if not alias:
        return subject, basis
    meant = aliased(subject, basis.configs.get(subject.scope))
    if meant == subject:
        return subject, basis
    return meant, find_basis(session.db, meant.qualified, meant.scopes)


def aliased(subject: SubjectName, config: str | None) -> SubjectName:
    """Return what `resolve_alias` does, of a subject whose stored config is known."""
    if config is None or subject.is_context:
        return subject
    return _meant(subject, json.loads(config), ("alias",))


def _meant(
    subject: SubjectName, stored: dict[str, Any], members: Sequence[str]
) -> SubjectName:
    alias = next((stored[each] for each in members if stored.get(each)), None)
    if not alias or "\0" in alias:
        return subject
    return subject.sibling(alias)
