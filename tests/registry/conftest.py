"""Fixtures of the tests that go past HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from registry.store import migrations
from registry.store.engine import Database


@pytest.fixture
def empty_registry(postgres_url: str) -> Iterator[Callable[..., Database]]:
    """Opens the PostgreSQL database of an empty registry, within given limits."""
    with ExitStack() as stack:

        def opened(**limits: Any) -> Database:
            made = Database(postgres_url, **limits)
            stack.callback(made.close)
            migrations.upgrade(made)
            return made

        yield opened
