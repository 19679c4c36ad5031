"""``db``: look after the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from registry.settings import Settings

__all__ = ["db", "upgrade_database"]


@click.group()
def db() -> None:
    """Look after the registry's database."""


@db.command()
def upgrade() -> None:
    """Bring the database of DOVETAIL_DATABASE_URL to this release's schema."""
    from registry.settings import InvalidSetting, Settings

    try:
        settings = Settings.from_environment()
    except InvalidSetting as error:
        raise click.UsageError(str(error)) from None
    click.echo(upgrade_database(settings))


def upgrade_database(settings: Settings) -> str:
    """Migrate the database that the settings name; return what was done."""
    from registry.errors import RegistryError
    from registry.store import migrations
    from registry.store.engine import Database

    database = Database(
        settings.database_url,
        timeout=settings.database_timeout,
        pooler=settings.pgbouncer,
    )
    try:
        applied = migrations.upgrade(database)
        with database.reading() as connection:
            found = migrations.current(connection)
    except RegistryError as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.close()
    done = f"; applied {', '.join(applied)}" if applied else ""
    return f"The database is at revision {found}{done}"
