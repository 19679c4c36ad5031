"""How a leaf goes to its rule: by its kind, and then by what the writer asked."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

from compat.formats.jsonschema.differences import Leaf
from compat.formats.jsonschema.text import compact
from compat.rules import RuleSet
from compat.verdict import Severity

__all__ = ["RULES", "Wording", "declare", "rule", "shown", "words_of"]

RULES = RuleSet()

Wording = Callable[[Leaf], str | None]
"""Returns the message of a rule, or None where the rule is about another leaf."""

_BY_KIND: dict[str, list[tuple[str, Wording]]] = {}


def rule(
    id: str, *kinds: str, confluent: str = "", lenient: bool = False
) -> Callable[[Wording], Wording]:
    """Declare the decorated wording as the rule ``id`` for leaves of ``kinds``.

    Of the rules of one kind, the first that has words for a leaf gets it.
    """

    def declare_it(wording: Wording) -> Wording:
        doc = inspect.getdoc(wording) or ""
        declare(id, doc, wording, *kinds, confluent=confluent, lenient=lenient)
        return wording

    return declare_it


def declare(
    id: str,
    doc: str,
    wording: Wording,
    *kinds: str,
    confluent: str = "",
    lenient: bool = False,
) -> None:
    """Declare ``wording`` as the rule ``id``, with ``doc`` as its documentation."""
    RULES.declare(
        id, doc, severity=Severity.BREAK, confluent=confluent, lenient=lenient
    )
    for kind in kinds:
        _BY_KIND.setdefault(kind, []).append((id, wording))


def words_of(leaf: Leaf) -> tuple[str, str]:
    """Return the rule of ``leaf`` and its message."""
    for id, wording in (*_BY_KIND.get(leaf.kind, ()), *_BY_KIND["any"]):
        message = wording(leaf)
        if message is not None:
            return id, message
    raise LookupError(leaf.kind)


def shown(value: Any) -> str:
    """Return ``value`` as JSON, shortened for a sentence."""
    text = compact(value)
    return text if len(text) <= 80 else f"{text[:60]}...{text[-15:]}"


def listed(values: list[Any]) -> str:
    """Return ``values`` as JSON, separated by commas."""
    return ", ".join(json.dumps(each, default=str) for each in values[:8])
