"""Errors a caller of compat can meet; none of them knows of HTTP.

* CompatError
  - UnknownFormat
  - InvalidSchema
    - UnresolvedReference
  - BudgetSpent
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "BudgetSpent",
    "CompatError",
    "InvalidSchema",
    "UnknownFormat",
    "UnresolvedReference",
]


class CompatError(Exception):
    """The base of every error that compat raises on purpose."""


@dataclass(eq=False)
class UnknownFormat(CompatError):
    """No installed format has this name."""

    name: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"unknown schema type {self.name!r}; known: {', '.join(self.known)}"


@dataclass(eq=False)
class InvalidSchema(CompatError):
    """The text is not a schema of its format.

    ``path`` is a JSON Pointer into the text (``Message.field`` for
    Protobuf), ``line`` and ``column`` count from 1; each is absent when it
    is not known.
    """

    format: str
    reason: str
    path: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        where = f" at {self.path}" if self.path else ""
        if self.line is not None:
            where += f" (line {self.line}"
            where += f", column {self.column})" if self.column is not None else ")"
        return f"invalid {self.format} schema{where}: {self.reason}"


@dataclass(eq=False)
class UnresolvedReference(InvalidSchema):
    """A schema names another one that was not given."""


@dataclass(eq=False)
class BudgetSpent(CompatError):
    """A question took more steps than it was allowed."""

    steps: int

    def __str__(self) -> str:
        return f"gave up after {self.steps} steps"
