"""``register``: a schema file becomes a version of a subject."""

from __future__ import annotations

import click

from registry.cli import options
from registry.cli.console import show, show_json
from registry.cli.remote import connected
from registry.cli.schema_file import read_schema, subject_for

__all__ = ["register"]


@click.command()
@options.file
@options.subject
@options.type_
@options.reference
@click.option("--normalize", is_flag=True, help="Store the normalised text.")
@options.registry
@options.shape
def register(
    file: str,
    subject: str | None,
    type_: str | None,
    references: tuple[str, ...],
    normalize: bool,
    url: str | None,
    shape: str,
) -> None:
    """Register FILE (``-`` is stdin) under a subject.

    A schema that the subject has already is found again, and its version is
    printed.
    """
    name = subject_for(file, subject)
    with connected(url) as client:
        schema = read_schema(client, file, type_, references)
        client.register(name, schema, normalize=normalize)
        known = client.lookup(name, schema, normalize=normalize)
    if shape == "json":
        shown = {"subject": name, "version": known.version, "id": known.id}
        show_json(shown | {"guid": known.guid})
    else:
        show(f"{name} version {known.version}, id {known.id}")
