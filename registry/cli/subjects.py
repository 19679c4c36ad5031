"""``subjects``: their names."""

from __future__ import annotations

import click

from registry.cli import options
from registry.cli.console import show, show_json
from registry.cli.remote import connected

__all__ = ["subjects"]


@click.command()
@click.option("--prefix", help="Names that start so; ':*:' is all contexts.")
@options.deleted
@options.registry
@options.shape
def subjects(prefix: str | None, deleted: bool, url: str | None, shape: str) -> None:
    """List the subjects, one a line."""
    with connected(url) as client:
        names = client.list_subjects(prefix=prefix, deleted=deleted)
    if shape == "json":
        show_json({"version": 1, "subjects": names})
    else:
        show("\n".join(names))
