"""A schema and the texts it refers to, as a validator can look them up.

A reference is known by its name, wherever it is used. To a validator the name
is relative to the ids around it: below ``http://a/b.json`` the name ``c.json``
is ``http://a/c.json``. So each text gets a URI, and is referred to by that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compat.formats.jsonschema.dialects import dialect_of
from compat.formats.jsonschema.references import DATA, MAPS, joined
from compat.formats.jsonschema.schema import JsonSchema

__all__ = ["BASE", "retrievable"]

BASE = "file:///"
"""Stands for where a schema without an id comes from. Nothing is read there."""

_REFERENCES = ("$ref", "$dynamicRef")


def retrievable(
    schema: JsonSchema, root: Any, texts: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """Return ``root``, the plain ``schema``, and ``texts``, its references, by URI."""
    if not texts:
        return root, {}
    named = {name.partition("#")[0]: text for name, text in texts.items()}
    uris = {
        name: name if ":" in name else f"{BASE}{number}/text"
        for number, name in enumerate(named)
    }
    keyword = schema.dialect.id_keyword
    found = {
        uris[name]: _Text(dialect_of(text, schema.dialect).id_keyword, uris).spelled(
            text, name
        )
        for name, text in named.items()
    }
    return _Text(keyword, uris).spelled(root, ""), found


@dataclass(frozen=True, slots=True)
class _Text:
    """One text: the keyword of its ids, and the URIs of all names."""

    keyword: str
    uris: Mapping[str, str]

    def spelled(self, value: Any, base: str) -> Any:
        """Return ``value``, to which ``base`` applies, with URIs for names."""
        if isinstance(value, list):
            return [self.spelled(each, base) for each in value]
        if not isinstance(value, dict):
            return value
        own = value.get(self.keyword)
        if isinstance(own, str) and not own.startswith("#"):
            base = joined(base, own).partition("#")[0]
        return {name: self._member(name, each, base) for name, each in value.items()}

    def _member(self, keyword: str, value: Any, base: str) -> Any:
        if keyword in DATA:
            return value
        if keyword in _REFERENCES and isinstance(value, str):
            return self._reference(value, base)
        if keyword in MAPS and isinstance(value, dict):
            return {name: self.spelled(each, base) for name, each in value.items()}
        return self.spelled(value, base)

    def _reference(self, value: str, base: str) -> str:
        target, mark, fragment = value.partition("#")
        for name in (joined(base, target), target) if target else ():
            if name in self.uris:
                return f"{self.uris[name]}{mark}{fragment}"
        return value
