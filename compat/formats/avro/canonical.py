"""The texts of a schema: Java's, the normalised one, and those for identity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from compat.errors import InvalidSchema
from compat.formats.avro.model import (
    NO_DEFAULT,
    Array,
    Enum,
    Field,
    Fixed,
    Logical,
    Named,
    Node,
    Primitive,
    Record,
    Union,
)
from compat.formats.avro.names import RESERVED

__all__ = [
    "bare",
    "canonical",
    "identity",
    "json_text",
    "normalized",
    "resolved",
    "unaliased",
    "verdict",
    "written_for",
]

MAX_DEPTH = 100
"""How deep types may nest; each level takes five frames of Python's stack."""

_LOGICAL = ("logicalType", "precision", "scale")


def canonical(root: Node) -> str:
    """Return Java's ``Schema.toString(references, false)``.

    Types that a reference defines stay names.
    """
    return _Writer().text(root)


def normalized(root: Node) -> str:
    """Return the canonical text with everything sorted that has no order.

    Aliases and properties are sorted, nested objects too; a scale of 0 and
    ascending orders are left out. The order of fields, symbols and branches
    counts and stays.
    """
    return _Writer(sort=True).text(root)


def resolved(root: Node) -> str:
    """Return the canonical text with the types of references written out."""
    return _Writer(inline=True).text(root)


def bare(root: Node) -> str:
    """Return the resolved text with only what readers of data use."""
    return _Writer(inline=True, keep_all=False).text(root)


def written_for(node: Node, known: Iterable[str]) -> str:
    """Return ``node`` as text for a schema that has the types ``known`` already."""
    return _Writer(inline=True, full=True, written=set(known)).text(node)


def identity(root: Node) -> tuple[str, bool]:
    """Return a text that is equal for schemas that Confluent calls equal.

    Everything counts except whitespace, the order of members and aliases, and
    whether a type stands in the schema's own text or in a reference's. The
    flag is whether `verdict` leaves out some of it; else that is the same text.
    """
    writer = _Writer(sort=True, by_name=True, full=True)
    return _flat(writer, root), writer.remarked


def verdict(root: Node) -> str:
    """Return a text of all that can change a compatibility verdict.

    Names, aliases, defaults, logical types and the contents of references
    count; doc, order and properties of other tools do not.
    """
    return _flat(_Writer(sort=True, by_name=True, full=True, keep_all=False), root)


def unaliased(root: Node) -> str:
    """Return a text of what `verdict` covers, aliases left out."""
    writer = _Writer(sort=True, by_name=True, full=True, keep_all=False, aliases=False)
    return _flat(writer, root)


def _flat(writer: _Writer, root: Node) -> str:
    """Return the root and every named type that it reaches, each written once."""
    texts = [writer.text(root)]
    # The list grows while it is read.
    texts += [writer.definition(named) for named in writer.met]
    return f"[{','.join(texts)}]"


