"""How files refer to each other: one module for each format."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from registry.cli.workspace import Workspace

__all__ = ["References", "references_of"]

_MODULES = {"AVRO": "avro", "JSON": "jsonschema", "PROTOBUF": "protobuf"}


class References(Protocol):
    """Finds the files that a schema's text refers to; a module is one."""

    def needs(self, text: str) -> tuple[str, ...]:
        """Return the names that ``text`` uses and does not define, in order."""

    def own(self, text: str) -> str | None:
        """Return the name that ``text`` has wherever its file lies, if it has one."""

    def find(self, name: str, user: str, files: Workspace) -> str | None:
        """Return the file that ``name``, used in the file ``user``, stands for."""

    def name(self, need: str, user: str) -> str:
        """Return what to call ``need``, used in the reference called ``user``."""

    def key(self, name: str, where: str) -> str:
        """Return what a schema may be given once of: a name, or a file."""

    def places(self, name: str, user: str, files: Workspace) -> Iterator[str]:
        """Yield every path that ``name`` might stand for, there or not."""


class _None:
    """A format of which nothing is known: its files stand alone."""

    def needs(self, text: str) -> tuple[str, ...]:  # noqa: ARG002
        return ()

    def own(self, text: str) -> str | None:  # noqa: ARG002
        return None

    def find(self, name: str, user: str, files: Workspace) -> str | None:  # noqa: ARG002
        return None

    def name(self, need: str, user: str) -> str:  # noqa: ARG002
        return need

    def key(self, name: str, where: str) -> str:  # noqa: ARG002
        return where

    def places(self, name: str, user: str, files: Workspace) -> Iterator[str]:  # noqa: ARG002
        yield from ()


def references_of(format: str) -> References:
    """Return how the files of ``format`` refer to each other."""
    module = _MODULES.get(format)
    if module is None:
        return _None()
    return cast(References, import_module(f"{__name__}.{module}"))
