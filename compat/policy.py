"""What blocks: a policy maps findings to *break* or *note*."""

from __future__ import annotations

from enum import StrEnum

from compat.rules import RuleSet
from compat.verdict import Finding, Severity

__all__ = ["Policy"]


class Policy(StrEnum):
    """How strictly findings are taken, per subject.

    STRICT is the format's own definition of compatible. LENIENT forgives
    the rules that Confluent's LENIENT forgives (each says so where it is
    declared). EXACT also blocks data that is read back changed or lost.
    """

    STRICT = "STRICT"
    LENIENT = "LENIENT"
    EXACT = "EXACT"

    def blocks(self, finding: Finding, rules: RuleSet) -> bool:
        """Whether ``finding`` makes a check fail."""
        match finding.severity:
            case Severity.BREAK:
                return not (self is Policy.LENIENT and rules[finding.rule].lenient)
            case Severity.LOSSY:
                return self is Policy.EXACT
            case Severity.NOTE:
                return False
