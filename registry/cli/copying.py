"""What export and import share: one registry made equal to a snapshot."""

from __future__ import annotations

from registry.cli.console import Failure, confirm, progress, show, show_json
from registry.cli.exits import Exit
from registry.cli.transfer.parity import Parity, compare
from registry.cli.transfer.restore import conflicts, restore, steps_of
from registry.cli.transfer.snapshot import Snapshot
from registry.cli.transfer.source import read_registry
from registry.client import RegistryClient

__all__ = ["copy", "is_url", "report"]

_MOST_SHOWN = 5


def copy(snapshot: Snapshot, client: RegistryClient, *, yes: bool) -> Parity:
    """Make the registry hold ``snapshot``, and compare the two afterwards."""
    with progress("looking at the target") as tick:
        target = read_registry(client, tick)
    if found := conflicts(snapshot, target):
        shown = "; ".join(found[:_MOST_SHOWN])
        raise Failure(
            f"the target registry holds other schemas: {shown}"
            + (f", and {len(found) - _MOST_SHOWN} more" if found[_MOST_SHOWN:] else ""),
            advice="Import into an empty registry.",
        )
    steps = steps_of(snapshot, target)
    if steps:
        url = client.config.urls[0]
        confirm(f"Write {steps} versions and deletes to {url}?", yes=yes)
    with progress("writing", steps) as tick:
        restore(client, snapshot, target, tick)
    with progress("comparing") as tick:
        return compare(snapshot, read_registry(client, tick))


def is_url(text: str) -> bool:
    """Whether ``text`` names a registry rather than a folder."""
    return text.startswith(("http://", "https://"))


def report(parity: Parity, shape: str) -> Exit:
    """Print the parity report; return 1 when anything differs."""
    if shape == "json":
        show_json({"version": 1} | parity.to_json())
    else:
        show(str(parity))
    return Exit.INCOMPATIBLE if parity.differences else Exit.OK
