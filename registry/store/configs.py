"""Configs by scope: a qualified subject, or `:.context:` for a context."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from registry.store.statement import Statement
from registry.store.tables import configs

__all__ = [
    "aliases",
    "delete_config",
    "find_config",
    "find_configs",
    "put_config",
]


_FIND = Statement(select(configs.c.body).where(configs.c.scope == bindparam("scope")))
_FIND_SEVERAL = select(configs.c.scope, configs.c.body).where(
    configs.c.scope.in_(bindparam("scopes", expanding=True))
)


def find_config(db: Connection, scope: str) -> dict[str, Any] | None:
    """Return the config stored for ``scope``; one query, by the primary key."""
    body = _FIND.scalar(db, scope=scope)
    return None if body is None else json.loads(body)


def find_configs(db: Connection, scopes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what is stored for each of ``scopes``, in one query."""
    found = db.execute(_FIND_SEVERAL, {"scopes": scopes})
    return {row[0]: json.loads(row[1]) for row in found}


def aliases(db: Connection) -> Sequence[tuple[str, str]]:
    """Return (scope, alias) of each config that has one, by scope.

    Reads every config that mentions one.
    """
    query = select(configs.c.scope, configs.c.body).where(
        configs.c.body.contains('"alias"', autoescape=True)
    )
    found = db.execute(query.order_by(configs.c.scope))
    named = [(row[0], json.loads(row[1]).get("alias")) for row in found]
    return [(scope, alias) for scope, alias in named if isinstance(alias, str)]


def put_config(db: Connection, scope: str, body: Mapping[str, Any]) -> None:
    """Store ``body`` as the config of ``scope``, in place of what was there."""
    text = json.dumps(body, ensure_ascii=False)
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    db.execute(
        dialect.insert(configs)
        .values(scope=scope, body=text)
        .on_conflict_do_update(index_elements=["scope"], set_={"body": text})
    )


def delete_config(db: Connection, scope: str) -> dict[str, Any] | None:
    """Forget the config of ``scope``, and return what it was."""
    gone = delete(configs).where(configs.c.scope == scope).returning(configs.c.body)
    body = db.scalar(gone)
    return None if body is None else json.loads(body)
