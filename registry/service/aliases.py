"""Aliases: a subject's config may say that its name stands for another."""

from __future__ import annotations

from collections.abc import Sequence

from registry.service.names import SubjectName
from registry.service.session import Session
from registry.store import configs

__all__ = ["resolve_alias"]


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
    stored = configs.find_config(session.db, subject.scope) or {}
    alias = next((stored[each] for each in members if stored.get(each)), None)
    if not alias or "\0" in alias:
        return subject
    return subject.sibling(alias)
