"""Advice on schemas: what no check refuses, and a reader stumbles over later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from compat.lint import avro, json_schema, names, protobuf  # noqa: F401 (they declare)
from compat.lint.declared import ADVICE
from compat.lint.rules import Advice, LintLevel, LintRule

__all__ = ["ADVICE", "Advice", "LintLevel", "LintRule", "lint"]


def lint(
    schema: Any, history: Sequence[Any] = (), *, rules: Sequence[str] | None = None
) -> Iterator[tuple[LintRule, Advice]]:
    """Yield each rule's advice on ``schema``, by rule, then in schema order.

    ``history`` holds the earlier versions, oldest first, of the same format.
    ``rules`` are the ids to ask; all of them by default, at any level.
    """
    for rule in ADVICE:
        if schema.format in rule.formats and (rules is None or rule.id in rules):
            for advice in rule.check(schema, history):
                yield rule, advice
