"""A parsed JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from compat.errors import InvalidSchema
from compat.formats.jsonschema.compile import Compiler
from compat.formats.jsonschema.dialects import Dialect, dialect_of
from compat.formats.jsonschema.metaschema import refuse_invalid
from compat.formats.jsonschema.node import Node
from compat.formats.jsonschema.references import Document, Documents
from compat.formats.jsonschema.text import NAME, compact, read_json
from compat.limits import Limits, refuse_large_closure
from compat.spans import Spans

__all__ = ["JsonSchema", "parse"]

_OUTWARD = re.compile(r'(?:\$ref|Ref)":"[^#]')


@dataclass(frozen=True, eq=False)
class JsonSchema:
    """A schema, its canonical text, and the node of its root.

    ``value`` is the schema as parsed, decimals exact; ``plain`` the same as the
    ``json`` module reads it, for validators. ``dialect`` is its draft.
    """

    text: str
    value: Any
    plain: Any
    dialect: Dialect
    node: Node
    canonical: str
    fingerprint: str
    references: Mapping[str, str]
    declares: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    format: str = NAME

    @cached_property
    def spans(self) -> Spans:
        """Where each value of the text stands."""
        return Spans(self.text)

    @cached_property
    def plain_references(self) -> Mapping[str, Any]:
        """The referenced schemas as the ``json`` module reads them, by name."""
        return {name: json.loads(text) for name, text in self.references.items()}


def parse(
    text: str, references: Mapping[str, str], *, strict: bool, limits: Limits
) -> JsonSchema:
    """Return the schema of ``text``, or raise `InvalidSchema`."""
    value, decimals = _read_root(text, limits)
    plain = json.loads(text) if decimals else value
    dialect = dialect_of(value)
    refuse_large_closure(NAME, references, limits)
    # Half a surrogate pair is refused here: no library below could read it.
    canonical = compact(value)
    if strict:
        refuse_invalid(plain, dialect)
    documents = Documents()
    base = _own_id(value, dialect)
    root = documents.add(
        Document(None, value, dialect, ""), named=_names_parts(canonical, dialect, base)
    )
    texts = []
    for name, other in references.items():
        inner = _read_reference(name, other, limits)
        texts.append((name, compact(inner)))
        own = dialect_of(inner, dialect)
        documents.add(Document(name, inner, own, name.partition("#")[0]))
    node = Compiler(documents, strict=strict).compile(root)
    digest = sha256(canonical.encode())
    for name, other in sorted(texts):
        digest.update(f"\0{name}\0{other}".encode())
    return JsonSchema(
        text=text,
        value=value,
        plain=plain,
        dialect=dialect,
        node=node,
        canonical=canonical,
        fingerprint=digest.hexdigest(),
        references=MappingProxyType(dict(references)),
        declares=(base,) if base else (),
        needs=tuple(dict.fromkeys(_needs(value, references)))
        if _refers_outside(canonical, references)
        else (),
    )


def _read_root(text: str, limits: Limits) -> tuple[Any, bool]:
    value, decimals = read_json(text, limits)
    if not isinstance(value, dict | bool):
        raise InvalidSchema(NAME, "the root must be an object or a boolean", "", 1, 1)
    return value, decimals


def _read_reference(name: str, text: str, limits: Limits) -> Any:
    try:
        return _read_root(text, limits)[0]
    except InvalidSchema as error:
        reason = f"the reference {name!r}: {error.reason}"
        raise InvalidSchema(
            NAME, reason, error.path, error.line, error.column
        ) from None


def _names_parts(text: str, dialect: Dialect, own: str) -> bool:
    """Whether a schema inside may have an id or an anchor of its own."""
    ids = text.count(f'"{dialect.id_keyword}"')
    if 'nchor"' in text or ids > bool(own) or own.startswith("#"):
        return True
    # A schema of another draft may have another keyword for its id.
    return '"$schema":"' in text[text.find('"$schema":"') + 1 :]


def _own_id(value: Any, dialect: Dialect) -> str:
    own = value.get(dialect.id_keyword) if isinstance(value, dict) else None
    return own if isinstance(own, str) else ""


def _refers_outside(text: str, references: Mapping[str, str]) -> bool:
    """Whether some reference may lead out of the compact ``text``."""
    if any(name.startswith("#") for name in references):
        return True
    # Most have none at all, which is told much sooner.
    return 'ef":"' in text and _OUTWARD.search(text) is not None


def _needs(value: Any, references: Mapping[str, str]) -> Iterator[str]:
    """Yield the references' names that ``$ref`` uses, in text order."""
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            for keyword in ("$ref", "$dynamicRef"):
                target = each.get(keyword)
                if isinstance(target, str):
                    name = target.partition("#")[0]
                    if target in references:
                        yield target
                    elif name:
                        yield name
            todo.extend(reversed(each.values()))
        elif isinstance(each, list):
            todo.extend(reversed(each))
