"""Gunicorn's settings, made from ours: `gunicorn -c python:registry.gunicorn`."""

from __future__ import annotations

from registry.settings import Settings

_SETTINGS = Settings.from_environment()

wsgi_app = "registry.wsgi:application()"
bind = [_SETTINGS.listen]
workers = _SETTINGS.workers
worker_class = "gthread"
threads = _SETTINGS.threads
keepalive = 75
timeout = 60
graceful_timeout = 30
# Clients put whole subject names, percent-encoded, into one path segment.
limit_request_line = 8190
accesslog = None
# Its default is one path in the home directory, which two servers would fight over.
control_socket_disable = True
proc_name = "dovetail"
