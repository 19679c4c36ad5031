"""How large a schema text may be before parsing refuses it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on untrusted text; each is checked before work grows with it."""

    text_bytes: int = 2 * 1024 * 1024
    """The longest text, in bytes of UTF-8, of one schema."""

    depth: int = 200
    """The deepest nesting of types, objects or messages."""

    references: int = 1_000
    """The most schemas in one closure of references."""
