"""How a rule is declared: an id, and a docstring that is its documentation."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

from compat.verdict import Severity

__all__ = ["Rule", "RuleSet"]

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one format.

    ``doc`` is a title line, then paragraphs that start with ``Why:``,
    ``Fix:`` and ``Spec:``. ``confluent`` is the error type that Confluent's
    registry prints for the same change; it is the rule's own id where
    Confluent has none. ``lenient`` rules are forgiven under LENIENT.
    """

    id: str
    severity: Severity
    doc: str
    confluent: str
    lenient: bool = False

    @property
    def title(self) -> str:
        """The first line of the documentation: the fault, as a statement."""
        return self.doc.partition("\n")[0]

    @property
    def advice(self) -> str:
        """The ``Fix:`` paragraph, on one line; empty when there is none."""
        _, _, rest = self.doc.partition("\nFix:")
        return " ".join(rest.partition("\n\n")[0].partition("\nSpec:")[0].split())


class RuleSet:
    """The rules of one format, in the order in which they were declared."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}

    def declare(
        self,
        id: str,
        doc: str,
        *,
        severity: Severity = Severity.BREAK,
        confluent: str = "",
        lenient: bool = False,
    ) -> Rule:
        """Add a rule and return it; refuse a second one of the same id."""
        if id in self._rules:
            raise ValueError(f"rule {id} is declared twice")
        text = inspect.cleandoc(doc)
        if not text or "Why:" not in text:
            raise ValueError(f"rule {id} needs a title and a Why: paragraph")
        rule = Rule(id, severity, text, confluent or id, lenient)
        self._rules[id] = rule
        return rule

    def rule(
        self,
        id: str,
        *,
        severity: Severity = Severity.BREAK,
        confluent: str = "",
        lenient: bool = False,
    ) -> Callable[[F], F]:
        """Declare the decorated function's docstring as the rule ``id``."""

        def declare(check: F) -> F:
            self.declare(
                id,
                inspect.getdoc(check) or "",
                severity=severity,
                confluent=confluent,
                lenient=lenient,
            )
            return check

        return declare

    def load(self, package: str, path: Iterable[str]) -> None:
        """Import every module of ``package``, which declares its rules."""
        for module in iter_modules(path, f"{package}."):
            import_module(module.name)

    def __getitem__(self, id: str) -> Rule:
        return self._rules[id]

    def __contains__(self, id: object) -> bool:
        return id in self._rules

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __len__(self) -> int:
        return len(self._rules)
