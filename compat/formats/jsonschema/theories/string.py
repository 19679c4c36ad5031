"""Strings: lengths and patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compat.formats.jsonschema import form as forms
from compat.formats.jsonschema.automata.language import Inexpressible, Words
from compat.formats.jsonschema.automata.sample import Wanted, sample
from compat.formats.jsonschema.branch import Atom
from compat.formats.jsonschema.theories.size import Window, window
from compat.formats.jsonschema.values import NOTHING, Unwritable

if TYPE_CHECKING:
    from compat.formats.jsonschema.search import Search

__all__ = ["find"]

_WRITABLE = 10_000


def find(search: Search, atoms: list[Atom], excluded: list[str]) -> Any:
    """Return a string that meets ``atoms`` and is not in ``excluded``."""
    size = window(atoms)
    if size.empty:
        return NOTHING
    patterns = [
        (atom.pattern, asserted)
        for asserted, atom in atoms
        if isinstance(atom, forms.Pattern)
    ]
    if not patterns:
        return _plain(search, size, excluded)
    wanted = _languages(search, patterns)
    if size.low > _WRITABLE:
        return search.give_up(f"a pattern beside a minLength above {_WRITABLE}")
    found = sample(wanted, size.low, size.high, search.budget)
    if found in excluded:
        wanted.append((Words(excluded), False))
        found = sample(wanted, size.low, size.high, search.budget)
    return NOTHING if found is None else found


def _languages(search: Search, patterns: list[tuple[str, bool]]) -> list[Wanted]:
    wanted: list[Wanted] = []
    for pattern, inside in patterns:
        # What may hold more strings than the pattern must not be denied.
        loose = search.ignore and inside
        try:
            wanted.append((search.language(pattern, loose=loose), inside))
        except Inexpressible:
            if not search.ignore:
                raise
    return wanted


def _plain(search: Search, size: Window, excluded: list[str]) -> Any:
    """Return a string of which only the length matters."""
    if size.low > _WRITABLE:
        return Unwritable(f"a string of {size.low} characters")
    for char in "axyz":
        if (found := char * size.low) not in excluded:
            return found
    word = sample([(Words(excluded), False)], size.low, size.high, search.budget)
    return NOTHING if word is None else word
