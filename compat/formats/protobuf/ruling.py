"""How a rule of Protobuf is declared: a check, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, ParamSpec

from compat.formats.protobuf.model import File
from compat.formats.protobuf.pairs import Enums, Pair, Slot
from compat.formats.protobuf.problem import Problem
from compat.rules import Rule, RuleSet
from compat.verdict import Severity

__all__ = ["ENUM", "FIELD", "FILE", "MESSAGE", "RULES", "TYPE", "Checks"]

P = ParamSpec("P")

RULES = RuleSet()


@dataclass(frozen=True, slots=True)
class Checks(Generic[P]):
    """The checks that look at one kind of thing, in the order of declaration."""

    found: list[tuple[Rule, Callable[P, Iterator[Problem]]]] = field(
        default_factory=list
    )

    def rule(
        self, id: str, *, severity: Severity = Severity.BREAK, confluent: str = ""
    ) -> Callable[[Callable[P, Iterator[Problem]]], Callable[P, Iterator[Problem]]]:
        """Declare the decorated check, whose docstring documents the rule ``id``."""

        def declare(
            check: Callable[P, Iterator[Problem]],
        ) -> Callable[P, Iterator[Problem]]:
            RULES.rule(id, severity=severity, confluent=confluent)(check)
            self.found.append((RULES[id], check))
            return check

        return declare

    def run(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[tuple[Rule, Problem]]:
        """Yield each problem of ``args``, with its rule."""
        for rule, check in self.found:
            for problem in check(*args, **kwargs):
                yield rule, problem


FILE: Checks[[File, File]] = Checks()
"""Look at the reader's and the writer's file."""

MESSAGE: Checks[[Pair]] = Checks()
"""Look at two messages."""

FIELD: Checks[[Slot]] = Checks()
"""Look at two fields of the same number."""

TYPE: Checks[[Slot]] = Checks()
"""Look at the types of two fields, or of the keys or values of two maps."""

ENUM: Checks[[Enums]] = Checks()
"""Look at two enums."""
