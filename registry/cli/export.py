"""``export``: a whole registry into a folder or another registry."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli import options
from registry.cli.console import progress
from registry.cli.copying import copy, is_url, report
from registry.cli.remote import connected
from registry.cli.transfer.folder import read_folder, write_folder
from registry.cli.transfer.parity import compare
from registry.cli.transfer.source import read_registry

__all__ = ["export"]


@click.command()
@click.argument("target", metavar="FOLDER|URL", type=click.Path())
@options.registry
@options.yes
@options.shape
@click.pass_context
def export(
    context: click.Context, target: str, url: str | None, yes: bool, shape: str
) -> None:
    """Copy the whole registry to a folder, or into another registry.

    Ids, versions, references, soft deletes, contexts, configs and modes are
    kept. Run it again after an interruption: it goes on. At the end both
    sides are read again and compared; exit 1 when anything differs.
    """
    with connected(url) as client:
        with progress("reading") as tick:
            snapshot = read_registry(client, tick)
        if is_url(target):
            with connected(target) as other:
                parity = copy(snapshot, other, yes=yes)
        else:
            folder = Path(target)
            with progress("writing", len(snapshot.versions)) as tick:
                write_folder(folder, snapshot, tick)
            with progress("comparing") as tick:
                parity = compare(read_registry(client, tick), read_folder(folder))
    context.exit(report(parity, shape))
