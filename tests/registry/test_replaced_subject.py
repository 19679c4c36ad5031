"""What a registration rests on changes between its check and its storing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import pytest

from registry.errors import Incompatible, NotPermitted
from registry.service import config, deletion, mode
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

    def __init__(self, settings: Settings, meanwhile: Callable[[], object]) -> None:
        super().__init__(settings)
        self._meanwhile = [meanwhile]

    def write(self, work: Callable[[Session], T], *, after: Session | None = None) -> T:
        if self._meanwhile:
            self._meanwhile.pop()()
        return super().write(work, after=after)


def record(type: str, **more: str) -> SchemaRequest:
    fields = [{"name": "id", "type": type}]
    fields += [{"name": n, "type": "string", "default": d} for n, d in more.items()]
    text = json.dumps({"type": "record", "name": "Order", "fields": fields})
    return SchemaRequest(text=text)


@pytest.fixture
def other(database: str) -> Iterator[Registry]:
    """A node whose registry holds one version of one subject."""
    made = Registry(Settings(database_url=database))
    migrations.upgrade(made.database)
    register(made, ORDERS, record("long"))
    yield made
    made.database.close()


@contextmanager
def overtaken(other: Registry, meanwhile: Callable[[], object]) -> Iterator[Registry]:
    node = Overtaken(other.settings, meanwhile)
    yield node
    node.database.close()


def test_a_replaced_subject_is_checked_again(other: Registry) -> None:

    def anew() -> None:
        for permanent in (False, True):
            other.write(
                lambda s, p=permanent: deletion.delete_subject(s, ORDERS, permanent=p)
            )
        register(other, ORDERS, record("string"))

    with overtaken(other, anew) as node, pytest.raises(Incompatible):
        register(node, ORDERS, record("long", note=""))


def test_a_stricter_level_is_checked_again(other: Registry) -> None:
    def restrict() -> None:
        level = {"compatibilityLevel": "FULL"}
        other.write(lambda s: config.put_config(s, ORDERS, level))

    wider = record("long")
    wider = replace(wider, text=wider.text.replace('"long"', '"double"'))
    with overtaken(other, restrict) as node, pytest.raises(Incompatible):
        register(node, ORDERS, wider)


def test_a_read_only_subject_takes_nothing_more(other: Registry) -> None:
    def close() -> None:
        other.write(lambda s: mode.put_mode(s, ORDERS, mode.Mode.READONLY, force=False))

    with overtaken(other, close) as node, pytest.raises(NotPermitted):
        register(node, ORDERS, record("long", note=""))


def test_another_version_came_first(other: Registry) -> None:
    def add() -> None:
        register(other, ORDERS, record("long", colour=""))

    with overtaken(other, add) as node:
        made = register(node, ORDERS, record("long", note=""))

    assert (made.number, made.schema.id) == (3, 3)


def test_the_same_content_came_first_elsewhere(other: Registry) -> None:
    def add() -> None:
        register(other, SubjectName.parse("bills"), record("long", note=""))

    with overtaken(other, add) as node:
        made = register(node, ORDERS, record("long", note=""))

    assert (made.number, made.schema.id) == (2, 2)


def test_a_refused_one_uses_no_id_up(other: Registry) -> None:
    def add() -> None:
        register(other, ORDERS, record("long", colour=""))

    with overtaken(other, add) as node:
        register(node, ORDERS, record("long", colour=""))
        made = register(node, ORDERS, record("long", note=""))

    assert (made.number, made.schema.id) == (3, 3)
