"""What a handler reaches: the registry that this application serves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from flask import current_app

from registry.service.session import Registry, Session

__all__ = ["reading", "registry", "write"]

T = TypeVar("T")


def registry() -> Registry:
    """Return the registry of the application that handles the request."""
    found: Registry = current_app.extensions["dovetail"]
    return found


def reading() -> AbstractContextManager[Session]:
    """Give a session for reading."""
    return registry().reading()


def write(work: Callable[[Session], T]) -> T:
    """Run ``work`` in one transaction."""
    return registry().write(work)
