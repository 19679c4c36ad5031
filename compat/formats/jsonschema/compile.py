"""Makes nodes of a schema and all it refers to, and their forms."""

from __future__ import annotations

from typing import Any

from compat.errors import InvalidSchema
from compat.formats.jsonschema.automata.syntax import BadPattern, parse_pattern
from compat.formats.jsonschema.dialects import DIALECTS, Dialect
from compat.formats.jsonschema.form import FALSE, Form, Opaque, all_of
from compat.formats.jsonschema.forming import UNEVALUATED, add_forms, refuse_loops
from compat.formats.jsonschema.node import Node, Part
from compat.formats.jsonschema.references import (
    POINTERS,
    Document,
    Documents,
    Place,
    child_pointer,
)
from compat.formats.jsonschema.text import NAME

__all__ = ["Compiler", "Scope"]

_NODES = 30_000
_DYNAMIC = 100
_FLAT = frozenset(
    (
        *("type", "enum", "const", "multipleOf", "minimum", "maximum"),
        *("exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"),
        *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
    )
)
"""Keywords without subschemas that ask the same at any place."""
_DEEP = {each.name: frozenset(each.keywords) - _FLAT for each in DIALECTS}
"""All others, by the name of the dialect."""

Bindings = tuple[tuple[str, Place], ...]
"""Dynamic anchors, each bound to the outermost schema that has it."""


class Compiler:
    """Compiles one schema. Nothing recurses, so no schema is too deep."""

    def __init__(self, documents: Documents, *, strict: bool) -> None:
        self.documents = documents
        self.strict = strict
        self._nodes: dict[tuple[Any, ...], Node] = {}
        self._deep: list[Node] = []
        self._count = 0
        self._pointers = 0
        self._todo: list[tuple[Node, Place, Bindings]] = []

    def compile(self, root: Place) -> Node:
        """Return the node of ``root``, complete with its form."""
        node = self.node(root, ())
        while self._todo:
            self._fill(*self._todo.pop())
        refuse_loops(self._deep)
        add_forms(node)
        return node

    def node(self, place: Place, bindings: Bindings) -> Node:
        """Return the node at ``place``; it is filled later."""
        name = place.document, place.pointer
        known = self._nodes.get(name)
        if known is not None and known.flat:
            return known
        flat = self.flat_node(place.document, place.pointer, place.schema)
        if flat is None:
            return self.deep_node(place, bindings)
        # Kept only for who refers to it: no two keywords share a place.
        self._nodes[name] = flat
        return flat

    def deep_node(self, place: Place, bindings: Bindings) -> Node:
        """Return the node of a schema that `flat_node` has none for."""
        document = place.document
        if self.documents.dynamic:
            bindings = self._bound(place, bindings)
        name: tuple[Any, ...] = (document, place.pointer)
        if bindings:
            bound_here = ((anchor, id(bound.schema)) for anchor, bound in bindings)
            name = (*name, *bound_here)
        node = self._nodes.get(name)
        if node is None:
            node = Node(place.schema, place.pointer, document.name, document.dialect)
            self._nodes[name] = node
            self._count += 1
            self._pointers += len(node.pointer)
            if self._count > _NODES or self._pointers > POINTERS:
                self._refuse()
            self._deep.append(node)
            self._todo.append((node, place, bindings))
        return node

    def flat_node(self, document: Document, pointer: str, schema: Any) -> Node | None:
        """Make the node of a schema without subschemas; None if it has some.

        Most are such, and few of those differ in what they ask.
        """
        if type(schema) is not dict:
            return None
        dialect: Dialect = document.dialect
        if not _DEEP[dialect.name].isdisjoint(schema):
            return None
        asked = schema
        if not _FLAT.issuperset(schema):
            asked = {each: schema[each] for each in schema if each in _FLAT}
        # As text, in which 1, 1.0 and true are three different values.
        name = repr(asked)
        known = document.flat.get(name)
        if known is None:
            known = document.flat[name] = self._parts_of(asked, dialect)
        self._count += 1
        self._pointers += len(pointer)
        if self._count > _NODES or self._pointers > POINTERS:
            self._refuse()
        parts, form = known
        return Node(schema, pointer, document.name, dialect, parts, form, True)

    def _parts_of(
        self, asked: dict[str, Any], dialect: Dialect
    ) -> tuple[tuple[Part, ...], Form]:
        place = Place(Document(None, asked, dialect, ""), "", asked, "")
        node = Node(asked, "", None, dialect)
        parts = tuple(Scope(self, node, place, ()).read())
        return parts, all_of([each.form for each in parts])

    def _refuse(self) -> None:
        """Refuse what has become too many nodes, or too long pointers."""
        if self._count > _NODES:
            reason = f"the schema and what it refers to have more than {_NODES} parts"
            raise InvalidSchema(NAME, reason)
        if self._pointers > POINTERS:
            raise InvalidSchema(NAME, "keys are too long for what is below them")

    def _bound(self, place: Place, bindings: Bindings) -> Bindings:
        anchors = self.documents.dynamic.get(place.base)
        if not anchors:
            return bindings
        known = {name for name, _ in bindings}
        added = [(n, bound) for n, bound in anchors.items() if n not in known]
        if len(bindings) + len(added) > _DYNAMIC:
            reason = f"more than {_DYNAMIC} dynamic anchors can be in force at once"
            raise InvalidSchema(NAME, reason, place.pointer)
        return (*bindings, *added)

    def _fill(self, node: Node, place: Place, bindings: Bindings) -> None:
        schema = place.schema
        if schema is True:
            return
        if schema is False:
            node.parts = (Part("false", "", False, form=FALSE),)
            return
        if not isinstance(schema, dict):
            if self.strict:
                reason = "a schema is an object or a boolean"
                raise InvalidSchema(NAME, reason, place.pointer)
            opaque = Opaque("a schema that is no object", repr(schema))
            node.parts = (Part("false", "", schema, form=opaque),)
            return
        scope = Scope(self, node, place, bindings)
        node.parts = tuple(scope.read())


