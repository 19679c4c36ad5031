"""A proven fix as a person reads it: the few lines of a diff."""

from __future__ import annotations

import json
from difflib import unified_diff

from compat import Fix

__all__ = ["proposal"]

_LONGEST = 20
"""Lines of a diff; a longer one helps nobody in a terminal."""


def proposal(text: str, canonical: str, fix: Fix | None) -> tuple[str, ...]:
    """Return what to change in ``text``, when that is little enough to read.

    An engine may write the whole schema anew in its own layout. Then what
    differs is shown between two texts of one layout: ``canonical`` is the
    schema's own text in the engine's.
    """
    if fix is None or fix.schema is None:
        return ()
    pairs = ((text, fix.schema), (_laid_out(canonical), _laid_out(fix.schema)))
    found = min((_diff(*each) for each in pairs), key=len)
    return found if len(found) <= _LONGEST else ()


def _diff(old: str, new: str) -> tuple[str, ...]:
    lines = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)
    return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _laid_out(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
