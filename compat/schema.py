"""What every parsed schema answers, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Deferred", "Schema"]


class Schema(Protocol):
    """A parsed schema: immutable, and safe to share among threads."""

    @property
    def format(self) -> str:
        """The name of its format, such as ``AVRO``."""

    @property
    def text(self) -> str:
        """The text that was parsed."""

    @property
    def canonical(self) -> str:
        """The text that is stored and identifies the schema."""

    @property
    def fingerprint(self) -> str:
        """A digest over all that can change a verdict, references included.

        Two schemas with the same fingerprint get the same verdict against
        any third one, so it may key a cache for ever.
        """

    @property
    def declares(self) -> tuple[str, ...]:
        """The names by which other schemas can refer to this one's types.

        Full names of Avro types, the ``$id`` of a JSON Schema, full names of
        Protobuf messages and enums; the first is the schema's own name.
        """

    @property
    def needs(self) -> tuple[str, ...]:
        """The references' names that the text itself uses, in text order."""

    @property
    def references(self) -> Mapping[str, str]:
        """The texts that it was parsed with, by name."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """A schema that need not be parsed while answers about it are remembered.

    May stand for an old version in a check that has a cache: its fingerprint is
    known, and ``parse`` returns it whole.
    """

    fingerprint: str
    parse: Callable[[], Any]
