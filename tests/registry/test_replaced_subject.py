"""A subject is deleted and made anew between the check of a schema and its storing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

import pytest

from registry.errors import Incompatible
from registry.service import deletion
from registry.service.names import SubjectName
from registry.service.register import register
from registry.service.requests import SchemaRequest
from registry.service.session import Registry, Session
from registry.settings import Settings
from registry.store import migrations

T = TypeVar("T")

ORDERS = SubjectName.parse("orders")


class Overtaken(Registry):
    """A node that another one overtakes just before it first writes."""

    def __init__(self, settings: Settings, meanwhile: Callable[[], None]) -> None:
        super().__init__(settings)
        self._meanwhile = [meanwhile]

    def write(self, work: Callable[[Session], T]) -> T:
        if self._meanwhile:
            self._meanwhile.pop()()
        return super().write(work)


def record(type: str, **more: str) -> SchemaRequest:
    fields = [{"name": "id", "type": type}]
    fields += [{"name": n, "type": "string", "default": d} for n, d in more.items()]
    text = json.dumps({"type": "record", "name": "Order", "fields": fields})
    return SchemaRequest(text=text)


def test_the_check_is_made_again(database: str) -> None:
    settings = Settings(database_url=database)
    other = Registry(settings)
    migrations.upgrade(other.database)
    register(other, ORDERS, record("long"))

    def replace() -> None:
        for permanent in (False, True):
            other.write(
                lambda s, p=permanent: deletion.delete_subject(s, ORDERS, permanent=p)
            )
        register(other, ORDERS, record("string"))

    overtaken = Overtaken(settings, replace)
    with pytest.raises(Incompatible):
        register(overtaken, ORDERS, record("long", note=""))
    overtaken.database.close()
    other.database.close()
