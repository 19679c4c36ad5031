"""The ASGI application that gunicorn's uvicorn workers serve."""

from __future__ import annotations

from registry.api import create_app
from registry.front.asgi import AsgiFront
from registry.front.recorder import Recorder
from registry.front.watch import LEASE_SECONDS
from registry.service.session import Registry
from registry.settings import Settings

__all__ = ["application"]


def application() -> AsgiFront:
    """Return the application for the settings of the environment.

    Raises `registry.settings.InvalidSetting` for one that can't be used.
    """
    settings = Settings.from_environment()
    registry = Registry(settings, lease=LEASE_SECONDS)
    return AsgiFront(
        Recorder(create_app(registry)),
        threads=settings.threads,
        max_body=settings.max_body_bytes,
    )
