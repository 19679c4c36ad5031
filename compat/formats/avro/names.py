"""Names: their grammar, namespaces, and how a short one becomes full."""

from __future__ import annotations

import unicodedata

__all__ = ["RESERVED", "full_name", "is_name", "split", "why_bad_namespace"]

RESERVED = frozenset(
    {
        *("null", "boolean", "int", "long", "float", "double", "bytes", "string"),
        *("record", "error", "enum", "array", "map", "union", "fixed"),
    }
)
"""Names of Avro's own types."""


def is_name(name: str, *, strict: bool = False) -> bool:
    """Whether ``name`` is one simple name.

    Letters, digits and ``_``, no digit first. The specification means ASCII
    (``strict``); Java also takes other letters, and such schemas exist.
    """
    if name.isascii() and name.isidentifier():
        return True
    if strict or not name:
        return False
    return _starts(name[0]) and all(map(_continues, name))


def _starts(char: str) -> bool:
    return char == "_" or char.isalpha()


def _continues(char: str) -> bool:
    return _starts(char) or unicodedata.category(char) == "Nd"


def split(full: str) -> tuple[str, str]:
    """Return namespace and simple name; the namespace may be empty."""
    space, _, name = full.rpartition(".")
    return space, name


def full_name(name: str, space: str) -> str:
    """Return ``name`` in the namespace ``space``, unless it has its own."""
    if "." in name:
        return name.removeprefix(".")
    return f"{space}.{name}" if space else name


def why_bad_namespace(space: str) -> str | None:
    """Return what is wrong with a namespace, or None: the strict check."""
    for part in space.split(".") if space else ():
        if not is_name(part, strict=True):
            return (
                f"{part!r} in the namespace {space!r} is not a name: use letters, "
                "digits and _, and no digit first"
            )
    return None
