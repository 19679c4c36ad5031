"""Where references lead: ids, anchors and pointers, in the given texts only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import unquote, urljoin

import jsonschema_specifications

from compat.errors import InvalidSchema, UnresolvedReference
from compat.formats.jsonschema.text import NAME

__all__ = [
    "DATA",
    "MAPS",
    "POINTERS",
    "Document",
    "Documents",
    "Place",
    "child_pointer",
    "escape",
    "joined",
]

POINTERS = 16_000_000
"""Characters that all pointers may have: a long key repeats in all that it holds."""

_URI = 2_000
DATA = frozenset(("enum", "const", "default", "examples"))
"""Keywords whose values are data, not schemas."""

MAPS = frozenset(
    (
        *("properties", "patternProperties", "definitions", "$defs"),
        *("dependentSchemas", "dependencies"),
    )
)
"""Keywords whose members are names, not keywords."""


@dataclass(slots=True, eq=False)
class Place:
    """A schema inside a document, and the base URI that holds there.

    Never changed once it is handed on; one is made for each subschema, and
    freezing costs more than all else about it.
    """

    document: Document
    pointer: str
    schema: Any
    base: str


@dataclass(slots=True, eq=False)
class Document:
    """One text: the schema's own (``name`` is None), or one it refers to.

    ``base`` is the URI that it is known by, whatever id it gives itself.
    ``flat`` is what its schemas without subschemas ask, by their texts;
    ``drafts`` are this document and others for its schemas of other drafts.
    """

    name: str | None
    root: Any
    dialect: Any
    base: str
    bases: dict[int, str] = field(default_factory=dict)
    flat: dict[str, Any] = field(default_factory=dict)
    drafts: dict[str, Document] = field(default_factory=dict)

    def around(self, schema: Any) -> Document:
        """Return this document in the draft of ``schema``, a schema inside it.

        That is another one only where ``schema`` names it.
        """
        if type(schema) is not dict or "$schema" not in schema:
            return self
        from compat.formats.jsonschema.dialects import dialect_of

        dialect = dialect_of(schema, self.dialect)
        if dialect is self.dialect:
            return self
        self.drafts.setdefault(self.dialect.name, self)
        if dialect.name not in self.drafts:
            self.drafts[dialect.name] = replace(self, dialect=dialect, flat={})
        return self.drafts[dialect.name]


class Documents:
    """Every text that a schema may refer to, indexed by URI and anchor."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._resolved: dict[tuple[str, str], Place] = {}
        self.dynamic: dict[str, dict[str, Place]] = {}
        """Per base, its dynamic anchors; ``""`` is a recursive anchor."""

    def add(self, document: Document, *, named: bool = True) -> Place:
        """Index ``document`` under its base, its ids and its anchors.

        Returns the place of its root. ``named`` is False when it is known that
        nothing inside has an id or an anchor of its own.
        """
        outer = Place(document, "", document.root, document.base)
        root = Place(document, "", document.root, _base_in(outer))
        self._places.setdefault(root.base, root)
        if document.base:
            self._places.setdefault(document.base, root)
        if named:
            for place in _walk(outer):
                self._index(place)
        return root

    def _index(self, place: Place) -> None:
        schema, base = place.schema, place.base
        place.document.bases[id(schema)] = base
        if schema.get(place.document.dialect.id_keyword):
            self._places.setdefault(base, place)
        anchor = schema.get("$anchor")
        dynamic = schema.get("$dynamicAnchor")
        for name in (anchor, dynamic):
            if isinstance(name, str):
                self._places.setdefault(f"{base}#{name}", place)
        known = place.document.dialect.keywords
        if isinstance(dynamic, str) and "$dynamicRef" in known:
            self.dynamic.setdefault(base, {}).setdefault(dynamic, place)
        if schema.get("$recursiveAnchor") is True and "$recursiveRef" in known:
            self.dynamic.setdefault(base, {}).setdefault("", place)
        own = schema.get(place.document.dialect.id_keyword)
        if isinstance(own, str) and own.startswith("#") and len(own) > 1:
            self._places.setdefault(f"{base}{own}", place)

    def resolve(self, reference: str, base: str, path: str) -> Place:
        """Return where ``reference`` leads, or raise `UnresolvedReference`."""
        known = self._resolved.get((reference, base))
        if known is None:
            known = self._found(reference, base, path)
            self._resolved[reference, base] = known
        return known

    def _found(self, reference: str, base: str, path: str) -> Place:
        target = joined(base, reference)
        uri, _, fragment = target.partition("#")
        place = self._document(uri, reference.partition("#")[0])
        if place is None:
            raise UnresolvedReference(NAME, _missing(reference), path)
        if not fragment:
            return place
        fragment = unquote(fragment)
        if not fragment.startswith("/"):
            anchored = self._places.get(f"{place.base}#{fragment}")
            if anchored is None:
                raise UnresolvedReference(NAME, _missing(reference), path)
            return anchored
        return self._pointed(place, fragment, reference, path)

    def _document(self, uri: str, name: str) -> Place | None:
        for each in (uri, name):
            if (place := self._places.get(each)) is not None:
                return place
        root = _metaschema(uri)
        if root is None:
            return None
        from compat.formats.jsonschema.dialects import dialect_of

        self.add(Document(uri, root, dialect_of(root), uri))
        return self._places[uri]

    def _pointed(self, place: Place, fragment: str, reference: str, path: str) -> Place:
        schema, base = place.schema, place.base
        document, pointer = place.document, place.pointer
        for token in fragment.split("/")[1:]:
            token = token.replace("~1", "/").replace("~0", "~")
            try:
                schema = schema[int(token) if isinstance(schema, list) else token]
            except (KeyError, IndexError, ValueError, TypeError):
                reason = f"{reference!r} points to nothing"
                raise UnresolvedReference(NAME, reason, path) from None
            pointer = child_pointer(pointer, token)
            base = document.bases.get(id(schema), base)
            document = document.around(schema)
        return Place(document, pointer, schema, base)


