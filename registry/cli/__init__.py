"""The `dovetail` command."""

from __future__ import annotations

import click

from registry.cli.db import db
from registry.cli.serve import serve

__all__ = ["main"]


@click.group()
def main() -> None:
    """Dovetail: schemas that fit."""


main.add_command(db)
main.add_command(serve)
