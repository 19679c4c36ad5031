"""``config get``, ``set`` and ``unset``: the registry's own settings."""

from __future__ import annotations

import json
from typing import Any

import click

from compat.levels import Level
from registry.cli import options
from registry.cli.console import Failure, Misuse, confirm, show, show_json
from registry.cli.remote import connected

__all__ = ["get", "set_", "unset"]


@click.command()
@click.argument("subject", required=False)
@options.registry
@options.shape
def get(subject: str | None, url: str | None, shape: str) -> None:
    """Print the registry's config in force for SUBJECT, or the global one."""
    with connected(url) as client:
        found = client.get_config(subject, default_to_global=subject is not None)
    _show(subject, dict(found.settings), shape)


@click.command(name="set")
@click.argument("subject", required=False)
@click.option(
    "--level",
    type=click.Choice(Level, case_sensitive=False),
    help="Compatibility level.",
)
@click.option(
    "--setting",
    "settings",
    multiple=True,
    metavar="NAME=JSON",
    help="Another setting, such as normalize=true.",
)
@options.yes
@options.registry
@options.shape
def set_(
    subject: str | None,
    level: Level | None,
    settings: tuple[str, ...],
    yes: bool,
    url: str | None,
    shape: str,
) -> None:
    """Set the registry's config for SUBJECT; the global one after asking."""
    body = dict(map(_setting, settings))
    if level is not None:
        body["compatibility"] = level.value
    if not body:
        raise Misuse("there is nothing to set", advice="Pass --level or --setting.")
    if not subject:  # an empty one is the registry too, as of a variable not set
        confirm("Set the config of the whole registry?", yes=yes)
    with connected(url) as client:
        taken = client.set_config(body, subject).settings
        found = client.get_config(subject)
    _show(subject, dict(found.settings), shape)
    # Registries pass over what they do not know.
    if ignored := [name for name in body if name not in taken]:
        raise Failure(f"the registry knows no setting {', '.join(ignored)}")


@click.command()
@click.argument("subject")
@options.registry
@options.shape
def unset(subject: str, url: str | None, shape: str) -> None:
    """Remove SUBJECT's own config, so that the global one holds."""
    with connected(url) as client:
        client.delete_config(subject)
        found = client.get_config(subject, default_to_global=True)
    _show(subject, dict(found.settings), shape)


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Misuse(f"{text}: a setting is NAME=JSON")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _show(subject: str | None, settings: dict[str, Any], shape: str) -> None:
    if shape == "json":
        show_json({"version": 1, "subject": subject, "config": settings})
        return
    for name, value in settings.items():
        shown = value if isinstance(value, str) else json.dumps(value)
        show(f"{name} = {shown}")