def joined(base: str, reference: str) -> str:
    """Return ``reference`` resolved against ``base``."""
    if reference.startswith("#"):
        return base.partition("#")[0] + reference
    try:
        return urljoin(base, reference) if base else reference
    except ValueError:
        return reference


def escape(token: str) -> str:
    """Return ``token`` as a part of a JSON Pointer."""
    if "~" not in token and "/" not in token:
        return token
    return token.replace("~", "~0").replace("/", "~1")


def child_pointer(pointer: str, *tokens: str | int) -> str:
    """Return ``pointer`` followed by ``tokens``."""
    for token in tokens:
        pointer = f"{pointer}/{escape(str(token))}"
    return pointer


def _missing(reference: str) -> str:
    return f"the reference {reference!r} is not resolved; add a reference of that name"


def _walk(root: Place) -> Iterator[Place]:
    """Yield each schema of a document, with the base that holds in it."""
    todo = [(root, False)]
    written = 0
    while todo:
        place, names = todo.pop()
        written += len(place.pointer)
        if written > POINTERS:
            raise InvalidSchema(NAME, "keys are too long for what is below them")
        schema, base = place.schema, place.base
        if isinstance(schema, list):
            inner = [(str(index), each) for index, each in enumerate(schema)]
        elif names:
            inner = list(schema.items())
        else:
            place.document = place.document.around(schema)
            base = _base_in(place)
            yield Place(place.document, place.pointer, schema, base)
            inner = [(k, v) for k, v in schema.items() if k not in DATA]
        maps = MAPS if isinstance(schema, dict) and not names else ()
        todo += [
            (
                Place(place.document, child_pointer(place.pointer, k), v, base),
                k in maps and isinstance(v, dict),
            )
            for k, v in reversed(inner)
            if isinstance(v, dict | list)
        ]


def _base_in(place: Place) -> str:
    """Return the base inside a schema: its own id's, or the one outside of it."""
    schema, base, dialect = place.schema, place.base, place.document.dialect
    own = schema.get(dialect.id_keyword) if isinstance(schema, dict) else None
    if not isinstance(own, str) or (dialect.ref_alone and "$ref" in schema):
        return base
    if own.startswith("#"):
        return base
    base = joined(base, own).partition("#")[0]
    if len(base) > _URI:
        reason = f"an id is longer than {_URI} characters"
        raise InvalidSchema(NAME, reason, place.pointer)
    return base


def _metaschema(uri: str) -> Mapping[str, Any] | None:
    """Return a metaschema of the standard; those need no reference."""
    return _metaschemas().get(uri.rstrip("#"))


@cache
def _metaschemas() -> Mapping[str, Any]:
    registry = jsonschema_specifications.REGISTRY
    return {uri.rstrip("#"): registry.contents(uri) for uri in registry}
