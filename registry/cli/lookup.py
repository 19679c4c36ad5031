"""``lookup``: which version of a subject holds a schema."""

from __future__ import annotations

import click

from registry.cli import options
from registry.cli.console import Failure, show, show_json
from registry.cli.remote import connected
from registry.cli.schema_file import read_schema, subject_for
from registry.client import NotFound

__all__ = ["lookup"]


@click.command()
@options.file
@options.subject
@options.type_
@options.reference
@click.option("--normalize", is_flag=True, help="Compare normalised texts.")
@options.deleted
@options.registry
@options.shape
def lookup(
    file: str,
    subject: str | None,
    type_: str | None,
    references: tuple[str, ...],
    normalize: bool,
    deleted: bool,
    url: str | None,
    shape: str,
) -> None:
    """Find the version that holds the schema in FILE (``-`` is stdin)."""
    name = subject_for(file, subject)
    with connected(url) as client:
        schema = read_schema(client, file, type_, references)
        try:
            known = client.lookup(name, schema, normalize=normalize, deleted=deleted)
        except NotFound as error:
            raise Failure(error.message) from None
    if shape == "json":
        shown = {"subject": name, "version": known.version, "id": known.id}
        show_json(shown | {"guid": known.guid})
    else:
        show(f"{name} version {known.version}, id {known.id}")
