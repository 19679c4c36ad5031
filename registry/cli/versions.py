"""``versions``: what a subject holds."""

from __future__ import annotations

import click

from registry.cli import options
from registry.cli.console import show, show_json
from registry.cli.remote import connected
from registry.client import NotFound, RegistryClient

__all__ = ["versions"]


@click.command()
@click.argument("subject")
@options.deleted
@options.registry
@options.shape
def versions(subject: str, deleted: bool, url: str | None, shape: str) -> None:
    """List the versions of SUBJECT with their ids and types."""
    with connected(url) as client:
        numbers = client.list_versions(subject, deleted=deleted)
        live = _live(client, subject) if deleted else frozenset(numbers)
        found = [client.get_version(subject, n, deleted=deleted) for n in numbers]
    rows = [
        {"version": each.version, "id": each.id, "type": each.schema.type}
        | {"deleted": each.version not in live}
        for each in found
    ]
    if shape == "json":
        show_json({"version": 1, "subject": subject, "versions": rows})
        return
    for row in rows:
        gone = "  deleted" if row["deleted"] else ""
        show(f"{row['version']:>5}  id {row['id']}  {row['type']}{gone}")


def _live(client: RegistryClient, subject: str) -> frozenset[int]:
    try:
        return frozenset(client.list_versions(subject))
    except NotFound:
        return frozenset()
