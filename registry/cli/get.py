"""``get``: the text of one schema."""

from __future__ import annotations

import click

from registry.cli import options
from registry.cli.console import Misuse, show, show_json
from registry.cli.remote import connected

__all__ = ["get"]


@click.command()
@click.argument("subject", required=False)
@click.argument("version", default="latest")
@click.option("--id", "id_", type=int, help="The schema with this id.")
@click.option("--guid", help="The schema with this GUID.")
@options.deleted
@options.registry
@options.shape
def get(
    subject: str | None,
    version: str,
    id_: int | None,
    guid: str | None,
    deleted: bool,
    url: str | None,
    shape: str,
) -> None:
    """Print the schema of SUBJECT, the latest VERSION by default."""
    if (subject is None) == (id_ is None and guid is None):
        raise Misuse("name a subject, or give --id or --guid")
    with connected(url) as client:
        if id_ is not None:
            found = client.get_schema(id_)
        elif guid is not None:
            found = client.get_schema_by_guid(guid)
        else:
            found = client.get_version(str(subject), version, deleted=deleted)
    if shape == "text":
        show(found.schema.text)
        return
    numbers = {
        "subject": found.subject,
        "version": found.version,
        "id": found.id,
        "guid": found.guid,
    }
    known = {key: value for key, value in numbers.items() if value is not None}
    show_json(known | found.schema.to_json())
