"""A real PgBouncer in front of a PostgreSQL of the tests, pooling transactions."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.child import Child
from tests.ports import free_port
from tests.postgres import Postgres

__all__ = ["find_pgbouncer", "pgbouncer"]

_ACCOUNT = "nobody"
_CONFIG = """[databases]
* = host=127.0.0.1 port={server} user=postgres

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
"""


def find_pgbouncer() -> str | None:
    """Return where the program is; Debian's package puts it out of most paths."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextlib.contextmanager
def pgbouncer(server: Postgres, *, size: int) -> Iterator[int]:
    """Pool up to ``size`` connections to ``server``; yield the port to use instead."""
    program = find_pgbouncer()
    assert program is not None
    # Not pytest's tmp_path: its parents are closed to the account used under root.
    folder = Path(tempfile.mkdtemp(prefix="dovetail-pgbouncer-"))
    folder.chmod(0o755)
    port = free_port()
    config = folder / "pgbouncer.ini"
    config.write_text(_CONFIG.format(server=server.port, port=port, size=size))
    child = Child(
        [program, config],
        log=folder / "log",
        user=_ACCOUNT if os.geteuid() == 0 else "",
    )
    try:
        child.wait_for(lambda: _accepts(port))
        yield port
    finally:
        child.stop()
        shutil.rmtree(folder)


def _accepts(port: int) -> bool | None:
    try:
        psycopg.connect(
            host="127.0.0.1", port=port, user="postgres", dbname="postgres"
        ).close()
    except psycopg.OperationalError:
        return None
    return True
