"""Data that show a problem, confirmed by fastavro.

The bytes are made here, with explicit branches, along the way to the problem;
fastavro only decodes and confirms them. Its acceptance proves nothing, for it
reads some data that others refuse; then there is no witness.
"""

from __future__ import annotations

import io
import json
from functools import cached_property
from typing import Any

import fastavro

from compat.errors import InvalidSchema
from compat.formats.avro.canonical import bare
from compat.formats.avro.checks import ANY
from compat.formats.avro.encoding import Smallest, encode, zigzag
from compat.formats.avro.model import Enum, Fixed, Node, Primitive, Record
from compat.formats.avro.resolve import Problem, Route
from compat.formats.avro.values import shown, text
from compat.verdict import Severity, Witness

__all__ = ["MAX_WITNESSES", "Witnesses"]

MAX_WITNESSES = 100
"""How many problems of one pair get a witness; the first that break."""

_CHARACTERS = 3_000_000
"""How much schema text fastavro may go through for the witnesses of one pair."""

_LIBRARY = f"fastavro {fastavro.__version__}"

_MISREADS = frozenset({"AVRO_DECIMAL_SCALE", "AVRO_DECIMAL_PRECISION"})
"""Rules that break although every library goes on reading."""


class Witnesses:
    """Finds witnesses for the problems of one pair of schemas."""

    def __init__(self, reader: Node, writer: Node) -> None:
        self._reader = reader
        self._writer = writer
        self._schemas: dict[int, Any] = {}
        self._found: dict[int, Witness | None] = {}
        self._left = _affordable(reader, writer)

    @cached_property
    def _smallest(self) -> Smallest:
        # Made when a witness is looked for: wide schemas get none, and cost most.
        return Smallest(self._writer)

    def find(self, problem: Problem) -> Witness | None:
        """Return a confirmed witness of ``problem``, or None without one."""
        for shows in problem.causes or (problem,):
            if id(shows) not in self._found:
                if shows.rule.severity is Severity.NOTE or self._left <= 0:
                    return None
                self._left -= 1
                self._found[id(shows)] = self._tried(shows)
            if (witness := self._found[id(shows)]) is not None:
                return witness
        return None

    def _tried(self, problem: Problem) -> Witness | None:
        try:
            return self._shown(problem)
        except (RecursionError, InvalidSchema):
            return None  # types nest too deeply to be written out

    def _shown(self, problem: Problem) -> Witness | None:
        own = self._own(problem)
        data = None if own is None else self._along(problem.route, own)
        if own is None or data is None:
            return None
        value = self._read(data, self._writer)
        if isinstance(value, Exception):
            return None
        lossy = problem.rule.severity is Severity.LOSSY
        if lossy or problem.rule.id in _MISREADS:
            outcome = self._changed(problem, own)
        else:
            outcome = self._refused(problem, own, data)
        if outcome is None:
            return None
        return Witness(shown(value), outcome, (_LIBRARY,), data.hex())

    def _own(self, problem: Problem) -> bytes | None:
        """Return the bytes of the problem's own node."""
        if problem.fault.sample is ANY:
            return self._smallest.datum(problem.writer)
        return encode(problem.writer, problem.fault.sample)

    def _along(self, route: Route | None, data: bytes) -> bytes | None:
        """Return ``data`` inside the smallest datum that leads to it."""
        while route is not None:
            inner = self._around(route, data)
            if inner is None:
                return None
            data, route = inner, route.before
        return data

    def _around(self, route: Route, data: bytes) -> bytes | None:
        node = route.node
        if isinstance(node, Record):
            parts = []
            for index, field in enumerate(node.fields):
                here = index == route.index
                part = data if here else self._smallest.datum(field.type)
                if part is None:
                    return None
                parts.append(part)
            return b"".join(parts)
        if route.index is not None:
            return zigzag(route.index) + data
        key = zigzag(1) + b"k" if node.type == "map" else b""
        return zigzag(1) + key + data + zigzag(0)

    def _refused(self, problem: Problem, own: bytes, data: bytes) -> str | None:
        """Return how the reader fails on ``data``, or None when it does not."""
        read = self._read(data, self._writer, self._reader)
        if isinstance(read, Exception):
            # The part alone fails for its own reason, not for a neighbour's.
            part = self._read(own, problem.writer, problem.reader)
            reason = part if isinstance(part, Exception) else read
            return f"the reader fails: {_reason(reason)}"
        if problem.rule.id != "AVRO_DEFAULT_INVALID" or self._fits(read):
            return None
        return f"the reader returns {text(read)}, which its own schema does not allow"

    def _fits(self, value: Any) -> bool:
        try:
            schema = self._schema(self._reader)
            held = {"value": value}
            return bool(fastavro.validate(held, schema, raise_errors=False))
        except Exception:  # whatever a broken default makes of it
            return False

    def _changed(self, problem: Problem, own: bytes) -> str | None:
        """Return how the reader's value differs from the writer's, or None."""
        reader, writer = problem.reader, problem.writer
        if not all(isinstance(n, Primitive | Fixed | Enum) for n in (reader, writer)):
            return None
        written = self._read(own, writer)
        read = self._read(own, writer, reader)
        if isinstance(read, Exception):
            return f"the reader fails: {_reason(read)}"
        if read != written:
            return f"the writer's {text(written)} is read as {text(read)}"
        if _same_bytes(reader, writer):
            alone = self._read(own, reader)
            if isinstance(alone, Exception) or alone == written:
                return None
            return (
                f"by the reader's own schema the bytes of the writer's {text(written)} "
                f"mean {text(alone)}"
            )
        held = self._held(reader, read)
        if held is not None and held != written:
            return f"the reader's {reader.type} holds {text(written)} as {text(held)}"
        return None

    def _held(self, reader: Node, value: Any) -> Any:
        """Return ``value`` written and read again as ``reader``; None on failure."""
        out = io.BytesIO()
        try:
            fastavro.schemaless_writer(out, self._schema(reader), {"value": value})
        except Exception:  # fastavro raises what it likes
            return None
        held = self._read(out.getvalue(), reader)
        return None if isinstance(held, Exception) else held

    def _read(self, data: bytes, writer: Node, reader: Node | None = None) -> Any:
        """Return what fastavro decodes, or the exception that it raises."""
        source = io.BytesIO(data)
        try:
            schemas = self._schema(writer), self._schema(reader) if reader else None
            whole: Any = fastavro.schemaless_reader(source, *schemas)
        except InvalidSchema:
            raise
        except Exception as error:  # fastavro raises what it likes
            return error
        return ValueError("bytes are left over") if source.read(1) else whole["value"]

    def _schema(self, node: Node) -> Any:
        """Return the schema of a record with ``node`` as its one field, parsed.

        The record adds no bytes, and fastavro keeps only records parsed: a
        union would be parsed again for every datum.
        """
        if id(node) not in self._schemas:
            field = {"name": "value", "type": json.loads(bare(node))}
            schema = {"type": "record", "name": "_Whole", "fields": [field]}
            self._schemas[id(node)] = fastavro.parse_schema(schema, named_schemas={})
        return self._schemas[id(node)]


def _affordable(reader: Node, writer: Node) -> int:
    """Return how many witnesses to look for; none when the types nest too deeply."""
    try:
        size = len(bare(reader)) + len(bare(writer))
    except InvalidSchema:
        return 0
    return min(MAX_WITNESSES, _CHARACTERS // size)


def _same_bytes(one: Node, other: Node) -> bool:
    """Whether both types encode the same value as the same bytes."""
    kinds = {one.type, other.type}
    return len(kinds) == 1 or kinds in ({"int", "long"}, {"bytes", "string"})


def _reason(error: Exception) -> str:
    """Return the exception's kind, and its message when that is short."""
    message = " ".join(str(error).split())
    name = type(error).__name__
    return f"{name}: {message}" if 0 < len(message) <= 120 else name
