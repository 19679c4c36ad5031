"""``serve``: migrate where that is wanted, and run gunicorn."""

from __future__ import annotations

import os
import sys
import tempfile

import click

from registry.cli.db import upgrade_database

__all__ = ["serve"]


@click.command()
def serve() -> None:
    """Serve the registry over HTTP; settings come from DOVETAIL_* variables."""
    from registry.settings import InvalidSetting, Settings

    try:
        settings = Settings.from_environment()
    except InvalidSetting as error:
        raise click.UsageError(str(error)) from None
    embedded = settings.database_url.startswith("sqlite")
    if settings.migrate == "always" or (settings.migrate == "auto" and embedded):
        click.echo(upgrade_database(settings))
    click.echo(f"Dovetail listens on http://{settings.listen}")
    click.echo("Try: curl -X POST -H 'Content-Type: application/json' \\")
    click.echo('  -d \'{"schema": "\\"string\\""}\' \\')
    click.echo(f"  http://{settings.listen}/subjects/greeted-value/versions")
    sys.stdout.flush()
    # The processes count into files here, so that each can answer for all.
    os.environ.setdefault(
        "PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="dovetail-metrics-")
    )
    # Gunicorn takes this process's place, so that signals reach it directly.
    os.execv(  # noqa: S606 - no shell, and no argument of anyone else's
        sys.executable,
        [sys.executable, "-m", "gunicorn", "-c", "python:registry.gunicorn"],
    )
