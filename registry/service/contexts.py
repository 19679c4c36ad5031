"""Contexts: separate sets of subjects and ids in one registry."""

from __future__ import annotations

from collections.abc import Sequence

from registry.errors import ContextNotEmpty
from registry.service.names import DEFAULT_CONTEXT
from registry.service.session import Session
from registry.store import contexts

__all__ = ["delete_context", "list_contexts"]


def list_contexts(
    session: Session, prefix: str = "", offset: int = 0, limit: int | None = None
) -> Sequence[str]:
    """Return the names of the contexts that start with ``prefix``, sorted.

    The default context is always there.
    """
    found = {*contexts.names(session.db)} | {DEFAULT_CONTEXT}
    kept = sorted(each for each in found if each.startswith(prefix))
    return kept[offset:][:limit]


def delete_context(session: Session, name: str) -> None:
    """Forget an empty context, or raise `ContextNotEmpty`."""
    if not contexts.delete_context(session.db, name):
        raise ContextNotEmpty(name)
