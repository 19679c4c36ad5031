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

    @cached_property
    def canonical(self) -> str:
        """Java's text form: what is stored and identifies the schema."""
        return texts.canonical(self.root)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hex, over all that can change a verdict."""
        text, remarked = self._identity
        if remarked:
            text = texts.verdict(self.root)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def identity(self) -> str:
        """Equal for schemas that registering again would not add."""
        return self._identity[0]

    @cached_property
    def _identity(self) -> tuple[str, bool]:
        return texts.identity(self.root)

    @cached_property
    def spans(self) -> Spans:
        """The places in ``text``."""
        return Spans(self.text)

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the top-level record's fields, in their order."""
        root = self.root
        return tuple(f.name for f in root.fields) if isinstance(root, Record) else ()
