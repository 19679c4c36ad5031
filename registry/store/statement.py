"""Statements on hot paths: made once with SQLAlchemy, and sent as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

from sqlalchemy import ClauseElement, Connection

__all__ = ["Statement", "reraise", "sent_at_once"]

_IDLE = 0
"""libpq's PQTRANS_IDLE: no transaction has begun."""


class _Compiled(NamedTuple):
    """A text, the names of its parameters if they go by place, and constants."""

    text: str
    names: Sequence[str] | None
    fixed: dict[str, Any]


class Statement:
    """A statement that is compiled once for each kind of database.

    Running it goes past SQLAlchemy to the driver, which costs a tenth on SQLite:
    rows are plain tuples, and types that only SQLAlchemy knows are not converted.
    Its parameters are `bindparam`s that are neither expanding nor executed literally.
    """

    def __init__(self, query: ClauseElement) -> None:
        self._query = query
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, db: Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Return all rows."""
        cursor = self._run(db, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.close()
        return found

    def first(self, db: Connection, **values: Any) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        rows = self.rows(db, **values)
        return rows[0] if rows else None

    def scalar(self, db: Connection, **values: Any) -> Any:
        """Return the first column of the first row, or None."""
        rows = self.rows(db, **values)
        return rows[0][0] if rows else None

    def run(self, db: Connection, **values: Any) -> int:
        """Run a statement without rows; return how many it touched."""
        cursor = self._run(db, values)
        count: int = cursor.rowcount
        cursor.close()
        return count

    def text(self, db: Connection) -> str:
        """Return it as ``db`` is sent it."""
        return self._for(db).text

    def parameters(self, db: Connection, values: dict[str, Any]) -> Any:
        """Return them as the driver of ``db`` wants them."""
        names, fixed = self._for(db).names, self._for(db).fixed
        given = {**fixed, **values}
        return given if names is None else [given[each] for each in names]

    def _run(self, db: Connection, values: dict[str, Any]) -> Any:
        text, given = self.text(db), self.parameters(db, values)
        driver: Any = db.connection.driver_connection
        try:
            return driver.execute(text, given)
        except Exception as error:
            reraise(db, text, given, error)

    def _for(self, db: Connection) -> _Compiled:
        name = db.dialect.name
        found = self._compiled.get(name)
        if found is None:
            made: Any = self._query.compile(dialect=db.dialect)
            fixed = {k: v for k, v in made.params.items() if v is not None}
            found = _Compiled(made.string, made.positiontup, fixed)
            self._compiled[name] = found
        return found


def sent_at_once(
    db: Connection, *statements: tuple[Statement, dict[str, Any]]
) -> list[list[tuple[Any, ...]]]:
    """Run statements of one transaction and commit it, in one round trip.

    PostgreSQL alone. Each sees what was committed when the ones before it had
    ended, their waits for locks included. Returns the rows of each. What is sent
    in one pipeline is a transaction by itself where none has begun.
    """
    driver: Any = db.connection.driver_connection
    begun = driver.pgconn.transaction_status != _IDLE
    try:
        if not begun:
            driver.autocommit = True
        try:
            with driver.pipeline():
                cursors = [
                    driver.execute(each.text(db), each.parameters(db, values))
                    for each, values in statements
                ]
                if begun:
                    driver.commit()
        finally:
            # Whoever gave the connection takes it for one that begins by itself.
            if not begun and not driver.closed:
                driver.autocommit = False
        return [each.fetchall() for each in cursors]
    except Exception as error:
        reraise(db, statements[-1][0].text(db), None, error)


def reraise(db: Connection, text: str, values: Any, error: Exception) -> NoReturn:
    """Raise what SQLAlchemy would for a driver's error.

    It gives up dead connections, and asks those who listen for errors. There is
    no public way.
    """
    db._handle_dbapi_exception(error, text, values, None, None)
    raise AssertionError("unreachable")
