"""What a driver's error means: wait, make room, migrate, or a fault of ours."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from registry.errors import NotMigrated, StoreFull, StoreUnavailable

__all__ = ["is_lock_timeout", "is_read_only", "mapped", "retriable"]

# Serialization failure and deadlock: PostgreSQL asks to run the whole again.
_RETRIED = frozenset({"40001", "40P01"})

# A standby answers so, and a connection that was left in a transaction too long.
_READ_ONLY = "25006"
_WAITABLE = frozenset({_READ_ONLY, "25P03", "25P04"})

_FULL = "53100"
_UNDEFINED = frozenset({"42P01", "42703"})

# The low byte of SQLite's extended codes; sqlite3.h names them.
_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_FULL = 5, 6, 13


def mapped(error: Exception) -> Exception:
    """Return what the error is to a caller; itself where it is a fault of ours."""
    if _is_full(error):
        return StoreFull()
    if _is_undefined(error):
        return NotMigrated(None)
    waitable = isinstance(error, OperationalError | InterfaceError | PoolTimeout)
    if waitable or retriable(error) or _sqlstate(error) in _WAITABLE:
        return StoreUnavailable()
    return error


def retriable(error: Exception) -> bool:
    """Whether the whole transaction may succeed when it is run again at once."""
    if _sqlite_code(error) in (_SQLITE_BUSY, _SQLITE_LOCKED):
        return True
    return _sqlstate(error) in _RETRIED


def is_read_only(error: BaseException) -> bool:
    """Whether the server that the connection leads to takes no writes."""
    return getattr(error, "sqlstate", None) == _READ_ONLY


def is_lock_timeout(error: Exception) -> bool:
    """Whether PostgreSQL gave up waiting for a lock."""
    return _sqlstate(error) == "55P03"


def _is_full(error: Exception) -> bool:
    return _sqlite_code(error) == _SQLITE_FULL or _sqlstate(error) == _FULL


def _is_undefined(error: Exception) -> bool:
    if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
        return str(error.orig).startswith(("no such table", "no such column"))
    return _sqlstate(error) in _UNDEFINED


def _sqlite_code(error: Exception) -> int | None:
    if not isinstance(error, DBAPIError) or not isinstance(error.orig, sqlite3.Error):
        return None
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _sqlstate(error: Exception) -> str | None:
    orig = error.orig if isinstance(error, DBAPIError) else None
    return getattr(orig, "sqlstate", None)
