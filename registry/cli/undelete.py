"""``undelete``: soft-deleted versions come back."""

from __future__ import annotations

import click

from registry.cli import options
from registry.cli.console import show, show_json
from registry.cli.remote import connected
from registry.client._operations._operation import segment, send

__all__ = ["undelete"]


@click.command()
@click.argument("subject")
@click.argument("version", type=int, required=False)
@options.registry
@options.shape
def undelete(subject: str, version: int | None, url: str | None, shape: str) -> None:
    """Bring back a soft-deleted VERSION of SUBJECT, or all of them.

    Only Dovetail can; Confluent's registry has no such call.
    """
    path = f"/subjects/{segment(subject)}"
    if version is not None:
        path += f"/versions/{version}"
    with connected(url) as client:
        answer = client.send(send("POST", f"{path}/undelete", lambda body: body))
    back = answer if isinstance(answer, list) else [answer]
    if shape == "json":
        show_json({"version": 1, "subject": subject, "undeleted": back})
    elif back:
        show(f"undeleted {subject} version {', '.join(map(str, back))}")
    else:
        show(f"{subject} has no deleted version")
