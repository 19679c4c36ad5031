"""Text that no terminal or log viewer obeys; a schema or file name can say anything."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: str, *, keep: str = "") -> str:
    """Return ``text`` with control characters shown as escapes, those kept aside."""
    return "".join(
        each if each.isprintable() or each in keep else f"\\x{ord(each):02x}"
        for each in text
    )
