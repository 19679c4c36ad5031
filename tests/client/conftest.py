"""A client of the running Dovetail, and names that no other test uses."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from registry.client import RegistryClient
from tests.running import Dovetail


@pytest.fixture
def client(dovetail: Dovetail) -> Iterator[RegistryClient]:
    """A client of the shared Dovetail."""
    with RegistryClient(dovetail.url) as client:
        yield client


@pytest.fixture
def topic() -> str:
    """A topic that no other test uses."""
    return f"t{uuid.uuid4().hex[:12]}"


def order(*extra: dict[str, Any]) -> str:
    """The text of a record ``shop.Order`` with an ``id`` and ``extra`` fields."""
    fields = [{"name": "id", "type": "string"}, *extra]
    schema = {"type": "record", "name": "Order", "namespace": "shop", "fields": fields}
    return json.dumps(schema)


ORDER = order()
ORDER_WITH_NOTE = order({"name": "note", "type": ["null", "string"], "default": None})
ORDER_BROKEN = order({"name": "total", "type": "double"})
