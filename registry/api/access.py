"""What a handler reaches: the registry that this application serves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from flask import Response, current_app, request

from registry.front.wanted import WANTED, Wanted
from registry.service.session import Registry, Session

__all__ = ["reading", "reading_content", "registry", "write"]

T = TypeVar("T")


def registry() -> Registry:
    """Return the registry of the application that handles the request."""
    found: Registry = current_app.extensions["dovetail"]
    return found


def reading() -> AbstractContextManager[Session]:
    """Give a session for reading."""
    return registry().reading()


def reading_content(answer: Callable[[Session], Response]) -> Response:
    """Answer with content that lasts, from a replica where that is known to be right.

    What the front door knows of the deletions was heard before the request
    went on.
    """
    wanted: Wanted | None = request.environ.get(WANTED)
    return registry().content(
        answer,
        lasts=lambda response: bool(response.cache_control.immutable),
        deletions_heard=None if wanted is None else wanted.moment.deletions,
    )


def write(work: Callable[[Session], T]) -> T:
    """Run ``work`` in one transaction."""
    return registry().write(work)
