"""Gunicorn's settings, made from ours: `gunicorn -c python:registry.gunicorn`."""

from __future__ import annotations

import gc
import os
import shutil
from typing import Any

from prometheus_client import multiprocess

from registry.collector import collect_seldom
from registry.settings import Settings

collect_seldom()

_SETTINGS = Settings.from_environment()

_EVENT_LOOP = _SETTINGS.worker == "uvicorn"

wsgi_app = f"registry.{'asgi' if _EVENT_LOOP else 'wsgi'}:application()"
bind = [_SETTINGS.listen]
workers = _SETTINGS.workers
worker_class = "registry.front.worker.Worker" if _EVENT_LOOP else "gthread"
threads = _SETTINGS.threads
# Workers share the memory of what is imported, and a bad setting ends the start.
# Nothing is connected, and no thread runs, before the first request.
preload_app = True
keepalive = 75
timeout = 60
graceful_timeout = 30
# Clients put whole subject names, percent-encoded, into one path segment.
limit_request_line = 8190
accesslog = None
# Its default is one path in the home directory, which two servers would fight over.
control_socket_disable = True
proc_name = "dovetail"


def when_ready(_server: Any) -> None:
    """Leave what was made so far alone when collecting: it stays shared."""
    gc.collect()
    gc.freeze()


def child_exit(_server: Any, worker: Any) -> None:
    """Fold the counts of a process that ended into those of all."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
    if _EVENT_LOOP:
        worker.exited()


def on_exit(_server: Any) -> None:
    """Remove the files that the processes counted into, if `serve` made them."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    if "dovetail-metrics-" in folder:
        shutil.rmtree(folder, ignore_errors=True)
