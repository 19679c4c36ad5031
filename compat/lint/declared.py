"""The one list of advice, which each family adds to."""

from __future__ import annotations

from compat.lint.rules import LintRules

__all__ = ["ADVICE"]

ADVICE = LintRules()
