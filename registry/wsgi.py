"""The application that gunicorn serves: the only place that wires it up."""

from __future__ import annotations

from flask import Flask

from registry.api import create_app
from registry.service.session import Registry
from registry.settings import Settings

__all__ = ["application"]


def application() -> Flask:
    """Return the application for the settings of the environment.

    Raises `registry.settings.InvalidSetting` for one that can't be used.
    """
    return create_app(Registry(Settings.from_environment()))
