"""``delete``: a version or a whole subject, softly or for good."""

from __future__ import annotations

import click

from registry.cli import options
from registry.cli.console import confirm, show, show_json
from registry.cli.remote import connected

__all__ = ["delete"]


@click.command()
@click.argument("subject")
@click.argument("version", required=False)
@click.option(
    "--permanent",
    is_flag=True,
    help="For good; only what was deleted softly before.",
)
@options.yes
@options.registry
@options.shape
def delete(
    subject: str,
    version: str | None,
    permanent: bool,
    yes: bool,
    url: str | None,
    shape: str,
) -> None:
    """Delete a VERSION of SUBJECT, or all of them.

    A soft delete keeps the data readable and can be undone with undelete.
    """
    what = f"version {version} of {subject}" if version else f"all of {subject}"
    confirm(f"Delete {what}{' for good' if permanent else ''}?", yes=yes)
    with connected(url) as client:
        if version is None:
            gone = client.delete_subject(subject, permanent=permanent)
        else:
            gone = [client.delete_version(subject, version, permanent=permanent)]
    if shape == "json":
        show_json({"version": 1, "subject": subject, "deleted": gone})
    else:
        show(f"deleted {subject} version {', '.join(map(str, gone))}")
