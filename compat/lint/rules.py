"""How advice is declared: an id, a default level, and a docstring."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["Advice", "LintLevel", "LintRule", "LintRules"]


class LintLevel(StrEnum):
    """How much a piece of advice matters to a project."""

    OFF = "off"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Advice:
    """One remark on a schema; ``path`` is as in `compat.Finding`."""

    path: str
    message: str


Check = Callable[[Any, Sequence[Any]], Iterator[Advice]]
"""Looks at a parsed schema and its earlier versions, oldest first."""


@dataclass(frozen=True, slots=True)
class LintRule:
    """A rule of the linter, ``level`` unless a project says otherwise.

    ``doc`` has the form of `compat.rules.Rule.doc`.
    """

    id: str
    level: LintLevel
    formats: tuple[str, ...]
    doc: str
    check: Check

    @property
    def title(self) -> str:
        """The first line of the documentation: the fault, as a statement."""
        return self.doc.partition("\n")[0]

    def paragraph(self, label: str) -> str:
        """Return the paragraph ``Why`` or ``Fix`` on one line."""
        _, _, rest = self.doc.partition(f"\n{label}:")
        for end in ("\nWhy:", "\nFix:", "\n\n"):
            rest = rest.partition(end)[0]
        return " ".join(rest.split())


class LintRules:
    """The linter's rules, in the order in which they were declared."""

    def __init__(self) -> None:
        self._rules: dict[str, LintRule] = {}

    def rule(
        self, id: str, level: LintLevel, *formats: str
    ) -> Callable[[Check], Check]:
        """Declare the decorated function's docstring as the rule ``id``."""

        def declare(check: Check) -> Check:
            doc = inspect.getdoc(check) or ""
            if id in self._rules:
                raise ValueError(f"rule {id} is declared twice")
            if "Why:" not in doc or "Fix:" not in doc:
                raise ValueError(f"rule {id} needs a Why: and a Fix: paragraph")
            self._rules[id] = LintRule(id, level, formats, doc, check)
            return check

        return declare

    def __getitem__(self, id: str) -> LintRule:
        return self._rules[id]

    def __contains__(self, id: object) -> bool:
        return id in self._rules

    def __iter__(self) -> Iterator[LintRule]:
        return iter(self._rules.values())

    def __len__(self) -> int:
        return len(self._rules)
