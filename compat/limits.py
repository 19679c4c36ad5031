"""How large a schema text may be before parsing refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compat.errors import InvalidSchema

__all__ = ["Limits", "refuse_large_closure"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on untrusted text; each is checked before work grows with it."""

    text_bytes: int = 2 * 1024 * 1024
    """The longest text, in bytes of UTF-8, of one schema."""

    depth: int = 200
    """The deepest nesting of types, objects or messages."""

    references: int = 1_000
    """The most schemas in one closure of references."""

    closure: int = 2
    """How many texts of the longest allowed a closure may amount to."""


def refuse_large_closure(
    format: str, references: Mapping[str, str], limits: Limits
) -> None:
    """Raise `InvalidSchema` for too many references, or too long ones together."""
    if len(references) > limits.references:
        reason = f"{len(references)} references; the limit is {limits.references}"
        raise InvalidSchema(format, reason)
    size = sum(map(len, references.values()))
    allowed = limits.closure * limits.text_bytes
    if size > allowed:
        reason = f"its references have {size} characters; the limit is {allowed}"
        raise InvalidSchema(format, reason)
