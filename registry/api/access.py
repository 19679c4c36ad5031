"""What a handler reaches: the registry that this application serves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

from flask import Response, current_app, g, request

from registry.front.wanted import WANTED, Wanted
from registry.service.session import Registry, Session

__all__ = [
    "reading",
    "reading_content",
    "reading_on",
    "registry",
    "stop_reading",
    "write",
]

T = TypeVar("T")


def registry() -> Registry:
    """Return the registry of the application that handles the request."""
    found: Registry = current_app.extensions["dovetail"]
    return found


def reading() -> AbstractContextManager[Session]:
    """Give a session for reading: the one `reading_on` has left, or a new one."""
    left: AbstractContextManager[Session] | None = g.pop("reading", None)
    return registry().reading() if left is None else left


@contextmanager
def reading_on() -> Iterator[Session]:
    """Give a session for reading, and leave it to the request's next `reading`.

    A connection for each would cost as much as the query.
    """
    with ExitStack() as stack:
        session = stack.enter_context(reading())
        yield session
        g.reading = _resumed(stack.pop_all(), session)


def stop_reading() -> None:
    """End the reading that was left, if nobody has resumed it."""
    if "reading" in g:
        with reading():
            pass


@contextmanager
def _resumed(stack: ExitStack, session: Session) -> Iterator[Session]:
    with stack:
        yield session


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
