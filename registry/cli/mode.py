"""``mode``: what a subject, or the whole registry, takes."""

from __future__ import annotations

import click

from registry.cli import options
from registry.cli.console import confirm, show, show_json
from registry.cli.remote import connected

__all__ = ["mode"]

_MODES = ("READWRITE", "READONLY", "IMPORT", "FORWARD")


@click.group()
def mode() -> None:
    """Show or set a mode; without a subject, that of the whole registry."""


@mode.command()
@click.argument("subject", required=False)
@options.registry
@options.shape
def get(subject: str | None, url: str | None, shape: str) -> None:
    """Print the mode in force for SUBJECT."""
    with connected(url) as client:
        found = client.get_mode(subject, default_to_global=subject is not None)
    _show(subject, found, shape)


@mode.command(name="set")
@click.argument("mode", type=click.Choice(_MODES, case_sensitive=False))
@click.argument("subject", required=False)
@click.option("--force", is_flag=True, help="Enter IMPORT over existing schemas.")
@options.yes
@options.registry
@options.shape
def set_(
    mode: str,
    subject: str | None,
    force: bool,
    yes: bool,
    url: str | None,
    shape: str,
) -> None:
    """Set the mode of SUBJECT; of the whole registry only after asking."""
    if not subject:  # an empty one is the registry too, as of a variable not set
        confirm(f"Set the mode of the whole registry to {mode}?", yes=yes)
    with connected(url) as client:
        found = client.set_mode(mode, subject, force=force)
    _show(subject, found, shape)


@mode.command()
@click.argument("subject")
@options.registry
@options.shape
def unset(subject: str, url: str | None, shape: str) -> None:
    """Remove SUBJECT's own mode, so that the registry's holds."""
    with connected(url) as client:
        client.delete_mode(subject)
        found = client.get_mode(subject, default_to_global=True)
    _show(subject, found, shape)


def _show(subject: str | None, mode: str, shape: str) -> None:
    if shape == "json":
        show_json({"version": 1, "subject": subject, "mode": mode})
    else:
        show(mode)
