"""``explain``: what a rule is about, why, and how to fix it."""

from __future__ import annotations

from difflib import get_close_matches

import click

from compat.lint import ADVICE, LintRule
from compat.plugin import all_formats
from compat.rules import Rule
from registry.cli import options
from registry.cli.console import Misuse, show, show_json

__all__ = ["explain"]


def _known() -> dict[str, Rule | LintRule]:
    known: dict[str, Rule | LintRule] = {
        rule.id: rule for format in all_formats().values() for rule in format.rules
    }
    return known | {rule.id: rule for rule in ADVICE}


def _completed(
    _context: click.Context, _parameter: click.Parameter, typed: str
) -> list[str]:
    return [each for each in _known() if each.startswith(typed.upper())]


@click.command()
@click.argument("rule_id", shell_complete=_completed)
@options.shape
def explain(rule_id: str, shape: str) -> None:
    """Explain a rule: what it finds, why it matters, and how to fix it."""
    known = _known()
    rule = known.get(rule_id.upper())
    if rule is None:
        close = get_close_matches(rule_id.upper(), list(known), n=3, cutoff=0.4)
        hint = f"Did you mean {', '.join(close)}?" if close else ""
        raise Misuse(
            f"no rule is called {rule_id}",
            advice=f"{hint} dovetail rules lists them all.".strip(),
        )
    if shape == "json":
        shown = {"version": 1, "rule": rule.id, "doc": rule.doc}
        if isinstance(rule, Rule):
            shown |= {"severity": rule.severity.value, "confluent": rule.confluent}
        show_json(shown)
        return
    show(f"{rule.id}\n\n{rule.doc}")
    if isinstance(rule, Rule):
        show(f"\nSeverity: {rule.severity.value}")
        if rule.confluent != rule.id:
            show(f"Confluent's name: {rule.confluent}")
        if rule.lenient:
            show("Forgiven under the policy LENIENT.")
