"""Which files a command looks at."""

from __future__ import annotations

from collections.abc import Sequence

from registry.cli.baselines import parents
from registry.cli.scene import Scene

__all__ = ["selected"]


def selected(place: Scene) -> Sequence[str]:
    """Return the paths of the schemas to look at, in order.

    On disk these are the named ones, or all. With --staged they are the named
    ones, or all that changed, and also those that refer to a file that did.
    """
    files = place.workspace
    if place.side is None:
        return files.files if place.named is None else place.named
    before = parents(place)
    if not before:
        return [each for each in place.named or files.files if files.type_of(each)]
    # As git shows a merge: what differs from one parent alone is not its doing.
    changed = dict.fromkeys(before[0].changed)
    for parent in before[1:]:
        also = set(parent.changed)
        changed = {each: None for each in changed if each in also}
    chosen = [each for each in place.named or changed if files.type_of(each)]
    if len(before) > 1:
        chosen = [each for each in chosen if each in changed]
    moved = {each for each in chosen if each in changed} | set(before[0].gone)
    # The changed ones that were not named are another process's to check.
    affected = [each for each in files.dependents(moved) if each not in changed]
    return sorted({*chosen, *affected})
