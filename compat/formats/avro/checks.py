"""How a rule is attached to a kind of node, and what it yields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from compat.rules import Rule, RuleSet
from compat.verdict import Severity

__all__ = ["ANY", "CHECKS", "RULES", "Check", "Fault", "check"]

RULES = RuleSet()
"""Every rule of Avro."""


class _Any:
    def __repr__(self) -> str:
        return "ANY"


ANY = _Any()
"""Every datum of the writer's node shows the fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule finds on one pair of nodes.

    ``at`` is a JSON Pointer from the reader's node; ``sample`` is a value of
    the writer's node that shows the fault; ``position`` is the reader's field
    that the fault is about, -1 for the node itself.
    """

    at: str
    message: str
    reader: Any = None
    writer: Any = None
    sample: Any = ANY
    position: int = -1


Check = Callable[[Any, Any], Iterator[Fault]]
C = TypeVar("C", bound=Check)

CHECKS: dict[type, list[tuple[Rule, Check]]] = {}
"""The checks on a pair of nodes of one kind that have a chance to match."""


def check(
    id: str,
    *nodes: type,
    severity: Severity = Severity.BREAK,
    confluent: str = "",
) -> Callable[[C], C]:
    """Declare the decorated generator as a rule about pairs of ``nodes``."""

    def declare(function: C) -> C:
        RULES.rule(id, severity=severity, confluent=confluent)(function)
        for node in nodes:
            CHECKS.setdefault(node, []).append((RULES[id], function))
        return function

    return declare
