"""The WSGI application that gunicorn's thread workers serve."""

from __future__ import annotations

from registry.api import create_app
from registry.front.recorder import Recorder
from registry.front.watch import LEASE_SECONDS
from registry.front.wsgi import WsgiFront
from registry.service.session import Registry
from registry.settings import Settings

__all__ = ["application"]


def application() -> WsgiFront:
    """Return the application for the settings of the environment.

    Raises `registry.settings.InvalidSetting` for one that can't be used.
    """
    registry = Registry(Settings.from_environment(), lease=LEASE_SECONDS)
    return WsgiFront(Recorder(create_app(registry)))