@dataclass(slots=True)
class _Writer:
    """Writes nodes as JSON.

    ``sort`` orders what has no order; ``inline`` repeats the types of
    references; ``by_name`` writes every named type as its name and collects
    it in ``met``; ``full`` writes full names; ``keep_all`` is whether doc,
    order and foreign properties are written, ``aliases`` whether those are;
    ``remarked`` whether there was any that ``keep_all`` decides about.

    Names of types, fields and symbols are letters, digits and ``_``, which
    JSON writes as they are; namespaces and aliases need not be.
    """

    sort: bool = False
    inline: bool = False
    by_name: bool = False
    full: bool = False
    keep_all: bool = True
    aliases: bool = True
    remarked: bool = False
    met: list[Named] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    names: dict[tuple[str, str], str] = field(default_factory=dict)

    def text(self, root: Node) -> str:
        """Return the text of ``root``, in no namespace."""
        return self._node(root, "", 1)

    def definition(self, named: Named) -> str:
        """Return the definition of ``named``, in no namespace."""
        return self._definition(named, "", 1)

    def _node(self, node: Node, space: str, depth: int) -> str:
        if isinstance(node, Primitive):
            # Most have no properties.
            if not node.props or not (props := self._props(node.props, node.logical)):
                return f'"{node.type}"'
            return f'{{"type":"{node.type}"{props}}}'
        if isinstance(node, Named):
            return self._use(node, space, depth)
        if depth > MAX_DEPTH:
            raise InvalidSchema("AVRO", f"types nest deeper than {MAX_DEPTH}")
        if isinstance(node, Union):
            parts = [self._node(each, space, depth + 1) for each in node.branches]
            return f"[{','.join(parts)}]"
        if isinstance(node, Array):
            inner = f'"items":{self._node(node.items, space, depth + 1)}'
        else:
            inner = f'"values":{self._node(node.values, space, depth + 1)}'
        props = self._props(node.props) if node.props else ""
        return f'{{"type":"{node.type}",{inner}{props}}}'

    def _use(self, named: Named, space: str, depth: int) -> str:
        if named.full not in self.written:
            self.written.add(named.full)
            if self.by_name:
                self.met.append(named)
            elif self.inline or named.home is None:
                return self._definition(named, space, depth)
        if self.full:
            return _quote(named.full)
        # Remembered: most uses are of types and in namespaces that were met.
        name = self.names.get((named.full, space))
        if name is None:
            name = _quote(self._relative(named.full, space))
            self.names[named.full, space] = name
        return name

    def _relative(self, full: str, space: str) -> str:
        """Return ``full`` as short as Java writes it inside ``space``."""
        inner, _, name = full.rpartition(".")
        if self.full or (inner and inner != space) or (inner and name in RESERVED):
            return full
        return name

    def _definition(self, named: Named, space: str, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise InvalidSchema("AVRO", f"types nest deeper than {MAX_DEPTH}")
        text = f'{{"type":"{_kind(named)}","name":{self._name(named, space)}'
        if named.doc is not None:
            text += self._doc(named.doc)
        logical = None
        match named:
            case Record():
                fields = [self._field(f, named.space, depth) for f in named.fields]
                text += f',"fields":[{",".join(fields)}]'
            case Enum():
                symbols = '","'.join(named.symbols)
                text += f',"symbols":["{symbols}"]' if symbols else ',"symbols":[]'
                if named.default is not None:
                    text += f',"default":"{named.default}"'
            case Fixed():
                text += f',"size":{named.size}'
                logical = named.logical
        if named.props:
            text += self._props(named.props, logical)
        if named.aliases:
            text += self._aliases(
                self._relative(each, named.space) for each in named.aliases
            )
        return text + "}"

    def _name(self, named: Named, space: str) -> str:
        """Return the name of ``named``, with its namespace where it differs."""
        if self.full:
            return _quote(named.full)
        if named.space == space:
            return f'"{named.name}"'
        return f'"{named.name}","namespace":{_quote(named.space)}'

    def _field(self, each: Field, space: str, depth: int) -> str:
        kind = self._node(each.type, space, depth + 1)
        text = f'{{"name":"{each.name}","type":{kind}'
        if each.doc is not None:
            text += self._doc(each.doc)
        if each.default is not NO_DEFAULT:
            text += f',"default":{json_text(each.default, sort=self.sort)}'
        if each.order != "ascending":
            self.remarked = True
            text += f',"order":"{each.order}"' if self.keep_all else ""
        if each.aliases:
            text += self._aliases(each.aliases)
        if each.props:
            text += self._props(each.props)
        return text + "}"

    def _doc(self, doc: str) -> str:
        self.remarked = True
        return f',"doc":{_quote(doc)}' if self.keep_all else ""

    def _aliases(self, aliases: Iterable[str]) -> str:
        if not self.aliases:
            return ""
        names = sorted(aliases) if self.sort else aliases
        return f',"aliases":[{",".join(map(_quote, names))}]'

    def _props(self, props: Mapping[str, Any], logical: Logical | None = None) -> str:
        """Return ``props`` as members; those of a valid logical type always count."""
        members = [*_sorted(props)] if self.sort else [*props.items()]
        needed = [each for each in members if each[0] in _LOGICAL] if logical else []
        if len(needed) < len(members):
            self.remarked = True
        shown = members if self.keep_all else needed
        return "".join(
            f",{_quote(key)}:{json_text(value, sort=self.sort)}" for key, value in shown
        )


def _kind(named: Named) -> str:
    if isinstance(named, Record):
        return "error" if named.error else "record"
    return named.type if isinstance(named, Enum | Fixed) else ""


def _sorted(props: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the logical type first, then the rest by key, without a scale of 0."""
    for key in _LOGICAL:
        if key in props and not (key == "scale" and props[key] == 0):
            yield key, props[key]
    yield from sorted(item for item in props.items() if item[0] not in _LOGICAL)


def json_text(value: Any, *, sort: bool = False) -> str:
    """Return ``value`` as compact JSON, written as Java's Jackson writes it."""
    match value:
        case None:
            return "null"
        case str():
            return _quote(value)
        case bool():
            return "true" if value else "false"
        case int():
            return repr(value)
        case float():
            return _double(value)
        case dict():
            members = sorted(value.items()) if sort else value.items()
            parts = [f"{_quote(k)}:{json_text(v, sort=sort)}" for k, v in members]
            return f"{{{','.join(parts)}}}"
        case list():
            return f"[{','.join(json_text(each, sort=sort) for each in value)}]"
        case _:
            raise TypeError(f"{type(value).__name__} is no JSON value")


def _quote(text: str) -> str:
    quoted: str = encode_basestring(text)
    if "\\u00" not in quoted:
        return quoted
    # Jackson writes control characters with capital digits.
    return re.sub(r"\\(u[0-9a-f]{4}|.)", lambda m: f"\\{_capital(m.group(1))}", quoted)


def _capital(escape: str) -> str:
    return f"u{escape[1:].upper()}" if len(escape) > 1 else escape


def _double(number: float) -> str:
    """Return ``number`` as Java's ``Double.toString`` writes it."""
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(number)
    digits, _, exponent = f"{Decimal(repr(number)).normalize():e}".partition("e")
    return f"{digits}{'' if '.' in digits else '.0'}E{int(exponent)}"
