"""A parsed Avro schema, as the rest of the product sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property

from compat.formats.avro import canonical as texts
from compat.formats.avro.model import Node, Record
from compat.formats.avro.parse import Parsed
from compat.spans import Spans

__all__ = ["AvroSchema"]


class AvroSchema:
    """A parsed schema: immutable, and safe to share among threads.

    ``text`` is what was parsed, ``references`` the texts it was parsed with.
    """

    format = "AVRO"

    def __init__(
        self, text: str, references: Mapping[str, str], parsed: Parsed
    ) -> None:
        self.text = text
        self.references = references
        self.root: Node = parsed.root
        self.types = parsed.types
        self.declares = parsed.declares
        self.needs = parsed.needs
        self._canonical: str | None = None
        self._identity: tuple[str, bool] | None = None
        self._fingerprint: str | None = None

    # Every registration asks for each of these once, where the lock that
    # cached_property takes until Python 3.12 shows.

    @property
    def canonical(self) -> str:
        """Java's text form: what is stored and identifies the schema."""
        if self._canonical is None:
            self._canonical = texts.canonical(self.root)
        return self._canonical

    @property
    def identity(self) -> str:
        """Equal for schemas that registering again would not add."""
        return self._identified()[0]

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hex, over all that can change a verdict."""
        if self._fingerprint is None:
            text, remarked = self._identified()
            if remarked:
                text = texts.verdict(self.root)
            self._fingerprint = hashlib.sha256(text.encode()).hexdigest()
        return self._fingerprint

    def _identified(self) -> tuple[str, bool]:
        if self._identity is None:
            self._identity = texts.identity(self.root)
        return self._identity

    @cached_property
    def spans(self) -> Spans:
        """The places in ``text``."""
        return Spans(self.text)

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the top-level record's fields, in their order."""
        root = self.root
        return tuple(f.name for f in root.fields) if isinstance(root, Record) else ()
