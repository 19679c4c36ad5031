"""``import``: an export, or another registry, into a registry."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli import options
from registry.cli.console import progress
from registry.cli.copying import copy, is_url, report
from registry.cli.remote import connected
from registry.cli.transfer.folder import read_folder
from registry.cli.transfer.source import read_registry

__all__ = ["import_"]


@click.command(name="import")
@click.argument("source", metavar="FOLDER|URL", type=click.Path())
@options.registry
@options.yes
@options.shape
@click.pass_context
def import_(
    context: click.Context, source: str, url: str | None, yes: bool, shape: str
) -> None:
    """Copy an export, or another registry, into an empty registry.

    Ids, versions, references, soft deletes, contexts, configs and modes are
    kept; the registry is in IMPORT mode meanwhile. Run it again after an
    interruption: it goes on. At the end the registry is read again and
    compared with the source; exit 1 when anything differs.
    """
    if is_url(source):
        with connected(source) as other, progress("reading") as tick:
            snapshot = read_registry(other, tick)
    else:
        snapshot = read_folder(Path(source))
    with connected(url) as client:
        parity = copy(snapshot, client, yes=yes)
    context.exit(report(parity, shape))
