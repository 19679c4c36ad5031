"""Compares two snapshots: the report that ends every copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.cli.transfer.snapshot import Key, Snapshot, Version

__all__ = ["Parity", "compare"]


@dataclass(frozen=True, slots=True)
class Parity:
    """What was compared, and each thing that differs, as a sentence."""

    versions: int
    deleted: int
    configs: int
    modes: int
    differences: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON members."""
        return {
            "versions": self.versions,
            "deleted": self.deleted,
            "configs": self.configs,
            "modes": self.modes,
            "differences": list(self.differences),
        }

    def __str__(self) -> str:
        head = (
            f"compared {self.versions} versions ({self.deleted} soft-deleted), "
            f"{self.configs} configs and {self.modes} modes: "
            f"{len(self.differences) or 'none'} different"
        )
        return "\n".join((head, *(f"  {each}" for each in self.differences)))


def compare(source: Snapshot, target: Snapshot) -> Parity:
    """Return how ``target`` differs from ``source``."""
    differences = (
        *_versions(source.versions, target.versions),
        *_scopes("config", source.configs, target.configs),
        *_scopes("mode", source.modes, target.modes),
    )
    return Parity(
        len(source.versions),
        sum(each.deleted for each in source.versions.values()),
        len(source.configs),
        len(source.modes),
        differences,
    )


def _versions(
    source: Mapping[Key, Version], target: Mapping[Key, Version]
) -> Iterator[str]:
    for key in sorted(source.keys() | target.keys()):
        name = f"{key[0]} version {key[1]}"
        here, there = source.get(key), target.get(key)
        if here is None:
            yield f"{name}: only in the target"
        elif there is None:
            yield f"{name}: missing in the target"
        elif here.id != there.id:
            yield f"{name}: id {there.id} instead of {here.id}"
        elif here.deleted != there.deleted:
            yield f"{name}: soft-deleted on one side only"
        elif here.content != there.content:
            members = here.content.keys() | there.content.keys()
            changed = sorted(
                each
                for each in members
                if here.content.get(each) != there.content.get(each)
            )
            yield f"{name}: another {', '.join(changed)}"


def _scopes(
    kind: str, source: Mapping[str, Any], target: Mapping[str, Any]
) -> Iterator[str]:
    for scope in sorted(source.keys() | target.keys()):
        here, there = source.get(scope), target.get(scope)
        if here != there:
            yield f"{kind} of {scope or 'the registry'}: {there} instead of {here}"
