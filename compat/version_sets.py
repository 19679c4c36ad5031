"""Sets of a history's versions as whole numbers, one bit for each version."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

__all__ = ["Versions", "any_of", "mark", "places"]

K = TypeVar("K", bound=Hashable)

Versions = int
"""A set of versions: bit 0 is the one that was added first."""


def mark(seen: dict[K, Versions], key: K, versions: Versions) -> None:
    """Note in ``seen`` that ``versions`` have ``key`` too."""
    seen[key] = seen.get(key, 0) | versions


def any_of(sets: Iterable[Versions]) -> Versions:
    """Return the versions that are in any of ``sets``."""
    found = 0
    for each in sets:
        found |= each
    return found


def places(versions: Versions) -> frozenset[int]:
    """Return the versions' places, counted from 0 in the order of adding."""
    found = []
    while versions:
        lowest = versions & -versions
        found.append(lowest.bit_length() - 1)
        versions ^= lowest
    return frozenset(found)
