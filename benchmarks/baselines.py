"""What servers are measured against: the least that each kind could cost."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.wrk import Target
from tests.child import Child
from tests.ports import free_port

__all__ = ["bare_wsgi", "nginx_file", "plain_flask"]

_NGINX = """
worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""
_GUNICORN = (
    *("-m", "gunicorn", "-w2", "-k", "gthread", "--threads", "8"),
    *("--keep-alive", "75", "--no-control-socket", "-b"),
)


@contextlib.contextmanager
def nginx_file(folder: Path, body: bytes) -> Iterator[Target]:
    """Serve ``body`` as a file from two processes of nginx."""
    home, port = _home(folder, "nginx"), free_port()
    (home / "www").mkdir()
    (home / "www" / "file").write_bytes(body)
    (home / "conf").write_text(_NGINX.format(folder=home, port=port))
    program = shutil.which("nginx")
    assert program is not None
    child = Child([program, "-c", home / "conf"], log=home / "out")
    with _served(child, f"http://127.0.0.1:{port}/file"):
        yield Target("nginx", f"http://127.0.0.1:{port}/file", [child.pid])


@contextlib.contextmanager
def bare_wsgi(folder: Path, size: int) -> Iterator[Target]:
    """Serve ``size`` bytes from a function on gunicorn's threads."""
    home = _home(folder, "bare")
    settings = {"BODY_SIZE": str(size)}
    with _gunicorn(home, "benchmarks.bare_app:application", settings) as (base, pid):
        yield Target("bare WSGI", base, [pid])


@contextlib.contextmanager
def plain_flask(
    folder: Path, database: str, path: str, *, pids: Sequence[int] = ()
) -> Iterator[Target]:
    """Serve `latest` of a database of ours as a plain application would.

    One query through SQLAlchemy core on each request, on gunicorn's threads.
    ``pids`` are the database's processes.
    """
    kind = "SQLite" if database.startswith("sqlite") else "PostgreSQL"
    home = _home(folder, f"plain-{kind}")
    settings = {"DATABASE": database}
    with _gunicorn(home, "benchmarks.plain_app:app", settings) as (base, pid):
        yield Target(f"Flask + {kind}", base + path, [pid, *pids])


@contextlib.contextmanager
def _gunicorn(
    home: Path, application: str, settings: Mapping[str, str]
) -> Iterator[tuple[str, int]]:
    port = free_port()
    address = f"127.0.0.1:{port}"
    child = Child(
        [sys.executable, *_GUNICORN, address, application],
        log=home / "out",
        env={**os.environ, **settings},
    )
    with _served(child, f"http://{address}/"):
        yield f"http://{address}", child.pid


def _home(folder: Path, name: str) -> Path:
    home = folder / name
    home.mkdir()
    return home


@contextlib.contextmanager
def _served(child: Child, url: str) -> Iterator[None]:
    try:
        child.wait_for(lambda: _answers(url))
        yield
    finally:
        child.stop()


def _answers(url: str) -> bool | None:
    try:
        urllib.request.urlopen(url).close()
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        return None
    return True
