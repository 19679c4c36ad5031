"""The URL of a database, as people write it and as SQLAlchemy takes it."""

from __future__ import annotations

import re

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

__all__ = ["read_database_url"]

_DRIVER = "postgresql+psycopg://"
_SPELLINGS = ("postgresql://", "postgres://")
_FORM = re.compile(
    r"(?P<user>[^@/?]*@)?(?P<hosts>[^/?]*)(?P<name>/[^?]*)?(?:\?(?P<query>.*))?"
)


def read_database_url(text: str) -> str:
    """Return the URL in SQLAlchemy's form; `ValueError` for one that can't be used.

    Several hosts, `postgresql://USER@HOST1:5432,HOST2:5432/NAME` as libpq
    writes them, are tried in turn. The one that takes writes is meant unless
    `target_session_attrs` says otherwise.
    """
    for spelling in _SPELLINGS:
        if text.startswith(spelling):
            text = _DRIVER + text[len(spelling) :]
    if text.startswith(_DRIVER):
        text = _DRIVER + _several_hosts(text[len(_DRIVER) :])
    try:
        backend = make_url(text).get_backend_name()
    except (ArgumentError, ValueError):
        raise ValueError("must be a URL such as sqlite:///dovetail.db") from None
    if backend not in ("sqlite", "postgresql"):
        raise ValueError("must start with sqlite:// or postgresql://")
    return text


def _several_hosts(rest: str) -> str:
    """Move several hosts into the query, where SQLAlchemy looks for them."""
    found = _FORM.fullmatch(rest)
    if found is None or "," not in found["hosts"]:
        return rest
    query = [f"host={_with_port(each)}" for each in found["hosts"].split(",")]
    if found["query"]:
        query.append(found["query"])
    if "target_session_attrs=" not in (found["query"] or ""):
        query.append("target_session_attrs=read-write")
    return f"{found['user'] or ''}{found['name'] or '/'}?{'&'.join(query)}"


def _with_port(host: str) -> str:
    return host if ":" in host else f"{host}:5432"