class Scope:
    """What a keyword may ask about the schema object it stands in."""

    def __init__(
        self, compiler: Compiler, node: Node, place: Place, bindings: Bindings
    ) -> None:
        self.node = node
        self.schema: dict[str, Any] = place.schema
        self._compiler = compiler
        self._place = place
        self._bindings = bindings

    def read(self) -> list[Part]:
        """Return the parts of all keywords, in the order of the text."""
        dialect: Dialect = self.node.dialect
        schema = self.schema
        keywords = dialect.keywords
        if dialect.ref_alone and isinstance(schema.get("$ref"), str):
            return [*keywords["$ref"](self, schema["$ref"])]
        parts: list[Part] = []
        for keyword, value in schema.items():
            builder = keywords.get(keyword)
            if builder is not None and keyword not in UNEVALUATED:
                parts += builder(self, value)
        for keyword in UNEVALUATED:
            if keyword in schema and keyword in keywords:
                parts += keywords[keyword](self, schema[keyword])
        return parts

    def child(self, schema: Any, *tokens: str | int) -> Node:
        """Return the node of a subschema, which ``tokens`` lead to."""
        return self.child_at(schema, child_pointer("", *tokens))

    def child_at(self, schema: Any, tokens: str) -> Node:
        """Return the node of a subschema, which the pointer ``tokens`` leads to."""
        place = self._place
        document = place.document.around(schema)
        pointer = place.pointer + tokens
        flat = self._compiler.flat_node(document, pointer, schema)
        if flat is not None:
            return flat
        base = document.bases.get(id(schema), place.base)
        return self._compiler.deep_node(
            Place(document, pointer, schema, base), self._bindings
        )

    def target(self, reference: str) -> Node:
        """Return the node that ``reference`` leads to."""
        return self._compiler.node(self._resolved(reference, "$ref"), self._bindings)

    def dynamic_target(self, reference: str) -> Node:
        """Return the node that a dynamic reference leads to from here."""
        place = self._resolved(reference, "$dynamicRef")
        anchor = reference.partition("#")[2]
        if isinstance(place.schema, dict) and (
            place.schema.get("$dynamicAnchor") == anchor
        ):
            place = dict(self._bindings).get(anchor, place)
        return self._compiler.node(place, self._bindings)

    def recursive_target(self) -> Node:
        """Return the node that ``"$recursiveRef": "#"`` leads to from here."""
        place = self._resolved("#", "$recursiveRef")
        if isinstance(place.schema, dict) and place.schema.get("$recursiveAnchor"):
            place = dict(self._bindings).get("", place)
        return self._compiler.node(place, self._bindings)

    def check_pattern(self, pattern: str, *tokens: str) -> None:
        """Refuse a malformed pattern in a new schema."""
        try:
            parse_pattern(pattern)
        except BadPattern as bad:
            if self._compiler.strict:
                path = child_pointer(self._place.pointer, *tokens)
                reason = f"the pattern {pattern[:80]!r} is malformed: {bad}"
                raise InvalidSchema(NAME, reason, path) from None

    def _resolved(self, reference: str, keyword: str) -> Place:
        path = f"{self._place.pointer}/{keyword}"
        return self._compiler.documents.resolve(reference, self._place.base, path)
